/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recorded trace's allocations and frees, each on the CPU that did it and not before its recorded time, under the
 * policies of the run. What the CPUs did in between is not in the trace: it counts as idle, so that busy cycles are the allocator's. */
#include <math.h>
#include <stdlib.h>

#include "load/load.h"
#include "load/recording.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"

/* The page of a recorded block in this run. */
struct replay_block {
	struct page *page;        /* NULL: not allocated yet, or freed */
	cycles_t since;           /* when it was allocated: its CPU may have run ahead */
	struct cpu *waiting;      /* wants to free it */
};

struct replay_cpu {
	struct replay *replay;
	uint32_t done;
	uint64_t alloc_cycles, allocs, free_cycles, frees, waits;
};

struct replay {
	struct world *w;
	struct recording recording;
	struct replay_block *block;
	struct replay_cpu *cpu;   /* [cpus] */
	uint64_t *window_work;    /* [windows + 1] */
};

static cycles_t scaled(const struct params *p, uint64_t ns)
{
	return (cycles_t)((double)ns * 1e-9 * p->machine.clock_hz * p->load.think_scale);
}

static int replay_check(const struct params *p, struct error *e)
{
	if (!(p->load.think_scale >= 0.0) || !isfinite(p->load.think_scale))
		return error_set(e, HZ_USER, "load.think_scale is %g; expected 0 or more", p->load.think_scale);
	return 0;
}

static int look(const struct params *p, struct recording *r, struct error *e)
{
	if (!p->load.trace[0])
		return error_set(e, HZ_USER, "load.trace is not set; a replay needs a native trace (see 'hotzone help import')");
	return recording_look(r, p->load.trace, e);
}

static int replay_cpus(const struct params *p, uint32_t *cpus, struct error *e)
{
	struct recording r;
	int code = look(p, &r, e);

	if (code)
		return code;
	if (r.cpus > machine_cpus(&p->machine))
		return error_set(e, HZ_USER, "%s was recorded on %u CPUs; machine '%s' has %u", p->load.trace, r.cpus, p->machine.name,
				 machine_cpus(&p->machine));
	if (p->load.cpus && p->load.cpus != r.cpus)
		return error_set(e, HZ_USER, "load.cpus is %u, but %s was recorded on %u CPUs", p->load.cpus, p->load.trace, r.cpus);
	*cpus = r.cpus;
	return 0;
}

/* As long as the recording, and long enough for every operation to take its time when the gaps are scaled away. */
static cycles_t replay_duration(const struct params *p)
{
	const cycles_t slow_operation = 20000;
	struct recording r;

	if (look(p, &r, NULL))
		return 0;
	return scaled(p, r.length_ns) + slow_operation * (r.events + 1);
}

static void do_alloc(struct cpu *cpu, struct replay_cpu *c, const struct recorded_step *s)
{
	struct replay *r = c->replay;
	struct replay_block *block = &r->block[s->block];
	unsigned order = r->recording.block[s->block].order;
	cycles_t since = cpu_now(cpu);
	struct page *page = alloc_pages(cpu, &r->w->mm, order, (enum migratetype)s->migratetype);

	if (!page)
		cpu_fail(cpu, "replay: no memory for a block of order %u; the machine's memory is too small", order);
	c->alloc_cycles += cpu_now(cpu) - since;
	c->allocs++;
	block->page = page;
	block->since = cpu_now(cpu);
	if (block->waiting)
		sim_wake(block->waiting->lane, cpu_now(cpu));
}

