/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recorded trace's allocations and frees, each on the CPU that did it and not before its recorded time, under the
 * policies of the run. What the CPUs did in between is not in the trace: it counts as idle, so that busy cycles are the allocator's. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "load/load.h"
#include "mm/page_alloc.h"
#include "trace/native.h"
#include "trace/pages.h"

#define NONE UINT32_MAX

/* A block of pages between its allocation and its free. */
struct block {
	struct page *page;        /* NULL: not allocated yet */
	uint32_t allocating_cpu;  /* NONE: before the trace */
	struct cpu *waiting;      /* wants to free it */
};

struct step {
	cycles_t at;              /* scaled time since the trace's start */
	uint32_t block;
	bool frees;
	uint8_t order, migratetype;
};

struct replay_cpu {
	struct replay *replay;
	struct step *step;
	uint32_t steps, room;
	uint32_t done;
	uint64_t alloc_cycles, allocs, free_cycles, frees, waits;
};

struct replay {
	struct world *w;
	struct replay_cpu *cpu;   /* [cpus] */
	struct block *block;
	uint32_t blocks, block_room;
	uint64_t packets, failed, unpaired;
	uint64_t *window_work;    /* [windows + 1] */
};

/* Which block is out at a page frame: open addressing, grown at half full. */
struct live {
	uint64_t *pfn;            /* + 1; 0: empty */
	uint32_t *block;
	size_t mask, used;
};

static size_t live_place(const struct live *l, uint64_t pfn)
{
	size_t i = (size_t)(pfn * UINT64_C(0x9E3779B97F4A7C15) >> 20) & l->mask;

	while (l->pfn[i] && l->pfn[i] != pfn + 1)
		i = (i + 1) & l->mask;
	return i;
}

static void live_set(struct live *l, uint64_t pfn, uint32_t block)
{
	size_t i;

	if (2 * (l->used + 1) > l->mask) {
		struct live wider = {.mask = l->mask ? 2 * l->mask + 1 : 1023};

		wider.pfn = xcalloc(wider.mask + 1, sizeof *wider.pfn);
		wider.block = xcalloc(wider.mask + 1, sizeof *wider.block);
		for (size_t j = 0; l->pfn && j <= l->mask; j++)
			if (l->pfn[j] && l->block[j] != NONE)
				live_set(&wider, l->pfn[j] - 1, l->block[j]);
		free(l->pfn);
		free(l->block);
		*l = wider;
	}
	i = live_place(l, pfn);
	l->used += !l->pfn[i];
	l->pfn[i] = pfn + 1;
	l->block[i] = block;
}

static uint32_t live_take(struct live *l, uint64_t pfn)
{
	size_t i;
	uint32_t block;

	if (!l->pfn)
		return NONE;
	i = live_place(l, pfn);
	block = l->pfn[i] ? l->block[i] : NONE;
	if (block != NONE)
		l->block[i] = NONE;
	return block;
}

static uint32_t new_block(struct replay *r, uint32_t cpu)
{
	if (r->blocks == r->block_room) {
		r->block_room = r->block_room ? 2 * r->block_room : 1024;
		r->block = xrealloc(r->block, r->block_room * sizeof *r->block);
	}
	r->block[r->blocks] = (struct block){.allocating_cpu = cpu};
	return r->blocks++;
}

static void add_step(struct replay_cpu *c, struct step step)
{
	if (c->steps == c->room) {
		c->room = c->room ? 2 * c->room : 256;
		c->step = xrealloc(c->step, c->room * sizeof *c->step);
	}
	c->step[c->steps++] = step;
}

static enum migratetype migratetype_of(const struct trace_event *event)
{
	/* HIGHATOMIC, CMA and ISOLATE have no lists here; the first two hold unmovable and movable pages. */
	return event->migratetype < MIGRATE_TYPES ? (enum migratetype)event->migratetype : MIGRATE_UNMOVABLE;
}

static void add_event(struct replay *r, struct live *live, const struct trace_event *event, cycles_t at)
{
	bool silent = event->type == TRACE_POOL_HOLD && (event->flags & TRACE_SILENT_ALLOC);
	struct step step = {.at = at, .order = event->order, .migratetype = (uint8_t)migratetype_of(event)};

	if (event->type == TRACE_NAPI_POLL) {
		r->packets += event->work;
		return;
	}
	if (event->type == TRACE_ALLOC && (event->flags & TRACE_FAILED)) {
		r->failed++;
		return;
	}
	if (event->type == TRACE_ALLOC || silent) {
		step.block = new_block(r, event->cpu);
		if (silent)
			step.order = 0;
		live_set(live, event->pfn, step.block);
	} else if (event->type == TRACE_FREE) {
		step.frees = true;
		step.block = live_take(live, event->pfn);
		if (step.block == NONE) {
			r->unpaired++;
			return;
		}
	} else {
		return;
	}
	add_step(&r->cpu[event->cpu], step);
}

