/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many pages move between a CPU's lists and the buddy lists, and when: kernel.pcp.rule. */
#ifndef HZ_MM_PCP_RULE_H
#define HZ_MM_PCP_RULE_H

#include "base/policy.h"
#include "mm/memory.h"

struct pcp_rule {
	struct policy policy;
	/* Values of kernel.pcp.free_high that the rule knows, from `off` on. */
	enum pcp_free_high free_high_most;
	bool high_from_watermark;  /* kernel.pcp.high_fraction is its sysctl; else kernel.pcp.fraction */
	bool watches_high_mark;    /* an allocation that finds less than the high watermark free sets zone->below_high */

	/* high, high_min, high_max and batch of empty lists; pcp->batch is zone_batchsize() already. */
	void (*size)(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp);
	/* A block is about to be allocated from the lists. */
	void (*allocating)(struct per_cpu_pages *pcp);
	/* Blocks of 2^order for the refill of a list, at least 1. */
	uint32_t (*refill)(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order);
	/* A block of 2^order was pushed and counted. Base pages that go back to the buddy lists, 0 for none. */
	uint32_t (*overflow)(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order);
	/* The periodic refresh of the counters passes by (decay_pcp_high). Base pages that go back, 0 for none; NULL: lists of the CPU's
	 * own node stay as they are. */
	uint32_t (*decay)(const struct memory *mm, struct per_cpu_pages *pcp);
};

/* zone_highsize(): this part of the zone, or its low watermark when fraction is 0, shared by the node's CPUs; at least four batches. */
uint32_t zone_highsize(const struct memory *mm, const struct zone *zone, uint32_t batch, uint32_t fraction);

/* Blocks of 2^order that a refill of `pages` comes to: at least 2, unless it is of one page. */
static inline uint32_t pcp_refill_blocks(uint32_t pages, unsigned order)
{
	if (pages <= 1)
		return 1;
	return pages >> order > 2 ? pages >> order : 2;
}

#endif
