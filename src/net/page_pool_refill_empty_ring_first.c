/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static struct page *get_cached(struct cpu *cpu, struct page_pool *pool)
{
	/* Before the array is looked at: it is of no use while the ring is empty. */
	if (page_pool_ring_is_empty(cpu, pool)) {
		pool->counts.empty++;
		return NULL;
	}
	if (pool->count) {
		pool->counts.fast++;
		return page_pool_pop(pool);
	}
	return page_pool_refill_and_one(cpu, pool);
}

const struct page_pool_refill page_pool_refill_empty_ring_first = {
	.policy = {"empty_ring_first", "as rfc, and an empty ring goes before the array: straight to the page allocator (4.18 to 5.3)"},
	.get_cached = get_cached,
};
