/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static void init(struct page *page)
{
	page->pp_ref_count = 1;
}

/* page_pool_unref_page: whether these were the last parts. Who holds all that is left needs no atomic, and leaves 1 behind. */
static bool last_parts(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr)
{
	if (pool->shared && page->pp_ref_count > nr)
		cpu_line_up(cpu, 0);
	page_read(cpu, pool->mm, page);
	if (page->pp_ref_count == 1 && nr == 1)
		return true;
	page_touch(cpu, pool->mm, page);
	if (page->pp_ref_count != nr) {
		cpu_operate(cpu, cpu->hw->machine->atomic);
		page->pp_ref_count -= nr;
		if (page->pp_ref_count < 0)
			cpu_fail(cpu, "page_pool: %d more fragments of page frame %u are dropped than it has", -page->pp_ref_count,
				 page_to_pfn(pool->mm, page));
		if (page->pp_ref_count)
			return false;
	}
	page->pp_ref_count = 1;
	return true;
}

static bool drop(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr, bool allow_direct)
{
	(void)allow_direct;
	return last_parts(cpu, pool, page, nr) && page_pool_is_sole_owner(cpu, pool, page);
}

const struct page_pool_refcount page_pool_refcount_fragments = {
	.policy = {"fragments", "fragments are counted apart from references; after the last one as with sole (since 5.15)"},
	.fragments = true,
	.init = init,
	.drop = drop,
};
