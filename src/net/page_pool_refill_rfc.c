/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static struct page *get_cached(struct cpu *cpu, struct page_pool *pool)
{
	if (pool->count) {
		pool->counts.fast++;
		return page_pool_pop(pool);
	}
	return page_pool_refill_and_one(cpu, pool);
}

const struct page_pool_refill page_pool_refill_rfc = {
	.policy = {"rfc", "64 pages to the array, then the 65th for the caller: none for it when the ring has fewer (RFC of 2016)"},
	.get_cached = get_cached,
};
