/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page allocator of one kernel release: its policies and the instruction work of its paths, in core cycles without cache
 * misses, atomics and interrupt masking, which the machine charges. Filled from models/kernels/. */
#ifndef HZ_MM_KERNEL_H
#define HZ_MM_KERNEL_H

#include "base/types.h"

struct bulk;
struct drain;
struct frag_direction;
struct frag_release;
struct lock_kind;
struct pcp_guard;
struct pcp_rule;

/* Reference bias of a fresh page_frag_cache page: its size until 4.20, 32769 since 5.0. */
enum frag_bias { FRAG_BIAS_SIZE, FRAG_BIAS_FIXED };

/* An exhausted page whose fragments are all back starts over, or is given back and replaced. */
enum frag_exhausted { FRAG_REUSE, FRAG_DRAIN };

/* The same page, when it came from the reserves: starts over, or is freed (by 5.12). */
enum frag_pfmemalloc { FRAG_RESERVE_REUSED, FRAG_RESERVE_FREED };

/* A fragment of more than a page when the cached page is too short for it: it begins in front of the page (until 5.15.84); none, when the
 * page is renewed and still too short (since 5.15.85); none as soon as the page is exhausted (since 6.13). */
enum frag_oversize { FRAG_OVERSIZE_OVERRUN, FRAG_OVERSIZE_REFUSED, FRAG_OVERSIZE_REFUSED_AT_ONCE };
/* Whether a CPU that goes on freeing blocks of order 1 to 3 gives back what its lists hold: never (until 5.17), by the rule's test (5.19 to
 * 6.17), or only after half of high_min more (6.18). */
enum pcp_free_high { PCP_FREE_HIGH_OFF, PCP_FREE_HIGH_ON, PCP_FREE_HIGH_RAISED };

/* Which list free_pcppages_bulk() takes from: they take turns (until 5.17), or each is emptied before the next (5.19). */
enum pcp_drain_order { PCP_DRAIN_ROTATE, PCP_DRAIN_EMPTY_EACH };

/* How much of an overflow or a decay goes back in one hold of zone->lock: all, or a batch (6.19). */
enum pcp_free_chunk { PCP_FREE_WHOLE, PCP_FREE_BATCH };

/* What bounds a CPU's list of partial slabs: free objects in them until 5.15, their number since 5.16. */
enum slab_counts { SLAB_COUNTS_OBJECTS, SLAB_COUNTS_SLABS };

/* Whether rmqueue() counts a block that came straight from the buddy lists behind zone->lock (until 5.13) or under it. */
enum rmqueue_counts { RMQUEUE_COUNTS_UNLOCKED, RMQUEUE_COUNTS_LOCKED };

/* Whether the counters of isolated CPUs are refreshed as the others' are (until 6.4), or left alone (by 6.6). */
enum vmstat_isolated { VMSTAT_ALL, VMSTAT_SKIP };
/* How much drain_pages_zone() gives back in one section of the lists: all (until 6.8), or batch << kernel.pcp.batch_scale (by 6.11). */
enum drain_chunk { DRAIN_WHOLE, DRAIN_SCALED };

struct mm_params {
	char release[32];

	const struct lock_kind *zone_lock;
	const struct frag_release *page_frag_free; /* where it returns a page */

	uint64_t min_free_cap;     /* bytes: upper bound of min_free_kbytes, 64 MiB until 5.4, 256 MiB by 5.14 */
	uint32_t zones_per_node;   /* a node's memory is cut into so many zones; 1 in every release */

	enum rmqueue_counts rmqueue_counts;
	cycles_t vmstat_interval;  /* sysctl vm.stat_interval */
	enum vmstat_isolated vmstat_isolated;

	const struct drain *drain;
	enum drain_chunk drain_chunk;
	const struct pcp_guard *pcp_guard;
	const struct pcp_rule *pcp_rule;
	uint32_t pcp_max_order;    /* largest order on the lists: 0 until 5.13, 3 since 5.14 */
	uint32_t pcp_thp_lists;    /* lists of huge pages: 0 until 5.13, 3 in 5.14, 1 since 6.0, 2 since 6.10 */
	uint32_t pcp_batch;        /* pages; 0: zone_batchsize() of the release */
	uint32_t pcp_high;         /* pages; 0: as the rule says */
	uint32_t pcp_fraction;     /* percpu_pagelist_fraction: high is this part of the zone; 0: 6 * batch (until 5.13) */
	uint32_t pcp_high_fraction; /* percpu_pagelist_high_fraction: so is the sum over the node's CPUs; 0: low watermark (since 5.14) */
	uint32_t pcp_batch_scale;  /* CONFIG_PCP_BATCH_SCALE_MAX: batches grow to at most batch << this (6.7 and later) */
	enum pcp_free_high pcp_free_high;
	enum pcp_drain_order pcp_drain_order;
	enum pcp_free_chunk pcp_free_chunk;
	uint64_t pcp_batch_cap;    /* bytes: upper bound inside zone_batchsize(), 512 KiB until 4.18, 1 MiB since 4.19 */
	uint32_t pcp_prefetch;     /* 1: free_pcppages_bulk() detaches and prefetches buddies before the lock (4.19 to 5.17) */
	const struct frag_direction *frag_direction;
	uint32_t frag_order;       /* of the blocks that fragments are cut from: 0..3 */
	uint32_t pcp_list_section; /* pages that free_unref_page_list() frees inside one section; 0: all of one zone */
	enum frag_bias frag_bias;
	enum frag_exhausted frag_exhausted;
	enum frag_pfmemalloc frag_pfmemalloc;
	enum frag_oversize frag_oversize;

