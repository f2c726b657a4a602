/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/pcp_rule.h"

static uint32_t less(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void size(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp)
{
	pcp->high = pcp->high_min = pcp->high_max = zone_highsize(mm, zone, pcp->batch, mm->params->pcp_high_fraction);
}

/* rmqueue_pcplist: frees are not in a row any more. */
static void allocating(struct per_cpu_pages *pcp)
{
	pcp->free_factor >>= 1;
}

static uint32_t refill(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order)
{
	(void)mm;
	(void)zone;
	return pcp_refill_blocks(pcp->batch, order);
}

/* nr_pcp_free: twice as much at each overflow in a row, and always at least a batch left. */
static uint32_t nr_pcp_free(struct per_cpu_pages *pcp, uint32_t high)
{
	uint32_t batch = pcp->batch, most, n;

	if (high < batch)
		return 1;
	most = high - batch;
	n = batch << pcp->free_factor;
	if (n < most)
		pcp->free_factor++;
	if (n > most)
		n = most;
	return n > batch ? n : batch;
}

/* free_unref_page_commit and nr_pcp_high @5.14, @5.19. */
static uint32_t overflow(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order)
{
	uint32_t high = pcp->high;

	if (order && order <= PCP_ORDER_MAX && pcp->free_factor && mm->params->pcp_free_high)
		return pcp->count;
	if (zone->reclaim_active)
		high = less(4 * pcp->batch, high);
	return pcp->count >= high ? nr_pcp_free(pcp, high) : 0;
}

const struct pcp_rule pcp_rule_free_factor = {
	.policy = {"free_factor", "frees in a row give back twice as much each time (5.14 to 6.6)"},
	.free_high_most = PCP_FREE_HIGH_ON,
	.high_from_watermark = true,
	.size = size,
	.allocating = allocating,
	.refill = refill,
	.overflow = overflow,
};
