/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_alloc.h"
#include "net/page_pool.h"

static bool drop(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr, bool allow_direct)
{
	bool last;

	(void)nr;
	(void)allow_direct;
	/* What is read now is not what is counted down later: others drop theirs meanwhile. */
	if (pool->shared && page->refcount > 1)
		cpu_line_up(cpu, 0);
	page_read(cpu, pool->mm, page);
	last = page->refcount == 1;
	page_pool_put_tests(cpu, pool);
	if (last)
		return true;
	if (page_ref_sub_and_test(cpu, pool->mm, page, 1)) {
		/* The other user read 2 as well: the page is nobody's. The kernel warns, and the page goes to the page allocator. */
		pool->counts.races++;
		page_pool_return_page(cpu, pool, page);
	}
	return false;
}

const struct page_pool_refcount page_pool_refcount_one = {
	.policy = {"one", "a page with count 1 is the pool's: its last user does not count down (RFC of December 2016)"},
	.drop = drop,
};
