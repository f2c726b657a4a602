/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/local_lock.h"
#include "mm/pcp_guard.h"

/* One lock per CPU for its lists of all zones. */
static bool enter(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)zone;
	local_lock_irqsave(cpu, &mm->pagesets[cpu->number]);
	return true;
}

static void leave(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)zone;
	local_unlock_irqrestore(cpu, &mm->pagesets[cpu->number]);
}

const struct pcp_guard pcp_guard_local_lock = {
	.policy = {"local_lock", "local_lock_irqsave, without PREEMPT_RT nothing but interrupts off (5.14 to 5.19)"},
	.locks = PCP_LOCAL_LOCK,
	.enter = enter,
	.leave = leave,
};
