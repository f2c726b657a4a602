/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory pressure alone: a reader on every CPU. */
#include "load/readers.h"

static int pressure_build(struct world *w, struct error *e)
{
	(void)e;
	readers_build(w, w->hw.cpus);
	readers_fill(w);
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	hw_start_clock(&w->hw);
	memory_start_counts(&w->mm);
	return 0;
}

static double pressure_work(const struct world *w, uint32_t window)
{
	return (double)readers_done(w, window, window + 1).allocs;
}

static void pressure_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	(void)w;
	(void)from;
	(void)busy;
	(void)r;
}

static void pressure_fini(struct world *w)
{
	(void)w;
}

const struct load load_pressure = {
	.name = "pressure",
	.check = readers_check,
	.build = pressure_build,
	.work = pressure_work,
	.collect = pressure_collect,
	.fini = pressure_fini,
};
