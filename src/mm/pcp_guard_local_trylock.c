/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/local_lock.h"
#include "mm/pcp_guard.h"

/* pagesets.lock keeps the CPU, pcp->lock keeps out those that drain from elsewhere. Interrupts stay on: one that finds the section in use goes
 * to zone->lock. */
static bool enter(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	struct local_lock *local = &mm->pagesets[cpu->number];

	if (!local_trylock(cpu, local))
		return false;
	if (spin_trylock(cpu, &zone->pcp[cpu->number].lock))
		return true;
	local_unlock(cpu, local);
	return false;
}

static void leave(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	spin_unlock(cpu, &zone->pcp[cpu->number].lock);
	local_unlock(cpu, &mm->pagesets[cpu->number]);
}

const struct pcp_guard pcp_guard_local_trylock = {
	.policy = {"local_trylock", "local_lock with interrupts on, and pcp->lock by trylock for those who drain from elsewhere (a series of March 2022)"},
	.locks = PCP_LOCAL_LOCK | PCP_SPINLOCK,
	.irqs_on = true,
	.enter = enter,
	.leave = leave,
	.lock = pcp_spin_lock,
	.unlock = pcp_spin_unlock,
};
