/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every CPU allocates and frees pages in a loop: the allocator alone, without a network. */
#include <math.h>
#include <stdlib.h>

#include "hw/spin.h"
#include "load/load.h"
#include "mm/bulk.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"

KFUNC(ptr_ring_produce);
KFUNC(ptr_ring_consume);

struct bench_window {
	uint64_t pairs;
	cycles_t cycles;         /* inside operations, think time left out */
};

/* One CPU's part. A batch of pages moves to the next CPU's inbox in the remote pattern. */
struct bench_cpu {
	struct page_bench *bench;
	struct page **page;      /* [pages] */
	struct page **inbox;     /* [pages], valid while inbox_full */
	bool inbox_full;
	struct line inbox_line;
	struct spinner waiting;  /* for this inbox to change */
	struct page_frag_cache frags;
	struct bench_window *window;
};

struct page_bench {
	struct world *w;
	const struct load_params *p;
	struct bench_cpu *cpu;   /* [cpus] */
};

static int bench_check(const struct params *p, struct error *e)
{
	if (p->load.order > MAX_ORDER)
		return error_set(e, HZ_USER, "load.order is %u; the largest block is of order %d", p->load.order, MAX_ORDER);
	if (p->load.pattern != BENCH_SINGLE && !p->load.pages)
		return error_set(e, HZ_USER, "load.pages is 0; this pattern needs at least 1");
	if (p->load.pattern == BENCH_BULK_API && p->load.order)
		return error_set(e, HZ_USER, "load.order is %u; bulk calls (load.pattern: bulk_api) give pages of order 0", p->load.order);
	if (p->load.pattern == BENCH_FRAG && (!p->load.frag_size || p->load.frag_size > PAGE_SIZE_BYTES))
		return error_set(e, HZ_USER, "load.frag_size is %u bytes; expected 1 to %u", p->load.frag_size, PAGE_SIZE_BYTES);
	return 0;
}

static struct page *must_alloc(struct cpu *cpu, struct page_bench *b)
{
	struct page *page = alloc_pages(cpu, &b->w->mm, b->p->order, MIGRATE_UNMOVABLE);

	if (!page)
		cpu_fail(cpu, "page_bench: out of memory");
	return page;
}

static void count(struct cpu *cpu, struct bench_cpu *c, cycles_t since, uint64_t pairs)
{
	c->window[cpu->window].cycles += cpu_now(cpu) - since;
	c->window[cpu->window].pairs += pairs;
}

static void run_single(struct cpu *cpu, struct bench_cpu *c)
{
	struct page_bench *b = c->bench;

	__free_pages(cpu, &b->w->mm, must_alloc(cpu, b), b->p->order);
}

static void run_bulk(struct cpu *cpu, struct bench_cpu *c)
{
	struct page_bench *b = c->bench;

	for (uint32_t i = 0; i < b->p->pages; i++)
		c->page[i] = must_alloc(cpu, b);
	for (uint32_t i = 0; i < b->p->pages; i++)
		__free_pages(cpu, &b->w->mm, c->page[i], b->p->order);
}

static void run_bulk_api(struct cpu *cpu, struct bench_cpu *c)
{
	struct page_bench *b = c->bench;
	struct memory *mm = &b->w->mm;
	uint32_t n = 0;

	/* A call may bring fewer than it is asked for. */
	while (n < b->p->pages) {
		uint32_t got = alloc_pages_bulk(cpu, mm, cpu->socket, b->p->pages - n, c->page + n);

		if (!got)
			c->page[n] = must_alloc(cpu, b);
		n += got ? got : 1;
	}
	free_pages_bulk(cpu, mm, n, c->page);
}

/* Spin until the inbox is as wanted. */
static void await(struct cpu *cpu, struct bench_cpu *box, bool full)
{
	cpu_line_up(cpu, 0);
	while (box->inbox_full != full)
		spin_until_changed(cpu, &box->waiting);
	cpu_touch(cpu, &box->inbox_line, cpu->socket);
}

static void swap_pages(struct page ***a, struct page ***b)
{
	struct page **c = *a;

	*a = *b;
	*b = c;
}

