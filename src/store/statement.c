/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/statement.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

int statement_error(struct store *s, const char *doing, struct error *e)
{
	sqlite3 *db = store_sqlite(s);
	int code = sqlite3_errcode(db) & 0xff;
	int os = sqlite3_system_errno(db);
	const char *more = "";

	if (code == SQLITE_BUSY)
		more = " by another process that is writing to it";
	else if (code == SQLITE_FULL)
		more = "; free some space and run again: finished runs are kept";
	else if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && os)
		return error_set(e, HZ_ENVIRONMENT, "%s: %s: %s: %s", doing, store_path(s), sqlite3_errmsg(db),
				 strerror(os));
	return error_set(e, HZ_ENVIRONMENT, "%s: %s: %s%s", doing, store_path(s), sqlite3_errmsg(db), more);
}

int statement_prepare(struct statement *st, struct store *s, const char *doing, const char *sql, struct error *e)
{
	*st = (struct statement){.store = s, .doing = doing};
	if (sqlite3_prepare_v2(store_sqlite(s), sql, -1, &st->stmt, NULL) != SQLITE_OK)
		return statement_error(s, doing, e);
	return 0;
}

void statement_fini(struct statement *st)
{
	sqlite3_finalize(st->stmt);
	st->stmt = NULL;
}

void statement_bind_int(struct statement *st, int index, int64_t value)
{
	sqlite3_bind_int64(st->stmt, index, value);
}

void statement_bind_count(struct statement *st, int index, uint64_t value)
{
	sqlite3_bind_int64(st->stmt, index, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void statement_bind_real(struct statement *st, int index, double value)
{
	if (isnan(value))
		sqlite3_bind_null(st->stmt, index);
	else
		sqlite3_bind_double(st->stmt, index, value);
}

void statement_bind_text(struct statement *st, int index, const char *text)
{
	sqlite3_bind_text(st->stmt, index, text, -1, SQLITE_STATIC);
}

int statement_step(struct statement *st, int *row, struct error *e)
{
	int rc = sqlite3_step(st->stmt);

	*row = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return 0;
	return statement_error(st->store, st->doing, e);
}

int statement_run(struct statement *st, struct error *e)
{
	int row, rc = statement_step(st, &row, e);

	statement_reset(st);
	return rc;
}

void statement_reset(struct statement *st)
{
	sqlite3_reset(st->stmt);
}

int64_t statement_int(struct statement *st, int column)
{
	return sqlite3_column_int64(st->stmt, column);
}

double statement_real(struct statement *st, int column)
{
	return statement_null(st, column) ? NAN : sqlite3_column_double(st->stmt, column);
}

const char *statement_text(struct statement *st, int column)
{
	const unsigned char *text = sqlite3_column_text(st->stmt, column);

	return text ? (const char *)text : "";
}

int statement_null(struct statement *st, int column)
{
	return sqlite3_column_type(st->stmt, column) == SQLITE_NULL;
}

int statement_execute(struct store *s, const char *doing, const char *sql, struct error *e)
{
	if (sqlite3_exec(store_sqlite(s), sql, NULL, NULL, NULL) != SQLITE_OK)
		return statement_error(s, doing, e);
	return 0;
}
