/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What asks for packets or pages. A load is one file with a table of functions; the world calls them. */
#ifndef HZ_LOAD_LOAD_H
#define HZ_LOAD_LOAD_H

#include "hw/context.h"
#include "load/params.h"
#include "load/result.h"
#include "mm/memory.h"
#include "net/channel.h"

struct readers;

struct world {
	const struct params *params;
	struct hw hw;
	struct memory mm;
	struct readers *readers; /* tasks that keep memory short, or NULL */
	void *load;              /* the load's own state */
};

/* Length of the windows from `from` on. */
static inline double world_seconds(const struct world *w, uint32_t from)
{
	return (double)(w->hw.windows - from) * (double)w->hw.window_length / w->hw.machine->clock_hz;
}

struct load {
	const char *name;
	bool finite;             /* a given amount of work: no start-up transient to cut off */
	/* Parameters that this load cannot run with. 0 or HZ_USER. */
	int (*check)(const struct params *p, struct error *e);
	/* CPUs that take part, when load.cpus does not say; NULL: all of the machine. */
	int (*cpus)(const struct params *p, uint32_t *cpus, struct error *e);
	/* Length of the run, when run.duration does not say; NULL or 0: it does. */
	cycles_t (*duration)(const struct params *p);
	/* Make contexts and devices. 0 or an error. */
	int (*build)(struct world *w, struct error *e);
	/* Units of work finished in a window, for finding the end of the start-up transient. */
	double (*work)(const struct world *w, uint32_t window);
	/* Invariants of its own at the end. 0, or HZ_RUN_FAILED with what is broken. */
	int (*verify)(struct world *w, struct error *e);
	/* How much longer the load's queues grew in a window, in units of work; NULL: it has none. */
	double (*backlog)(const struct world *w, uint32_t window);
	/* Whether they had settled over the windows from `from` on. */
	bool (*settled)(const struct world *w, uint32_t from);
	/* Metrics over the windows from `from` on; `busy` cycles were not idle in them. */
	void (*collect)(const struct world *w, uint32_t from, double busy, struct result *r);
	void (*fini)(struct world *w);
};

#define LOAD_DECLARE(number, table, name) extern const struct load table;
LOADS(LOAD_DECLARE)

#endif
