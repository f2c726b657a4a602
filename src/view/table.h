/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in aligned columns, no wider than what is in them. */
#ifndef HZ_VIEW_TABLE_H
#define HZ_VIEW_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum table_align { TABLE_LEFT, TABLE_RIGHT };

struct table_column {
	char *heading;              /* lines separated by '\n'; the last line stands right above the values */
	enum table_align align;
	int used;                   /* some row has a value here */
};

/* Zero-initialise. */
struct table {
	struct table_column *column;
	size_t columns;
	char **cell;                /* rows of `columns` cells; NULL: no value, printed "-" */
	size_t cells;
	size_t room;
};

/* Add a column; all columns come before the first cell. Returns its index. */
size_t table_column(struct table *t, const char *heading, enum table_align align);

/* The next cell of the current row; a row ends by itself with its last column. */
void table_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The next cell has no value. */
void table_none(struct table *t);

/* Print heading lines and rows, each line starting with `indent` spaces; no trailing blanks. A column without any
 * value is left out. Text is measured in UTF-8 characters. */
void table_print(const struct table *t, FILE *out, unsigned indent);
/* The same, but a column without values stays, shown as "-" or empty under its heading. */
void table_print_all(const struct table *t, FILE *out, unsigned indent);
/* Columns that table_print takes, without the indent. */
size_t table_width(const struct table *t);
void table_fini(struct table *t);

#endif
