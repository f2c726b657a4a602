/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_alloc.h"
#include "net/page_pool.h"

static bool drop(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr, bool allow_direct)
{
	(void)nr;
	page_pool_put_tests(cpu, pool);
	/* The sole user leaves its reference to the array. */
	if (allow_direct) {
		page_read(cpu, pool->mm, page);
		if (page->refcount == 1 && pool->count < pool->params->cache)
			return true;
	}
	return page_ref_sub_and_test(cpu, pool->mm, page, 1);
}

/* set_page_refcounted: pages on the ring have count 0, in the array 1. */
static void refilled(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	page_touch(cpu, pool->mm, page);
	page->refcount = 1;
}

const struct page_pool_refcount page_pool_refcount_zero = {
	.policy = {"zero", "the count must reach 0 before a page gets into the ring (RFC of December 2016, patch 4)"},
	.drop = drop,
	.refilled = refilled,
};
