/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A zone: a range of memory with its lock, buddy lists, per-CPU lists and watermarks. */
#ifndef HZ_MM_ZONE_H
#define HZ_MM_ZONE_H

#include "hw/lock.h"
#include "mm/page.h"

struct free_area {
	struct page_list list[MIGRATE_TYPES];
	/* List heads, and nr_free behind them: 5 or 6 heads of 16 bytes lie between, so that a line never holds both the first type's and
	 * the count. */
	struct line line, count_line;
};

/* per_cpu_pages: the order-0 lists of one CPU for one zone. */
struct per_cpu_pages {
	struct page_list list[MIGRATE_TYPES];
	struct line line;
	uint32_t count, high, batch;
	int32_t stat_diff;        /* NR_FREE_PAGES not yet added to the zone's counter */
};

struct zone {
	char name[32];
	uint8_t number;
	uint32_t node;
	pfn_t start, end;
	/* Memory from here to `end` was never used: whole blocks of the largest order, movable, as after boot. They count as free and
	 * stand behind the list of that order. */
	pfn_t frontier;
	struct free_area free_area[MAX_ORDER + 1];
	uint8_t *pageblock;       /* migratetype of each pageblock */
	struct lock lock;
	struct per_cpu_pages *pcp; /* [cpus] */
	uint64_t free_pages;       /* on the buddy lists and beyond the frontier */
	uint64_t watermark_min, watermark_low, watermark_high; /* pages */
	struct line stat_line;     /* vm_stat: the shared counter of NR_FREE_PAGES */
	int32_t stat_threshold;    /* pages that a CPU counts by itself before it goes to that line */
};

#endif
