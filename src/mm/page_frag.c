/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_frag.h"

#include "mm/frag_direction.h"
#include "mm/frag_release.h"
#include "mm/page_alloc.h"

KFUNC(page_frag_alloc);
KFUNC(page_frag_refill_prepare);
KFUNC(__page_frag_cache_refill);
KFUNC(page_frag_free);

#define FRAG_SIZE_MAX (PAGE_SIZE_BYTES << FRAG_ORDER_MAX)

static int32_t bias_of(const struct memory *mm, uint32_t size)
{
	return mm->params->frag_bias == FRAG_BIAS_SIZE ? (int32_t)size : (int32_t)FRAG_SIZE_MAX + 1;
}

struct page *page_frag_block(struct cpu *cpu, struct memory *mm)
{
	uint32_t order = mm->params->frag_order;
	struct page *page = order ? alloc_pages(cpu, mm, order, MIGRATE_UNMOVABLE) : NULL;

	if (!page) {
		page = alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE);
		mm->counts.frag_fallbacks += page && order;
	}
	mm->counts.frag_refills += page != NULL;
	return page;
}

static bool __page_frag_cache_refill(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc)
{
	cpu_enter(cpu, &fn___page_frag_cache_refill);
	nc->page = page_frag_block(cpu, mm);
	if (nc->page) {
		nc->size = page_frag_block_size(nc->page);
		/* All references at once; handing out a fragment then only counts down the bias. */
		nc->pagecnt_bias = bias_of(mm, nc->size);
		page_ref_add(cpu, mm, nc->page, nc->pagecnt_bias - 1);
		nc->offset = mm->params->frag_direction->start(nc->size);
	}
	cpu_leave(cpu);
	return nc->page != NULL;
}

/* The page is used up. Returns whether the same page starts over; otherwise the cache is empty. */
static bool start_over(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc)
{
	const struct mm_params *k = mm->params;
	struct page *page = nc->page;

	nc->page = NULL;
	if (!page_ref_sub_and_test(cpu, mm, page, nc->pagecnt_bias))
		return false;
	if (k->frag_exhausted == FRAG_DRAIN || (page->pfmemalloc && k->frag_pfmemalloc == FRAG_RESERVE_FREED)) {
		free_the_page(cpu, mm, page);
		return false;
	}
	nc->page = page;
	nc->pagecnt_bias = page->refcount = bias_of(mm, nc->size);
	nc->offset = k->frag_direction->start(nc->size);
	mm->counts.frag_reuses++;
	return true;
}

/* The cached page is exhausted, or there is none: the same page again or another one. A request of more than a page may be refused first. */
static bool renew(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes)
{
	if (nc->page && bytes > PAGE_SIZE_BYTES && mm->params->frag_oversize == FRAG_OVERSIZE_REFUSED_AT_ONCE) {
		mm->counts.frag_refused++;
		return false;
	}
	return (nc->page && start_over(cpu, mm, nc)) || __page_frag_cache_refill(cpu, mm, nc);
}

/* More than the page holds, and no larger one is to be had: until 5.15.84 the fragment began in front of the page. */
static bool oversize(struct memory *mm, struct page_frag_cache *nc, uint32_t *offset)
{
	if (mm->params->frag_oversize != FRAG_OVERSIZE_OVERRUN) {
		mm->counts.frag_refused++;
		return false;
	}
	mm->counts.frag_overruns++;
	*offset = nc->offset = 0;
	return true;
}

struct page_frag page_frag_alloc_align(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes, uint32_t align)
{
	const struct frag_direction *direction = mm->params->frag_direction;
	struct page_frag frag = {.size = bytes};

	cpu_enter(cpu, &fn_page_frag_alloc);
	cpu_work(cpu, mm->params->cost_page_frag_alloc);
	cpu_touch(cpu, &nc->line, cpu->socket);
	if ((nc->page && direction->cut(cpu, mm, nc, bytes, align, &frag.offset)) ||
	    (renew(cpu, mm, nc, bytes) &&
	     (direction->cut(cpu, mm, nc, bytes, align, &frag.offset) || oversize(mm, nc, &frag.offset)))) {
		nc->pagecnt_bias--;
		frag.page = nc->page;
	}
	cpu_leave(cpu);
	return frag;
}

struct page_frag page_frag_refill_prepare(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t least)
{
	const struct frag_direction *direction = mm->params->frag_direction;
	struct page_frag frag = {0};

	cpu_enter(cpu, &fn_page_frag_refill_prepare);
	cpu_work(cpu, mm->params->cost_page_frag_alloc + mm->params->cost_frag_bottom_up);
	cpu_touch(cpu, &nc->line, cpu->socket);
	if ((nc->page && direction->room(nc) >= least) || renew(cpu, mm, nc, least))
		frag = (struct page_frag){nc->page, nc->offset, direction->room(nc)};
	cpu_leave(cpu);
	return frag;
}

void page_frag_commit(struct page_frag_cache *nc, uint32_t bytes, bool own_reference)
{
	nc->offset += bytes;
	nc->pagecnt_bias -= own_reference;
}

void page_frag_free(struct cpu *cpu, struct memory *mm, struct page *page)
{
	bool last;

	cpu_enter(cpu, &fn_page_frag_free);
	cpu_work(cpu, mm->params->cost_page_frag_free);
	last = page_ref_sub_and_test(cpu, mm, page, 1);
	/* The compiler turns the last call into a jump: perf shows it beside page_frag_free. */
	cpu_leave(cpu);
	if (last)
		mm->params->page_frag_free->release(cpu, mm, page);
}

bool __page_frag_cache_drain(struct cpu *cpu, struct memory *mm, struct page *page, int32_t references)
{
	bool last = page_ref_sub_and_test(cpu, mm, page, references);

	if (last)
		free_the_page(cpu, mm, page);
	return last;
}

void page_frag_cache_drain(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc)
{
	struct page *page = nc->page;

	nc->page = NULL;
	if (page)
		__page_frag_cache_drain(cpu, mm, page, nc->pagecnt_bias);
}
