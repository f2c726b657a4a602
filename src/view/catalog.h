/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of one kind that ship with the program and are called by name: queries, charts. */
#ifndef HZ_VIEW_CATALOG_H
#define HZ_VIEW_CATALOG_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"

struct catalog_entry {
	char *name;                 /* file name without its ending */
	char *summary;              /* text of the file's second line, a comment */
	char *path;
};

struct catalog {
	struct catalog_entry *entry; /* by name */
	size_t n;
};

/* Every file "folder/NAME.ending" of the data folder; `comment` starts a comment line in them ("--", "#"). Returns
 * 0, or HZ_ENVIRONMENT when the folder cannot be read. */
int catalog_load(struct catalog *c, const char *folder, const char *ending, const char *comment, struct error *e);
/* The entry, or NULL with *e filled: HZ_USER, with the nearest name or all names; `what` says what it should have
 * been. */
const struct catalog_entry *catalog_find(const struct catalog *c, const char *what, const char *name, struct error *e);
/* One line per entry. */
void catalog_print(const struct catalog *c, FILE *out);
void catalog_fini(struct catalog *c);

#define CATALOG_QUERIES "queries", "sql", "--"
#define CATALOG_CHARTS "plots", "gp", "#"

#endif
