/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bringing a database file from the schema it has to the one this program speaks. */
#ifndef HZ_STORE_MIGRATION_H
#define HZ_STORE_MIGRATION_H

#include "base/error.h"
#include "store/store.h"

/* "HZDB" in the file's header tells our databases from other programs' SQLite files. */
#define MIGRATION_APPLICATION_ID 0x485a4442

/* Step i (from 0) turns schema version i into i + 1. Steps are never changed once released; new ones are added. */
struct migration {
	const char *what;
	const char *sql;
};

/* Check that the file is ours and not newer than `n` steps. With `apply`, run the missing steps, all in one
 * transaction; without, an older file is an error too. Returns 0 or HZ_ENVIRONMENT. */
int migration_run(struct store *s, const struct migration *steps, unsigned n, int apply, struct error *e);

#endif
