/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What protects a CPU's page lists: kernel.pcp.guard. */
#ifndef HZ_MM_PCP_GUARD_H
#define HZ_MM_PCP_GUARD_H

#include "base/policy.h"
#include "mm/memory.h"

struct pcp_guard {
	struct policy policy;
	bool irqs_on;  /* interrupts stay on inside; zone->lock brings local_irq_save along */
	bool locks;    /* takes pcp->lock */
	/* Enter the section in which this CPU's lists of the zone may be used. False when somebody else is inside: the caller goes to
	 * zone->lock for its one page instead. */
	bool (*enter)(struct cpu *cpu, struct memory *mm, struct zone *zone);
	void (*leave)(struct cpu *cpu, struct memory *mm, struct zone *zone);
};

#endif
