/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counters that each CPU keeps by itself and brings up to date now and then, and what goes along with that (mm/vmstat.c). */
#ifndef HZ_MM_VMSTAT_H
#define HZ_MM_VMSTAT_H

#include "mm/memory.h"

/* Pages that a CPU counts by itself, in a zone of `managed` pages: more CPUs and more memory bear a larger drift. */
int32_t calculate_normal_threshold(uint32_t cpus, uint64_t managed);

/* NR_FREE_PAGES of the zone changes: counted by the CPU itself and, beyond the threshold, carried to the line that all share. */
void __mod_zone_page_state(struct cpu *cpu, struct zone *zone, int32_t pages);

#endif
