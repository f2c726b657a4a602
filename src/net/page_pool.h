/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page_pool: pages of one RX queue that come back to it. Two levels: an array that only the queue's NAPI uses, without a lock, and a ring
 * into which any CPU puts pages. Names are the kernel's (net/core/page_pool.c); what differs by release is a policy. */
#ifndef HZ_NET_PAGE_POOL_H
#define HZ_NET_PAGE_POOL_H

#include "base/policy.h"
#include "mm/memory.h"
#include "net/page_pool_params.h"
#include "net/ptr_ring.h"

struct napi;

/* What ethtool -S counts, from 5.18 on: rx_pp_*. */
struct page_pool_counts {
	uint64_t fast, slow, slow_ho, empty, refill, waive;                 /* rx_pp_alloc_ */
	uint64_t cached, cache_full, ring, ring_full, released_ref;         /* rx_pp_recycle_ */
	uint64_t races; /* pages that two users gave up at a time, so that neither found the pool their owner (refcount: one) */
};

struct page_pool {
	const struct page_pool_params *params;
	struct memory *mm;
	const struct napi *napi;   /* that takes pages from it, on `cpu` */
	struct cpu *cpu;
	uint32_t nid;              /* node that its pages are wanted from */
	bool shared;               /* pages come back on other CPUs too */
	cycles_t dma_map, dma_unmap; /* work: pages stay mapped while they are the pool's; 0: their user maps them */
	struct page **cache;       /* [params->cache], a stack */
	uint32_t count;
	struct ptr_ring ring;
	uint64_t hold;             /* pages_state_hold_cnt: pages that became the pool's */
	uint64_t release;          /* pages_state_release_cnt: that left it */
	struct line release_line;
	struct page_pool_counts counts;
};

/* How a page that a user drops comes back: kernel.page_pool.refcount. */
struct page_pool_refcount {
	struct policy policy;
	bool whole_pages;          /* a page has one user at a time */
	bool fragments;            /* users hold parts of page->pp_ref_count instead of references */
	/* A new page of the pool; NULL: nothing to do. */
	void (*init)(struct page *page);
	/* A user drops `nr` parts. Returns whether the page is the pool's then, with reference count 1, or 0 that only the ring takes.
	 * allow_direct: it would go to the array if there is room. */
	bool (*drop)(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr, bool allow_direct);
	/* A page comes from the ring to the array; NULL: nothing to do. */
	void (*refilled)(struct cpu *cpu, struct page_pool *pool, struct page *page);
};

/* How the array is refilled from the ring: kernel.page_pool.refill. */
struct page_pool_refill {
	struct policy policy;
	/* A page of the array or of the ring; NULL: the page allocator must give one. */
	struct page *(*get_cached)(struct cpu *cpu, struct page_pool *pool);
};

/* Whether and how pages come back when the stack frees their packet: kernel.page_pool.skb_recycle. */
struct page_pool_skb_recycle {
	struct policy policy;
	/* Whether a packet that is freed here may put its page into the array. napi_safe: its caller knows that it runs in a NAPI.
	 * NULL: packets do not know the pool, and their pages leave it. */
	bool (*direct)(const struct cpu *cpu, const struct page_pool *pool, bool napi_safe);
	bool any_put;              /* the pool asks this itself, for whatever page is put */
};

/* A pool for the NAPI of one RX queue on `cpu`, with a ring of `ring` pages. The caller sets `shared` before. */
void page_pool_init(struct page_pool *pool, const struct page_pool_params *params, struct memory *mm, struct cpu *cpu, const struct napi *napi,
		    uint32_t ring, const struct ptr_ring_locks *locks);
/* Forget the pool with the pages in it, at the end of a run. */
void page_pool_fini(struct page_pool *pool);

/* By the NAPI. A page with reference count 1, or NULL when memory is short. */
struct page *page_pool_alloc_pages(struct cpu *cpu, struct page_pool *pool);

/* A user drops `nr` parts of a page: 1, or what a driver kept of its fragments. */
void page_pool_put_page(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr, bool allow_direct);

/* One part of each of these pages: those that come back go into the ring under one hold of its lock. `page` is written to. At most 16. */
void page_pool_put_page_bulk(struct cpu *cpu, struct page_pool *pool, struct page **page, uint32_t n);

/* The stack frees a packet whose head lies in a page of the pool. */
void page_pool_return_skb_page(struct cpu *cpu, struct page_pool *pool, struct page *page, bool napi_safe);

/* The page is the pool's no longer; its references stay. */
void page_pool_release_page(struct cpu *cpu, struct page_pool *pool, struct page *page);

/* The NAPI runs on another node now: new pages come from there, and refills may let go of those that are not. */
void page_pool_update_nid(struct page_pool *pool, uint32_t nid);

/* Pages of the pool that are neither in the array nor in the ring are with its users. */
static inline uint64_t page_pool_inflight(const struct page_pool *pool)
{
	return pool->hold - pool->release;
}

/* Pages that rest in the array and the ring are allocated, have the count that they rest with, and are no more than the pool has and those have
 * room for. 0, or HZ_RUN_FAILED with *e filled. */
int page_pool_check(const struct page_pool *pool, struct error *e);

/* The rest is for the policies. */

static inline struct page *page_pool_pop(struct page_pool *pool)
{
	return pool->cache[--pool->count];
}

/* What a put looks at before it decides, charged where the policy has read the page's count. */
static inline void page_pool_put_tests(struct cpu *cpu, const struct page_pool *pool)
{
	cpu_work(cpu, pool->params->cost_put);
}

/* The pool owns a page that has one reference; else the page leaves the pool and loses the dropped reference. */
bool page_pool_is_sole_owner(struct cpu *cpu, struct page_pool *pool, struct page *page);

/* A page that the pool owns goes to the page allocator. */
void page_pool_return_page(struct cpu *cpu, struct page_pool *pool, struct page *page);

/* Take up to `most` pages from the ring to the array. Returns how many. */
uint32_t page_pool_refill_cache(struct cpu *cpu, struct page_pool *pool, uint32_t most);

/* The same under the consumer's lock, and one page more, which is the caller's: with none left for it, it gets none (RFC, 4.18). */
struct page *page_pool_refill_and_one(struct cpu *cpu, struct page_pool *pool);

/* The ring's consumer lock, where the release takes it. */
void page_pool_consumer_lock(struct cpu *cpu, struct page_pool *pool);
void page_pool_consumer_unlock(struct cpu *cpu, struct page_pool *pool);

/* One page off the ring, ready for the array. NULL: the ring is empty. */
struct page *page_pool_consume(struct cpu *cpu, struct page_pool *pool);
bool page_pool_ring_is_empty(struct cpu *cpu, struct page_pool *pool);

/* Half the array: how many pages a refill brings. */
static inline uint32_t page_pool_refill_pages(const struct page_pool *pool)
{
	return pool->params->cache / 2;
}

/* Whether this CPU runs the NAPI that takes pages from the pool, as napi->list_owner says. */
bool page_pool_napi_is_here(const struct cpu *cpu, const struct page_pool *pool);

#endif