static void do_free(struct cpu *cpu, struct replay_cpu *c, const struct recorded_step *s)
{
	struct replay *r = c->replay;
	struct replay_block *block = &r->block[s->block];
	uint32_t owner = r->recording.block[s->block].cpu;
	cycles_t since;

	if (owner != RECORDING_BEFORE && owner != cpu->number) {
		bool in_order = cpu->sleeps_in_order;

		cpu_line_up(cpu, 0);
		c->waits += !block->page || cpu_now(cpu) < block->since;
		cpu->sleeps_in_order = true;
		block->waiting = cpu;
		while (!block->page || cpu_now(cpu) < block->since)
			cpu_sleep(cpu, block->page ? block->since : CYCLES_MAX);
		block->waiting = NULL;
		cpu->sleeps_in_order = in_order;
	}
	since = cpu_now(cpu);
	if (r->w->params->load.free_by == FREE_BY_PAGE_FRAG)
		page_frag_free(cpu, &r->w->mm, block->page);
	else
		__free_pages(cpu, &r->w->mm, block->page, block->page->order);
	c->free_cycles += cpu_now(cpu) - since;
	c->frees++;
	block->page = NULL;
}

static void replay_body(struct cpu *cpu, void *arg)
{
	struct replay_cpu *c = arg;

	const struct recorded_cpu *work = &c->replay->recording.cpu[cpu->number];

	for (; c->done < work->steps; c->done++) {
		const struct recorded_step *s = &work->step[c->done];
		cycles_t at = scaled(c->replay->w->params, s->at_ns);

		if (cpu_run_is_over(cpu))
			cpu_finish(cpu);
		if (cpu_now(cpu) < at)
			cpu_sleep(cpu, at);
		if (s->frees)
			do_free(cpu, c, s);
		else
			do_alloc(cpu, c, s);
		c->replay->window_work[cpu->window]++;
	}
}

/* Pages that are out when the trace starts are allocated by the CPU that frees them. */
static int allocate_before(struct replay *r, struct error *e)
{
	for (uint32_t i = 0; i < r->recording.blocks; i++) {
		const struct recorded_block *b = &r->recording.block[i];

		if (b->cpu != RECORDING_BEFORE)
			continue;
		r->block[i].page = alloc_pages(&r->w->hw.cpu[b->freed_by], &r->w->mm, b->order, MIGRATE_UNMOVABLE);
		if (!r->block[i].page)
			return error_set(e, HZ_USER, "machine.memory does not hold the pages that the trace starts with");
	}
	return 0;
}

static int replay_build(struct world *w, struct error *e)
{
	struct replay *r = xcalloc(1, sizeof *r);
	int code;

	w->load = r;
	r->w = w;
	code = recording_load(&r->recording, w->params->load.trace, e);
	if (code)
		return code;
	r->block = xcalloc(r->recording.blocks, sizeof *r->block);
	r->cpu = xcalloc(w->hw.cpus, sizeof *r->cpu);
	r->window_work = xcalloc(w->hw.windows + 1, sizeof *r->window_work);
	code = allocate_before(r, e);
	if (code)
		return code;
	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		r->cpu[i].replay = r;
		context_new(&w->hw.cpu[i], "replay", true, replay_body, &r->cpu[i]);
		context_new_idle(&w->hw.cpu[i]);
	}
	hw_start_clock(&w->hw);
	memory_start_counts(&w->mm);
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
		if (r->cpu[i].done < r->recording.cpu[i].steps)
			return error_set(e, HZ_RUN_FAILED, "CPU %u replayed %u of its %u operations before the run's end", i, r->cpu[i].done,
					 r->recording.cpu[i].steps);
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
	if (r->recording.packets) {
		result_metric(result, "packets", "packets", (double)r->recording.packets);
		result_metric(result, "cycles_per_packet", "cycles",
			      (double)(sum.alloc_cycles + sum.free_cycles) / (double)r->recording.packets);
	}
	result_metric(result, "skipped_failed_allocs", "events", (double)r->recording.failed);
	result_metric(result, "skipped_unpaired_frees", "events", (double)r->recording.unpaired);
	result_metric(result, "skipped_large_blocks", "events", (double)r->recording.too_large);
	result_metric(result, "waits_for_allocation", "1", (double)sum.waits);
}

static void replay_fini(struct world *w)
{
	struct replay *r = w->load;

	recording_fini(&r->recording);
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
