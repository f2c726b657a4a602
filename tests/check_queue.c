/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run queue, with children that do all that a simulation should not. */
#include <check.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/types.h"
#include "plan/queue.h"

/* What a child does is written in its seed. */
enum behaviour {
	WELL,
	HUGE,
	SEGFAULT,
	ABORT,
	ERROR,
	HANG,
	GARBAGE,
	NOTHING,
	FAILURE,
	HUNGRY,
	TALK,
	EXIT,
	PARENT_INTERRUPT
};

static void nap(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static int write_result(const struct params *p, size_t metrics, const char *failure, int fd, struct error *e)
{
	struct result r = {0};
	int status;

	for (size_t i = 0; i < metrics; i++) {
		char name[32];

		snprintf(name, sizeof name, "m%zu", i);
		result_metric(&r, name, "", (double)(p->run.repetition * 1000 + i));
	}
	r.failure = failure ? xstrdup(failure) : NULL;
	status = result_write(&r, fd, e);
	result_fini(&r);
	return status;
}

static void eat_memory(void)
{
	for (;;)
		memset(xmalloc(1 << 20), 1, 1 << 20);
}

static int behave(const struct params *p, int fd, struct error *e)
{
	static const char garbage[] = "this is no result, but long enough to hold the head of one";
	char line[256];

	switch ((enum behaviour)p->run.seed) {
	case HUGE:
		return write_result(p, 10000, NULL, fd, e);
	case SEGFAULT:
		raise(SIGSEGV);
		return 0;
	case ABORT:
		fprintf(stderr, "assertion `pages == 0' does not hold\n");
		abort();
	case ERROR:
		return error_set(e, HZ_RUN_FAILED, "the model gave up at cycle 7");
	case HANG:
		for (;;)
			pause();
	case GARBAGE:
		return write(fd, garbage, sizeof garbage) == sizeof garbage ? 0 : HZ_ENVIRONMENT;
	case NOTHING:
		return 0;
	case FAILURE:
		return write_result(p, 1, "lock taken twice", fd, e);
	case HUNGRY:
		eat_memory();
		return 0;
	case TALK:
		memset(line, 'x', sizeof line - 2);
		line[sizeof line - 2] = '\n';
		line[sizeof line - 1] = '\0';
		for (int i = 0; i < 4000; i++)
			fputs(line, i % 2 ? stdout : stderr);
		fprintf(stderr, "the last word\n");
		return error_set(e, HZ_RUN_FAILED, "after much talk");
	case EXIT:
		_exit(77);
	case PARENT_INTERRUPT:
		kill(getppid(), SIGINT);
		pause();
		return 0;
	default:
		nap((long)(3 - p->run.repetition % 4) * 20);
		return write_result(p, 3, NULL, fd, e);
	}
}

#define JOBS_MAX 16

struct log {
	size_t started, ended, dropped;
	size_t order[JOBS_MAX];
	enum queue_state state[JOBS_MAX];
	char why[JOBS_MAX][8192];
	double metric[JOBS_MAX];      /* m1, NAN without a result */
	size_t metrics[JOBS_MAX];
	double wall[JOBS_MAX];
	int fail_at;                  /* the callback fails at this report; 0: never */
};

static int on_start(void *self, size_t job, struct error *e)
{
	struct log *log = self;

	(void)job;
	(void)e;
	log->started++;
	return 0;
}

static int on_end(void *self, const struct queue_report *r, struct error *e)
{
	struct log *log = self;

	log->order[log->ended++] = r->job;
	log->state[r->job] = r->state;
	snprintf(log->why[r->job], sizeof log->why[r->job], "%s", r->why);
	log->metric[r->job] = r->result ? result_get(r->result, "m1") : (double)NAN;
	log->metrics[r->job] = r->result ? r->result->metrics : 0;
	log->wall[r->job] = r->wall_seconds;
	return log->fail_at && log->ended == (size_t)log->fail_at ? error_set(e, HZ_ENVIRONMENT, "disk full") : 0;
}

static int on_drop(void *self, size_t job, struct error *e)
{
	struct log *log = self;

	(void)job;
	(void)e;
	log->dropped++;
	return 0;
}

static int run_all(const enum behaviour *what, size_t n, unsigned parallel, struct queue_options options,
		   struct log *log, struct error *e)
{
	struct params *params = xcalloc(JOBS_MAX, sizeof *params);
	struct queue_job job[JOBS_MAX] = {{0}};
	struct queue_events events = {log, on_start, on_end, on_drop, NULL};
	int status;

	for (size_t i = 0; i < n; i++) {
		params[i].run.seed = what[i];
		job[i] = (struct queue_job){&params[i], (uint32_t)i};
	}
	options.parallel = parallel;
	options.run = behave;
	status = queue_run(job, n, &options, &events, e);
	free(params);
	return status;
}

START_TEST(every_run_is_reported_once_whatever_the_number_of_workers)
{
	static const enum behaviour what[8] = {WELL};
	unsigned parallel[] = {1, 2, 8};
	struct log log = {0};
	struct error e;

	ck_assert_int_eq(run_all(what, 8, parallel[_i], (struct queue_options){0}, &log, &e), 0);
	ck_assert_uint_eq(log.started, 8);
	ck_assert_uint_eq(log.ended, 8);
	ck_assert_uint_eq(log.dropped, 0);
	for (size_t i = 0; i < 8; i++) {
		ck_assert_int_eq((int)log.state[i], QUEUE_DONE);
		ck_assert_str_eq(log.why[i], "");
		ck_assert_double_eq(log.metric[i], (double)i * 1000 + 1);
	}
	for (size_t i = 0; i < 8 && parallel[_i] == 1; i++)
		ck_assert_uint_eq(log.order[i], i);
	if (parallel[_i] == 8)
		ck_assert_uint_eq(log.order[0] % 4, 3);
}
END_TEST

START_TEST(no_jobs_is_no_work)
{
	struct log log = {0};

	ck_assert_int_eq(run_all(NULL, 0, 2, (struct queue_options){0}, &log, NULL), 0);
	ck_assert_uint_eq(log.ended, 0);
}
END_TEST

/* The bad run stands between two good ones. */
static const struct {
	enum behaviour what;
	enum queue_state state;
	const char *why;
	double time_limit;
	uint64_t memory_limit;
} failures[] = {
	{SEGFAULT, QUEUE_FAILED, "crashed with signal SIGSEGV", 0, 0},
	{ABORT, QUEUE_FAILED, "crashed with signal SIGABRT: assertion `pages == 0' does not hold", 0, 0},
	{ERROR, QUEUE_FAILED, "the model gave up at cycle 7", 0, 0},
	{HANG, QUEUE_KILLED, "time limit of 500ms reached", 0.5, 0},
	{GARBAGE, QUEUE_FAILED, "the result cannot be read", 0, 0},
	{NOTHING, QUEUE_FAILED, "the result cannot be read", 0, 0},
	{FAILURE, QUEUE_FAILED, "lock taken twice", 0, 0},
	{HUNGRY, QUEUE_KILLED, "memory limit of 1GiB reached", 0, 1 << 30},
	{TALK, QUEUE_FAILED, "the last word\nafter much talk", 0, 0},
	{EXIT, QUEUE_FAILED, "ended with exit status 77", 0, 0},
};

START_TEST(a_bad_run_leaves_the_others_standing)
{
	enum behaviour what[] = {WELL, failures[_i].what, WELL};
	struct queue_options options = {.time_limit = failures[_i].time_limit,
					.memory_limit = failures[_i].memory_limit};
	struct log log = {0};
	struct error e;

	ck_assert_int_eq(run_all(what, 3, 2, options, &log, &e), 0);
	ck_assert_uint_eq(log.ended, 3);
	ck_assert_int_eq((int)log.state[0], QUEUE_DONE);
	ck_assert_int_eq((int)log.state[2], QUEUE_DONE);
	ck_assert_int_eq((int)log.state[1], (int)failures[_i].state);
	ck_assert_msg(strstr(log.why[1], failures[_i].why), "%s", log.why[1]);
	ck_assert(failures[_i].what == FAILURE ? log.metrics[1] == 1 : isnan(log.metric[1]));
	ck_assert(log.wall[1] >= failures[_i].time_limit);
}
END_TEST

START_TEST(a_result_may_be_larger_than_a_pipe)
{
	static const enum behaviour what[] = {HUGE, HUGE};
	struct log log = {0};
	struct error e;

	ck_assert_int_eq(run_all(what, 2, 2, (struct queue_options){0}, &log, &e), 0);
	ck_assert_uint_eq(log.metrics[0], 10000);
	ck_assert_double_eq(log.metric[1], 1001);
}
END_TEST

START_TEST(an_interrupt_keeps_what_is_finished)
{
	static const enum behaviour what[] = {WELL, WELL, HANG, PARENT_INTERRUPT, WELL, WELL};
	struct log log = {0};
	struct error e = {0};
	sigset_t before, after;

	sigprocmask(SIG_BLOCK, NULL, &before);
	ck_assert_int_eq(run_all(what, 6, 2, (struct queue_options){0}, &log, &e), HZ_INTERRUPTED);
	ck_assert(strstr(e.text, "SIGINT"));
	ck_assert_uint_eq(log.started, 4);
	ck_assert_uint_eq(log.ended, 2);
	ck_assert_uint_eq(log.dropped, 2);
	ck_assert_int_eq((int)log.state[0], QUEUE_DONE);
	ck_assert_int_eq((int)log.state[1], QUEUE_DONE);
	sigprocmask(SIG_BLOCK, NULL, &after);
	ck_assert_int_eq(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
}
END_TEST

START_TEST(a_report_that_cannot_be_kept_ends_the_queue)
{
	static const enum behaviour what[] = {WELL, HANG, WELL, WELL};
	struct log log = {.fail_at = 1};
	struct error e = {0};

	ck_assert_int_eq(run_all(what, 4, 2, (struct queue_options){0}, &log, &e), HZ_ENVIRONMENT);
	ck_assert_str_eq(e.text, "disk full");
	ck_assert_uint_eq(log.ended, 1);
	ck_assert_uint_eq(log.dropped, 1);
	ck_assert_uint_eq(log.started, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("queue");
	TCase *tc = tcase_create("queue");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, every_run_is_reported_once_whatever_the_number_of_workers, 0, 3);
	tcase_add_test(tc, no_jobs_is_no_work);
	tcase_add_loop_test(tc, a_bad_run_leaves_the_others_standing, 0, (int)HZ_ARRAY_SIZE(failures));
	tcase_add_test(tc, a_result_may_be_larger_than_a_pipe);
	tcase_add_test(tc, an_interrupt_keeps_what_is_finished);
	tcase_add_test(tc, a_report_that_cannot_be_kept_ends_the_queue);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
