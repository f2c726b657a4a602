/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entry points of the page allocator. Names are those of 4.19. */
#ifndef HZ_MM_PAGE_ALLOC_H
#define HZ_MM_PAGE_ALLOC_H

#include "mm/memory.h"

/* What an allocation may do when free pages are short. */
enum gfp {
	GFP_ATOMIC, /* wake kswapd and take from the reserves, but not sleep: any context */
	GFP_KERNEL, /* wake kswapd, and reclaim: a task with interrupts, bottom halves and preemption on */
};

/* How far down a zone's free pages may go. */
enum alloc_mark { ALLOC_WMARK_LOW, ALLOC_WMARK_MIN, ALLOC_HARDER };

/* A block of 2^order pages with reference count 1, from `node` if it has any above the low watermark, else from the next
 * node; when none has, as `gfp` allows. NULL when there is none. order 0..MAX_ORDER. */
struct page *alloc_pages_node(struct cpu *cpu, struct memory *mm, uint32_t node, unsigned order, enum migratetype type, enum gfp gfp);

/* One try at one mark: a block that is not prepared yet, or NULL. */
struct page *get_page_from_freelist(struct cpu *cpu, struct memory *mm, uint32_t node, unsigned order, enum migratetype type,
				    enum alloc_mark mark);

/* The same from the CPU's own node, in any context. */
static inline struct page *alloc_pages(struct cpu *cpu, struct memory *mm, unsigned order, enum migratetype type)
{
	return alloc_pages_node(cpu, mm, cpu->socket, order, type, GFP_ATOMIC);
}

/* A page that was taken off the lists gets its reference and leaves the allocator. `work`: cycles of its checks and preparation. */
void prep_new_page(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order, cycles_t work);

/* Drop a reference; the last one frees the block. Freeing a block that
 * is not allocated ends the run with a report. */
void __free_pages(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order);
void put_page(struct cpu *cpu, struct memory *mm, struct page *page);

/* A block whose reference count has reached 0 goes back: to the per-CPU lists if they take its order, else to the buddy lists. */
void free_the_page(struct cpu *cpu, struct memory *mm, struct page *page);

/* The two ways. `work`: cycles of free_pages_prepare and entry, which a bulk free may do with less of. */
void free_unref_page_work(struct cpu *cpu, struct memory *mm, struct page *page, cycles_t work);
static inline void free_unref_page(struct cpu *cpu, struct memory *mm, struct page *page)
{
	free_unref_page_work(cpu, mm, page, mm->params->cost_free_pages);
}
/* The first way for many, order 0 all: kernel.pcp.list_section pages at a time inside the per-CPU lists' guard. */
void free_unref_page_list(struct cpu *cpu, struct memory *mm, struct page *const *page, uint32_t nr);
void __free_pages_ok(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order);

/* Reference counts: one atomic on the page's line. */
void page_ref_add(struct cpu *cpu, struct memory *mm, struct page *page, int32_t n);
/* Returns whether the count has reached 0. Below 0 ends the run. */
bool page_ref_sub_and_test(struct cpu *cpu, struct memory *mm, struct page *page, int32_t n);

#endif
