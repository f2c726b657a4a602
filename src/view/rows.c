/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/rows.h"

#include <ctype.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/interval.h"
#include "store/statement.h"
#include "view/table.h"

int rows_format_parse(const char *word, enum rows_format *format, struct error *e)
{
	static const char *const names[] = {"table", "csv", "json"};
	const char *near;

	for (int i = 0; i < 3; i++)
		if (!strcmp(word, names[i])) {
			*format = (enum rows_format)i;
			return 0;
		}
	near = text_nearest(word, names, 3);
	return error_set(e, HZ_USER, "no format '%s'%s%s%s (there are: table, csv, json)", word,
			 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Which failures are the database's and not the query's. */
static int is_environment(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_FULL:
	case SQLITE_CANTOPEN:
	case SQLITE_NOTADB:
	case SQLITE_NOMEM:
	case SQLITE_PROTOCOL:
		return 1;
	default:
		return 0;
	}
}

static int sql_error(struct store *s, const char *origin, const char *sql, struct error *e)
{
	sqlite3 *db = store_sqlite(s);
	unsigned long line = 0, column = 0;

	if (is_environment(sqlite3_errcode(db)))
		return statement_error(s, "query database", e);
#if SQLITE_VERSION_NUMBER >= 3038000
	int offset = sqlite3_error_offset(db);

	if (offset >= 0) {
		line = column = 1;
		for (int i = 0; i < offset; i++, column++)
			if (sql[i] == '\n') {
				line++;
				column = 0;
			}
	}
#endif
	return error_at(e, origin, line, column, "%s", sqlite3_errmsg(db));
}

/* Shortest decimal that reads back as the same number. */
static void add_real(struct text *t, double value)
{
	char digits[40];

	snprintf(digits, sizeof digits, "%.15g", value);
	if (strtod(digits, NULL) != value)
		snprintf(digits, sizeof digits, "%.17g", value);
	text_add(t, "%s", digits);
}

static void add_blob(struct text *t, sqlite3_stmt *stmt, int column)
{
	const unsigned char *bytes = sqlite3_column_blob(stmt, column);
	int n = sqlite3_column_bytes(stmt, column);

	for (int i = 0; i < n; i++)
		text_add(t, "%02x", (unsigned)bytes[i]);
}

static void add_csv_text(struct text *t, const char *s)
{
	if (*s && !strpbrk(s, ",\"\r\n")) {
		text_add(t, "%s", s);
		return;
	}
	text_add(t, "\"");
	for (; *s; s++)
		text_add(t, *s == '"' ? "\"\"" : "%c", *s);
	text_add(t, "\"");
}

static void add_csv(struct text *t, sqlite3_stmt *stmt, int column)
{
	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		break;
	case SQLITE_INTEGER:
		text_add(t, "%lld", sqlite3_column_int64(stmt, column));
		break;
	case SQLITE_FLOAT:
		add_real(t, sqlite3_column_double(stmt, column));
		break;
	case SQLITE_BLOB:
		add_blob(t, stmt, column);
		break;
	default:
		add_csv_text(t, (const char *)sqlite3_column_text(stmt, column));
	}
}

static void add_json(struct text *t, sqlite3_stmt *stmt, int column)
{
	double real;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		text_add(t, "null");
		break;
	case SQLITE_INTEGER:
		text_add(t, "%lld", sqlite3_column_int64(stmt, column));
		break;
	case SQLITE_FLOAT:
		real = sqlite3_column_double(stmt, column);
		if (isfinite(real))
			add_real(t, real);
		else
			text_add(t, "null");
		break;
	case SQLITE_BLOB:
		text_add(t, "\"");
		add_blob(t, stmt, column);
		text_add(t, "\"");
		break;
	default:
		text_add_json(t, (const char *)sqlite3_column_text(stmt, column));
	}
}

/* Text on one line: a table has no place for more. */
static void text_cell(struct table *t, const char *s)
{
	struct text line = {0};

	for (; *s; s++)
		text_add(&line, *s == '\n' ? "\\n" : "%c", *s);
	table_cell(t, "%s", text_str(&line));
	text_fini(&line);
}

