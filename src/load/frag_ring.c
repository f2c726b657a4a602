/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_frag_test.ko: one CPU of a pair cuts fragments and pushes them into a ptr_ring, the other pops and frees them. A fragment that finds the
 * ring full is freed by its own CPU, which tries again with the next. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "hw/spin.h"
#include "load/load.h"
#include "load/pairs.h"
#include "mm/page_frag.h"
#include "net/ptr_ring.h"
#include "net/sizes.h"
#include "sim/stream.h"

KFUNC(__ptr_ring_produce);
KFUNC(__ptr_ring_consume);

#define RING_SIZE 512u /* nr_objs of the module */

struct ring_window {
	uint64_t pushed, popped, full;
};

/* CPU n cuts for CPU n + pairs. */
struct pair {
	struct frag_ring *load;
	struct ptr_ring ring;
	struct spinner consumer;
	struct page_frag_cache cache;
	struct stream *random;
	struct ring_window *window;
};

struct frag_ring {
	struct world *w;
	struct sizes sizes;
	uint32_t pairs;
	struct pair *pair;
};

static int ring_check(const struct params *p, struct error *e)
{
	struct sizes sizes;
	uint32_t align = p->load.frag_align;
	struct error why;

	if (!align || align & (align - 1))
		return error_set(e, HZ_USER, "load.frag_align is %u; expected a power of two", align);
	if (sizes_parse(&sizes, p->load.message, 1, PAGE_SIZE_BYTES, &why))
		return error_set(e, HZ_USER, "load.message '%s', the sizes of fragments: %s", p->load.message, why.text);
	return 0;
}

static void push_body(struct cpu *cpu, void *arg)
{
	struct pair *pair = arg;
	const struct params *p = pair->load->w->params;
	struct memory *mm = &pair->load->w->mm;

	while (!cpu_run_is_over(cpu)) {
		uint32_t bytes = sizes_draw(&pair->load->sizes, pair->random);
		struct page_frag frag;
		bool pushed;

		cpu_work(cpu, (cycles_t)stream_exponential(pair->random, (double)p->load.think));
		frag = page_frag_alloc_align(cpu, mm, &pair->cache, bytes, p->load.frag_align);
		if (!frag.page)
			cpu_fail(cpu, "frag_ring: out of memory");
		cpu_enter(cpu, &fn___ptr_ring_produce);
		cpu_work(cpu, p->net.cost_ptr_ring);
		cpu_line_up(cpu, 0);
		pushed = __ptr_ring_produce(cpu, &pair->ring, frag.page);
		if (pushed)
			spin_changed(cpu, &pair->consumer);
		cpu_leave(cpu);
		pair->window[cpu->window].pushed += pushed;
		if (!pushed) {
			pair->window[cpu->window].full++;
			page_frag_free(cpu, mm, frag.page);
		}
	}
}

static struct page *pop(struct cpu *cpu, struct pair *pair)
{
	struct page *page;

	cpu_enter(cpu, &fn___ptr_ring_consume);
	cpu_work(cpu, pair->load->w->params->net.cost_ptr_ring);
	cpu_line_up(cpu, 0);
	while (!(page = __ptr_ring_consume(cpu, &pair->ring)) && !cpu_run_is_over(cpu))
		spin_until_changed(cpu, &pair->consumer);
	cpu_leave(cpu);
	return page;
}

static void pop_body(struct cpu *cpu, void *arg)
{
	struct pair *pair = arg;
	struct page *page;

	while ((page = pop(cpu, pair))) {
		page_frag_free(cpu, &pair->load->w->mm, page);
		pair->window[cpu->window].popped++;
		if (cpu_run_is_over(cpu))
			break;
	}
}

static int ring_build(struct world *w, struct error *e)
{
	struct frag_ring *f = xcalloc(1, sizeof *f);
	struct ptr_ring_locks locks;
	int code;

	w->load = f;
	f->w = w;
	f->pairs = w->hw.cpus / 2;
	code = sizes_parse(&f->sizes, w->params->load.message, 1, PAGE_SIZE_BYTES, e);
	if (code)
		return code;
	/* Fragments of a page are dropped on one CPU while the other still has references. */
	w->mm.shares_pages = true;
	ptr_ring_locks_init(&locks, &w->hw);
	f->pair = xcalloc(f->pairs, sizeof *f->pair);
	for (uint32_t i = 0; i < f->pairs; i++) {
		struct pair *pair = &f->pair[i];
		struct cpu *producer = &w->hw.cpu[i];
		char name[48];

		pair->load = f;
		ptr_ring_init(&pair->ring, RING_SIZE, w->params->net.page_pool.ring_batch, producer->socket, true, &locks, &w->hw);
		snprintf(name, sizeof name, "fragments %u", i);
		pair->random = stream_new(w->params->run.seed, w->params->run.repetition, name);
		pair->window = xcalloc(w->hw.windows + 1, sizeof *pair->window);
		context_new(producer, "page_frag_push", true, push_body, pair);
		context_new(&w->hw.cpu[i + f->pairs], "page_frag_pop", true, pop_body, pair);
	}
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	return 0;
}

static struct ring_window done_in(const struct world *w, uint32_t from, uint32_t end)
{
	const struct frag_ring *f = w->load;
	struct ring_window sum = {0};

	for (uint32_t i = 0; i < f->pairs; i++)
		for (uint32_t n = from; n < end; n++) {
			sum.pushed += f->pair[i].window[n].pushed;
			sum.popped += f->pair[i].window[n].popped;
			sum.full += f->pair[i].window[n].full;
		}
	return sum;
}

static double ring_work(const struct world *w, uint32_t window)
{
	return (double)done_in(w, window, window + 1).popped;
}

static int ring_verify(struct world *w, struct error *e)
{
	const struct frag_ring *f = w->load;
	struct ring_window all = done_in(w, 0, w->hw.windows + 1);
	uint64_t left = 0;

	for (uint32_t i = 0; i < f->pairs; i++)
		left += f->pair[i].ring.count;
	if (all.pushed != all.popped + left)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " fragments pushed, %" PRIu64 " popped, %" PRIu64 " left", all.pushed,
				 all.popped, left);
	return 0;
}

static void ring_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	struct ring_window done = done_in(w, from, w->hw.windows);

	result_metric(r, "fragments", "1", (double)done.popped);
	result_metric(r, "fragments_per_second", "1/s", (double)done.popped / world_seconds(w, from));
	result_metric(r, "ring_full", "1", (double)done.full);
	result_metric(r, "cycles_per_fragment", "cycles", done.popped ? busy / (double)done.popped : NAN);
}

static void ring_fini(struct world *w)
{
	struct frag_ring *f = w->load;

	for (uint32_t i = 0; f->pair && i < f->pairs; i++) {
		ptr_ring_fini(&f->pair[i].ring);
		stream_free(f->pair[i].random);
		free(f->pair[i].window);
	}
	free(f->pair);
	free(f);
}

const struct load load_frag_ring = {
	.name = "frag_ring",
	.check = ring_check,
	.cpus = pairs_cpus,
	.build = ring_build,
	.work = ring_work,
	.verify = ring_verify,
	.collect = ring_collect,
	.fini = ring_fini,
};
