/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML document as a tree in which every node knows where it stands. One document, scalars, lists and mappings;
 * anchors, aliases, tags and duplicate keys are refused. */
#ifndef HZ_PLAN_TREE_H
#define HZ_PLAN_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct place {
	const char *file;            /* as the user named it; lives as long as the tree */
	unsigned long line, column;  /* from 1; 0: no line to speak of (--set) */
};

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	struct place place;
	char *text;                  /* scalar: the text, quotes and escapes resolved */
	struct node *item;           /* list: the items; mapping: the values */
	struct node *key;            /* mapping: the keys, scalars */
	size_t items;
};

struct tree {
	struct node root;
	char *file;
	char *source;                /* the whole text */
};

/* Read `path`. Returns 0, HZ_ENVIRONMENT when the file cannot be read, or HZ_USER with file:line:column. The caller
 * calls tree_fini only after success. */
int tree_read(struct tree *t, const char *path, struct error *e);

/* The same from text; `name` stands for the file in messages. With `located` false, places have no line. */
int tree_parse(struct tree *t, const char *name, const char *text, size_t len, bool located, struct error *e);
void tree_fini(struct tree *t);

/* The value of a key of a mapping, or NULL. */
const struct node *node_get(const struct node *map, const char *key);

/* "a list", "a mapping", "a value": for messages. */
const char *node_noun(const struct node *n);

/* A path named at `p`: relative ones are meant from the folder of that file. Heap. */
char *place_path(const struct place *p, const char *path);

/* Fill *e with the node's place in front. Returns HZ_USER. */
int place_error(const struct place *p, struct error *e, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
