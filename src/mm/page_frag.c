/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_frag.h"

#include "mm/frag_release.h"
#include "mm/page_alloc.h"

KFUNC(page_frag_alloc);
KFUNC(__page_frag_cache_refill);
KFUNC(page_frag_free);

#define FRAG_ORDER 3                       /* 32 KiB */
#define FRAG_SIZE (PAGE_SIZE_BYTES << FRAG_ORDER)
#define FRAG_ALIGN 64u                     /* SMP_CACHE_BYTES */

static int32_t bias_of(const struct memory *mm, uint32_t size)
{
	return mm->params->frag_bias == FRAG_BIAS_SIZE ? (int32_t)size : (int32_t)FRAG_SIZE + 1;
}

static bool __page_frag_cache_refill(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc)
{
	cpu_enter(cpu, &fn___page_frag_cache_refill);
	nc->page = alloc_pages(cpu, mm, FRAG_ORDER, MIGRATE_UNMOVABLE);
	nc->size = FRAG_SIZE;
	if (!nc->page) {
		nc->page = alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE);
		nc->size = PAGE_SIZE_BYTES;
	}
	if (nc->page) {
		/* All references at once; handing out a fragment then only counts down the bias. */
		nc->pagecnt_bias = bias_of(mm, nc->size);
		page_ref_add(cpu, mm, nc->page, nc->pagecnt_bias - 1);
		nc->offset = nc->size;
		nc->refills++;
	}
	cpu_leave(cpu);
	return nc->page != NULL;
}

/* The page is used up. Returns whether the same page can start over. */
static bool reuse(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc)
{
	if (!page_ref_sub_and_test(cpu, mm, nc->page, nc->pagecnt_bias)) {
		nc->page = NULL;
		return false;
	}
	nc->pagecnt_bias = bias_of(mm, nc->size);
	nc->page->refcount = nc->pagecnt_bias;
	nc->offset = nc->size;
	nc->reuses++;
	return true;
}

struct page_frag page_frag_alloc(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes)
{
	struct page_frag frag = {NULL, 0};

	cpu_enter(cpu, &fn_page_frag_alloc);
	cpu_work(cpu, mm->params->cost_page_frag_alloc);
	cpu_touch(cpu, &nc->line, cpu->socket);
	if (nc->page && nc->offset < bytes)
		reuse(cpu, mm, nc);
	if ((nc->page || __page_frag_cache_refill(cpu, mm, nc)) && bytes <= nc->size) {
		nc->offset = (nc->offset - bytes) & ~(FRAG_ALIGN - 1);
		nc->pagecnt_bias--;
		frag = (struct page_frag){nc->page, nc->offset};
	}
	cpu_leave(cpu);
	return frag;
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

void __page_frag_cache_drain(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc)
{
	struct page *page = nc->page;

	if (!page)
		return;
	nc->page = NULL;
	if (page_ref_sub_and_test(cpu, mm, page, nc->pagecnt_bias))
		free_the_page(cpu, mm, page);
}
