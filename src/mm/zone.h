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

/* Lists per CPU: one by migratetype for each order that they take, and up to three of huge pages. */
#define PCP_ORDER_MAX 3           /* PAGE_ALLOC_COSTLY_ORDER */
#define PCP_THP_LISTS_MAX 3
#define PCP_LISTS_MAX (MIGRATE_TYPES * (PCP_ORDER_MAX + 1) + PCP_THP_LISTS_MAX)

/* per_cpu_pages: the lists of one CPU for one zone. */
struct per_cpu_pages {
	struct lock lock;         /* pcp->lock, where the guard has one; its line also holds the counts and the first lists */
	uint32_t count;           /* base pages on all lists */
	uint32_t high, batch;     /* base pages */
	uint32_t high_min, high_max; /* what `high` moves between; equal: it does not */
	uint32_t free_count;      /* base pages freed in a row (6.7 and later) */
	uint8_t expire;           /* rounds of the refresh until lists of another node's zone give back; 0: not counting */
	uint8_t free_factor;      /* overflows in a row (5.14 to 6.6): each gives back twice as much */
	uint8_t alloc_factor;     /* refills in a row (6.7 and later): each brings twice as much */
	bool prev_free_high_order; /* PCPF_PREV_FREE_HIGH_ORDER: what was freed last was a block of order 1 to 3 */
	bool free_high_batch;     /* PCPF_FREE_HIGH_BATCH: this CPU's share of the last-level cache is larger than three batches */
	int32_t stat_diff;        /* NR_FREE_PAGES not yet added to the zone's counter */
	struct page_list list[PCP_LISTS_MAX];
};

struct zone {
	char name[48];
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
	bool reclaim_active;       /* ZONE_RECLAIM_ACTIVE: kswapd is reclaiming; the per-CPU lists keep less */
	bool below_high;           /* ZONE_BELOW_HIGH: an allocation found less than the high watermark free (6.7 and later) */
};

#endif
