/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/irq.h"
#include "mm/pcp_guard.h"

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

const struct pcp_guard pcp_guard_irqsave = {
	.policy = {"irqsave", "local_irq_save; no other CPU can reach the lists (until 5.13)"},
	.enter = enter,
	.leave = leave,
};
