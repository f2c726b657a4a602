/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All CPUs give back what their page lists hold: kernel.drain. Direct reclaim asks for it when what it freed did not bring a page. */
#ifndef HZ_MM_DRAIN_H
#define HZ_MM_DRAIN_H

#include "base/histogram.h"
#include "base/policy.h"
#include "hw/cpumask.h"
#include "hw/worker.h"
#include "mm/memory.h"

struct drain {
	struct policy policy;
	bool exclusive; /* under pcpu_drain_mutex: a second caller gives up */
	bool by_others; /* a CPU's lists are emptied by another: they need a lock that another can wait for */
	bool in_interrupt; /* ... or by an interrupt, which must not find its CPU inside the lists' section */
	bool local_lock; /* needs pagesets.lock beside pcp->lock */
	/* Before the run; NULL: nothing to do. */
	void (*init)(struct memory *mm);
	/* Empty the lists of these CPUs, and return when they are. By a task. */
	void (*drain)(struct cpu *cpu, struct memory *mm, const struct cpumask *cpus);
};

/* What drains of one memory need. */
struct drains {
	bool mutex;            /* pcpu_drain_mutex is held */
	struct line line;      /* its line */
	struct work *work;     /* [cpus] pcpu_drain, where a work queue does it */
	struct histogram time; /* cycles from a call's begin to its end, of those that drained */
};

/* The release's way fits its guard. 0, or HZ_USER with *e filled. */
int drain_check(const struct mm_params *params, struct error *e);

/* Before the run, by what may drain; before the idle contexts. */
void drain_init(struct memory *mm);
void drain_fini(struct memory *mm);

/* Empty the lists of every CPU that seems to have pages on them. By a task with nothing held. */
void drain_all_pages(struct cpu *cpu, struct memory *mm);

/* Parts that the ways share: all zones' lists of this CPU, or of another one where the guard lets it. */
void drain_pages(struct cpu *cpu, struct memory *mm, struct cpu *owner);

#endif
