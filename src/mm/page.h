/* SPDX-License-Identifier: GPL-3.0-or-later */
/* struct page: one per page frame, one cache line in the machine. */
#ifndef HZ_MM_PAGE_H
#define HZ_MM_PAGE_H

#include "base/types.h"
#include "hw/line.h"

#define PAGE_SIZE_BYTES 4096u
#define PAGE_SHIFT 12
#define MAX_ORDER 10            /* largest block is 2^10 pages */
#define PAGEBLOCK_ORDER 9       /* 2 MiB */

enum migratetype { MIGRATE_UNMOVABLE, MIGRATE_MOVABLE, MIGRATE_RECLAIMABLE, MIGRATE_TYPES };

enum page_state {
	PAGE_UNTOUCHED,  /* inside a block, or memory that was never used */
	PAGE_BUDDY,      /* first page of a free block */
	PAGE_PCP,        /* on a per-CPU list */
	PAGE_ALLOCATED,  /* first page of an allocated block */
};

/* Where a page in use is listed (mmzone.h). A page that was read once stays on the inactive list: there is no active one. Anonymous pages cannot
 * be reclaimed, since there is no swap. */
enum lru_list { LRU_NONE, LRU_INACTIVE_FILE, LRU_ANON, LRU_LISTS };

struct page {
	struct line line;     /* of the struct page itself */
	union {
		struct {
			pfn_t next, prev; /* list links, PFN_NONE at the ends */
		};
		int32_t pp_ref_count; /* of an allocated page: fragments that a page_pool's users hold */
	};
	int32_t refcount;
	uint8_t state : 7;    /* enum page_state */
	uint8_t pfmemalloc : 1; /* allocated from the reserves: its zone was below the min watermark */
	uint8_t order;
	union {
		uint8_t migratetype;  /* free: of the list it is on */
		uint8_t lru;          /* allocated: enum lru_list */
	};
	uint8_t zone;
};

/* A list of pages linked by page frame number. */
struct page_list {
	pfn_t head, tail;
	uint32_t count;
};

#endif
