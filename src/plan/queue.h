/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs in child processes, several at a time: a crash, a hang or a run that eats all memory costs one run. */
#ifndef HZ_PLAN_QUEUE_H
#define HZ_PLAN_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "load/params.h"
#include "load/result.h"

/* What a child does: simulate and write the result to `fd`. Returns 0, or the exit code with *e filled. */
typedef int queue_run_fn(const struct params *p, int fd, struct error *e);

/* The real one: world_run, then result_write. */
queue_run_fn queue_simulate;

struct queue_job {
	const struct params *params;
	uint32_t repetition;       /* replaces params->run.repetition */
};

enum queue_state {
	QUEUE_DONE,
	QUEUE_FAILED,              /* crash, error, unreadable result, or a result with a failure */
	QUEUE_KILLED,              /* a limit was reached, or someone killed it */
};

struct queue_report {
	size_t job;                /* index in the array of jobs */
	enum queue_state state;
	const char *why;           /* "" when done */
	const struct result *result; /* done, or failed with a report of its own; else NULL */
	double wall_seconds, cpu_seconds;
};

/* Called in the parent. A callback that does not return 0 ends the queue with that code. */
struct queue_events {
	void *self;
	int (*started)(void *self, size_t job, struct error *e);
	int (*ended)(void *self, const struct queue_report *report, struct error *e); /* in order of completion */
	/* Started, then stopped because the queue ends early. `e` is NULL: its code counts for nothing. */
	int (*dropped)(void *self, size_t job, struct error *e);
	void (*tick)(void *self, size_t running);                /* a few times a second; may be NULL */
};

struct queue_options {
	unsigned parallel;         /* children at a time; 0: as many as CPUs online */
	double time_limit;         /* seconds of wall time per run; 0: none */
	uint64_t memory_limit;     /* bytes of address space per run; 0: none */
	queue_run_fn *run;
};

/* Run all jobs, starting them in order. SIGINT, SIGTERM and SIGHUP stop it: what has finished is still reported,
 * the others are killed and dropped. Returns 0 when every job was reported, whatever became of it; HZ_INTERRUPTED;
 * HZ_ENVIRONMENT when no child can be started; or the code of a callback. */
int queue_run(const struct queue_job *job, size_t jobs, const struct queue_options *options,
	      const struct queue_events *events, struct error *e);

#endif
