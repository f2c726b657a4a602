/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an SQL statement answers, as a table, CSV or JSON. */
#ifndef HZ_VIEW_ROWS_H
#define HZ_VIEW_ROWS_H

#include <stdio.h>

#include "base/error.h"
#include "store/store.h"

/* Table: aligned columns, NULL as "-". CSV: RFC 4180 with a header and '\n', NULL as nothing, an empty text as "".
 * JSON: an array of objects, one per line; a number that JSON cannot say is null. CSV and JSON are written row by
 * row. */
enum rows_format { ROWS_TABLE, ROWS_CSV, ROWS_JSON };

/* "table", "csv", "json". Returns 0, or HZ_USER. */
int rows_format_parse(const char *word, enum rows_format *format, struct error *e);

/* Run one statement that reads. `origin` names the text in messages. Returns 0, HZ_USER when the text is not one
 * reading statement or fails by its own fault ("origin:line:column: SQLite's message"), HZ_ENVIRONMENT when the
 * database fails. */
int rows_print(struct store *s, const char *origin, const char *sql, enum rows_format format, FILE *out,
	       struct error *e);

#endif