static void run_remote(struct cpu *cpu, struct bench_cpu *c)
{
	struct page_bench *b = c->bench;
	struct bench_cpu *next = &b->cpu[(cpu->number + 1u) % b->w->hw.cpus];

	for (uint32_t i = 0; i < b->p->pages; i++)
		c->page[i] = must_alloc(cpu, b);
	cpu_enter(cpu, &fn_ptr_ring_produce);
	await(cpu, next, false);
	swap_pages(&c->page, &next->inbox);
	next->inbox_full = true;
	spin_changed(cpu, &next->waiting);
	cpu_leave(cpu);
	cpu_enter(cpu, &fn_ptr_ring_consume);
	await(cpu, c, true);
	swap_pages(&c->page, &c->inbox);
	c->inbox_full = false;
	spin_changed(cpu, &c->waiting);
	cpu_leave(cpu);
	for (uint32_t i = 0; i < b->p->pages; i++)
		__free_pages(cpu, &b->w->mm, c->page[i], b->p->order);
}

static void run_frag(struct cpu *cpu, struct bench_cpu *c)
{
	struct page_bench *b = c->bench;

	for (uint32_t i = 0; i < b->p->pages; i++) {
		c->page[i] = page_frag_alloc(cpu, &b->w->mm, &c->frags, b->p->frag_size).page;
		if (!c->page[i])
			cpu_fail(cpu, "page_bench: out of memory");
	}
	for (uint32_t i = 0; i < b->p->pages; i++)
		page_frag_free(cpu, &b->w->mm, c->page[i]);
}

static void bench_body(struct cpu *cpu, void *arg)
{
	static void (*const run[])(struct cpu *, struct bench_cpu *) = {
		[BENCH_SINGLE] = run_single, [BENCH_BULK] = run_bulk, [BENCH_BULK_API] = run_bulk_api, [BENCH_REMOTE] = run_remote, [BENCH_FRAG] = run_frag,
	};
	struct bench_cpu *c = arg;
	const struct load_params *p = c->bench->p;
	uint64_t pairs = p->pattern == BENCH_SINGLE ? 1 : p->pages;

	while (!cpu_run_is_over(cpu)) {
		cycles_t since = cpu_now(cpu);

		run[p->pattern](cpu, c);
		count(cpu, c, since, pairs);
		/* A loop that takes no simulated time would never end. */
		if (cpu_now(cpu) == since && !p->think)
			cpu_fail(cpu, "page_bench: an operation took no cycles");
		cpu_work(cpu, p->think);
	}
	cpu_finish(cpu);
}

static int bench_build(struct world *w, struct error *e)
{
	struct page_bench *b = xcalloc(1, sizeof *b);
	uint32_t pages = w->params->load.pages ? w->params->load.pages : 1;

	(void)e;
	w->load = b;
	b->w = w;
	b->p = &w->params->load;
	b->cpu = xcalloc(w->hw.cpus, sizeof *b->cpu);
	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		b->cpu[i].bench = b;
		b->cpu[i].page = xcalloc(pages, sizeof *b->cpu[i].page);
		b->cpu[i].inbox = xcalloc(pages, sizeof *b->cpu[i].inbox);
		b->cpu[i].window = xcalloc(w->hw.windows + 1, sizeof *b->cpu[i].window);
		context_new(&w->hw.cpu[i], "page_bench", true, bench_body, &b->cpu[i]);
		context_new_idle(&w->hw.cpu[i]);
	}
	return 0;
}

static struct bench_window done_in(const struct world *w, uint32_t window)
{
	const struct page_bench *b = w->load;
	struct bench_window sum = {0};

	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		sum.pairs += b->cpu[i].window[window].pairs;
		sum.cycles += b->cpu[i].window[window].cycles;
	}
	return sum;
}

static double bench_work(const struct world *w, uint32_t window)
{
	return (double)done_in(w, window).pairs;
}

static void bench_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	struct bench_window done = {0};
	double seconds = (double)(w->hw.windows - from) * (double)w->hw.window_length / w->hw.machine->clock_hz;

	(void)busy;
	for (uint32_t i = from; i < w->hw.windows; i++) {
		struct bench_window d = done_in(w, i);

		done.pairs += d.pairs;
		done.cycles += d.cycles;
	}
	result_metric(r, "pairs", "1", (double)done.pairs);
	result_metric(r, "cycles_per_pair", "cycles", done.pairs ? (double)done.cycles / (double)done.pairs : NAN);
	result_metric(r, "ops_per_second", "1/s", (double)done.pairs / seconds);
}

static void bench_fini(struct world *w)
{
	struct page_bench *b = w->load;

	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		free(b->cpu[i].page);
		free(b->cpu[i].inbox);
		free(b->cpu[i].window);
	}
	free(b->cpu);
	free(b);
}

const struct load load_page_bench = {
	.name = "page_bench",
	.check = bench_check,
	.build = bench_build,
	.work = bench_work,
	.collect = bench_collect,
	.fini = bench_fini,
};