static void add_cell(struct table *t, sqlite3_stmt *stmt, int column)
{
	struct text hex = {0};
	double real;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		table_none(t);
		return;
	case SQLITE_INTEGER:
		t->column[column].align = TABLE_RIGHT;
		table_cell(t, "%lld", sqlite3_column_int64(stmt, column));
		return;
	case SQLITE_FLOAT:
		t->column[column].align = TABLE_RIGHT;
		real = sqlite3_column_double(stmt, column);
		table_cell(t, "%.*f", interval_decimals(real, 6), real);
		return;
	case SQLITE_BLOB:
		add_blob(&hex, stmt, column);
		table_cell(t, "%s", text_str(&hex));
		text_fini(&hex);
		return;
	default:
		text_cell(t, (const char *)sqlite3_column_text(stmt, column));
	}
}

struct printer {
	enum rows_format format;
	FILE *out;
	sqlite3_stmt *stmt;
	int columns;
	struct table table;
	unsigned long long rows;
};

static void print_head(struct printer *p)
{
	struct text line = {0};

	for (int i = 0; i < p->columns; i++) {
		const char *name = sqlite3_column_name(p->stmt, i);

		if (p->format == ROWS_TABLE) {
			table_column(&p->table, name, TABLE_LEFT);
		} else if (p->format == ROWS_CSV) {
			text_add(&line, i ? "," : "");
			add_csv_text(&line, name);
		}
	}
	if (p->format == ROWS_CSV)
		fprintf(p->out, "%s\n", text_str(&line));
	if (p->format == ROWS_JSON)
		fputc('[', p->out);
	text_fini(&line);
}

static void print_row(struct printer *p)
{
	struct text line = {0};

	for (int i = 0; i < p->columns; i++) {
		if (p->format == ROWS_TABLE) {
			add_cell(&p->table, p->stmt, i);
		} else if (p->format == ROWS_CSV) {
			text_add(&line, i ? "," : "");
			add_csv(&line, p->stmt, i);
		} else {
			text_add(&line, i ? ", " : "");
			text_add_json(&line, sqlite3_column_name(p->stmt, i));
			text_add(&line, ": ");
			add_json(&line, p->stmt, i);
		}
	}
	if (p->format == ROWS_CSV)
		fprintf(p->out, "%s\n", text_str(&line));
	if (p->format == ROWS_JSON)
		fprintf(p->out, "%s\n  {%s}", p->rows ? "," : "", text_str(&line));
	p->rows++;
	text_fini(&line);
}

static void print_foot(struct printer *p)
{
	if (p->format == ROWS_TABLE)
		table_print_all(&p->table, p->out, 0);
	if (p->format == ROWS_JSON)
		fprintf(p->out, "%s]\n", p->rows ? "\n" : "");
	table_fini(&p->table);
}

static int is_blank(const char *sql)
{
	while (isspace((unsigned char)*sql) || *sql == ';')
		sql++;
	return !*sql;
}

int rows_print(struct store *s, const char *origin, const char *sql, enum rows_format format, FILE *out,
	       struct error *e)
{
	struct printer p = {.format = format, .out = out};
	const char *tail = "";
	int step, rc = 0;

	if (sqlite3_prepare_v2(store_sqlite(s), sql, -1, &p.stmt, &tail) != SQLITE_OK)
		return sql_error(s, origin, sql, e);
	p.columns = sqlite3_column_count(p.stmt);
	if (!p.stmt)
		rc = error_at(e, origin, 0, 0, "no SQL statement in it");
	else if (!is_blank(tail))
		rc = error_at(e, origin, 0, 0, "one statement at a time, please");
	else if (!sqlite3_stmt_readonly(p.stmt) || !p.columns)
		rc = error_at(e, origin, 0, 0, "a query only reads; this statement does something else");
	if (rc) {
		sqlite3_finalize(p.stmt);
		return rc;
	}
	/* The first step comes before the header, so that a query that fails at once prints nothing. */
	step = sqlite3_step(p.stmt);
	if (step == SQLITE_ROW || step == SQLITE_DONE)
		print_head(&p);
	for (; step == SQLITE_ROW; step = sqlite3_step(p.stmt))
		print_row(&p);
	if (step != SQLITE_DONE)
		rc = sql_error(s, origin, sql, e);
	else
		print_foot(&p);
	sqlite3_finalize(p.stmt);
	return rc;
}
