/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counters that each CPU keeps by itself and brings up to date now and then, and what goes along with that (mm/vmstat.c). */
#ifndef HZ_MM_VMSTAT_H
#define HZ_MM_VMSTAT_H

#include "mm/memory.h"

/* Pages that a CPU counts by itself, in a zone of `managed` pages: more CPUs and more memory bear a larger drift. */
int32_t calculate_normal_threshold(uint32_t cpus, uint64_t managed);

/* NR_FREE_PAGES of the zone changes: counted by the CPU itself and, beyond the threshold, carried to the line that all share. */
void __mod_zone_page_state(struct cpu *cpu, struct zone *zone, int32_t pages);

/* What this CPU has counted goes to the counters that all share. On the way its lists decay: those of another node's zone give back a batch
 * when three rounds in a row found nothing counted there, and since 6.7 those of every zone go back towards high_min. By a task of this CPU. */
void refresh_cpu_vm_stats(struct cpu *cpu, struct memory *mm);

/* A kworker of every CPU refreshes its counters every kernel.vmstat_interval, one CPU after the other over that time. A CPU that stands in
 * mm->isolated is left out where kernel.vmstat_isolated says so. vmstat_init() before, vmstat_start() after the contexts of the load are
 * made; neither where the run is too short for it. */
void vmstat_init(struct memory *mm);
void vmstat_start(struct memory *mm);
void vmstat_fini(struct memory *mm);

#endif
