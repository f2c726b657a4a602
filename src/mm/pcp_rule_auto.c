/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/pcp_rule.h"

#define FRACTION_MIN 8 /* MIN_PERCPU_PAGELIST_HIGH_FRACTION */

static uint32_t less(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t more(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* a - b, at least `floor`. */
static uint32_t lower(uint32_t a, uint32_t b, uint32_t floor)
{
	return a > b ? more(a - b, floor) : floor;
}

static void clamp_high(struct per_cpu_pages *pcp)
{
	pcp->high = less(more(pcp->high, pcp->high_min), pcp->high_max);
}

/* zone_set_pageset_high_and_batch @6.8: the sysctl switches the tuning off. */
static void size(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp)
{
	uint32_t fraction = mm->params->pcp_high_fraction;

	pcp->high = pcp->high_min = zone_highsize(mm, zone, pcp->batch, fraction);
	pcp->high_max = fraction ? pcp->high_min : zone_highsize(mm, zone, pcp->batch, FRACTION_MIN);
}

/* rmqueue_pcplist: half of the frees in a row are forgotten. */
static void allocating(struct per_cpu_pages *pcp)
{
	pcp->free_count >>= 1;
}

/* nr_pcp_alloc: lists that are asked for more grow, and order-0 refills double, as far as the lists have room. */
static uint32_t refill(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order)
{
	uint32_t pages;

	clamp_high(pcp);
	if (pcp->high < pcp->batch)
		return 1;
	pages = order ? pcp->batch : pcp->batch << pcp->alloc_factor;
	if (pcp->high_min != pcp->high_max && !zone->below_high)
		pcp->high = less(pcp->high + pages, pcp->high_max);
	if (!order) {
		uint32_t room = lower(pcp->high, pcp->count + pcp->batch, pcp->batch);

		if (pages <= room && pcp->alloc_factor < mm->params->pcp_batch_scale)
			pcp->alloc_factor++;
		pages = less(pages, room);
	}
	return pcp_refill_blocks(pages, order);
}

/* nr_pcp_high @6.8: the length at which the lists overflow now; pcp->high goes where it will be next. */
static uint32_t nr_pcp_high(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, bool free_high)
{
	uint32_t high, in_a_row = more(pcp->free_count, pcp->batch);

	clamp_high(pcp);
	high = pcp->high;
	if (!high)
		return 0;
	if (free_high) {
		pcp->high = lower(high, pcp->batch << mm->params->pcp_batch_scale, pcp->high_min);
		return 0;
	}
	if (zone->reclaim_active) {
		pcp->high = lower(high, in_a_row, pcp->high_min);
		return less(4 * pcp->batch, pcp->high);
	}
	if (pcp->high_min == pcp->high_max)
		return high;
	if (zone->below_high) {
		pcp->high = lower(high, in_a_row, pcp->high_min);
		return more(pcp->count, pcp->high_min);
	}
	/* Lists that overflow should hold what is freed in a row. */
	if (pcp->count >= high && high < pcp->free_count + pcp->batch)
		pcp->high = less(more(pcp->free_count + pcp->batch, pcp->high_min), pcp->high_max);
	return high;
}

static uint32_t nr_pcp_free(const struct memory *mm, const struct per_cpu_pages *pcp, uint32_t high, bool free_high)
{
	if (free_high)
		return less(pcp->count, pcp->batch << mm->params->pcp_batch_scale);
	if (high < pcp->batch)
		return 1;
	return more(less(pcp->free_count, high - pcp->batch), pcp->batch);
}

/* free_unref_page_commit @6.8; the raised test is free_frozen_page_commit's @6.18. */
static bool is_free_high(const struct memory *mm, struct per_cpu_pages *pcp, unsigned order)
{
	bool high_order = order && order <= PCP_ORDER_MAX, again = pcp->prev_free_high_order;
	uint32_t enough = pcp->batch;

	pcp->prev_free_high_order = high_order;
	if (mm->params->pcp_free_high == PCP_FREE_HIGH_RAISED)
		enough += pcp->high_min / 2;
	return high_order && again && mm->params->pcp_free_high && pcp->free_count >= enough &&
	       (!pcp->free_high_batch || pcp->count >= pcp->batch);
}

static uint32_t overflow(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp, unsigned order)
{
	bool free_high = is_free_high(mm, pcp, order);
	uint32_t high;

	pcp->alloc_factor >>= 1;
	if (pcp->free_count < pcp->batch << mm->params->pcp_batch_scale)
		pcp->free_count += 1u << order;
	high = nr_pcp_high(mm, zone, pcp, free_high);
	return pcp->count >= high ? nr_pcp_free(mm, pcp, high, free_high) : 0;
}

/* decay_pcp_high @6.8: by an eighth at a time, but no faster than the pages can go back. */
static uint32_t decay(const struct memory *mm, struct per_cpu_pages *pcp)
{
	uint32_t most = pcp->batch << mm->params->pcp_batch_scale;

	if (pcp->high > pcp->high_min)
		pcp->high = more(lower(pcp->count, most, 0), lower(pcp->high, pcp->high / 8, pcp->high_min));
	return lower(pcp->count, pcp->high, 0);
}

const struct pcp_rule pcp_rule_auto = {
	.policy = {"auto", "refills and overflows grow with use, and so does the length (since 6.7)"},
	.free_high_most = PCP_FREE_HIGH_RAISED,
	.high_from_watermark = true,
	.watches_high_mark = true,
	.size = size,
	.allocating = allocating,
	.refill = refill,
	.overflow = overflow,
	.decay = decay,
};
