/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies at the end of an sk_buff's linear part: the paged fragments, and who is told when the packet is freed. */
#ifndef HZ_NET_SKB_FRAGS_H
#define HZ_NET_SKB_FRAGS_H

#include "mm/page_frag.h"
#include "net/skb.h"

#define MAX_SKB_FRAGS 17u

struct skb_shared_info {
	uint32_t nr_frags;
	struct page_frag frag[MAX_SKB_FRAGS]; /* each has a reference of its page */
	/* skb->destructor: its owner takes the packet's memory back. */
	void (*destructor)(struct cpu *cpu, struct skb_shared_info *shinfo);
};

/* Pages of a packet that the NIC maps: its linear part, and each fragment. */
static inline uint32_t skb_pages(const struct skb_shared_info *shinfo)
{
	return 1 + (shinfo ? shinfo->nr_frags : 0);
}

/* Whether a piece at `offset` of `page` would only make the last fragment longer. */
static inline bool skb_can_coalesce(const struct skb_shared_info *shinfo, const struct page *page, uint32_t offset)
{
	const struct page_frag *last = shinfo->nr_frags ? &shinfo->frag[shinfo->nr_frags - 1] : NULL;

	return last && last->page == page && last->offset + last->size == offset;
}

/* Drop all fragments of a packet that has some, then tell the owner. napi_safe as in skb_free_head(). */
void skb_release_frags(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool napi_safe);

#endif