/* Pages that are out when the trace starts are allocated by the CPU that frees them. */
static int allocate_before(struct replay *r, struct live *live, struct native_reader *reader, struct error *e)
{
	struct trace_pages pages;
	int code = trace_pages_before(reader, &pages, e);

	if (code)
		return code;
	for (size_t i = 0; i < pages.n && !code; i++) {
		const struct trace_page *p = &pages.page[i];
		uint32_t block = new_block(r, NONE);
		struct page *page = p->order > MAX_ORDER ? NULL
			: alloc_pages(&r->w->hw.cpu[p->cpu], &r->w->mm, p->order, MIGRATE_UNMOVABLE);

		if (!page)
			code = error_set(e, HZ_USER, "the machine's memory does not hold the pages that the trace starts with");
		r->block[block].page = page;
		live_set(live, p->pfn, block);
	}
	trace_pages_fini(&pages);
	return code;
}

static cycles_t scaled(const struct params *p, uint64_t ns)
{
	return (cycles_t)((double)ns * 1e-9 * p->machine.clock_hz * p->load.think_scale);
}

static int load_events(struct replay *r, struct native_reader *reader, struct error *e)
{
	const struct params *p = r->w->params;
	uint64_t start = native_info(reader)->start_ns;
	struct trace_event event;
	struct live live = {0};
	int code = allocate_before(r, &live, reader, e), more = 0;

	while (!code && (more = native_next(reader, &event, e)) == 1)
		if (event.order <= MAX_ORDER)
			add_event(r, &live, &event, scaled(p, event.time_ns - start));
	if (more < 0)
		code = (int)e->code;
	free(live.pfn);
	free(live.block);
	return code;
}

static int open_trace(const struct params *p, struct native_reader **reader, struct error *e)
{
	if (!p->load.trace[0])
		return error_set(e, HZ_USER, "load.trace is not set; a replay needs a native trace (see 'hotzone help import')");
	return native_open(reader, p->load.trace, e);
}

static int replay_check(const struct params *p, struct error *e)
{
	if (!(p->load.think_scale >= 0.0) || !isfinite(p->load.think_scale))
		return error_set(e, HZ_USER, "load.think_scale is %g; expected 0 or more", p->load.think_scale);
	return 0;
}

static int replay_cpus(const struct params *p, uint32_t *cpus, struct error *e)
{
	struct native_reader *reader;
	uint32_t recorded;
	int code = open_trace(p, &reader, e);

	if (code)
		return code;
	recorded = native_info(reader)->cpus;
	native_close(reader);
	if (recorded > machine_cpus(&p->machine))
		return error_set(e, HZ_USER, "%s was recorded on %u CPUs; machine '%s' has %u", p->load.trace, recorded,
				 p->machine.name, machine_cpus(&p->machine));
	if (p->load.cpus && p->load.cpus != recorded)
		return error_set(e, HZ_USER, "load.cpus is %u, but %s was recorded on %u CPUs", p->load.cpus, p->load.trace, recorded);
	*cpus = recorded;
	return 0;
}

/* As long as the recording, and long enough for every operation to take its time when the gaps are scaled away. */
static cycles_t replay_duration(const struct params *p)
{
	const cycles_t slow_operation = 20000;
	struct native_reader *reader;
	cycles_t duration = 0;

	if (open_trace(p, &reader, NULL))
		return 0;
	duration = scaled(p, native_info(reader)->end_ns - native_info(reader)->start_ns) +
		   slow_operation * (native_info(reader)->events + 1);
	native_close(reader);
	return duration;
}

static void do_alloc(struct cpu *cpu, struct replay_cpu *c, const struct step *s)
{
	struct replay *r = c->replay;
	struct block *block = &r->block[s->block];
	cycles_t since = cpu_now(cpu);
	struct page *page = alloc_pages(cpu, &r->w->mm, s->order, (enum migratetype)s->migratetype);

	if (!page)
		cpu_fail(cpu, "replay: no memory for a block of order %u; the machine's memory is too small", s->order);
	c->alloc_cycles += cpu_now(cpu) - since;
	c->allocs++;
	block->page = page;
	if (block->waiting)
		sim_wake(block->waiting->lane, cpu_now(cpu));
}

