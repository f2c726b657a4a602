/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static struct page *refill(struct cpu *cpu, struct page_pool *pool)
{
	struct page *page;

	if (page_pool_ring_is_empty(cpu, pool)) {
		pool->counts.empty++;
		return NULL;
	}
	page_pool_consumer_lock(cpu, pool);
	page = page_pool_consume(cpu, pool);
	page_pool_refill_cache(cpu, pool, page_pool_refill_pages(pool));
	page_pool_consumer_unlock(cpu, pool);
	pool->counts.refill += page != NULL;
	return page;
}

static struct page *get_cached(struct cpu *cpu, struct page_pool *pool)
{
	if (!pool->count)
		return refill(cpu, pool);
	pool->counts.fast++;
	return page_pool_pop(pool);
}

const struct page_pool_refill page_pool_refill_batch = {
	.policy = {"batch", "a page for the caller, then up to 64 to the array (5.4)"},
	.get_cached = get_cached,
};
