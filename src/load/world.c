/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/world.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stats.h"
#include "hw/lock.h"
#include "load/load.h"
#include "load/readers.h"
#include "mm/bulk.h"
#include "mm/pcp.h"
#include "mm/vmstat.h"

static const struct load *load_of(const struct params *p)
{
#define LOAD_TABLE(number, table, name) [number] = &table,
	static const struct load *const loads[LOAD_KINDS] = {LOADS(LOAD_TABLE)};

	return loads[p->load.kind];
}

static cycles_t duration_of(const struct params *p)
{
	cycles_t own = load_of(p)->duration ? load_of(p)->duration(p) : 0;

	return own ? own : p->run.duration;
}

static int cpus_of(const struct params *p, uint32_t *cpus, struct error *e)
{
	const struct load *load = load_of(p);

	*cpus = p->load.cpus ? p->load.cpus : machine_cpus(&p->machine);
	return load->cpus ? load->cpus(p, cpus, e) : 0;
}

int world_check(const struct params *p, struct error *e)
{
	uint32_t cpus, all = machine_cpus(&p->machine);
	int code;

	if (all > MACHINE_CPUS_MAX)
		return error_set(e, HZ_USER, "machine '%s' has %u CPUs; at most %d are modelled", p->machine.name, all,
				 MACHINE_CPUS_MAX);
	if (p->load.cpus > all)
		return error_set(e, HZ_USER, "load.cpus is %u, but machine '%s' has %u CPUs", p->load.cpus, p->machine.name, all);
	code = bulk_check(&p->mm, e);
	if (!code)
		code = memory_check_size(&p->machine, &p->mm, e);
	if (!code)
		code = pcp_check(&p->mm, p->machine.memory / PAGE_SIZE_BYTES / p->mm.zones_per_node, e);
	if (!code)
		code = load_of(p)->check(p, e);
	if (!code)
		code = cpus_of(p, &cpus, e);
	if (!code && p->load.readers > cpus)
		code = error_set(e, HZ_USER, "load.readers is %u, but %u CPUs take part", p->load.readers, cpus);
	if (!code && p->load.readers)
		code = readers_check(p, e);
	if (!code && duration_of(p) / p->run.windows == 0)
		code = error_set(e, HZ_USER, "a run of %" PRIu64 " cycles cannot have %u windows (run.windows)", duration_of(p),
				 p->run.windows);
	return code;
}

static double busy_cycles(const struct hw *hw, uint32_t window)
{
	double busy = (double)hw->window_length * hw->cpus;

	for (uint32_t i = 0; i < hw->cpus; i++)
		busy -= (double)hw->cpu[i].idle_cycles[window];
	return busy;
}

/* First window after the start-up transient, of the cost of work and of the queues. */
static uint32_t find_steady(const struct world *w, int *steady)
{
	const struct load *load = load_of(w->params);
	uint32_t windows = w->hw.windows;
	double *series;
	size_t from, settled;
	int queues_steady;

	*steady = 1;
	if (load->finite)
		return 0;
	series = xcalloc(windows, sizeof *series);
	for (uint32_t i = 0; i < windows; i++) {
		double work = load->work(w, i);

		series[i] = work > 0.0 ? busy_cycles(&w->hw, i) / work : NAN;
	}
	from = stats_mser(series, windows, steady);
	if (load->backlog) {
		for (uint32_t i = 0; i < windows; i++)
			series[i] = load->backlog(w, i);
		settled = stats_mser(series, windows, &queues_steady);
		from = settled > from ? settled : from;
		*steady = *steady && queues_steady && load->settled(w, (uint32_t)from);
	}
	free(series);
	return (uint32_t)from;
}

