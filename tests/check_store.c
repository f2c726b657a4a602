/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results database: what is kept, what is refused, and that nothing is ever kept by halves. */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/stats.h"
#include "base/text.h"
#include "base/types.h"
#include "store/interval.h"
#include "store/migration.h"
#include "store/schema.h"
#include "store/statement.h"
#include "store/store.h"

static char folder[64];

static void in_a_folder(void)
{
	strcpy(folder, "/tmp/check_store.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void remove_folder(void)
{
	char command[96];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}

#define MUST(call) \
	do { \
		struct error must_e = {0}; \
		struct error *e = &must_e; \
		ck_assert_msg((call) == 0, "%s: %s", #call, must_e.text); \
	} while (0)

/* `call` must fail with this code and say these words. */
#define MUST_FAIL(call, wanted, words) \
	do { \
		struct error must_e = {0}; \
		struct error *e = &must_e; \
		ck_assert_int_eq((call), (wanted)); \
		ck_assert_int_eq((int)must_e.code, (wanted)); \
		ck_assert_msg(strstr(must_e.text, (words)) != NULL, "'%s' is not in '%s'", (words), must_e.text); \
	} while (0)

static struct store *open_store(enum store_mode mode)
{
	struct store *s;

	MUST(store_open(&s, "r.db", mode, e));
	return s;
}

static int64_t ask(struct store *s, const char *sql)
{
	struct statement st;
	int64_t value;
	int row;

	MUST(statement_prepare(&st, s, "test", sql, e));
	MUST(statement_step(&st, &row, e));
	ck_assert_msg(row, "no row: %s", sql);
	value = statement_int(&st, 0);
	statement_fini(&st);
	return value;
}

static double ask_real(struct store *s, const char *sql)
{
	struct statement st;
	double value;
	int row;

	MUST(statement_prepare(&st, s, "test", sql, e));
	MUST(statement_step(&st, &row, e));
	ck_assert_msg(row, "no row: %s", sql);
	value = statement_real(&st, 0);
	statement_fini(&st);
	return value;
}

static void assert_text(struct store *s, const char *sql, const char *wanted)
{
	struct statement st;
	int row;

	MUST(statement_prepare(&st, s, "test", sql, e));
	MUST(statement_step(&st, &row, e));
	ck_assert_msg(row, "no row: %s", sql);
	ck_assert_str_eq(statement_text(&st, 0), wanted);
	statement_fini(&st);
}

/* Two points with `repetitions` runs each; run numbers in plan order. */
static void plan(struct store *s, unsigned repetitions, int64_t *run, enum store_state *state)
{
	static const struct store_scenario scenario = {.name = "s", .title = "a title", .path = "s.yaml", .text = "text"};
	static const struct store_axis axis[] = {{"load.cpus", "4", 4}, {"mode", "fast", NAN}};
	const struct store_point points[] = {
		{"h1", "one", "buddy", "", 1, "config 1", axis, 2},
		{"h2", "two", "pcp", "", 2, "config 2", axis, 1},
	};
	int64_t id, point;

	MUST(store_plan_begin(s, e));
	MUST(store_plan_scenario(s, &scenario, &id, e));
	for (size_t p = 0; p < HZ_ARRAY_SIZE(points); p++) {
		MUST(store_plan_point(s, id, &points[p], &point, e));
		for (uint32_t i = 0; i < repetitions; i++)
			MUST(store_plan_run(s, point, i, UINT64_MAX - i, 1, &run[p * repetitions + i],
					    &state[p * repetitions + i], e));
	}
	MUST(store_plan_commit(s, e));
}

static void make_result(struct result *r, unsigned variant)
{
	struct lock_row *l;

	r->fingerprint = 0xabcdef00u + variant;
	r->events = 1000 + variant;
	result_metric(r, "cycles_per_packet", "cycles", 2400 + variant);
	result_metric(r, "undefined", "1", NAN);
	l = result_lock(r);
	strcpy(l->name, "zone->lock (node 0 Normal)");
	strcpy(l->kind, "qspinlock");
	strcpy(l->caller, "free_one_page");
	l->acquisitions = 300;
	for (uint64_t i = 0; i < 300; i++)
		histogram_add(&l->hold, i * i % 977 + variant);
	for (uint64_t i = 0; i < 50; i++)
		histogram_add(&l->wait, i * i * i % 50021);
	l->contended = 50;
	strcpy(result_lock(r)->name, "pcp");
	result_profile(r, "a;b", 3, 300);
	result_profile(r, "a", 1, 100);
	result_profile(r, "a;b", 1, 11);
}

static const struct store_times times = {1.5, 1.25};

static void keep(struct store *s, int64_t run, unsigned variant)
{
	struct result r = {0};

	make_result(&r, variant);
	MUST(store_run_start(s, run, e));
	MUST(store_run_done(s, run, &r, &times, e));
	result_fini(&r);
}

START_TEST(a_result_is_kept_whole)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[2];
	int64_t run[2];

	plan(s, 1, run, state);
	keep(s, run[0], 0);
	store_close(s);
	s = open_store(STORE_READ);
	assert_text(s, "SELECT state FROM run WHERE id = 1", "done");
	assert_text(s, "SELECT fingerprint FROM run WHERE id = 1", "00000000abcdef00");
	assert_text(s, "SELECT seed FROM run WHERE id = 1", "18446744073709551615");
	assert_text(s, "SELECT state FROM run WHERE id = 2", "planned");
	ck_assert_int_eq(ask(s, "SELECT events FROM run WHERE id = 1"), 1000);
	ck_assert(ask_real(s, "SELECT wall_seconds FROM run WHERE id = 1") == 1.5);
	ck_assert_int_eq(
		ask(s, "SELECT started IS NOT NULL AND host IS NOT NULL AND program_version IS NOT NULL FROM run"),
		1);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM metric"), 1);
	ck_assert(ask_real(s, "SELECT value FROM metric") == 2400);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM lock_stat"), 2);
	ck_assert_int_eq(ask(s, "SELECT sum(count) FROM lock_bucket WHERE what = 'hold'"), 300);
	ck_assert_int_eq(ask(s, "SELECT sum(count) FROM lock_bucket WHERE what = 'wait'"), 50);
	/* The same path twice is one path. */
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM profile"), 2);
	ck_assert_int_eq(ask(s, "SELECT self FROM profile WHERE path = 'a;b'"), 311);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM point_axis"), 3);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM point_axis WHERE number IS NULL"), 1);
	store_close(s);
}
END_TEST

