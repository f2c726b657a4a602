/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/irq.h"
#include "mm/bulk.h"

/* Only the preferred zone is asked, and only above its high watermark; interrupts stay off for the whole loop. */
static uint32_t alloc(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	struct zone *zone = memory_preferred_zone(mm, cpu, node);
	uint32_t populated = 0;

	if (array[0])
		cpu_fail(cpu, "alloc_pages_bulk: this version wants an empty list");
	if (zone->free_pages <= zone->watermark_high + nr)
		return 0;
	local_irq_save(cpu);
	bulk_pop(cpu, mm, zone, nr, array, &populated);
	local_irq_restore(cpu);
	return populated;
}

const struct bulk bulk_rfc_v1 = {
	.policy = {"rfc_v1", "prototype of January 2017, first version: interrupts off; free_pages_bulk() frees page by page"},
	.alloc = alloc,
	.irqs_off = true,
	.frees = true,
};
