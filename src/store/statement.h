/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One prepared SQL statement of a store, with errors that name what was being done. */
#ifndef HZ_STORE_STATEMENT_H
#define HZ_STORE_STATEMENT_H

#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

struct sqlite3_stmt;

struct statement {
	struct store *store;
	struct sqlite3_stmt *stmt;
	const char *doing;          /* "keep result", for messages; not copied */
};

/* Returns 0, or HZ_ENVIRONMENT: SQL of the program's own can only fail for the database's sake. */
int statement_prepare(struct statement *st, struct store *s, const char *doing, const char *sql, struct error *e);
/* NULL-safe after a failed or missing prepare of a zeroed statement. */
void statement_fini(struct statement *st);

/* Parameters count from 1. Text must live until the next statement_step or _run. NULL text and NAN are stored as NULL;
 * integers beyond int64 are cut to its maximum. */
void statement_bind_int(struct statement *st, int index, int64_t value);
void statement_bind_count(struct statement *st, int index, uint64_t value);
void statement_bind_real(struct statement *st, int index, double value);
void statement_bind_text(struct statement *st, int index, const char *text);

/* *row is 1 while there is a row to read, 0 at the end. */
int statement_step(struct statement *st, int *row, struct error *e);
/* Execute a statement without rows and make it ready for other parameters. */
int statement_run(struct statement *st, struct error *e);
void statement_reset(struct statement *st);

/* Columns of the current row count from 0. Real is NAN and text "" for NULL. Text lives until the next step. */
int64_t statement_int(struct statement *st, int column);
double statement_real(struct statement *st, int column);
const char *statement_text(struct statement *st, int column);
int statement_null(struct statement *st, int column);

/* Several statements without parameters or rows, separated by ';'. */
int statement_execute(struct store *s, const char *doing, const char *sql, struct error *e);

/* Fill *e with "doing: path: SQLite's message" for the last failure. */
int statement_error(struct store *s, const char *doing, struct error *e);

#endif
