/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results database: one SQLite file that holds scenarios, their points, the runs of every point and what each
 * run found. docs/database.md describes the tables.
 *
 * Order of use by a writer: store_open, then one plan transaction (store_plan_begin, _scenario, _point, _run,
 * _commit) that enters every run as planned in plan order, then store_run_start and one of store_run_done, _failed,
 * _reset for each run in any order. Row numbers come from the plan alone, so they do not depend on which run
 * finished first.
 *
 * Every function that takes an error returns 0, or the exit code with *e filled; then nothing of that call is in
 * the database. A process made by fork must not touch its parent's store and must leave with _exit. Two writers at
 * a time are safe: one waits for the other up to STORE_BUSY_MS. */
#ifndef HZ_STORE_STORE_H
#define HZ_STORE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "load/result.h"

#define STORE_DEFAULT_PATH "hotzone.db"
#define STORE_BUSY_MS 10000

struct sqlite3;
struct store;

/* STORE_READ never creates or changes the file. STORE_WRITE creates it when missing and brings an older schema up
 * to date. */
enum store_mode { STORE_READ, STORE_WRITE };

int store_open(struct store **out, const char *path, enum store_mode mode, struct error *e);
/* NULL is allowed. An open plan is rolled back. */
void store_close(struct store *s);

/* Where the database lies, as given to store_open; for messages. */
const char *store_path(const struct store *s);

/* For reading with any SQL: see store/statement.h. */
struct sqlite3 *store_sqlite(struct store *s);

/* Planning. Strings are copied. */

/* A metric that the summary shows beside the primary one. */
struct store_show {
	const char *metric;
	const char *place;          /* where the scenario names it, for messages */
};

/* A line across charts. */
struct store_line {
	const char *metric;         /* NULL: the primary one of the load */
	double at;
	const char *label;
};

struct store_scenario {
	const char *name;           /* identity: one row per name; title, path and text are those of the latest plan */
	const char *title;          /* one line, "" when it has none */
	const char *path;           /* the file as the user named it */
	const char *text;           /* that file's content */
	const char *baseline;       /* policy that the others are compared with; "" or NULL: the first */
	const struct store_show *show;
	size_t shows;
	const struct store_line *line;
	size_t lines;
};

/* One swept key of a point. */
struct store_axis {
	const char *key;            /* "load.cpus" */
	const char *value;          /* as a person would write it: "14", "25Gbit/s" */
	double number;              /* in the key's base unit (bit/s, cycles, ...); NAN when it is no number */
};

struct store_point {
	const char *hash;           /* of the resolved point; tells apart any two points of one scenario */
	const char *label;          /* short, unique within a plan: "pcp router rate=25Gbit/s"; starts with the policy */
	const char *policy;         /* "" when the scenario compares none */
	const char *workload;       /* "" when the scenario names none */
	uint32_t position;          /* from 1, in expansion order: the number that a person names the point by */
	const char *config;         /* the resolved point as text, every key */
	const struct store_axis *axis;
	size_t axes;
};

enum store_state { STORE_PLANNED, STORE_RUNNING, STORE_DONE, STORE_FAILED, STORE_KILLED, STORE_STATES };

/* "planned", "running", "done", "failed", "killed". */
const char *store_state_name(enum store_state state);

/* Open a transaction; only the store_plan functions may be called until _commit or _rollback. */
int store_plan_begin(struct store *s, struct error *e);
/* Enter or renew a scenario. Points of an earlier plan of it stay in the database with their results, but lose
 * their position: they are not part of the current plan until store_plan_point names them again. */
int store_plan_scenario(struct store *s, const struct store_scenario *scenario, int64_t *id, struct error *e);
int store_plan_point(struct store *s, int64_t scenario, const struct store_point *point, int64_t *id, struct error *e);
/* Enter a run as planned unless the same (point, repetition, model version) is there already. *id and *state say
 * what is there now: a run in state STORE_DONE need not be repeated; STORE_RUNNING is left over from a writer that
 * died, or belongs to another writer. `seed` is the run's own seed. */
int store_plan_run(struct store *s, int64_t point, uint32_t repetition, uint64_t seed, uint32_t model_version,
		   int64_t *id, enum store_state *state, struct error *e);
int store_plan_commit(struct store *s, struct error *e);
void store_plan_rollback(struct store *s);

/* How long a run took. */
struct store_times {
	double wall_seconds;
	double cpu_seconds;
};

/* Mark as running from now on this host by this program, and forget what an earlier try of the same run left. This, _failed and _reset
 * leave a run alone that is done: it keeps its result until another one takes its place. */
int store_run_start(struct store *s, int64_t run, struct error *e);
/* Keep a result, all of it in one transaction. A result whose `failure` is set is kept as failed: the reason,
 * events and fingerprint, but no metric, lock or profile. Metrics that are not finite are left out. */
int store_run_done(struct store *s, int64_t run, const struct result *r, const struct store_times *times,
		   struct error *e);
/* The run gave no result. `state` is STORE_FAILED (crash, assertion) or STORE_KILLED (time or memory limit). */
int store_run_failed(struct store *s, int64_t run, enum store_state state, const char *why,
		     const struct store_times *times, struct error *e);
/* Interrupted before it ended: planned again. */
int store_run_reset(struct store *s, int64_t run, struct error *e);

/* Everything in the database but times, host and program version, one fact per line, in an order that does not
 * depend on the order of completion: two databases with the same dump hold the same results. *dump is heap text. */
int store_dump(struct store *s, char **dump, struct error *e);

#endif
