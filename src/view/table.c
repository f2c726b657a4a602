/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

size_t table_column(struct table *t, const char *heading, enum table_align align)
{
	t->column = xrealloc(t->column, (t->columns + 1) * sizeof *t->column);
	t->column[t->columns] = (struct table_column){.heading = xstrdup(heading), .align = align};
	return t->columns++;
}

static void add_cell(struct table *t, char *value)
{
	if (t->cells == t->room) {
		t->room = t->room ? 2 * t->room : 64;
		t->cell = xrealloc(t->cell, t->room * sizeof *t->cell);
	}
	if (value)
		t->column[t->cells % t->columns].used = 1;
	t->cell[t->cells++] = value;
}

void table_cell(struct table *t, const char *format, ...)
{
	char value[256], *longer;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(value, sizeof value, format, args);
	va_end(args);
	if (n < (int)sizeof value) {
		add_cell(t, xstrdup(value));
		return;
	}
	longer = xmalloc((size_t)n + 1);
	va_start(args, format);
	vsnprintf(longer, (size_t)n + 1, format, args);
	va_end(args);
	add_cell(t, longer);
}

void table_none(struct table *t)
{
	add_cell(t, NULL);
}

/* Characters of the first `n` bytes of a UTF-8 text. */
static size_t characters(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

static size_t heading_lines(const char *heading)
{
	size_t lines = 1;

	for (; *heading; heading++)
		lines += *heading == '\n';
	return lines;
}

/* Line `k` of the heading. */
static const char *heading_line(const char *heading, size_t k, size_t *length)
{
	while (k--)
		heading = strchr(heading, '\n') + 1;
	*length = strcspn(heading, "\n");
	return heading;
}

static size_t column_width(const struct table *t, size_t column)
{
	const char *heading = t->column[column].heading;
	size_t widest = 0;

	for (size_t k = 0; k < heading_lines(heading); k++) {
		size_t length;
		const char *line = heading_line(heading, k, &length);
		size_t width = characters(line, length);

		widest = width > widest ? width : widest;
	}
	for (size_t i = column; i < t->cells; i += t->columns) {
		const char *value = t->cell[i] ? t->cell[i] : "-";
		size_t width = characters(value, strlen(value));

		widest = width > widest ? width : widest;
	}
	return widest;
}

/* Blanks are owed, not printed, until something follows them: no line ends in blanks. */
static size_t put_field(FILE *out, size_t owed, const char *value, size_t length, size_t width, enum table_align align)
{
	size_t used = characters(value, length), pad = width > used ? width - used : 0;

	if (align == TABLE_RIGHT)
		owed += pad;
	if (length) {
		fprintf(out, "%*s%.*s", (int)owed, "", (int)length, value);
		owed = 0;
	}
	return align == TABLE_LEFT ? owed + pad : owed;
}

static void print_headings(const struct table *t, FILE *out, unsigned indent, const size_t *width, int all)
{
	size_t lines = 0;

	for (size_t c = 0; c < t->columns; c++) {
		size_t n = heading_lines(t->column[c].heading);

		lines = n > lines && (all || t->column[c].used) ? n : lines;
	}
	for (size_t k = 0; k < lines; k++) {
		size_t owed = indent;

		for (size_t c = 0; c < t->columns; c++) {
			const struct table_column *column = &t->column[c];
			size_t blank = lines - heading_lines(column->heading), length = 0;
			const char *line = "";

			if (!all && !column->used)
				continue;
			if (k >= blank)
				line = heading_line(column->heading, k - blank, &length);
			owed = put_field(out, owed, line, length, width[c], column->align) + 2;
		}
		fputc('\n', out);
	}
}

static void print_table(const struct table *t, FILE *out, unsigned indent, int all)
{
	size_t *width = xcalloc(t->columns + 1, sizeof *width);

	for (size_t c = 0; c < t->columns; c++)
		width[c] = column_width(t, c);
	print_headings(t, out, indent, width, all);
	for (size_t row = 0; row + t->columns <= t->cells; row += t->columns) {
		size_t owed = indent;

		for (size_t c = 0; c < t->columns; c++) {
			const char *value = t->cell[row + c] ? t->cell[row + c] : "-";

			if (all || t->column[c].used)
				owed = put_field(out, owed, value, strlen(value), width[c], t->column[c].align) + 2;
		}
		fputc('\n', out);
	}
	free(width);
}

void table_print(const struct table *t, FILE *out, unsigned indent)
{
	print_table(t, out, indent, 0);
}

void table_print_all(const struct table *t, FILE *out, unsigned indent)
{
	print_table(t, out, indent, 1);
}

size_t table_width(const struct table *t)
{
	size_t sum = 0;

	for (size_t c = 0; c < t->columns; c++)
		if (t->column[c].used)
			sum += column_width(t, c) + (sum ? 2 : 0);
	return sum;
}

void table_fini(struct table *t)
{
	for (size_t c = 0; c < t->columns; c++)
		free(t->column[c].heading);
	for (size_t i = 0; i < t->cells; i++)
		free(t->cell[i]);
	free(t->column);
	free(t->cell);
	*t = (struct table){0};
}
