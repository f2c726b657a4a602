/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/lock.h"
#include "hw/preempt.h"
#include "mm/pcp_guard.h"

static bool enter(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	preempt_disable(cpu);
	local_irq_save(cpu);
	if (spin_trylock(cpu, &zone->pcp[cpu->number].lock))
		return true;
	local_irq_restore(cpu);
	preempt_enable(cpu);
	return false;
}

static void enter_list(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	preempt_disable(cpu);
	local_irq_save(cpu);
	spin_lock(cpu, &zone->pcp[cpu->number].lock);
}

static void leave(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	spin_unlock(cpu, &zone->pcp[cpu->number].lock);
	local_irq_restore(cpu);
	preempt_enable(cpu);
}

static void lock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner)
{
	(void)mm;
	local_irq_save(cpu);
	spin_lock(cpu, &zone->pcp[owner->number].lock);
}

static void unlock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner)
{
	(void)mm;
	spin_unlock(cpu, &zone->pcp[owner->number].lock);
	local_irq_restore(cpu);
}

const struct pcp_guard pcp_guard_trylock_irqsave = {
	.policy = {"trylock_irqsave", "pcp->lock by trylock with interrupts off; drains by other CPUs wait for it (6.0 and 6.1)"},
	.locks = PCP_SPINLOCK,
	.enter = enter,
	.leave = leave,
	.enter_list = enter_list,
	.lock = lock,
	.unlock = unlock,
};
