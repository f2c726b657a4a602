/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/ipi.h"
#include "mm/drain.h"

KFUNC(drain_local_pages);

static void drain_local_pages(struct cpu *cpu, void *arg)
{
	cpu_enter(cpu, &fn_drain_local_pages);
	drain_pages(cpu, arg, cpu);
	cpu_leave(cpu);
}

static void init(struct memory *mm)
{
	ipi_init(mm->hw);
}

static void drain(struct cpu *cpu, struct memory *mm, const struct cpumask *cpus)
{
	ipi_call_wait(cpu, cpus, drain_local_pages, mm);
}

const struct drain drain_ipi = {
	.policy = {"ipi", "an interrupt to every CPU with pages on its lists, which the caller waits for (until 4.10)"},
	.in_interrupt = true,
	.init = init,
	.drain = drain,
};
