/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What protects a CPU's page lists: kernel.pcp.guard. */
#ifndef HZ_MM_PCP_GUARD_H
#define HZ_MM_PCP_GUARD_H

#include "base/policy.h"
#include "mm/memory.h"

/* Which locks there are, ored. */
enum pcp_lock_set { PCP_NO_LOCK, PCP_LOCAL_LOCK = 1, PCP_SPINLOCK = 2 };

struct pcp_guard {
	struct policy policy;
	unsigned locks;
	bool irqs_on;  /* interrupts stay on inside; zone->lock brings local_irq_save along */
	/* Enter the section in which this CPU's lists of the zone may be used. False when somebody else is inside: the caller goes to
	 * zone->lock for its one page instead. */
	bool (*enter)(struct cpu *cpu, struct memory *mm, struct zone *zone);
	void (*leave)(struct cpu *cpu, struct memory *mm, struct zone *zone);
	/* The same for free_unref_page_list(): waits, and never fails. NULL: by `enter`. */
	void (*enter_list)(struct cpu *cpu, struct memory *mm, struct zone *zone);
	/* Enter and leave the section of `owner`'s lists to give back what is on them, waiting for it. NULL: only the owner itself can, a task,
	 * by `enter`. */
	void (*lock)(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner);
	void (*unlock)(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner);
};

/* `lock` and `unlock` of the guards whose section leaves interrupts on. */
void pcp_spin_lock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner);
void pcp_spin_unlock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner);

static inline void pcp_lock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner)
{
	const struct pcp_guard *guard = mm->params->pcp_guard;

	if (guard->lock)
		guard->lock(cpu, mm, zone, owner);
	else
		guard->enter(cpu, mm, zone);
}

static inline void pcp_unlock(struct cpu *cpu, struct memory *mm, struct zone *zone, const struct cpu *owner)
{
	const struct pcp_guard *guard = mm->params->pcp_guard;

	if (guard->unlock)
		guard->unlock(cpu, mm, zone, owner);
	else
		guard->leave(cpu, mm, zone);
}

#endif