START_TEST(views_agree_with_the_histograms)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[6];
	int64_t run[6];
	struct stats sample = {0};
	struct histogram hold = {0}, wait = {0};

	plan(s, 3, run, state);
	for (unsigned i = 0; i < 3; i++) {
		struct result r = {0};

		make_result(&r, i * i);
		stats_add(&sample, result_get(&r, "cycles_per_packet"));
		histogram_merge(&hold, &r.lock[0].hold);
		histogram_merge(&wait, &r.lock[0].wait);
		result_fini(&r);
		keep(s, run[i], i * i);
	}
	ck_assert_int_eq(ask(s, "SELECT done * 100 + planned * 10 + failed FROM points WHERE label = 'one'"), 330);
	ck_assert_int_eq(ask(s, "SELECT done * 100 + planned * 10 + failed FROM points WHERE label = 'two'"), 30);
	ck_assert_int_eq(ask(s, "SELECT n FROM summary"), 3);
	ck_assert_double_eq_tol(ask_real(s, "SELECT mean FROM summary"), sample.mean, 1e-9);
	ck_assert_double_eq_tol(ask_real(s, "SELECT half_width FROM summary"), stats_half_width95(&sample), 1e-9);
	ck_assert_double_eq_tol(ask_real(s, "SELECT hold_mean FROM zone_lock"), histogram_mean(&hold), 1e-9);
	ck_assert(ask_real(s, "SELECT hold_p50 FROM zone_lock") == histogram_quantile(&hold, 0.5));
	ck_assert(ask_real(s, "SELECT hold_p99 FROM zone_lock") == histogram_quantile(&hold, 0.99));
	ck_assert(ask_real(s, "SELECT hold_max FROM zone_lock") == (double)hold.max);
	ck_assert(ask_real(s, "SELECT wait_p50 FROM zone_lock") == histogram_quantile(&wait, 0.5));
	ck_assert(ask_real(s, "SELECT wait_p99 FROM zone_lock") == histogram_quantile(&wait, 0.99));
	ck_assert_int_eq(ask(s, "SELECT acquisitions FROM zone_lock"), 300);
	assert_text(s, "SELECT caller FROM lock_summary WHERE name LIKE 'zone%'", "free_one_page");
	ck_assert_int_eq(ask(s, "SELECT wait_max IS NULL AND caller IS NULL FROM lock_summary WHERE name = 'pcp'"), 1);
	store_close(s);
}
END_TEST

START_TEST(sql_functions)
{
	struct store *s = open_store(STORE_WRITE);

	assert_text(s, "SELECT mean95(column1) FROM (VALUES (1), (2), (NULL), (3))", "2.0 ±2.5");
	assert_text(s, "SELECT mean95(column1) FROM (VALUES (7))", "7.000");
	ck_assert_int_eq(ask(s, "SELECT mean95(1) IS NULL FROM scenario"), 1);
	ck_assert_int_eq(ask(s, "SELECT half_width95(column1) IS NULL FROM (VALUES (7))"), 1);
	ck_assert(ask_real(s, "SELECT quantile(0.5, column1, column1 + 1, column2)"
			   " FROM (VALUES (9, 1), (3, 1), (5, 1))") == 5);
	ck_assert(ask_real(s, "SELECT quantile(1, 10, 20, 3)") == 14.5);
	ck_assert_int_eq(ask(s, "SELECT quantile(0.5, 1, 2, 3) IS NULL FROM scenario"), 1);
	store_close(s);
}
END_TEST

START_TEST(planning_again_finds_what_is_done)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[6];
	int64_t run[6], again[6];

	plan(s, 2, run, state);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(state[i], STORE_PLANNED);
	keep(s, run[0], 0);
	MUST(store_run_start(s, run[1], e));
	MUST(store_run_failed(s, run[2], STORE_KILLED, "time limit", &times, e));
	store_close(s);
	s = open_store(STORE_WRITE);
	plan(s, 3, again, state);
	ck_assert_int_eq(again[0], run[0]);
	ck_assert_int_eq(again[1], run[1]);
	ck_assert_int_eq(again[3], run[2]);
	ck_assert_int_eq(state[0], STORE_DONE);
	ck_assert_int_eq(state[1], STORE_RUNNING);
	ck_assert_int_eq(state[2], STORE_PLANNED);
	ck_assert_int_eq(state[3], STORE_KILLED);
	ck_assert_int_eq(state[4], STORE_PLANNED);
	/* Another model version is another run; the views show the newest only. */
	MUST(store_plan_begin(s, e));
	MUST(store_plan_run(s, 1, 0, 0, 2, &run[0], &state[0], e));
	MUST(store_plan_commit(s, e));
	ck_assert_int_eq(state[0], STORE_PLANNED);
	ck_assert_int_ne(run[0], again[0]);
	ck_assert_int_eq(ask(s, "SELECT done * 10 + planned FROM points WHERE label = 'one'"), 1);
	store_close(s);
}
END_TEST

