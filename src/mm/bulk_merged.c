/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bulk allocator as it was merged: __alloc_pages_bulk() @5.14. */
#include "mm/bulk.h"
#include "mm/pcp_guard.h"

/* How many new pages; `old` slots were filled before. When the first pop fails, one page comes in the ordinary way; 5.13 and 5.14 looked
 * at all filled slots there and came back with nothing new when there were old ones. */
static uint32_t alloc_new(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array, bool counts_old)
{
	struct zone *zone = memory_preferred_zone(mm, cpu, node);
	uint32_t old = bulk_filled(nr, array), n;

	if (old == nr)
		return old;
	if (nr - old == 1 || zone->free_pages <= zone->watermark_low + nr || !mm->params->pcp_guard->enter(cpu, mm, zone))
		return old + bulk_one_page(cpu, mm, node, nr, array);
	n = bulk_pop(cpu, mm, zone, nr, array);
	mm->params->pcp_guard->leave(cpu, mm, zone);
	if (!n && !(counts_old && old))
		n = bulk_one_page(cpu, mm, node, nr, array);
	return old + n;
}

static uint32_t alloc(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	return alloc_new(cpu, mm, node, nr, array, false);
}

static uint32_t alloc_5_13(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	return alloc_new(cpu, mm, node, nr, array, true);
}

const struct bulk bulk_merged = {
	.policy = {"merged", "the guard around the whole loop, one page when that cannot be (since 5.15); no free_pages_bulk()"},
	.alloc = alloc,
};

const struct bulk bulk_merged_5_13 = {
	.policy = {"merged_5.13", "as merged, but an array with filled slots can come back with nothing new (5.13, 5.14)"},
	.alloc = alloc_5_13,
};
