/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/pcp_rule.h"

#define PAGE_SHIFT_BITS (PAGE_SHIFT * 8)

/* pageset_set_high_and_batch @5.12: high is 6 batches; percpu_pagelist_fraction sets high, and a batch of a quarter of it. */
static void size(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp)
{
	uint32_t fraction = mm->params->pcp_fraction;

	pcp->high = 6 * pcp->batch;
	if (fraction) {
		pcp->high = (zone->end - zone->start) / fraction;
		pcp->batch = pcp->high / 4;
		if (pcp->batch > PAGE_SHIFT_BITS)
			pcp->batch = PAGE_SHIFT_BITS;
		if (!pcp->batch)
			pcp->batch = 1;
	}
	pcp->high_min = pcp->high_max = pcp->high;
}

static void allocating(struct per_cpu_pages *pcp)
{
	(void)pcp;
}

static uint32_t refill(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order)
{
	(void)mm;
	(void)zone;
	return pcp_refill_blocks(pcp->batch, order);
}

static uint32_t overflow(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order)
{
	(void)mm;
	(void)zone;
	(void)order;
	return pcp->count >= pcp->high ? pcp->batch : 0;
}

const struct pcp_rule pcp_rule_fixed = {
	.policy = {"fixed", "a batch at a time, at a fixed length (until 5.13)"},
	.free_high_most = PCP_FREE_HIGH_OFF,
	.size = size,
	.allocating = allocating,
	.refill = refill,
	.overflow = overflow,
};