START_TEST(a_point_out_of_plan_keeps_its_results)
{
	static const struct store_scenario scenario = {.name = "s", .title = "new title", .path = "s.yaml", .text = "new text"};
	const struct store_point point = {"h2", "renamed", "pcp", "", 1, "config 2", NULL, 0};
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[2];
	int64_t run[2], id, at;

	plan(s, 1, run, state);
	keep(s, run[0], 0);
	MUST(store_plan_begin(s, e));
	MUST(store_plan_scenario(s, &scenario, &id, e));
	MUST(store_plan_point(s, id, &point, &at, e));
	MUST(store_plan_commit(s, e));
	ck_assert_int_eq(at, 2);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM points"), 1);
	assert_text(s, "SELECT label FROM points", "renamed");
	assert_text(s, "SELECT title FROM scenario", "new title");
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM metric"), 1);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM summary"), 0);
	plan(s, 1, run, state);
	ck_assert_int_eq(state[0], STORE_DONE);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM summary"), 1);
	store_close(s);
}
END_TEST

START_TEST(the_same_point_twice_is_refused)
{
	static const struct store_scenario scenario = {.name = "s", .title = "", .path = "", .text = ""};
	const struct store_point one = {"h", "a", "", "", 1, "", NULL, 0}, two = {"h", "b", "", "", 2, "", NULL, 0};
	const struct store_point label = {"h3", "a", "", "", 2, "", NULL, 0}, position = {"h4", "d", "", "", 1, "", NULL, 0};
	struct store *s = open_store(STORE_WRITE);
	int64_t id, at;

	MUST(store_plan_begin(s, e));
	MUST(store_plan_scenario(s, &scenario, &id, e));
	MUST(store_plan_point(s, id, &one, &at, e));
	MUST_FAIL(store_plan_point(s, id, &two, &at, e), HZ_USER, "point 2 (b) is the same as an earlier point");
	MUST_FAIL(store_plan_point(s, id, &label, &at, e), HZ_ENVIRONMENT, "UNIQUE");
	MUST_FAIL(store_plan_point(s, id, &position, &at, e), HZ_ENVIRONMENT, "UNIQUE");
	store_close(s);
	s = open_store(STORE_WRITE);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM scenario"), 0);
	store_close(s);
}
END_TEST

static char *dump_of(const char *path, const unsigned *order, unsigned last_variant)
{
	struct store *s;
	enum store_state state[4];
	int64_t run[4];
	char *dump;

	MUST(store_open(&s, path, STORE_WRITE, e));
	plan(s, 2, run, state);
	for (unsigned i = 0; i < 4; i++)
		keep(s, run[order[i]], order[i] == 3 ? last_variant : order[i]);
	MUST(store_dump(s, &dump, e));
	store_close(s);
	return dump;
}

START_TEST(the_order_of_completion_leaves_no_trace)
{
	char *forwards = dump_of("a.db", (const unsigned[]){0, 1, 2, 3}, 3);
	char *mixed = dump_of("b.db", (const unsigned[]){2, 3, 0, 1}, 3);
	char *other = dump_of("c.db", (const unsigned[]){0, 1, 2, 3}, 4);

	ck_assert_uint_gt(strlen(forwards), 1000);
	ck_assert_str_eq(forwards, mixed);
	ck_assert_str_ne(forwards, other);
	free(forwards);
	free(mixed);
	free(other);
}
END_TEST

static void assert_no_rows(struct store *s, int64_t run)
{
	char sql[400];

	snprintf(sql, sizeof sql,
		 "SELECT (SELECT count(*) FROM metric WHERE run = %1$" PRId64
		 ") + (SELECT count(*) FROM lock_stat WHERE run = %1$" PRId64
		 ") + (SELECT count(*) FROM lock_bucket WHERE run = %1$" PRId64
		 ") + (SELECT count(*) FROM profile WHERE run = %1$" PRId64 ")",
		 run);
	ck_assert_int_eq(ask(s, sql), 0);
}

START_TEST(runs_without_result_leave_no_rows)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[2];
	int64_t run[2];
	struct result r = {0};

	plan(s, 1, run, state);
	keep(s, run[0], 0);
	make_result(&r, 0);
	r.failure = xstrdup("deadlock");
	MUST(store_run_done(s, run[0], &r, &times, e));
	assert_no_rows(s, run[0]);
	assert_text(s, "SELECT state || ': ' || error FROM run WHERE id = 1", "failed: deadlock");
	MUST(store_run_failed(s, run[1], STORE_KILLED, "memory limit", &times, e));
	assert_no_rows(s, run[1]);
	assert_text(s, "SELECT state || ': ' || error FROM run WHERE id = 2", "killed: memory limit");
	MUST(store_run_reset(s, run[1], e));
	assert_no_rows(s, run[1]);
	assert_text(s, "SELECT state FROM run WHERE id = 2", "planned");
	keep(s, run[1], 0);
	ck_assert_int_eq(ask(s, "SELECT error IS NULL FROM run WHERE id = 2"), 1);
	MUST_FAIL(store_run_done(s, 99, &r, &times, e), HZ_ENVIRONMENT, "run 99 is not in the database");
	result_fini(&r);
	store_close(s);
}
END_TEST

