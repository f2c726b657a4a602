/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/readers.h"

#include <math.h>
#include <stdlib.h>

#include "hw/context.h"
#include "mm/drain.h"
#include "mm/page_alloc.h"
#include "mm/reclaim.h"

KFUNC(filemap_read);
KFUNC(copy_user_enhanced_fast_string);

int readers_check(const struct params *p, struct error *e)
{
	if (p->load.fill > 100)
		return error_set(e, HZ_USER, "load.fill is %u %%; expected at most 100", p->load.fill);
	return drain_check(&p->mm, e);
}

/* One page of the file, which is not in the page cache. */
static void read_page(struct cpu *cpu, struct reader *r)
{
	struct memory *mm = &r->all->w->mm;
	struct readers_window *window = &r->window[cpu->window];
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
		cpu_work(cpu, r->all->w->params->load.read_think);
		/* A loop that takes no simulated time would never end. */
		if (cpu_now(cpu) == since)
			cpu_fail(cpu, "reading a page took no cycles");
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

/* Until no more than the rest is free above the node's high watermark; what is on per-CPU lists then is neither. */
static void fill_node(struct world *w, uint32_t node)
{
	struct memory *mm = &w->mm;
	uint64_t above, left = free_pages(mm, node, &above);

	left -= above * w->params->load.fill / 100;
	for (uint32_t i = 0; free_pages(mm, node, &above) > left; i = (i + 1) % w->readers->cpus) {
		struct cpu *cpu = &w->hw.cpu[i];

		for (uint32_t j = 0; j < mm->params->pagevec; j++) {
			struct page *page = alloc_pages_node(cpu, mm, node, 0, MIGRATE_MOVABLE, GFP_ATOMIC);

			if (!page)
				return;
			lru_cache_add(cpu, mm, page, LRU_INACTIVE_FILE);
		}
	}
}

void readers_fill(struct world *w)
{
	for (uint32_t node = 0; node < w->mm.nodes; node++)
		fill_node(w, node);
}

void readers_build(struct world *w, uint32_t cpus)
{
	struct readers *readers = xcalloc(1, sizeof *readers);

	w->readers = readers;
	readers->w = w;
	readers->cpus = cpus;
	readers->reader = xcalloc(cpus, sizeof *readers->reader);
	lru_init(&w->mm, w->params->run.seed, w->params->run.repetition);
	for (uint32_t i = 0; i < cpus; i++) {
		readers->reader[i].all = readers;
		readers->reader[i].window = xcalloc(w->hw.windows + 1, sizeof *readers->reader[i].window);
		context_new(&w->hw.cpu[i], "dd", true, reader_body, &readers->reader[i]);
	}
	kswapd_run(&w->mm);
}

void readers_fini(struct world *w)
{
	if (!w->readers)
		return;
	for (uint32_t i = 0; i < w->readers->cpus; i++)
		free(w->readers->reader[i].window);
	free(w->readers->reader);
	free(w->readers);
}

struct readers_window readers_done(const struct world *w, uint32_t from, uint32_t end)
{
	struct readers_window sum = {0};

	for (uint32_t i = 0; i < w->readers->cpus; i++)
		for (uint32_t n = from; n < end; n++) {
			const struct readers_window *done = &w->readers->reader[i].window[n];

			sum.allocs += done->allocs;
			sum.failures += done->failures;
			sum.cycles += done->cycles;
		}
	return sum;
}

void readers_collect(const struct world *w, uint32_t from, struct result *r)
{
	const struct memory_counts *c = &w->mm.counts;
	const struct histogram *stall = &w->mm.reclaim->stall, *drain = &w->mm.drains->time;
	struct readers_window done = readers_done(w, from, w->hw.windows);

	result_metric(r, "page_allocs", "1", (double)done.allocs);
	result_metric(r, "cycles_per_alloc", "cycles", done.allocs ? (double)done.cycles / (double)done.allocs : NAN);
	result_metric(r, "allocs_per_second", "1/s", (double)done.allocs / world_seconds(w, from));
	result_metric(r, "kswapd_wakeups", "1", (double)c->kswapd_wakeups);
	result_metric(r, "direct_reclaims", "1", (double)c->direct_reclaims);
	result_metric(r, "pages_scanned", "pages", (double)c->pages_scanned);
	result_metric(r, "pages_reclaimed", "pages", (double)c->pages_reclaimed);
	result_metric(r, "alloc_stalls", "1", (double)stall->count);
	result_metric(r, "alloc_stall_mean", "cycles", histogram_mean(stall));
	result_metric(r, "alloc_stall_p99", "cycles", histogram_quantile(stall, 0.99));
	result_metric(r, "alloc_stall_max", "cycles", (double)stall->max);
	result_metric(r, "drains_all", "1", (double)c->drains_all);
	result_metric(r, "drains_given_up", "1", (double)c->drains_given_up);
	result_metric(r, "drained_cpus", "1", (double)c->drained_cpus);
	result_metric(r, "drain_time_mean", "cycles", histogram_mean(drain));
	result_metric(r, "drain_time_p99", "cycles", histogram_quantile(drain, 0.99));
	result_metric(r, "drain_time_max", "cycles", (double)drain->max);
}
