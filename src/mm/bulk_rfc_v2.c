/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/bulk.h"
#include "mm/pcp_guard.h"

/* Only the preferred zone is asked, and only above its high watermark. It stands on lists that are used outside interrupts alone: inside
 * one the guard refuses, and a single page comes. */
static uint32_t alloc(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	struct zone *zone = memory_preferred_zone(mm, cpu, node);
	uint32_t populated = 0;

	if (array[0])
		cpu_fail(cpu, "alloc_pages_bulk: this version wants an empty list");
	if (zone->free_pages <= zone->watermark_high + nr)
		return 0;
	if (!mm->params->pcp_guard->enter(cpu, mm, zone))
		return bulk_one_page(cpu, mm, node, array, 0);
	bulk_pop(cpu, mm, zone, nr, array, &populated);
	mm->params->pcp_guard->leave(cpu, mm, zone);
	return populated;
}

const struct bulk bulk_rfc_v2 = {
	.policy = {"rfc_v2", "prototype of January 2017, second version: the guard of the per-CPU lists around the whole loop; free_pages_bulk()"},
	.alloc = alloc,
	.frees = true,
};
