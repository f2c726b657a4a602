/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The per-CPU page lists: blocks of one zone kept by one CPU, refilled and emptied in batches under zone->lock. */
#ifndef HZ_MM_PCP_H
#define HZ_MM_PCP_H

#include "mm/memory.h"

#define PCP_THP_ORDER PAGEBLOCK_ORDER

/* Lists per CPU and zone. */
static inline unsigned pcp_lists(const struct mm_params *params)
{
	return MIGRATE_TYPES * (params->pcp_max_order + 1) + params->pcp_thp_lists;
}

/* Whether blocks of this order go through the lists. */
static inline bool pcp_allowed_order(const struct mm_params *params, unsigned order)
{
	return order <= params->pcp_max_order || (order == PCP_THP_ORDER && params->pcp_thp_lists);
}

/* The list of an order and type. Huge pages have a list by type, two (movable or not), or one. */
static inline unsigned order_to_pindex(const struct mm_params *params, unsigned order, enum migratetype type)
{
	unsigned thp = MIGRATE_TYPES * (params->pcp_max_order + 1);

	if (order <= params->pcp_max_order)
		return MIGRATE_TYPES * order + type;
	if (params->pcp_thp_lists == MIGRATE_TYPES)
		return thp + type;
	return thp + (params->pcp_thp_lists > 1 && type == MIGRATE_MOVABLE);
}

static inline unsigned pindex_to_order(const struct mm_params *params, unsigned pindex)
{
	unsigned order = pindex / MIGRATE_TYPES;

	return order <= params->pcp_max_order ? order : PCP_THP_ORDER;
}

/* What the kernel model says of the lists fits together, for zones of `managed` pages. 0, or HZ_USER with *e filled. */
int pcp_check(const struct mm_params *params, uint64_t managed, struct error *e);

/* Empty lists of this CPU with the batch and high of the release, or the ones that the kernel model sets. */
void pcp_init(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp);

/* The locks of the guard: before the run, when all zones have their lists. Until pcp_share() only the owner takes pcp->lock, and pays for it
 * without lining up. */
void pcp_init_locks(struct memory *mm);

/* Other CPUs take pcp->lock in this run: before the run, by what drains remotely. Again: no effect. */
void pcp_share(struct memory *mm);

/* zone_batchsize(): pages moved at a time, for a zone of `managed` pages. `cap` bytes bounds it. */
uint32_t zone_batchsize(uint64_t managed, uint64_t cap);

/* Drains of this CPU's or, where the guard lets it, another's lists: `pages` or what there is go back, at most `section` of them (at least 1)
 * inside one section and one hold of zone->lock. UINT32_MAX: all that there are then. By a task, or an interrupt of the owner. Returns how
 * many went. */
uint32_t pcp_drain(struct cpu *cpu, struct memory *mm, struct zone *zone, struct cpu *owner, uint32_t pages, uint32_t section);

/* Pages of an overflow, or of a decay, that go back in one hold: kernel.pcp.free_chunk. */
static inline uint32_t pcp_free_chunk(const struct mm_params *params, const struct per_cpu_pages *pcp)
{
	return params->pcp_free_chunk == PCP_FREE_BATCH ? pcp->batch : UINT32_MAX;
}

/* Pop a block, refilling from the buddy lists when the list is empty. NULL when the zone has none. Inside the guard. */
struct page *__rmqueue_pcplist(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order, enum migratetype type);

/* Push a block of order page->order; what the rule calls an overflow goes back to the buddy lists. Inside the guard. Returns false when
 * the section was left on the way and could not be entered again: the caller does not leave it. */
bool free_unref_page_commit(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, enum migratetype type);

/* Give blocks of at least `count` base pages, or all that there are, back to the buddy lists in one hold of zone->lock; those of list
 * `pindex` go first where lists are emptied one by one. `pcp` may be another CPU's, whose section the caller is in. Returns the pages. */
uint32_t free_pcppages_bulk(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp, uint32_t count,
			    unsigned pindex);

#endif
