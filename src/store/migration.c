/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/migration.h"

#include <stdio.h>

#include "store/statement.h"

static int read_number(struct store *s, const char *sql, int64_t *value, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, "open database", sql, e);

	if (!rc)
		rc = statement_step(&st, &row, e);
	if (!rc)
		*value = statement_int(&st, 0);
	statement_fini(&st);
	return rc;
}

/* *have is the schema version, 0 for an empty file. */
static int check(struct store *s, unsigned n, int64_t *have, struct error *e)
{
	int64_t application = 0, objects = 0;
	int rc = read_number(s, "PRAGMA user_version", have, e);

	if (!rc)
		rc = read_number(s, "PRAGMA application_id", &application, e);
	if (!rc)
		rc = read_number(s, "SELECT count(*) FROM sqlite_schema", &objects, e);
	if (rc)
		return rc;
	if (application != MIGRATION_APPLICATION_ID && (application || *have || objects))
		return error_set(e, HZ_ENVIRONMENT, "open database: %s: is a database of another program",
				 store_path(s));
	if (*have > (int64_t)n)
		return error_set(e, HZ_ENVIRONMENT,
				 "open database: %s: was written by a newer hotzone (schema %lld, this one knows %u)",
				 store_path(s), (long long)*have, n);
	return 0;
}

static int apply_steps(struct store *s, const struct migration *steps, int64_t have, unsigned n, struct error *e)
{
	char pragma[96];

	for (int64_t i = have; i < (int64_t)n; i++) {
		int rc = statement_execute(s, steps[i].what, steps[i].sql, e);

		if (rc)
			return rc;
	}
	snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d; PRAGMA user_version = %u",
		 MIGRATION_APPLICATION_ID, n);
	return statement_execute(s, "mark database", pragma, e);
}

int migration_run(struct store *s, const struct migration *steps, unsigned n, int apply, struct error *e)
{
	int64_t have = 0;
	int rc = check(s, n, &have, e);

	if (rc || have == (int64_t)n)
		return rc;
	if (!apply && !have)
		return error_set(e, HZ_ENVIRONMENT, "open database: %s: holds no results yet", store_path(s));
	if (!apply)
		return error_set(e, HZ_ENVIRONMENT,
				 "open database: %s: has the older schema %lld of %u; "
				 "any 'hotzone run' that writes to it brings it up to date",
				 store_path(s), (long long)have, n);
	rc = statement_execute(s, "change database schema", "BEGIN IMMEDIATE", e);
	if (rc)
		return rc;
	/* Another writer may have done it while this one waited for the lock. */
	rc = check(s, n, &have, e);
	if (!rc)
		rc = apply_steps(s, steps, have, n, e);
	if (!rc)
		rc = statement_execute(s, "change database schema", "COMMIT", e);
	if (rc)
		statement_execute(s, "roll back", "ROLLBACK", NULL);
	return rc;
}