/* Two writers may be at the same run, and one of them may be stopped. */
START_TEST(a_try_without_result_leaves_another_s_result_alone)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[2];
	int64_t run[2], metrics;

	plan(s, 1, run, state);
	MUST(store_run_start(s, run[0], e));
	keep(s, run[0], 0);
	metrics = ask(s, "SELECT count(*) FROM metric");
	ck_assert_int_gt(metrics, 0);
	MUST(store_run_start(s, run[0], e));
	MUST(store_run_reset(s, run[0], e));
	MUST(store_run_failed(s, run[0], STORE_KILLED, "time limit", &times, e));
	assert_text(s, "SELECT state FROM run WHERE id = 1", "done");
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM metric"), metrics);
	MUST_FAIL(store_run_start(s, 99, e), HZ_ENVIRONMENT, "run 99 is not in the database");
	store_close(s);
}
END_TEST

START_TEST(a_refused_row_takes_the_whole_result_with_it)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[2];
	int64_t run[2];
	struct result r = {0};

	plan(s, 1, run, state);
	make_result(&r, 0);
	result_metric(&r, "cycles_per_packet", "cycles", 1);
	MUST(store_run_start(s, run[0], e));
	MUST_FAIL(store_run_done(s, run[0], &r, &times, e), HZ_ENVIRONMENT, "keep result: r.db: UNIQUE");
	assert_no_rows(s, run[0]);
	assert_text(s, "SELECT state FROM run WHERE id = 1", "running");
	keep(s, run[0], 0);
	result_fini(&r);
	store_close(s);
}
END_TEST

START_TEST(constraints_hold)
{
	static const char *const wrong[] = {
		"INSERT INTO run (point, repetition, model_version, seed) VALUES (77, 0, 1, '1')",
		"INSERT INTO metric VALUES (77, 'a', 'b', 1)",
		"INSERT INTO lock_bucket VALUES (1, 9, 'hold', 1, 2, 1)",
		"UPDATE run SET state = 'finished'",
		"UPDATE run SET state = 'done'",
		"UPDATE run SET state = 'failed'",
		"INSERT INTO metric VALUES (1, 'a', 'b', 'text')",
	};
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[2];
	int64_t run[2];

	plan(s, 1, run, state);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(wrong); i++)
		ck_assert_msg(statement_execute(s, "test", wrong[i], NULL) == HZ_ENVIRONMENT, "%s", wrong[i]);
	keep(s, run[0], 0);
	MUST(statement_execute(s, "test", "DELETE FROM scenario", e));
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM run"), 0);
	assert_no_rows(s, run[0]);
	store_close(s);
}
END_TEST

START_TEST(a_full_disk_loses_one_result_only)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[4];
	int64_t run[4];
	struct result r = {0};
	char pragma[64];

	plan(s, 2, run, state);
	keep(s, run[0], 0);
	MUST(store_run_start(s, run[1], e));
	snprintf(pragma, sizeof pragma, "PRAGMA max_page_count = %" PRId64, ask(s, "PRAGMA page_count") + 1);
	ck_assert_int_gt(ask(s, pragma), 0);
	make_result(&r, 0);
	for (unsigned i = 0; i < 2000; i++) {
		char path[32];

		snprintf(path, sizeof path, "a;function_%u", i);
		result_profile(&r, path, 1, 1);
	}
	MUST_FAIL(store_run_done(s, run[1], &r, &times, e), HZ_ENVIRONMENT,
		  "keep result: r.db: database or disk is full");
	assert_no_rows(s, run[1]);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM metric"), 1);
	ck_assert_int_gt(ask(s, "PRAGMA max_page_count = 1000000"), 0);
	MUST(store_run_done(s, run[1], &r, &times, e));
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM metric"), 2);
	assert_text(s, "PRAGMA integrity_check", "ok");
	result_fini(&r);
	store_close(s);
}
END_TEST

