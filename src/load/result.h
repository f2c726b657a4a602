/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one run found: plain numbers, no pointers into the world that made them. */
#ifndef HZ_LOAD_RESULT_H
#define HZ_LOAD_RESULT_H

#include <stddef.h>

#include "base/error.h"
#include "base/histogram.h"
#include "base/types.h"

/* One scalar. Names are stable; docs/database.md defines each. */
struct metric {
	char name[48];
	char unit[16];
	double value;
};

/* One lock, or one class of per-CPU locks, over the measured part of the run. Times in cycles. */
struct lock_row {
	char name[48];              /* as the kernel names it, with the instance: "zone->lock (node 0 Normal)" */
	char kind[16];              /* qspinlock, ticket, test-and-set */
	char caller[128];           /* function that waited longest for it in total, "" when nobody waited */
	uint64_t acquisitions;
	uint64_t contended;         /* acquisitions that had to wait */
	uint64_t trylock_failures;
	uint64_t handoff[4];        /* from the last owner, by enum cpu_distance */
	struct histogram hold;      /* one value per acquisition */
	struct histogram wait;      /* one value per contended acquisition */
};

/* One call path of the model. */
struct profile_row {
	char *path;                 /* "net_rx_action;mlx5e_napi_poll;mlx5e_poll_tx_cq", heap */
	uint64_t calls;
	cycles_t self;              /* cycles charged to this path itself, callees left out */
};

struct result {
	struct metric *metric;      /* arrays on the heap */
	size_t metrics;
	struct lock_row *lock;
	size_t locks;
	struct profile_row *profile;
	size_t profiles;
	uint64_t fingerprint;
	uint64_t events;            /* shared interactions that were put in order */
	char *failure;              /* NULL, or why the run ended early: several lines of report, heap */
};

void result_metric(struct result *r, const char *name, const char *unit, double value);
struct lock_row *result_lock(struct result *r);       /* a new zeroed row; valid until the next call */
void result_profile(struct result *r, const char *path, uint64_t calls, cycles_t self);
/* The metric's value, or NAN. */
double result_get(const struct result *r, const char *name);
void result_fini(struct result *r);

/* Across a pipe between a run and its parent on the same machine. Both return 0, or the error code with *e filled:
 * a write that failed, a short or garbled stream. */
int result_write(const struct result *r, int fd, struct error *e);
int result_read(struct result *r, int fd, struct error *e);

#endif
