/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/vmstat.h"

#include <stdlib.h>

static int32_t fls(uint64_t n)
{
	int32_t bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

int32_t calculate_normal_threshold(uint32_t cpus, uint64_t managed)
{
	int32_t threshold = 2 * fls(cpus) * (1 + fls(managed >> (27 - PAGE_SHIFT)));

	return threshold < 125 ? threshold : 125;
}

/* What the CPU has counted goes to the zone's counter. */
static void fold_diff(struct cpu *cpu, struct zone *zone)
{
	zone->pcp[cpu->number].stat_diff = 0;
	cpu_touch(cpu, &zone->stat_line, zone->node);
	cpu_operate(cpu, cpu->hw->machine->atomic);
}

void __mod_zone_page_state(struct cpu *cpu, struct zone *zone, int32_t pages)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu->number];

	pcp->stat_diff += pages;
	if (abs(pcp->stat_diff) > zone->stat_threshold)
		fold_diff(cpu, zone);
}