START_TEST(a_file_size_limit_is_an_error_not_a_death)
{
	struct store *s = open_store(STORE_WRITE);
	struct rlimit limit;
	enum store_state state[2];
	int64_t run[2];
	struct result r = {0};
	struct stat st;

	plan(s, 1, run, state);
	MUST(store_run_start(s, run[0], e));
	ck_assert_int_eq(stat("r.db-wal", &st), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = (rlim_t)st.st_size + 1000;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	make_result(&r, 0);
	MUST_FAIL(store_run_done(s, run[0], &r, &times, e), HZ_ENVIRONMENT, "keep result: r.db: ");
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_no_rows(s, run[0]);
	MUST(store_run_done(s, run[0], &r, &times, e));
	result_fini(&r);
	store_close(s);
}
END_TEST

START_TEST(a_reader_changes_nothing)
{
	static const struct store_scenario scenario = {.name = "other", .title = "", .path = "", .text = ""};
	struct store *s = open_store(STORE_WRITE), *reader;
	enum store_state state[2];
	int64_t run[2], id;
	struct stat st;

	plan(s, 1, run, state);
	store_close(s);
	ck_assert_int_ne(stat("r.db-wal", &st), 0);
	reader = open_store(STORE_READ);
	MUST(store_plan_begin(reader, e));
	MUST_FAIL(store_plan_scenario(reader, &scenario, &id, e), HZ_ENVIRONMENT,
		  "plan runs: r.db: attempt to write a readonly");
	store_plan_rollback(reader);
	MUST_FAIL(store_run_start(reader, run[0], e), HZ_ENVIRONMENT, "readonly");
	store_close(reader);
	ck_assert_int_ne(stat("r.db-wal", &st), 0);
	MUST_FAIL(store_open(&s, "missing.db", STORE_READ, e), HZ_ENVIRONMENT,
		  "open database: missing.db: No such file or directory");
	ck_assert_ptr_null(s);
	ck_assert_int_ne(stat("missing.db", &st), 0);
}
END_TEST

START_TEST(a_reader_sees_finished_runs_while_a_writer_works)
{
	struct store *s = open_store(STORE_WRITE), *reader;
	enum store_state state[2];
	int64_t run[2];

	plan(s, 1, run, state);
	keep(s, run[0], 0);
	MUST(statement_execute(s, "test", "BEGIN IMMEDIATE; DELETE FROM metric", e));
	reader = open_store(STORE_READ);
	ck_assert_int_eq(ask(reader, "SELECT count(*) FROM metric"), 1);
	MUST(statement_execute(s, "test", "ROLLBACK", e));
	store_close(s);
	ck_assert_int_eq(ask(reader, "SELECT count(*) FROM metric"), 1);
	store_close(reader);
}
END_TEST

START_TEST(a_second_writer_waits_and_then_says_so)
{
	struct store *s = open_store(STORE_WRITE), *second = open_store(STORE_WRITE);

	MUST(store_plan_begin(s, e));
	sqlite3_busy_timeout(store_sqlite(second), 50);
	MUST_FAIL(store_plan_begin(second, e), HZ_ENVIRONMENT, "locked by another process");
	store_plan_rollback(s);
	MUST(store_plan_begin(second, e));
	store_close(second);
	store_close(s);
}
END_TEST

START_TEST(a_read_only_file_is_refused_for_writing)
{
	struct store *s = open_store(STORE_WRITE);

	store_close(s);
	ck_assert_int_eq(chmod("r.db", 0444), 0);
	/* The superuser may write all the same; then give that up, in this test's own process. */
	if (!geteuid()) {
		ck_assert_int_eq(chmod(".", 0755), 0);
		ck_assert_int_eq(seteuid(65534), 0);
	}
	MUST_FAIL(store_open(&s, "r.db", STORE_WRITE, e), HZ_ENVIRONMENT, "open database for writing: r.db: ");
	/* Reading works, in a folder without write permission too. */
	ck_assert_int_ne(mkdir("x", 0755), geteuid() == 65534 ? 0 : -1);
	MUST(store_open(&s, "r.db", STORE_READ, e));
	store_close(s);
	if (!getuid())
		ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

static void write_file(const char *path, const char *content)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(content, f);
	fclose(f);
}

START_TEST(other_files_are_refused_and_left_alone)
{
	struct store *s;
	sqlite3 *db;
	struct stat st;

	write_file("text", "this is a text file and no database at all, whatever its name may say about it\n");
	MUST_FAIL(store_open(&s, "text", STORE_READ, e), HZ_ENVIRONMENT, "open database: text: file is not a database");
	MUST_FAIL(store_open(&s, "text", STORE_WRITE, e), HZ_ENVIRONMENT,
		  "open database: text: file is not a database");
	write_file("empty", "");
	MUST_FAIL(store_open(&s, "empty", STORE_READ, e), HZ_ENVIRONMENT, "holds no results yet");
	MUST_FAIL(store_open(&s, ".", STORE_WRITE, e), HZ_ENVIRONMENT, "open database: .: Is a directory");
	MUST_FAIL(store_open(&s, "no/such/folder.db", STORE_WRITE, e), HZ_ENVIRONMENT, "no/such/folder.db");
	ck_assert_int_eq(sqlite3_open("foreign.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "CREATE TABLE point (x)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	MUST_FAIL(store_open(&s, "foreign.db", STORE_WRITE, e), HZ_ENVIRONMENT, "is a database of another program");
	ck_assert_int_eq(sqlite3_open("foreign.db", &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, "SELECT x FROM point", NULL, NULL, NULL), SQLITE_OK);
	ck_assert_int_ne(sqlite3_exec(db, "SELECT * FROM run", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_ne(stat("foreign.db-wal", &st), 0);
}
END_TEST

START_TEST(odd_names_are_just_names)
{
	struct store *s;
	struct stat st;

	MUST(store_open(&s, "a b?mode=memory&x#1%41.db", STORE_WRITE, e));
	store_close(s);
	ck_assert_int_eq(stat("a b?mode=memory&x#1%41.db", &st), 0);
}
END_TEST

START_TEST(a_truncated_database_is_an_error)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[4];
	int64_t run[4];
	int rc;
	char *dump;
	struct error e = {0};

	plan(s, 2, run, state);
	keep(s, run[0], 0);
	store_close(s);
	ck_assert_int_eq(truncate("r.db", 8192), 0);
	rc = store_open(&s, "r.db", STORE_READ, &e);
	if (!rc) {
		rc = store_dump(s, &dump, &e);
		free(dump);
		store_close(s);
	}
	ck_assert_int_eq(rc, HZ_ENVIRONMENT);
	ck_assert_msg(strstr(e.text, "malformed") != NULL, "%s", e.text);
}
END_TEST

START_TEST(migrations_run_in_order_and_once)
{
	static const struct migration good[] = {
		{"one", "CREATE TABLE a (x INTEGER) STRICT"},
		{"two", "ALTER TABLE a ADD COLUMN y INTEGER; INSERT INTO a VALUES (1, 2)"},
		{"three", "UPDATE a SET y = 3"},
	};
	static const struct migration broken[] = {
		{"one", ""},
		{"two", ""},
		{"three", ""},
		{"four", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"},
	};
	struct store *s = open_store(STORE_WRITE);

	MUST(statement_execute(
		s, "test",
		"PRAGMA user_version = 0; PRAGMA application_id = 0;"
		"DROP VIEW change; DROP VIEW pair; DROP VIEW headline; DROP TABLE scenario_show; DROP TABLE scenario_line;"
		"DROP VIEW content; DROP VIEW zone_lock; DROP VIEW lock_summary; DROP VIEW summary; DROP VIEW points;"
		"DROP VIEW current_run; DROP TABLE profile; DROP TABLE lock_bucket; DROP TABLE lock_stat;"
		"DROP TABLE metric; DROP TABLE run; DROP TABLE point_axis; DROP TABLE point; DROP TABLE scenario",
		e));
	MUST_FAIL(migration_run(s, good, 3, 0, e), HZ_ENVIRONMENT, "holds no results yet");
	MUST(migration_run(s, good, 1, 1, e));
	ck_assert_int_eq(ask(s, "PRAGMA user_version"), 1);
	MUST_FAIL(migration_run(s, good, 3, 0, e), HZ_ENVIRONMENT, "has the older schema 1 of 3");
	MUST(migration_run(s, good, 3, 1, e));
	MUST(migration_run(s, good, 3, 1, e));
	MUST(migration_run(s, good, 3, 0, e));
	ck_assert_int_eq(ask(s, "SELECT count(*) * 100 + sum(y) FROM a"), 103);
	MUST_FAIL(migration_run(s, good, 2, 1, e), HZ_ENVIRONMENT,
		  "was written by a newer hotzone (schema 3, this one knows 2)");
	MUST_FAIL(migration_run(s, broken, 4, 1, e), HZ_ENVIRONMENT, "four: r.db: no such table: nowhere");
	ck_assert_int_eq(ask(s, "PRAGMA user_version"), 3);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
	store_close(s);
}
END_TEST

/* Make r.db from the SQL of a file of tests/data. */
static void make_from(const char *name)
{
	struct text path = {0}, sql = {0};
	sqlite3 *db;

	text_add(&path, "%s/tests/data/%s", getenv("HZ_SRCDIR"), name);
	MUST(text_add_file(&sql, "read", path.s, e));
	ck_assert_int_eq(sqlite3_open("r.db", &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql.s, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	text_fini(&path);
	text_fini(&sql);
}

START_TEST(a_database_of_version_2_becomes_one_of_today)
{
	struct store *s, *fresh;

	make_from("schema-2.sql");
	MUST_FAIL(store_open(&s, "r.db", STORE_READ, e), HZ_ENVIRONMENT, "has the older schema 2");
	s = open_store(STORE_WRITE);
	ck_assert_int_eq(ask(s, "PRAGMA user_version"), schema_version);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM metric"), 33);
	assert_text(s, "SELECT workload || '.' || policy || '.' || situation || '.' || load FROM points WHERE point = 3", ".pcp.cpus=14.forward");
	assert_text(s, "SELECT situation || '.' || load FROM points WHERE point = 5", "page-bench.page_bench");
	assert_text(s, "SELECT baseline || '.' || title FROM scenario WHERE id = 1", ".kept from version 2");
	assert_text(s, "SELECT group_concat(metric) FROM headline", "cycles_per_packet,cycles_per_packet,cycles_per_packet,cycles_per_packet,"
								      "cycles_per_pair");
	assert_text(s, "SELECT base_policy || verdict || n FROM change WHERE point = 4 AND metric = 'cycles_per_packet'", "buddyless4");
	assert_text(s, "SELECT verdict FROM change WHERE point = 4 AND metric = 'clock_hz'", "same");
	ck_assert(ask_real(s, "SELECT hold_mean FROM zone_lock") == 100);
	assert_text(s, "PRAGMA integrity_check", "ok");
	/* Nothing is left that a new file would not have. */
	MUST(store_open(&fresh, "fresh.db", STORE_WRITE, e));
	store_close(fresh);
	MUST(statement_execute(s, "test", "ATTACH 'fresh.db' AS fresh", e));
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM (SELECT type, name FROM main.sqlite_schema EXCEPT SELECT type, name FROM fresh.sqlite_schema)"
			     " JOIN (SELECT 1)"), 0);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM (SELECT type, name, sql FROM fresh.sqlite_schema WHERE type = 'view'"
			     " EXCEPT SELECT type, name, sql FROM main.sqlite_schema)"), 0);
	store_close(s);
}
END_TEST

/* The relative changes are -0.1, -0.05, -0.1 and -0.2: mean -0.1125, squared deviations 0.00015625, 0.00390625, 0.00015625 and
 * 0.00765625, so s^2 = 0.011875 / 3 and the half-width is 3.182446305 * sqrt(0.011875 / 3 / 4). */
START_TEST(changes_are_paired_by_repetition)
{
	static const double before[] = {100, 200, 400, 100}, after[] = {90, 190, 360, 80};
	struct paired p = {0};
	double change, half_width;

	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(paired_judge(&p, &change, &half_width), PAIRED_UNKNOWN);
		ck_assert(isnan(half_width));
		paired_add(&p, before[i], after[i]);
	}
	ck_assert_int_eq(paired_judge(&p, &change, &half_width), PAIRED_LESS);
	ck_assert_double_eq_tol(change, -0.1125, 1e-12);
	ck_assert_double_eq_tol(half_width, 0.100112261, 1e-9);
	/* A pair that went up widens the interval over 0. */
	paired_add(&p, 100, 105);
	ck_assert_int_eq(paired_judge(&p, &change, &half_width), PAIRED_NOISE);
	ck_assert_double_eq_tol(change, -0.08, 1e-12);
}
END_TEST

START_TEST(a_change_is_not_claimed_without_cause)
{
	struct paired same = {0}, few = {0}, nothing = {0}, more = {0}, none = {0};
	double change, half_width;

	for (size_t i = 0; i < 4; i++) {
		paired_add(&same, 7 + (double)i, 7 + (double)i);
		paired_add(&nothing, 0, i ? 0 : 5);
		paired_add(&more, 100, 150);
		paired_add(&none, 0, 0);
	}
	for (size_t i = 0; i < PAIRED_MIN - 1; i++)
		paired_add(&few, 100, 50);
	ck_assert_int_eq(paired_judge(&same, &change, &half_width), PAIRED_SAME);
	ck_assert(change == 0 && half_width == 0);
	ck_assert_int_eq(paired_judge(&none, &change, &half_width), PAIRED_SAME);
	ck_assert_int_eq(paired_judge(&nothing, &change, &half_width), PAIRED_UNKNOWN);
	ck_assert(isnan(change));
	ck_assert_int_eq(paired_judge(&few, &change, &half_width), PAIRED_UNKNOWN);
	ck_assert(change == -0.5 && isnan(half_width));
	ck_assert_int_eq(paired_judge(&more, &change, &half_width), PAIRED_MORE);
	ck_assert_str_eq(paired_verdict_name(PAIRED_MORE), "more");
}
END_TEST

/* Points of two workloads under two policies; the metric of repetition r is value[point] + r. */
static void plan_matrix(struct store *s, const char *baseline, uint32_t repetitions)
{
	static const struct {
		const char *label, *policy, *workload;
		double value;
	} at[] = {
		{"a router", "a", "router", 100}, {"a pages", "a", "pages", 50}, {"b router", "b", "router", 80}, {"b pages", "b", "pages", 50},
	};
	static const struct store_show show[] = {{"busy_share", "m.yaml:3:8"}};
	static const struct store_line line[] = {{NULL, 201, "budget"}};
	struct store_scenario scenario = {.name = "m", .title = "", .path = "m.yaml", .text = "", .baseline = baseline,
					  .show = show, .shows = 1, .line = line, .lines = 1};
	int64_t id, point, run[16];
	enum store_state state;

	MUST(store_plan_begin(s, e));
	MUST(store_plan_scenario(s, &scenario, &id, e));
	for (uint32_t i = 0; i < HZ_ARRAY_SIZE(at); i++) {
		const struct store_point row = {.hash = at[i].label, .label = at[i].label, .policy = at[i].policy, .workload = at[i].workload,
						.position = i + 1, .config = i % 2 ? "load.kind: page_bench\n" : "load.kind: forward\n"};

		MUST(store_plan_point(s, id, &row, &point, e));
		for (uint32_t r = 0; r < repetitions; r++)
			MUST(store_plan_run(s, point, r, 1, 1, &run[i * repetitions + r], &state, e));
	}
	MUST(store_plan_commit(s, e));
	for (uint32_t i = 0; i < HZ_ARRAY_SIZE(at); i++)
		for (uint32_t r = 0; r < repetitions; r++) {
			struct result result = {0};

			result_metric(&result, i % 2 ? "cycles_per_pair" : "cycles_per_packet", "cycles", at[i].value + r);
			MUST(store_run_start(s, run[i * repetitions + r], e));
			MUST(store_run_done(s, run[i * repetitions + r], &result, &times, e));
			result_fini(&result);
		}
}

START_TEST(a_point_is_compared_with_the_one_that_differs_in_the_policy_only)
{
	struct store *s = open_store(STORE_WRITE);

	plan_matrix(s, NULL, 4);
	assert_text(s, "SELECT group_concat(label || ' ' || base_policy || ' ' || verdict, ', ') FROM (SELECT * FROM change ORDER BY position)",
		    "b router a less, b pages a same");
	ck_assert_double_eq_tol(ask_real(s, "SELECT percent FROM change WHERE position = 3"),
				-100 * (20.0 / 100 + 20.0 / 101 + 20.0 / 102 + 20.0 / 103) / 4, 1e-9);
	ck_assert_int_eq(ask(s, "SELECT n FROM change WHERE position = 3"), 4);
	ck_assert(ask_real(s, "SELECT base_mean FROM change WHERE position = 3") == 101.5);
	assert_text(s, "SELECT metric || place FROM scenario_show", "busy_sharem.yaml:3:8");
	assert_text(s, "SELECT coalesce(metric, '-') || at || label FROM scenario_line", "-201.0budget");
	/* A repetition that is missing on one side is in no pair. */
	MUST(statement_execute(s, "test", "DELETE FROM run WHERE point = 3 AND repetition = 1", e));
	ck_assert_int_eq(ask(s, "SELECT n FROM change WHERE position = 3"), 3);
	assert_text(s, "SELECT verdict FROM change WHERE position = 3", "unknown");
	MUST(statement_execute(s, "test", "UPDATE run SET seed = '2' WHERE point = 3", e));
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM change WHERE position = 3"), 0);
	MUST(statement_execute(s, "test", "UPDATE run SET seed = '1'", e));
	plan_matrix(s, "b", 4);
	assert_text(s, "SELECT group_concat(label || ' ' || base_policy || ' ' || verdict, ', ') FROM (SELECT * FROM change ORDER BY position)",
		    "a router b more, a pages b same");
	plan_matrix(s, "nobody", 4);
	ck_assert_int_eq(ask(s, "SELECT count(*) FROM change"), 0);
	store_close(s);
}
END_TEST

START_TEST(a_newer_database_is_refused)
{
	struct store *s = open_store(STORE_WRITE);

	ck_assert_int_eq(ask(s, "PRAGMA user_version"), schema_version);
	MUST(statement_execute(s, "test", "PRAGMA user_version = 99", e));
	store_close(s);
	MUST_FAIL(store_open(&s, "r.db", STORE_WRITE, e), HZ_ENVIRONMENT, "newer hotzone (schema 99");
	MUST_FAIL(store_open(&s, "r.db", STORE_READ, e), HZ_ENVIRONMENT, "newer hotzone (schema 99");
}
END_TEST

START_TEST(a_writer_that_is_killed_leaves_no_partial_rows)
{
	struct store *s = open_store(STORE_WRITE);
	enum store_state state[2];
	int64_t run[2];
	pid_t child;
	int status;

	plan(s, 1, run, state);
	store_close(s);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		s = open_store(STORE_WRITE);
		MUST(store_run_start(s, run[0], e));
		MUST(statement_execute(s, "test", "BEGIN IMMEDIATE; INSERT INTO metric VALUES (1, 'a', 'b', 1);"
				       "UPDATE run SET state = 'done', events = 1, fingerprint = '' WHERE id = 1", e));
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	s = open_store(STORE_READ);
	assert_text(s, "SELECT state FROM run WHERE id = 1", "running");
	assert_no_rows(s, 1);
	store_close(s);
	s = open_store(STORE_WRITE);
	plan(s, 1, run, state);
	ck_assert_int_eq(state[0], STORE_RUNNING);
	keep(s, run[0], 0);
	assert_text(s, "PRAGMA integrity_check", "ok");
	store_close(s);
}
END_TEST

START_TEST(intervals_as_a_person_reads_them)
{
	static const struct {
		double mean, half_width;
		const char *wanted;
	} cases[] = {
		{2431.4, 12.3, "2431 ±12"}, {2431.44, 1.234, "2431.4 ±1.2"}, {0.10342, 0.00211, "0.1034 ±0.0021"},
		{2431.4, 1234, "2431 ±1234"}, {2431.4, NAN, "2431"}, {2.5, NAN, "2.500"}, {2431, 0, "2431 ±0"},
		{123456.7, 0.0001, "123457 ±0"}, {0, 0, "0 ±0"}, {-5.25, 0.5, "-5.25 ±0.50"}, {0, NAN, "0"},
	};
	char text[INTERVAL_SIZE];

	for (size_t i = 0; i < HZ_ARRAY_SIZE(cases); i++)
		ck_assert_str_eq(interval_format(text, cases[i].mean, cases[i].half_width), cases[i].wanted);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store");
	TCase *c = tcase_create("store");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(c, in_a_folder, remove_folder);
	tcase_add_test(c, a_result_is_kept_whole);
	tcase_add_test(c, views_agree_with_the_histograms);
	tcase_add_test(c, sql_functions);
	tcase_add_test(c, planning_again_finds_what_is_done);
	tcase_add_test(c, a_point_out_of_plan_keeps_its_results);
	tcase_add_test(c, the_same_point_twice_is_refused);
	tcase_add_test(c, the_order_of_completion_leaves_no_trace);
	tcase_add_test(c, runs_without_result_leave_no_rows);
	tcase_add_test(c, a_try_without_result_leaves_another_s_result_alone);
	tcase_add_test(c, a_refused_row_takes_the_whole_result_with_it);
	tcase_add_test(c, constraints_hold);
	tcase_add_test(c, a_full_disk_loses_one_result_only);
	tcase_add_test(c, a_file_size_limit_is_an_error_not_a_death);
	tcase_add_test(c, a_reader_changes_nothing);
	tcase_add_test(c, a_reader_sees_finished_runs_while_a_writer_works);
	tcase_add_test(c, a_second_writer_waits_and_then_says_so);
	tcase_add_test(c, a_read_only_file_is_refused_for_writing);
	tcase_add_test(c, other_files_are_refused_and_left_alone);
	tcase_add_test(c, odd_names_are_just_names);
	tcase_add_test(c, a_truncated_database_is_an_error);
	tcase_add_test(c, migrations_run_in_order_and_once);
	tcase_add_test(c, a_database_of_version_2_becomes_one_of_today);
	tcase_add_test(c, changes_are_paired_by_repetition);
	tcase_add_test(c, a_change_is_not_claimed_without_cause);
	tcase_add_test(c, a_point_is_compared_with_the_one_that_differs_in_the_policy_only);
	tcase_add_test(c, a_newer_database_is_refused);
	tcase_add_test(c, a_writer_that_is_killed_leaves_no_partial_rows);
	tcase_add_test(c, intervals_as_a_person_reads_them);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
