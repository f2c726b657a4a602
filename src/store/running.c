/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h, the run part: what became of a run, one transaction each. */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

#include "store/handle.h"
#include "store/statement.h"

static int begin(struct store *s, struct error *e)
{
	return statement_execute(s, "keep result", "BEGIN IMMEDIATE", e);
}

/* Commit when rc is 0, else roll back; returns the outcome. */
static int end(struct store *s, int rc, struct error *e)
{
	if (!rc)
		rc = statement_execute(s, "keep result", "COMMIT", e);
	/* SQLite rolls back by itself on some errors; a second time does no harm. */
	if (rc)
		statement_execute(s, "roll back", "ROLLBACK", NULL);
	return rc;
}

static int forget(struct store *s, int64_t run, struct error *e)
{
	static const char *const statements[] = {
		"DELETE FROM metric WHERE run = ?",
		"DELETE FROM lock_stat WHERE run = ?",
		"DELETE FROM profile WHERE run = ?",
	};
	int rc = 0;

	for (size_t i = 0; !rc && i < HZ_ARRAY_SIZE(statements); i++) {
		struct statement st;

		rc = statement_prepare(&st, s, "keep result", statements[i], e);
		if (!rc) {
			statement_bind_int(&st, 1, run);
			rc = statement_run(&st, e);
		}
		statement_fini(&st);
	}
	return rc;
}

struct run_row {
	enum store_state state;
	const char *error;
	const struct result *result;      /* NULL: no events, no fingerprint */
	const struct store_times *times;  /* NULL: not over */
	int started;                      /* from now on */
};

static int update(struct store *s, int64_t run, const struct run_row *r, struct error *e)
{
	struct statement st;
	char fingerprint[24], host[256] = "";
	int rc = statement_prepare(&st, s, "keep result",
		"UPDATE run SET state = ?2, error = ?3, events = ?4, fingerprint = ?5,"
		" wall_seconds = ?6, cpu_seconds = ?7,"
		" started = CASE ?8 WHEN 1 THEN strftime('%Y-%m-%dT%H:%M:%fZ', 'now') ELSE started END,"
		" program_version = CASE ?8 WHEN 1 THEN ?9 ELSE program_version END,"
		" host = CASE ?8 WHEN 1 THEN ?10 ELSE host END WHERE id = ?1", e);

	if (!rc) {
		statement_bind_int(&st, 1, run);
		statement_bind_text(&st, 2, store_state_name(r->state));
		statement_bind_text(&st, 3, r->error);
		if (r->result) {
			snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, r->result->fingerprint);
			statement_bind_count(&st, 4, r->result->events);
			statement_bind_text(&st, 5, fingerprint);
		}
		if (r->times) {
			statement_bind_real(&st, 6, r->times->wall_seconds);
			statement_bind_real(&st, 7, r->times->cpu_seconds);
		}
		gethostname(host, sizeof host - 1);
		statement_bind_int(&st, 8, r->started);
		statement_bind_text(&st, 9, PACKAGE_VERSION);
		statement_bind_text(&st, 10, host);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	if (!rc && sqlite3_changes(s->db) != 1)
		return error_set(e, HZ_ENVIRONMENT, "keep result: %s: run %" PRId64 " is not in the database",
				 s->path, run);
	return rc;
}

