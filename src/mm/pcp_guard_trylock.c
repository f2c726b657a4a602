/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/preempt.h"
#include "mm/pcp_guard.h"

/* An interrupt inside the section finds the lock taken. */
static bool enter(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	preempt_disable(cpu);
	if (spin_trylock(cpu, &zone->pcp[cpu->number].lock))
		return true;
	preempt_enable(cpu);
	return false;
}

static void leave(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	spin_unlock(cpu, &zone->pcp[cpu->number].lock);
	preempt_enable(cpu);
}

const struct pcp_guard pcp_guard_trylock = {
	.policy = {"trylock", "pcp->lock by trylock with interrupts on (since 6.2)"},
	.irqs_on = true,
	.locks = true,
	.enter = enter,
	.leave = leave,
};
