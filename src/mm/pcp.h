/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The per-CPU page lists: order-0 pages of one zone kept by one CPU, refilled and emptied in batches under zone->lock. */
#ifndef HZ_MM_PCP_H
#define HZ_MM_PCP_H

#include "mm/memory.h"

/* Empty lists with the batch and high of the release, or the ones that the kernel model sets. */
void pcp_init(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp);

/* zone_batchsize(): pages moved at a time, for a zone of `managed` pages. `cap` bytes bounds it. */
uint32_t zone_batchsize(uint64_t managed, uint64_t cap);

/* Pop a page, refilling from the buddy lists when the list is empty. NULL when the zone has none. Inside the guard. */
struct page *__rmqueue_pcplist(struct cpu *cpu, struct memory *mm, struct zone *zone, enum migratetype type);

/* Push a page; at `high`, `batch` pages go back to the buddy lists. Inside the guard. */
void free_unref_page_commit(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, enum migratetype type);

/* Give `count` pages of `pcp` back to the buddy lists in one hold of zone->lock. At most pcp->count. */
void free_pcppages_bulk(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp, uint32_t count);

#endif