static void do_free(struct cpu *cpu, struct replay_cpu *c, const struct step *s)
{
	struct replay *r = c->replay;
	struct block *block = &r->block[s->block];
	cycles_t since;

	if (block->allocating_cpu != NONE && block->allocating_cpu != cpu->number) {
		cpu_line_up(cpu, 0);
		c->waits += !block->page;
		cpu->woken_remotely = true;
		block->waiting = cpu;
		while (!block->page)
			cpu_sleep(cpu, CYCLES_MAX);
		block->waiting = NULL;
		cpu->woken_remotely = false;
	}
	since = cpu_now(cpu);
	__free_pages(cpu, &r->w->mm, block->page, block->page->order);
	c->free_cycles += cpu_now(cpu) - since;
	c->frees++;
	block->page = NULL;
}

static void replay_body(struct cpu *cpu, void *arg)
{
	struct replay_cpu *c = arg;

	for (; c->done < c->steps; c->done++) {
		const struct step *s = &c->step[c->done];

		if (cpu_run_is_over(cpu))
			cpu_finish(cpu);
		if (cpu_now(cpu) < s->at)
			cpu_sleep(cpu, s->at);
		if (s->frees)
			do_free(cpu, c, s);
		else
			do_alloc(cpu, c, s);
		c->replay->window_work[cpu->window]++;
	}
}

static int replay_build(struct world *w, struct error *e)
{
	struct replay *r = xcalloc(1, sizeof *r);
	struct native_reader *reader;
	int code;

	w->load = r;
	r->w = w;
	r->cpu = xcalloc(w->hw.cpus, sizeof *r->cpu);
	r->window_work = xcalloc(w->hw.windows + 1, sizeof *r->window_work);
	code = open_trace(w->params, &reader, e);
	if (code)
		return code;
	code = load_events(r, reader, e);
	native_close(reader);
	if (code)
		return code;
	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		r->cpu[i].replay = r;
		context_new(&w->hw.cpu[i], "replay", true, replay_body, &r->cpu[i]);
		context_new_idle(&w->hw.cpu[i]);
	}
	hw_start_clock(&w->hw);
	return 0;
}

static double replay_work(const struct world *w, uint32_t window)
{
	const struct replay *r = w->load;

	return (double)r->window_work[window];
}

static int replay_verify(struct world *w, struct error *e)
{
	const struct replay *r = w->load;

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		if (r->cpu[i].done < r->cpu[i].steps)
			return error_set(e, HZ_RUN_FAILED, "CPU %u replayed %u of its %u operations before the run's end", i, r->cpu[i].done,
					 r->cpu[i].steps);
	return 0;
}

static void replay_collect(const struct world *w, uint32_t from, double busy, struct result *result)
{
	const struct replay *r = w->load;
	struct replay_cpu sum = {0};

	(void)from;
	(void)busy;
	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		sum.allocs += r->cpu[i].allocs;
		sum.frees += r->cpu[i].frees;
		sum.alloc_cycles += r->cpu[i].alloc_cycles;
		sum.free_cycles += r->cpu[i].free_cycles;
		sum.waits += r->cpu[i].waits;
	}
	result_metric(result, "replayed_allocs", "blocks", (double)sum.allocs);
	result_metric(result, "replayed_frees", "blocks", (double)sum.frees);
	result_metric(result, "cycles_per_alloc", "cycles", sum.allocs ? (double)sum.alloc_cycles / (double)sum.allocs : NAN);
	result_metric(result, "cycles_per_free", "cycles", sum.frees ? (double)sum.free_cycles / (double)sum.frees : NAN);
	result_metric(result, "cycles_per_op", "cycles", sum.allocs + sum.frees
		      ? (double)(sum.alloc_cycles + sum.free_cycles) / (double)(sum.allocs + sum.frees) : NAN);
	if (r->packets) {
		result_metric(result, "packets", "packets", (double)r->packets);
		result_metric(result, "cycles_per_packet", "cycles",
			      (double)(sum.alloc_cycles + sum.free_cycles) / (double)r->packets);
	}
	result_metric(result, "skipped_failed_allocs", "events", (double)r->failed);
	result_metric(result, "skipped_unpaired_frees", "events", (double)r->unpaired);
	result_metric(result, "waits_for_allocation", "1", (double)sum.waits);
}

static void replay_fini(struct world *w)
{
	struct replay *r = w->load;

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		free(r->cpu[i].step);
	free(r->cpu);
	free(r->block);
	free(r->window_work);
	free(r);
}

const struct load load_replay = {
	.name = "replay",
	.finite = true,
	.check = replay_check,
	.cpus = replay_cpus,
	.duration = replay_duration,
	.build = replay_build,
	.work = replay_work,
	.verify = replay_verify,
	.collect = replay_collect,
	.fini = replay_fini,
};