/* Every cycle of every CPU is in the profile or was idle. */
static int check_cycles(const struct hw *hw, struct error *e)
{
	uint64_t counted = 0, whole = hw->end * hw->cpus;

	for (uint32_t node = 0; node < hw->profile.nodes; node++)
		counted += profile_sum(&hw->profile, node, 0).cycles;
	for (uint32_t i = 0; i < hw->cpus; i++)
		counted += cpu_idle_total(&hw->cpu[i], 0);
	if (counted != whole)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " cycles accounted for, of %" PRIu64, counted, whole);
	return 0;
}

static int verify(struct world *w, struct error *e)
{
	int code = check_cycles(&w->hw, e);

	if (!code)
		code = memory_check(&w->mm, e);
	if (!code && load_of(w->params)->verify)
		code = load_of(w->params)->verify(w, e);
	return code;
}

static void collect_locks(const struct hw *hw, uint32_t from, struct result *r)
{
	for (const struct lock_class *c = hw->lock_class; c; c = c->next) {
		struct lock_row *row;
		uint32_t waiter = 0;

		row = result_lock(r);
		snprintf(row->name, sizeof row->name, "%s", c->name);
		snprintf(row->kind, sizeof row->kind, "%s", c->kind->policy.name);
		for (uint32_t i = from; i < hw->windows; i++) {
			const struct lock_window *lw = &c->window[i];

			row->acquisitions += lw->acquisitions;
			row->contended += lw->contended;
			row->trylock_failures += lw->trylock_failures;
			for (unsigned d = 0; d < DISTANCE_KINDS; d++)
				row->handoff[d] += lw->handoff[d];
			histogram_merge(&row->hold, &lw->hold);
			histogram_merge(&row->wait, &lw->wait);
		}
		for (uint32_t n = 1; n < hw->profile.nodes; n++)
			if (c->waited[n] > c->waited[waiter])
				waiter = n;
		if (waiter && hw->profile.node[waiter].fn)
			snprintf(row->caller, sizeof row->caller, "%s", hw->profile.node[waiter].fn->name);
		if (!row->acquisitions && !row->trylock_failures)
			r->locks--;
	}
}

static void collect_profile(const struct hw *hw, uint32_t from, struct result *r)
{
	for (uint32_t node = 1; node < hw->profile.nodes; node++) {
		struct profile_cell sum = profile_sum(&hw->profile, node, from);
		struct text path = {0};

		if (!sum.cycles && !sum.calls)
			continue;
		profile_path(&hw->profile, node, &path);
		result_profile(r, path.s, sum.calls, sum.cycles);
		text_fini(&path);
	}
}

static cycles_t slow_path_cycles(const struct hw *hw, uint32_t from)
{
	cycles_t sum = 0;

	for (const struct lock_class *c = hw->lock_class, *seen; c; c = c->next) {
		for (seen = hw->lock_class; seen->kind != c->kind; seen = seen->next)
			;
		if (seen == c)
			sum += profile_through(&hw->profile, c->kind->slow_path->name, from);
	}
	return sum;
}

static void collect_memory(const struct world *w, struct result *r)
{
	const struct memory_counts *c = &w->mm.counts;

	result_metric(r, "allocs", "blocks", (double)c->allocs);
	result_metric(r, "frees", "blocks", (double)c->frees);
	result_metric(r, "alloc_failures", "blocks", (double)c->alloc_failures);
	result_metric(r, "pcp_refills", "calls", (double)c->refills);
	result_metric(r, "pcp_refilled_pages", "pages", (double)c->refilled_pages);
	result_metric(r, "pcp_drains", "calls", (double)c->drains);
	result_metric(r, "pcp_drained_pages", "pages", (double)c->drained_pages);
	result_metric(r, "pcp_hits", "blocks", (double)c->pcp_hits);
	result_metric(r, "pcp_misses", "blocks", (double)c->pcp_misses);
	result_metric(r, "pcp_frees", "blocks", (double)c->pcp_frees);
	result_metric(r, "pcp_busy", "blocks", (double)c->pcp_busy);
	result_metric(r, "pcp_decayed_pages", "pages", (double)c->decayed_pages);
	result_metric(r, "zone_allocs", "blocks", (double)c->zone_allocs);
	result_metric(r, "zone_frees", "blocks", (double)c->zone_frees);
	result_metric(r, "buddy_merges", "blocks", (double)c->merges);
	result_metric(r, "buddy_splits", "blocks", (double)c->splits);
	result_metric(r, "fallbacks", "blocks", (double)c->fallbacks);
	result_metric(r, "frag_refills", "blocks", (double)c->frag_refills);
	result_metric(r, "frag_fallbacks", "blocks", (double)c->frag_fallbacks);
	result_metric(r, "frag_reuses", "blocks", (double)c->frag_reuses);
	result_metric(r, "frag_refused", "1", (double)c->frag_refused);
	result_metric(r, "frag_overruns", "1", (double)c->frag_overruns);
}

