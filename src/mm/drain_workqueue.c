/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/drain.h"

KFUNC(drain_local_pages_wq);

static void drain_local_pages_wq(struct cpu *cpu, void *arg)
{
	cpu_enter(cpu, &fn_drain_local_pages_wq);
	drain_pages(cpu, arg, cpu);
	cpu_leave(cpu);
}

static void init(struct memory *mm)
{
	worker_init(mm->hw);
	mm->drains->work = xcalloc(mm->hw->cpus, sizeof *mm->drains->work);
	for (uint32_t i = 0; i < mm->hw->cpus; i++)
		work_init(&mm->drains->work[i], drain_local_pages_wq, mm);
}

static void drain(struct cpu *cpu, struct memory *mm, const struct cpumask *cpus)
{
	for (uint32_t i = 0; i < mm->hw->cpus; i++)
		if (cpumask_test_cpu(i, cpus))
			queue_work_on(cpu, &mm->hw->cpu[i], &mm->drains->work[i]);
	for (uint32_t i = 0; i < mm->hw->cpus; i++)
		if (cpumask_test_cpu(i, cpus))
			flush_work(cpu, &mm->drains->work[i]);
}

const struct drain drain_workqueue = {
	.policy = {"workqueue", "a work item for every CPU with pages on its lists; the caller sleeps until the slowest is done (4.11 to 5.19)"},
	.exclusive = true,
	.init = init,
	.drain = drain,
};
