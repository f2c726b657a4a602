/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A packet in the stack: its head is a fragment of a page. */
#ifndef HZ_NET_SKB_H
#define HZ_NET_SKB_H

#include "mm/page.h"

struct page_pool;

struct sk_buff {
	struct page *head;
	struct page_pool *pp_recycle; /* the head's page goes back to this pool; NULL: to the page allocator */
	uint32_t len;    /* frame length with FCS, bytes */
	uint32_t flow;   /* of its port */
};

#endif
