/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/lock.h"
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

void pcp_spin_lock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner)
{
	(void)mm;
	spin_lock(cpu, &zone->pcp[owner->number].lock);
}

void pcp_spin_unlock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner)
{
	(void)mm;
	spin_unlock(cpu, &zone->pcp[owner->number].lock);
}

const struct pcp_guard pcp_guard_trylock = {
	.policy = {"trylock", "pcp->lock by trylock with interrupts on; drains by other CPUs wait for it (since 6.2)"},
	.locks = PCP_SPINLOCK,
	.irqs_on = true,
	.enter = enter,
	.leave = leave,
	.lock = pcp_spin_lock,
	.unlock = pcp_spin_unlock,
};
