/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growing text and the few string helpers that several rooms need. */
#ifndef HZ_BASE_TEXT_H
#define HZ_BASE_TEXT_H

#include <stddef.h>

#include "base/error.h"

/* Zero-initialise, or `= {0}`. `s` is NUL-terminated once anything was added, else NULL. */
struct text {
	char *s;
	size_t len;
	size_t room;
};

void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *t, const char *bytes, size_t len);
/* Append `s` as a JSON string, quotes included. */
void text_add_json(struct text *t, const char *s);
/* Append a whole file. Returns 0, or HZ_ENVIRONMENT with *e saying that `operation` failed. */
int text_add_file(struct text *t, const char *operation, const char *path, struct error *e);
/* The text, "" when nothing was added. */
const char *text_str(const struct text *t);
void text_fini(struct text *t);

/* Heap allocation that ends the program with a message when memory is out: a simulator has no better answer. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s);

/* Edit distance with adjacent transpositions, for "did you mean". */
unsigned text_distance(const char *a, const char *b);

/* The name in `names[0..n)` nearest to `word`, or NULL when none is near (more than a third of its letters differ). */
const char *text_nearest(const char *word, const char *const *names, size_t n);

#endif
