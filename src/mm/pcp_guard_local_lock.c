/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/irq.h"
#include "mm/pcp_guard.h"

/* One local lock per CPU for the lists of all zones. Without PREEMPT_RT it is nothing but interrupts off. */
static bool enter(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	(void)zone;
	local_irq_save(cpu);
	return true;
}

static void leave(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	(void)zone;
	local_irq_restore(cpu);
}

const struct pcp_guard pcp_guard_local_lock = {
	.policy = {"local_lock", "local_lock_irqsave, which without PREEMPT_RT is local_irq_save (5.14 to 5.19)"},
	.enter = enter,
	.leave = leave,
};
