/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entry points of the page allocator. Names are those of 4.19. */
#ifndef HZ_MM_PAGE_ALLOC_H
#define HZ_MM_PAGE_ALLOC_H

#include "mm/memory.h"

/* A block of 2^order pages with reference count 1, from the CPU's own node if it has any above the low watermark, else
 * from the next node. NULL when no node has one. order 0..MAX_ORDER. */
struct page *alloc_pages(struct cpu *cpu, struct memory *mm, unsigned order, enum migratetype type);

/* Drop a reference; the last one frees the block: order 0 to the per-CPU lists, larger ones to the buddy lists. Freeing a block that
 * is not allocated ends the run with a report. */
void __free_pages(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order);
void put_page(struct cpu *cpu, struct memory *mm, struct page *page);

/* The two ways back, for a block whose reference count has reached 0. */
void free_unref_page(struct cpu *cpu, struct memory *mm, struct page *page);
void __free_pages_ok(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order);

/* Reference counts: one atomic on the page's line. */
void page_ref_add(struct cpu *cpu, struct memory *mm, struct page *page, int32_t n);
/* Returns whether the count has reached 0. Below 0 ends the run. */
bool page_ref_sub_and_test(struct cpu *cpu, struct memory *mm, struct page *page, int32_t n);

#endif
