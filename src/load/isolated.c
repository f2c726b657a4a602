/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPUs that are left to one task each (isolcpus, nohz_full) beside CPUs under memory pressure: how often, for how long and by what those tasks
 * are interrupted. Their CPUs have pages on their lists from now and then calling the kernel, and so are what a drain of all CPUs looks for. */
#include <stdlib.h>

#include "hw/isolation.h"
#include "load/readers.h"
#include "mm/page_alloc.h"

KFUNC(do_syscall_64);

struct isolated_task {
	struct world *w;
	struct page **page;      /* [load.isolated_pages] */
	struct isolation *watch;
};

struct isolated {
	struct isolated_task *task; /* of the last CPUs of the run */
	uint32_t tasks, readers;
};

static int isolated_check(const struct params *p, struct error *e)
{
	uint32_t cpus = p->load.cpus ? p->load.cpus : machine_cpus(&p->machine);

	if (!p->load.isolated || p->load.isolated >= cpus)
		return error_set(e, HZ_USER, "load.isolated is %u of %u CPUs; expected at least one isolated CPU and one other", p->load.isolated,
				 cpus);
	if (!p->load.isolated_period)
		return error_set(e, HZ_USER, "load.isolated_period is 0");
	return readers_check(p, e);
}

/* Memory comes and goes: as many pages are on this CPU's lists afterwards, or as many as they hold. */
static void call_kernel(struct cpu *cpu, struct isolated_task *t, enum gfp gfp)
{
	uint32_t wanted = t->w->params->load.isolated_pages, got = 0;

	cpu_enter(cpu, &fn_do_syscall_64);
	while (got < wanted && (t->page[got] = alloc_pages_node(cpu, &t->w->mm, cpu->socket, 0, MIGRATE_MOVABLE, gfp)))
		got++;
	while (got--)
		__free_pages(cpu, &t->w->mm, t->page[got], 0);
	cpu_leave(cpu);
}

static void task_body(struct cpu *cpu, void *arg)
{
	struct isolated_task *t = arg;

	while (!cpu_run_is_over(cpu)) {
		cpu_work_in_order(cpu, t->w->params->load.isolated_period);
		call_kernel(cpu, t, GFP_KERNEL);
	}
}

static int isolated_build(struct world *w, struct error *e)
{
	const struct params *p = w->params;
	struct isolated *l = xcalloc(1, sizeof *l);

	(void)e;
	w->load = l;
	l->tasks = p->load.isolated;
	l->readers = w->hw.cpus - l->tasks;
	l->task = xcalloc(l->tasks, sizeof *l->task);
	for (uint32_t i = 0; i < l->tasks; i++) {
		struct isolated_task *t = &l->task[i];

		t->w = w;
		t->page = xcalloc(p->load.isolated_pages + 1, sizeof(struct page *));
		call_kernel(&w->hw.cpu[l->readers + i], t, GFP_ATOMIC);
		t->watch = isolation_watch(context_new(&w->hw.cpu[l->readers + i], "isolated", true, task_body, t));
		cpumask_set_cpu(l->readers + i, &w->mm.isolated);
	}
	readers_build(w, l->readers);
	readers_fill(w);
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	hw_start_clock(&w->hw);
	memory_start_counts(&w->mm);
	return 0;
}

static double isolated_work(const struct world *w, uint32_t window)
{
	return (double)readers_done(w, window, window + 1).allocs;
}

static void isolated_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	static const char *const by[DISTURBANCES] = {
		[DISTURBED_BY_IRQ] = "interrupted_by_irq", [DISTURBED_BY_IPI] = "interrupted_by_ipi",
		[DISTURBED_BY_SOFTIRQ] = "interrupted_by_softirq", [DISTURBED_BY_TASK] = "interrupted_by_task",
	};
	const struct isolated *l = w->load;
	struct isolation_window sum = {0};
	double time = (double)(w->hw.windows - from) * (double)w->hw.window_length * l->tasks;

	(void)busy;
	for (uint32_t i = 0; i < l->tasks; i++) {
		struct isolation_window one = isolation_sum(l->task[i].watch, &w->hw, from);

		isolation_add(&sum, &one);
	}
	result_metric(r, "interruption_share", "1", (double)sum.total / time);
	result_metric(r, "interruptions", "1", (double)sum.count);
	result_metric(r, "interruption_mean", "cycles", sum.count ? (double)sum.total / (double)sum.count : 0.0);
	result_metric(r, "interruption_max", "cycles", (double)sum.longest);
	for (unsigned i = 0; i < DISTURBANCES; i++)
		result_metric(r, by[i], "1", (double)sum.times[i]);
}

static void isolated_fini(struct world *w)
{
	struct isolated *l = w->load;

	for (uint32_t i = 0; i < l->tasks; i++)
		free(l->task[i].page);
	free(l->task);
	free(l);
}

const struct load load_isolated = {
	.name = "isolated",
	.check = isolated_check,
	.build = isolated_build,
	.work = isolated_work,
	.collect = isolated_collect,
	.fini = isolated_fini,
};
