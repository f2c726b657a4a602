/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All memory of the machine under one kernel: pages, zones, and the counters that must add up. */
#ifndef HZ_MM_MEMORY_H
#define HZ_MM_MEMORY_H

#include "base/error.h"
#include "hw/cpumask.h"
#include "mm/kernel.h"
#include "mm/zone.h"

#define NODES_MAX 16
#define ZONES_PER_NODE_MAX 8
#define ZONES_MAX (NODES_MAX * ZONES_PER_NODE_MAX)

struct drains;
struct lru;
struct reclaim;

/* What the allocator did, over the whole run. */
struct memory_counts {
	uint64_t allocs, frees;          /* blocks through the entry points */
	uint64_t alloc_failures;
	uint64_t bulk_allocs;             /* of the allocs: pages of bulk calls, without those taken one by one */
	/* Blocks from the per-CPU lists: one was there, or a refill brought it. With zone_allocs, these are all allocs. */
	uint64_t pcp_hits, pcp_misses;
	uint64_t pcp_frees;               /* blocks to the per-CPU lists; with zone_frees, these are all frees */
	uint64_t zone_frees, zone_allocs; /* single blocks straight to and from the buddy lists */
	uint64_t pcp_busy;                /* of those, because somebody held pcp->lock */
	uint64_t refills, refilled_pages; /* rmqueue_bulk; base pages */
	uint64_t drains, drained_pages;   /* free_pcppages_bulk; base pages */
	uint64_t decayed_pages;           /* of the drained ones: by the refresh of the counters */
	uint64_t merges, splits, fallbacks;
	uint64_t direct_reclaims, kswapd_wakeups; /* calls */
	uint64_t pages_scanned, pages_reclaimed;
	uint64_t drains_all, drains_given_up;     /* drain_all_pages: done, and left to who was at it already */
	uint64_t drained_cpus;                    /* by those that were done */
	uint64_t frag_refills, frag_fallbacks;  /* blocks taken to cut fragments from; of them, order 0 because there was no larger one */
	uint64_t frag_reuses;                   /* such blocks that started over */
	uint64_t frag_refused, frag_overruns;   /* fragments larger than the cached page: refused, or begun in front of it */
};

struct memory {
	struct hw *hw;
	const struct mm_params *params;
	struct page *page;         /* [pages], reserved lazily */
	uint64_t pages;
	struct zone zone[ZONES_MAX]; /* those of node 0, of node 1, ... */
	uint32_t zones, nodes;
	struct lru *lru;           /* NULL: nobody keeps pages in use on lists */
	struct vmstat_work *vmstat; /* [cpus], NULL: nobody refreshes the counters */
	struct cpumask isolated;   /* CPUs that should be left alone: set by the load */
	struct local_lock *pagesets; /* [cpus] pagesets.lock, NULL where the guard has none */
	struct drains *drains;     /* NULL: nobody drains all CPUs */
	struct reclaim *reclaim;   /* NULL: memory that is short stays short */
	bool rests_at_zero;        /* a page_pool keeps pages whose reference count is 0 */
	bool shares_pages;         /* several CPUs may hold references of one page at a time */
	uint64_t allocated_pages;  /* handed out and not yet freed */
	struct memory_counts counts; /* since the clock started */
};

/* Whether page frame numbers can say all of the machine's memory, and every zone has some. 0, or HZ_USER with *e filled. */
int memory_check_size(const struct machine_params *machine, const struct mm_params *params, struct error *e);

/* One Normal zone per memory node (socket), or as many as kernel.zones_per_node says. Returns 0, or HZ_USER/HZ_ENVIRONMENT with *e
 * filled: memory larger than a page frame number can say, or address space refused. */
int memory_init(struct memory *mm, struct hw *hw, const struct mm_params *params, uint64_t seed, uint32_t repetition, struct error *e);
void memory_fini(struct memory *mm);

/* All counts back to 0, when the clock starts; pages stay where they are. */
static inline void memory_start_counts(struct memory *mm)
{
	mm->counts = (struct memory_counts){0};
}

static inline struct page *pfn_to_page(struct memory *mm, pfn_t pfn)
{
	return &mm->page[pfn];
}

static inline pfn_t page_to_pfn(const struct memory *mm, const struct page *page)
{
	return (pfn_t)(page - mm->page);
}

static inline struct zone *page_zone(struct memory *mm, const struct page *page)
{
	return &mm->zone[page->zone];
}

/* The i-th zone that this CPU tries for memory of `node`: the node's own, from the CPU's instance on, then those of the next nodes. */
static inline struct zone *memory_zonelist(struct memory *mm, const struct cpu *cpu, uint32_t node, uint32_t i)
{
	uint32_t per_node = mm->params->zones_per_node;

	if (per_node == 1)
		return &mm->zone[node + i < mm->nodes ? node + i : node + i - mm->nodes];
	return &mm->zone[(node + i / per_node) % mm->nodes * per_node + (cpu->number + i) % per_node];
}

/* The zone of `node` that an allocation by this CPU looks at first. */
static inline struct zone *memory_preferred_zone(struct memory *mm, const struct cpu *cpu, uint32_t node)
{
	return memory_zonelist(mm, cpu, node, 0);
}

static inline uint32_t page_to_nid(const struct memory *mm, const struct page *page)
{
	return mm->zone[page->zone].node;
}

/* Bring a struct page to this CPU and pay for the misses. */
static inline void page_touch(struct cpu *cpu, struct memory *mm, struct page *page)
{
	if (!cpu_touch_own(cpu, &page->line))
		cpu_touch(cpu, &page->line, mm->zone[page->zone].node);
}

/* Look at a struct page without writing it. */
static inline void page_read(struct cpu *cpu, struct memory *mm, struct page *page)
{
	cpu_read(cpu, &page->line, mm->zone[page->zone].node);
}

/* Walk every list: each page on one list only, states right, all pages accounted for; pages in use on the right LRU list.
 * Returns 0, or HZ_RUN_FAILED with what does not add up. */
int memory_check(struct memory *mm, struct error *e);

/* Lists, used by the buddy and the per-CPU lists. No cost; callers touch what they link. */
void page_list_init(struct page_list *l);
void page_list_add(struct memory *mm, struct page_list *l, pfn_t pfn);
void page_list_add_tail(struct memory *mm, struct page_list *l, pfn_t pfn);
void page_list_del(struct memory *mm, struct page_list *l, pfn_t pfn);
/* Pages on a list, or UINT64_MAX when its links are damaged or a page's state or order (-1: any) is another. */
uint64_t page_list_walk(struct memory *mm, const struct page_list *l, enum page_state state, int order);

#endif
