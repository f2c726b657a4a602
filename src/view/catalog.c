/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/catalog.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/datadir.h"
#include "base/text.h"
#include "view/table.h"

/* The second line, without the comment sign; "" when there is none. The first is the licence. */
static char *read_summary(const char *path, const char *comment)
{
	FILE *f = fopen(path, "r");
	char *line = NULL, *summary = NULL;
	size_t room = 0;

	if (f && getline(&line, &room, f) > 0 && getline(&line, &room, f) > 0 &&
	    !strncmp(line, comment, strlen(comment))) {
		char *text = line + strlen(comment);

		text += strspn(text, " \t");
		text[strcspn(text, "\n")] = '\0';
		summary = xstrdup(text);
	}
	if (f)
		fclose(f);
	free(line);
	return summary ? summary : xstrdup("");
}

static int entry_order(const void *a, const void *b)
{
	return strcmp(((const struct catalog_entry *)a)->name, ((const struct catalog_entry *)b)->name);
}

int catalog_load(struct catalog *c, const char *folder, const char *ending, const char *comment, struct error *e)
{
	char *path = datadir_path(folder);
	DIR *dir = opendir(path);
	const struct dirent *file;
	int rc = 0;

	*c = (struct catalog){0};
	if (!dir)
		rc = error_errno(e, "read folder", path);
	while (dir && (file = readdir(dir))) {
		const char *dot = strrchr(file->d_name, '.');
		struct text full = {0}, name = {0};

		if (!dot || dot == file->d_name || strcmp(dot + 1, ending))
			continue;
		text_add(&full, "%s/%s", path, file->d_name);
		text_add_bytes(&name, file->d_name, (size_t)(dot - file->d_name));
		c->entry = xrealloc(c->entry, (c->n + 1) * sizeof *c->entry);
		c->entry[c->n++] = (struct catalog_entry){name.s, read_summary(full.s, comment), full.s};
	}
	if (dir)
		closedir(dir);
	if (c->n)
		qsort(c->entry, c->n, sizeof *c->entry, entry_order);
	free(path);
	return rc;
}

const struct catalog_entry *catalog_find(const struct catalog *c, const char *what, const char *name, struct error *e)
{
	const char **names = xcalloc(c->n + 1, sizeof *names), *near;
	struct text all = {0};

	for (size_t i = 0; i < c->n; i++) {
		if (!strcmp(c->entry[i].name, name)) {
			free(names);
			text_fini(&all);
			return &c->entry[i];
		}
		names[i] = c->entry[i].name;
		text_add(&all, "%s%s", i ? ", " : "", names[i]);
	}
	near = text_nearest(name, names, c->n);
	error_set(e, HZ_USER, "no %s '%s'%s%s%s (there are: %s)", what, name, near ? "; did you mean '" : "",
		  near ? near : "", near ? "'?" : "", text_str(&all));
	free(names);
	text_fini(&all);
	return NULL;
}

void catalog_print(const struct catalog *c, FILE *out)
{
	struct table t = {0};

	table_column(&t, "name", TABLE_LEFT);
	table_column(&t, "what it shows", TABLE_LEFT);
	for (size_t i = 0; i < c->n; i++) {
		table_cell(&t, "%s", c->entry[i].name);
		table_cell(&t, "%s", c->entry[i].summary);
	}
	table_print(&t, out, 2);
	table_fini(&t);
}

void catalog_fini(struct catalog *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->entry[i].name);
		free(c->entry[i].summary);
		free(c->entry[i].path);
	}
	free(c->entry);
	*c = (struct catalog){0};
}
