/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory pressure: a task on every CPU reads files that are larger than memory. What it reads becomes page cache, and what was read longest ago
 * has to go for it. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw/context.h"
#include "load/load.h"
#include "mm/drain.h"
#include "mm/page_alloc.h"
#include "mm/reclaim.h"

KFUNC(filemap_read);
KFUNC(copy_user_enhanced_fast_string);

struct pressure_window {
	uint64_t allocs, failures;
	cycles_t cycles;         /* in allocations */
};

/* One CPU's task. */
struct reader {
	struct world *w;
	struct pressure_window *window; /* [windows + 1] */
};

struct pressure {
	struct reader *reader;   /* [cpus] */
};

static int pressure_check(const struct params *p, struct error *e)
{
	if (p->load.fill > 100)
		return error_set(e, HZ_USER, "load.fill is %u %%; expected at most 100", p->load.fill);
	return drain_check(&p->mm, e);
}

/* One page of the file, which is not in the page cache. */
static void read_page(struct cpu *cpu, struct reader *r)
{
	struct memory *mm = &r->w->mm;
	struct pressure_window *window = &r->window[cpu->window];
	struct page *page;
	cycles_t since;

	cpu_enter(cpu, &fn_filemap_read);
	cpu_work(cpu, mm->params->cost_read_page);
	since = cpu_now(cpu);
	page = alloc_pages_node(cpu, mm, cpu->socket, 0, MIGRATE_MOVABLE, GFP_KERNEL);
	window->cycles += cpu_now(cpu) - since;
	if (page) {
		window->allocs++;
		lru_cache_add(cpu, mm, page, LRU_INACTIVE_FILE);
		cpu_enter(cpu, &fn_copy_user_enhanced_fast_string);
		cpu_charge(cpu, cpu->hw->machine->copy_page);
		cpu_pollute(cpu, 2 * PAGE_SIZE_BYTES / 64);
		cpu_leave(cpu);
	} else {
		window->failures++;
	}
	cpu_leave(cpu);
}

static void reader_body(struct cpu *cpu, void *arg)
{
	struct reader *r = arg;

	while (!cpu_run_is_over(cpu)) {
		cycles_t since = cpu_now(cpu);

		read_page(cpu, r);
		cpu_work(cpu, r->w->params->load.think);
		/* A loop that takes no simulated time would never end. */
		if (cpu_now(cpu) == since)
			cpu_fail(cpu, "pressure: reading a page took no cycles");
	}
}

static uint64_t free_pages(const struct memory *mm, uint32_t node, uint64_t *above_high)
{
	uint64_t free = 0;

	*above_high = 0;
	for (uint32_t z = 0; z < mm->zones; z++) {
		const struct zone *zone = &mm->zone[z];

		if (zone->node != node)
			continue;
		free += zone->free_pages;
		*above_high += zone->free_pages > zone->watermark_high ? zone->free_pages - zone->watermark_high : 0;
	}
	return free;
}

/* Page cache of before the run: read by the CPUs in turns, a batch each, until no more than the rest is free above the high watermark. What
 * is on per-CPU lists then is neither. */
static int fill(struct world *w, uint32_t node, struct error *e)
{
	struct memory *mm = &w->mm;
	uint64_t above, left = free_pages(mm, node, &above);

	left -= above * w->params->load.fill / 100;
	for (uint32_t i = 0; free_pages(mm, node, &above) > left; i = (i + 1) % w->hw.cpus) {
		struct cpu *cpu = &w->hw.cpu[i];

		for (uint32_t j = 0; j < mm->params->pagevec; j++) {
			struct page *page = alloc_pages_node(cpu, mm, node, 0, MIGRATE_MOVABLE, GFP_ATOMIC);

			/* One refill may have taken all that was left to the lists. */
			if (!page && free_pages(mm, node, &above) <= left)
				break;
			if (!page)
				return error_set(e, HZ_RUN_FAILED, "pressure: out of memory before the run");
			lru_cache_add(cpu, mm, page, LRU_INACTIVE_FILE);
		}
	}
	return 0;
}

static int pressure_build(struct world *w, struct error *e)
{
	struct pressure *p = xcalloc(1, sizeof *p);
	int code = 0;

	w->load = p;
	lru_init(&w->mm, w->params->run.seed, w->params->run.repetition);
	p->reader = xcalloc(w->hw.cpus, sizeof *p->reader);
	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		p->reader[i].w = w;
		p->reader[i].window = xcalloc(w->hw.windows + 1, sizeof *p->reader[i].window);
		context_new(&w->hw.cpu[i], "dd", true, reader_body, &p->reader[i]);
	}
	for (uint32_t node = 0; node < w->mm.nodes && !code; node++)
		code = fill(w, node, e);
	kswapd_run(&w->mm);
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	hw_start_clock(&w->hw);
	memory_start_counts(&w->mm);
	return code;
}

static struct pressure_window done_in(const struct world *w, uint32_t from, uint32_t end)
{
	const struct pressure *p = w->load;
	struct pressure_window sum = {0};

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		for (uint32_t n = from; n < end; n++) {
			sum.allocs += p->reader[i].window[n].allocs;
			sum.failures += p->reader[i].window[n].failures;
			sum.cycles += p->reader[i].window[n].cycles;
		}
	return sum;
}

static double pressure_work(const struct world *w, uint32_t window)
{
	return (double)done_in(w, window, window + 1).allocs;
}

static void pressure_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	struct pressure_window done = done_in(w, from, w->hw.windows);
	double seconds = (double)(w->hw.windows - from) * (double)w->hw.window_length / w->hw.machine->clock_hz;

	(void)busy;
	result_metric(r, "page_allocs", "1", (double)done.allocs);
	result_metric(r, "cycles_per_alloc", "cycles", done.allocs ? (double)done.cycles / (double)done.allocs : NAN);
	result_metric(r, "allocs_per_second", "1/s", (double)done.allocs / seconds);
}

static void pressure_fini(struct world *w)
{
	struct pressure *p = w->load;

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		free(p->reader[i].window);
	free(p->reader);
	free(p);
}

const struct load load_pressure = {
	.name = "pressure",
	.check = pressure_check,
	.build = pressure_build,
	.work = pressure_work,
	.collect = pressure_collect,
	.fini = pressure_fini,
};