	/* Many pages in one call. */
	const struct bulk *bulk;
	uint32_t bulk_list;            /* 1: the caller gets a list, not an array */
	uint32_t bulk_skip_refcount;   /* 1: pages are freed without dropping their reference */
	uint32_t bulk_skip_checks;     /* 1: no safety checks of pages that are allocated or freed in bulk */
	uint32_t bulk_skip_statistics; /* 1: nor event and NUMA counters */

	uint32_t pagevec;          /* pages of a CPU's LRU batch */
	uint32_t kswapd_cpu;       /* which of a node's CPUs kswapd runs on, from 1; 0: the last */
	uint32_t release_batch;    /* pages that release_pages() takes off the LRU in one hold of lru_lock */
	/* SLUB. */
	enum slab_counts slab_cpu_partial_counts;
	uint32_t slab_cpu_partial;     /* of them, as set_cpu_partial() has it for objects of 256 bytes */

	/* Work per call, cycles. */
	cycles_t cost_alloc_pages;   /* __alloc_pages_nodemask, get_page_from_freelist: entry to exit, without the rest below */
	cycles_t cost_rmqueue_pcp;   /* pop of one page from a per-CPU list */
	cycles_t cost_prep_new_page; /* per order-0 page */
	cycles_t cost_free_pages;    /* __free_pages and free_pages_prepare */
	cycles_t cost_free_pcp;      /* free_unref_page_commit: push of one page on a per-CPU list */
	cycles_t cost_bulk_call;     /* rmqueue_bulk or free_pcppages_bulk: once per call */
	cycles_t cost_refill_page;   /* rmqueue_bulk: and per page, without __rmqueue_smallest */
	cycles_t cost_drain_page;    /* free_pcppages_bulk: and per page, without __free_one_page */
	cycles_t cost_rmqueue;       /* __rmqueue_smallest: one block off the buddy lists */
	cycles_t cost_expand;        /* per split */
	cycles_t cost_free_one_page; /* __free_one_page: one block on the buddy lists */
	cycles_t cost_merge;         /* per merge */
	cycles_t cost_free_pages_ok; /* __free_pages_ok: entry to exit, without the lock and the buddy */
	cycles_t cost_compound_page; /* prep_compound_page and its checks, per tail page */
	cycles_t cost_bulk_alloc;    /* __alloc_pages_bulk where it does not fall back to one page: without the pages */
	cycles_t cost_bulk_list;     /* per page that is linked on the caller's list */
	cycles_t cost_page_checks;   /* of cost_prep_new_page and of cost_free_pages each: the safety checks */
	cycles_t cost_statistics;    /* of cost_bulk_alloc and of cost_free_pages each: event and NUMA counters */
	cycles_t cost_refresh_zone;  /* refresh_cpu_vm_stats, per zone, without what it gives back */
	cycles_t cost_page_frag_alloc; /* from the cached page, without finding the offset: */
	cycles_t cost_frag_top_down, cost_frag_bottom_up;
	cycles_t cost_slab_alloc;       /* kmem_cache_alloc from the CPU's freelist, with its this_cpu_cmpxchg_double */
	cycles_t cost_slab_free;        /* kmem_cache_free to it, the same way */
	cycles_t cost_slab_bulk_call;   /* kmem_cache_alloc_bulk or kmem_cache_free_bulk, once per call */
	cycles_t cost_slab_bulk_object; /* and per object */
	cycles_t cost_slab_alloc_slow;  /* ___slab_alloc, once per call */
	cycles_t cost_slab_free_slow;   /* __slab_free, once per call */
	cycles_t cost_slab_list;        /* per slab that goes on or off a node's partial list */
	cycles_t cost_slab_object;      /* new_slab, per object that is set up */
	cycles_t cost_page_frag_free;
	cycles_t cost_lru_cache_add;  /* one page into the CPU's LRU batch */
	cycles_t cost_pagevec_call;   /* __pagevec_lru_add: once per batch */
	cycles_t cost_lru_add;        /* one page on an LRU list, under lru_lock */
	cycles_t cost_lru_del;        /* and off it */
	cycles_t cost_release_page;   /* release_pages: per page, without reference count, list and freeing */
	cycles_t cost_page_fault;     /* exception entry to exit, handle_mm_fault */
	cycles_t cost_anonymous_page; /* do_anonymous_page without allocation, clearing and LRU */
	cycles_t cost_drain_cpu;      /* drain_all_pages: per CPU that is looked at, without reading its counts */
	cycles_t cost_slowpath;       /* __alloc_pages_slowpath: entry to exit, without what it calls */
	cycles_t cost_direct_reclaim; /* try_to_free_pages: entry to exit, without the lists; caches of other kinds are asked too */
	cycles_t cost_shrink_call;    /* shrink_inactive_list, or a pass of balance_pgdat: once per call */
	cycles_t cost_isolate_page;   /* isolate_lru_pages: per page, without taking it off the list */
	cycles_t cost_shrink_page;    /* shrink_page_list: per page that is clean and unmapped, with __remove_mapping, without freeing it */
	cycles_t cost_read_page;      /* filemap_read of a page that is not cached: lookup, readahead, block layer, without the copy */
	cycles_t cost_zap_page;       /* zap_pte_range, per page, without release_pages */
};

#endif
