/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

/* A page of another node than the pool's goes to the page allocator, and the refill ends there. */
static struct page *refill(struct cpu *cpu, struct page_pool *pool)
{
	struct page *page;

	if (page_pool_ring_is_empty(cpu, pool)) {
		pool->counts.empty++;
		return NULL;
	}
	page_pool_consumer_lock(cpu, pool);
	while (pool->count < page_pool_refill_pages(pool) && (page = page_pool_consume(cpu, pool))) {
		if (page_zone(pool->mm, page)->node != pool->nid) {
			page_pool_return_page(cpu, pool, page);
			pool->counts.waive++;
			break;
		}
		pool->cache[pool->count++] = page;
	}
	page_pool_consumer_unlock(cpu, pool);
	if (!pool->count)
		return NULL;
	pool->counts.refill++;
	return page_pool_pop(pool);
}

static struct page *get_cached(struct cpu *cpu, struct page_pool *pool)
{
	if (!pool->count)
		return refill(cpu, pool);
	pool->counts.fast++;
	return page_pool_pop(pool);
}

const struct page_pool_refill page_pool_refill_numa_batch = {
	.policy = {"numa_batch", "up to 64 pages of the pool's node to the array, the last for the caller (since 5.5)"},
	.get_cached = get_cached,
};
