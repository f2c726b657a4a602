/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static bool drop(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr, bool allow_direct)
{
	(void)nr;
	(void)allow_direct;
	return page_pool_is_sole_owner(cpu, pool, page);
}

const struct page_pool_refcount page_pool_refcount_sole = {
	.policy = {"sole", "a page with count 1 comes back; one that somebody else has too leaves the pool (4.18 to 5.14)"},
	.whole_pages = true,
	.drop = drop,
};
