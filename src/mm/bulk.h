/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many order-0 pages in one call: kernel.bulk.api. */
#ifndef HZ_MM_BULK_H
#define HZ_MM_BULK_H

#include "base/policy.h"
#include "mm/memory.h"

struct bulk {
	struct policy policy;
	/* Fill empty (NULL) slots of array[0..nr) with pages of reference count 1. Returns how many slots are filled then, those that were
	 * before included. NULL: one page at a time. */
	uint32_t (*alloc)(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array);
	bool frees; /* has a free_pages_bulk() that can skip what a free of one page does */
};

/* Fill the empty slots of array[0..nr), from `node` first, in any context. Returns how many slots are filled: fewer than nr is no
 * error, the caller asks again; 0 when there is no memory. */
uint32_t alloc_pages_bulk(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array);

/* Every slot of the array holds a page, and the caller's reference of it goes. */
void free_pages_bulk(struct cpu *cpu, struct memory *mm, uint32_t nr, struct page **array);

/* For the policies. */
uint32_t bulk_filled(uint32_t nr, struct page **array);
/* A page for the first empty slot, in the ordinary way. */
bool bulk_one_page(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array);
/* Pop pages of one zone into empty slots, inside the guard, until all are filled or the zone has no more; returns how many came. */
uint32_t bulk_pop(struct cpu *cpu, struct memory *mm, struct zone *zone, uint32_t nr, struct page **array);

#endif
