/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/preempt.h"
#include "mm/pcp_guard.h"

/* The lists are for tasks alone. */
static bool enter(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	(void)zone;
	if (cpu->in_irq || cpu->bh_off)
		return false;
	preempt_disable(cpu);
	return true;
}

static void leave(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	(void)zone;
	preempt_enable(cpu);
}

const struct pcp_guard pcp_guard_preempt = {
	.policy = {"preempt", "preempt_disable; interrupts and softirqs go to zone->lock (proposed for 4.11, undone before its release)"},
	.irqs_on = true,
	.enter = enter,
	.leave = leave,
};
