/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many order-0 pages in one call: kernel.bulk.api. */
#ifndef HZ_MM_BULK_H
#define HZ_MM_BULK_H

#include "base/policy.h"
#include "mm/memory.h"

struct bulk {
	struct policy policy;
	/* Put pages of reference count 1 into empty (NULL) slots of array[0..nr), in order. Returns up to where all slots are filled then as
	 * far as the call has come: nr, or less when it stopped early. NULL: one page at a time. */
	uint32_t (*alloc)(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array);
	bool irqs_off; /* takes pages off the lists with interrupts off and nothing else, whatever protects them otherwise */
	bool frees; /* has a free_pages_bulk() that can skip what a free of one page does */
};

/* Fill the empty slots of array[0..nr) in order, from `node` first, in any context. Returns how many slots from the first on are filled as far
 * as the call has come: fewer than nr is no error, the caller asks again; 0 when there is no memory. */
uint32_t alloc_pages_bulk(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array);

/* Whether these bulk calls can stand beside the guard of the lists. 0, or HZ_USER with *e filled. */
int bulk_check(const struct mm_params *k, struct error *e);

/* Every slot of the array holds a page, and the caller's reference of it goes. */
void free_pages_bulk(struct cpu *cpu, struct memory *mm, uint32_t nr, struct page **array);

/* For the policies. How many slots from the first on are filled. */
uint32_t bulk_populated(uint32_t nr, struct page **array);
/* A page for the slot at `populated`, in the ordinary way. */
bool bulk_one_page(struct cpu *cpu, struct memory *mm, uint32_t node, struct page **array, uint32_t populated);
/* Pop pages of one zone into empty slots from *populated on, inside the guard, until all are filled or the zone has no more; *populated is
 * how far it came then. Returns how many pages are new. */
uint32_t bulk_pop(struct cpu *cpu, struct memory *mm, struct zone *zone, uint32_t nr, struct page **array, uint32_t *populated);

#endif
