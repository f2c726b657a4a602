/* SPDX-License-Identifier: GPL-3.0-or-later */
/* will-it-scale's page_fault1, one process per CPU: map anonymous memory, touch every page, unmap it, again. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "load/load.h"
#include "mm/fault.h"
#include "mm/lru.h"
#include "sim/stream.h"

/* One CPU's process. */
struct fault_task {
	struct world *w;
	struct page **page;      /* [pages] those that are mapped come first */
	uint32_t pages, mapped;
	uint64_t *faults;        /* [windows + 1] */
};

struct page_fault {
	struct fault_task *task; /* [cpus] */
};

static uint64_t region_pages(const struct params *p)
{
	return p->load.region / PAGE_SIZE_BYTES;
}

static int fault_check(const struct params *p, struct error *e)
{
	uint32_t cpus = p->load.cpus ? p->load.cpus : machine_cpus(&p->machine);
	uint64_t wanted = p->load.region * cpus, all = p->machine.memory * p->machine.sockets;

	if (!region_pages(p) || p->load.region % PAGE_SIZE_BYTES)
		return error_set(e, HZ_USER, "load.region is %" PRIu64 " bytes; expected whole pages of %u", p->load.region, PAGE_SIZE_BYTES);
	if (wanted > all)
		return error_set(e, HZ_USER, "load.region of %" PRIu64 " bytes on %u CPUs is more than the machine's memory of %" PRIu64
				 " bytes", p->load.region, cpus, all);
	return 0;
}

static bool touch_next(struct cpu *cpu, struct fault_task *t)
{
	struct page *page = do_page_fault(cpu, &t->w->mm);

	if (page)
		t->page[t->mapped++] = page;
	return page != NULL;
}

static void unmap(struct cpu *cpu, struct fault_task *t)
{
	uint32_t gone = zap_page_range(cpu, &t->w->mm, t->page, t->mapped);

	for (uint32_t i = gone; i < t->mapped; i++)
		t->page[i - gone] = t->page[i];
	t->mapped -= gone;
}

static void fault_body(struct cpu *cpu, void *arg)
{
	struct fault_task *t = arg;

	while (!cpu_run_is_over(cpu)) {
		cycles_t since = cpu_now(cpu);

		if (t->mapped == t->pages) {
			unmap(cpu, t);
			continue;
		}
		if (!touch_next(cpu, t))
			cpu_fail(cpu, "page_fault: out of memory");
		t->faults[cpu->window]++;
		/* A loop that takes no simulated time would never end. */
		if (cpu_now(cpu) == since)
			cpu_fail(cpu, "page_fault: a fault took no cycles");
	}
}

/* Each process is somewhere on its way when the clock starts, as processes that have run for a while are: all in step they would all
 * allocate, then all free. Their pages came in turns. */
static int map_before(struct page_fault *f, struct world *w, struct error *e)
{
	struct stream *random = stream_new(w->params->run.seed, w->params->run.repetition, "page_fault start");
	uint32_t *wanted = xcalloc(w->hw.cpus, sizeof *wanted), left = w->hw.cpus;
	int code = 0;

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		wanted[i] = stream_index(random, f->task[i].pages);
	while (left && !code) {
		left = 0;
		for (uint32_t i = 0; i < w->hw.cpus && !code; i++) {
			for (uint32_t j = 0; j < w->params->mm.pagevec && f->task[i].mapped < wanted[i] && !code; j++)
				if (!touch_next(&w->hw.cpu[i], &f->task[i]))
					code = error_set(e, HZ_RUN_FAILED, "page_fault: out of memory before the run");
			left += f->task[i].mapped < wanted[i];
		}
	}
	free(wanted);
	stream_free(random);
	return code;
}

static int fault_build(struct world *w, struct error *e)
{
	struct page_fault *f = xcalloc(1, sizeof *f);
	int code;

	w->load = f;
	lru_init(&w->mm, w->params->run.seed, w->params->run.repetition);
	f->task = xcalloc(w->hw.cpus, sizeof *f->task);
	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		struct fault_task *t = &f->task[i];

		t->w = w;
		t->pages = (uint32_t)region_pages(w->params);
		t->page = xcalloc(t->pages, sizeof(struct page *));
		t->faults = xcalloc(w->hw.windows + 1, sizeof *t->faults);
		context_new(&w->hw.cpu[i], "page_fault1", true, fault_body, t);
		context_new_idle(&w->hw.cpu[i]);
	}
	code = map_before(f, w, e);
	hw_start_clock(&w->hw);
	memory_start_counts(&w->mm);
	return code;
}

static double fault_work(const struct world *w, uint32_t window)
{
	const struct page_fault *f = w->load;
	double sum = 0.0;

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		sum += (double)f->task[i].faults[window];
	return sum;
}

static int fault_verify(struct world *w, struct error *e)
{
	const struct page_fault *f = w->load;
	uint64_t mapped = 0, listed = lru_pages(&w->mm, LRU_ANON);

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		mapped += f->task[i].mapped;
	if (mapped != listed)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " anonymous pages mapped, %" PRIu64 " on LRU lists or on the way", mapped, listed);
	return 0;
}

static void fault_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	double seconds = (double)(w->hw.windows - from) * (double)w->hw.window_length / w->hw.machine->clock_hz, faults = 0.0;

	for (uint32_t i = from; i < w->hw.windows; i++)
		faults += fault_work(w, i);
	result_metric(r, "faults", "1", faults);
	result_metric(r, "cycles_per_fault", "cycles", faults > 0.0 ? busy / faults : NAN);
	result_metric(r, "faults_per_second", "1/s", faults / seconds);
}

static void fault_fini(struct world *w)
{
	struct page_fault *f = w->load;

	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		free(f->task[i].page);
		free(f->task[i].faults);
	}
	free(f->task);
	free(f);
}

const struct load load_page_fault = {
	.name = "page_fault",
	.check = fault_check,
	.build = fault_build,
	.work = fault_work,
	.verify = fault_verify,
	.collect = fault_collect,
	.fini = fault_fini,
};