static int keep_metrics(struct store *s, int64_t run, const struct result *r, struct error *e)
{
	struct statement st;
	int rc = statement_prepare(&st, s, "keep result",
		"INSERT INTO metric (run, name, unit, value) VALUES (?, ?, ?, ?)", e);

	for (size_t i = 0; !rc && i < r->metrics; i++) {
		if (!isfinite(r->metric[i].value))
			continue;
		statement_bind_int(&st, 1, run);
		statement_bind_text(&st, 2, r->metric[i].name);
		statement_bind_text(&st, 3, r->metric[i].unit);
		statement_bind_real(&st, 4, r->metric[i].value);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

static int keep_buckets(struct statement *st, int64_t run, int64_t lock, const char *what, const struct histogram *h,
			struct error *e)
{
	int rc = 0;

	for (unsigned i = 0; !rc && i < HISTOGRAM_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		statement_bind_int(st, 1, run);
		statement_bind_int(st, 2, lock);
		statement_bind_text(st, 3, what);
		statement_bind_count(st, 4, histogram_low(i));
		statement_bind_count(st, 5, histogram_high(i));
		statement_bind_count(st, 6, h->bucket[i]);
		rc = statement_run(st, e);
	}
	return rc;
}

static int keep_lock(struct statement *st, int64_t run, int64_t lock, const struct lock_row *l, struct error *e)
{
	const uint64_t counts[] = {
		l->acquisitions, l->contended, l->trylock_failures,
		l->handoff[0], l->handoff[1], l->handoff[2], l->handoff[3],
		l->hold.count, l->hold.sum, l->hold.max, l->wait.count, l->wait.sum, l->wait.max,
	};

	statement_bind_int(st, 1, run);
	statement_bind_int(st, 2, lock);
	statement_bind_text(st, 3, l->name);
	statement_bind_text(st, 4, l->kind);
	statement_bind_text(st, 5, l->caller);
	for (int i = 0; i < (int)HZ_ARRAY_SIZE(counts); i++)
		statement_bind_count(st, 6 + i, counts[i]);
	return statement_run(st, e);
}

static int keep_locks(struct store *s, int64_t run, const struct result *r, struct error *e)
{
	struct statement st = {0}, bucket = {0};
	int rc = statement_prepare(&st, s, "keep result",
		"INSERT INTO lock_stat (run, lock, name, kind, caller, acquisitions, contended, trylock_failures,"
		" handoff_self, handoff_smt, handoff_socket, handoff_cross,"
		" hold_count, hold_sum, hold_max, wait_count, wait_sum, wait_max)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", e);

	if (!rc)
		rc = statement_prepare(&bucket, s, "keep result",
			"INSERT INTO lock_bucket (run, lock, what, low, high, count) VALUES (?, ?, ?, ?, ?, ?)", e);
	for (size_t i = 0; !rc && i < r->locks; i++) {
		rc = keep_lock(&st, run, (int64_t)i + 1, &r->lock[i], e);
		if (!rc)
			rc = keep_buckets(&bucket, run, (int64_t)i + 1, "hold", &r->lock[i].hold, e);
		if (!rc)
			rc = keep_buckets(&bucket, run, (int64_t)i + 1, "wait", &r->lock[i].wait, e);
	}
	statement_fini(&st);
	statement_fini(&bucket);
	return rc;
}

static int keep_profile(struct store *s, int64_t run, const struct result *r, struct error *e)
{
	struct statement st;
	int rc = statement_prepare(&st, s, "keep result",
		"INSERT INTO profile (run, path, calls, self) VALUES (?, ?, ?, ?)"
		" ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, self = self + excluded.self", e);

	for (size_t i = 0; !rc && i < r->profiles; i++) {
		statement_bind_int(&st, 1, run);
		statement_bind_text(&st, 2, r->profile[i].path);
		statement_bind_count(&st, 3, r->profile[i].calls);
		statement_bind_count(&st, 4, r->profile[i].self);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

static int is_done(struct store *s, int64_t run, int *done, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, "keep result", "SELECT state = 'done' FROM run WHERE id = ?", e);

	*done = 0;
	if (!rc) {
		statement_bind_int(&st, 1, run);
		rc = statement_step(&st, &row, e);
		*done = !rc && row && statement_int(&st, 0);
	}
	statement_fini(&st);
	return rc;
}

/* A try without a result. Who has one, from an earlier try or from another writer's, keeps it. */
static int keep_try(struct store *s, int64_t run, const struct run_row *row, struct error *e)
{
	int done, rc = begin(s, e);

	if (rc)
		return rc;
	rc = is_done(s, run, &done, e);
	if (!rc && !done) {
		rc = forget(s, run, e);
		if (!rc)
			rc = update(s, run, row, e);
	}
	return end(s, rc, e);
}

int store_run_start(struct store *s, int64_t run, struct error *e)
{
	const struct run_row row = {.state = STORE_RUNNING, .started = 1};

	return keep_try(s, run, &row, e);
}

int store_run_done(struct store *s, int64_t run, const struct result *r, const struct store_times *times,
		   struct error *e)
{
	const struct run_row row = {
		.state = r->failure ? STORE_FAILED : STORE_DONE, .error = r->failure, .result = r, .times = times,
	};
	int rc = begin(s, e);

	if (rc)
		return rc;
	rc = forget(s, run, e);
	if (!rc)
		rc = update(s, run, &row, e);
	if (!rc && !r->failure) {
		rc = keep_metrics(s, run, r, e);
		if (!rc)
			rc = keep_locks(s, run, r, e);
		if (!rc)
			rc = keep_profile(s, run, r, e);
	}
	return end(s, rc, e);
}

int store_run_failed(struct store *s, int64_t run, enum store_state state, const char *why,
		     const struct store_times *times, struct error *e)
{
	const struct run_row row = {.state = state, .error = why, .times = times};

	return keep_try(s, run, &row, e);
}

int store_run_reset(struct store *s, int64_t run, struct error *e)
{
	const struct run_row row = {.state = STORE_PLANNED};

	return keep_try(s, run, &row, e);
}
