/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_pool of one kernel release: its policies, sizes and the instruction work of its paths, in core cycles without atomics, locks and cache
 * misses. Filled from models/kernels/. */
#ifndef HZ_NET_PAGE_POOL_PARAMS_H
#define HZ_NET_PAGE_POOL_PARAMS_H

#include "base/types.h"

struct page_pool_refcount;
struct page_pool_refill;
struct page_pool_skb_recycle;

/* What the slow path asks the page allocator for: one page, or as many as a refill from alloc_pages_bulk. */
enum page_pool_slow { PAGE_POOL_SLOW_SINGLE, PAGE_POOL_SLOW_BULK };

struct page_pool_params {
	const struct page_pool_refcount *refcount;
	const struct page_pool_refill *refill;
	const struct page_pool_skb_recycle *skb_recycle;
	enum page_pool_slow slow;
	uint32_t consumer_lock;    /* 1: a refill takes the ring's consumer lock (until 5.16) */
	uint32_t cache;            /* pages of the array, 128; a refill brings half of it */
	uint32_t ring;             /* slots of the ring; 0: as many as descriptors of the RX queue */
	uint32_t ring_batch;       /* slots that the consumer clears at a time: 1 until 4.11, 16 since */

	/* Work per call, cycles. */
	cycles_t cost_alloc;       /* page_pool_alloc_pages from the array */
	cycles_t cost_put;         /* page_pool_put_page: the tests */
	cycles_t cost_recycle;     /* and the push on the array */
	cycles_t cost_ring;        /* produce and consume of one page, without the locks */
	cycles_t cost_slow;        /* slow path, per page, without the page allocator */
	cycles_t cost_release;     /* a page leaves the pool, without the atomic */
};

#endif
