/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bulk allocator as it was merged: __alloc_pages_bulk() @5.14. */
#include "mm/bulk.h"
#include "mm/pcp_guard.h"

/* The first zone of the node with so many pages above its low watermark, or NULL. */
static struct zone *zone_with(const struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr)
{
	for (uint32_t i = 0; i < mm->params->zones_per_node; i++) {
		struct zone *zone = memory_zonelist(mm, cpu, node, i);

		if (zone->free_pages > zone->watermark_low + nr)
			return zone;
	}
	return NULL;
}

/* One slot alone is filled in the ordinary way, and so is the first where the lists cannot be used. So is it when the first pop fails; 5.13 and 5.14 asked there
 * whether any slot is filled, and came back with nothing new when old ones were. */
static uint32_t alloc_bulk(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array, bool counts_old)
{
	uint32_t populated = bulk_populated(nr, array), new;
	struct zone *zone;

	if (populated == nr)
		return nr;
	zone = zone_with(cpu, mm, node, nr);
	if (nr - populated == 1 || !zone || !mm->params->pcp_guard->enter(cpu, mm, zone))
		return populated + bulk_one_page(cpu, mm, node, array, populated);
	new = bulk_pop(cpu, mm, zone, nr, array, &populated);
	mm->params->pcp_guard->leave(cpu, mm, zone);
	if (!new && !(counts_old && populated))
		populated += bulk_one_page(cpu, mm, node, array, populated);
	return populated;
}

static uint32_t alloc(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	return alloc_bulk(cpu, mm, node, nr, array, false);
}

static uint32_t alloc_5_13(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	return alloc_bulk(cpu, mm, node, nr, array, true);
}

const struct bulk bulk_merged = {
	.policy = {"merged", "the guard around the whole loop, one page when that cannot be (since 5.15); no free_pages_bulk()"},
	.alloc = alloc,
};

const struct bulk bulk_merged_5_13 = {
	.policy = {"merged_5.13", "as merged, but an array with filled slots can come back with nothing new (5.13, 5.14)"},
	.alloc = alloc_5_13,
};
