/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory pressure: tasks that read files larger than memory. What they read becomes page cache, and what was read longest ago has to go for it.
 * A load of its own on every CPU (pressure), beside others (isolated), and in the background of loads with a NIC (load.readers). */
#ifndef HZ_LOAD_READERS_H
#define HZ_LOAD_READERS_H

#include "load/load.h"

/* Counts of one CPU's reader in one window. */
struct readers_window {
	uint64_t allocs, failures;
	cycles_t cycles;         /* in allocations */
};

struct reader {
	struct readers *all;
	struct readers_window *window; /* [windows + 1] */
};

struct readers {
	struct world *w;
	struct reader *reader;   /* [cpus] */
	uint32_t cpus;
};

/* What they need of the parameters. 0 or HZ_USER. */
int readers_check(const struct params *p, struct error *e);

/* A reader on each of the CPUs 0..cpus-1 and a kswapd for every node, as w->readers: before the idle contexts. */
void readers_build(struct world *w, uint32_t cpus);
/* Page cache of before the run, as load.fill says, read by the readers' CPUs in turns, a batch each: when the rest has its memory, before the
 * clock starts. */
void readers_fill(struct world *w);
void readers_fini(struct world *w);

/* Windows [from, end). */
struct readers_window readers_done(const struct world *w, uint32_t from, uint32_t end);
void readers_collect(const struct world *w, uint32_t from, struct result *r);

#endif