static void collect(const struct world *w, struct result *r)
{
	const struct hw *hw = &w->hw;
	struct histogram delay = {0};
	double busy = 0.0, all;
	uint32_t from;
	int steady;

	from = find_steady(w, &steady);
	for (uint32_t i = from; i < hw->windows; i++)
		busy += busy_cycles(hw, i);
	all = (double)(hw->windows - from) * (double)hw->window_length * hw->cpus;
	load_of(w->params)->collect(w, from, busy, r);
	result_metric(r, "slowpath_share", "1", busy > 0.0 ? (double)slow_path_cycles(hw, from) / busy : 0.0);
	result_metric(r, "busy_share", "1", busy / all);
	result_metric(r, "clock_hz", "Hz", w->params->machine.clock_hz);
	result_metric(r, "cpus", "1", hw->cpus);
	result_metric(r, "warmup_share", "1", (double)from / hw->windows);
	result_metric(r, "steady", "1", steady);
	for (uint32_t i = 0; i < hw->cpus; i++)
		histogram_merge(&delay, &hw->cpu[i].irq_delay);
	result_metric(r, "irq_delay_mean", "cycles", histogram_mean(&delay));
	result_metric(r, "irq_delay_max", "cycles", (double)delay.max);
	result_metric(r, "switches", "1", (double)hw->sim.switches);
	collect_memory(w, r);
	if (w->readers)
		readers_collect(w, from, r);
	collect_locks(hw, from, r);
	collect_profile(hw, from, r);
}

int world_run(const struct params *p, struct result *r, struct error *e)
{
	struct world w = {.params = p};
	struct error broken;
	uint32_t cpus;
	bool refreshes;
	int code = world_check(p, e);

	/* A run that is over before the first refresh can do without what goes along with it. */
	refreshes = !code && p->mm.vmstat_interval < duration_of(p);
	if (!code)
		code = cpus_of(p, &cpus, e);
	if (!code)
		code = hw_init(&w.hw, &p->machine, cpus, p->run.windows, duration_of(p) / p->run.windows, e);
	if (!code)
		code = memory_init(&w.mm, &w.hw, &p->mm, p->run.seed, p->run.repetition, e);
	if (!code && refreshes)
		vmstat_init(&w.mm);
	if (!code && p->load.readers)
		readers_build(&w, p->load.readers);
	if (!code)
		code = load_of(p)->build(&w, e);
	if (code)
		return code;
	if (refreshes)
		vmstat_start(&w.mm);
	hw_run(&w.hw);
	r->fingerprint = w.hw.sim.fingerprint;
	r->events = w.hw.sim.events;
	if (w.hw.sim.failure)
		r->failure = xstrdup(w.hw.sim.failure);
	else if (verify(&w, &broken))
		r->failure = xstrdup(broken.text);
	else
		collect(&w, r);
	load_of(p)->fini(&w);
	readers_fini(&w);
	memory_fini(&w.mm);
	hw_fini(&w.hw);
	return 0;
}
