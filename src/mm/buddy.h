/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The buddy lists of a zone. Everything here runs under zone->lock. */
#ifndef HZ_MM_BUDDY_H
#define HZ_MM_BUDDY_H

#include "mm/memory.h"

/* Take one block of 2^order pages: the smallest that fits, split down; when the migratetype has none, the largest of
 * another type (fallback). NULL when the zone has no such block. The block's state is PAGE_UNTOUCHED. */
struct page *__rmqueue(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order, enum migratetype type);

/* Give one block back, merging it with its free buddies. */
void __free_one_page(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, unsigned order,
		     enum migratetype type);

/* Migratetype of the pageblock around a page. */
enum migratetype get_pageblock_migratetype(const struct memory *mm, const struct zone *zone, const struct page *page);

#endif
