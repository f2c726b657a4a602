/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages that data is copied into on its way out: a task's or a socket's page fragment, and kernel.sk_frag, what it is made of. */
#ifndef HZ_NET_SK_PAGE_FRAG_H
#define HZ_NET_SK_PAGE_FRAG_H

#include "base/policy.h"
#include "mm/page_frag.h"
#include "net/stack.h"

/* sk_page_frag() asks for no fewer bytes. */
#define SK_PAGE_FRAG_LEAST 32u

/* current->task_frag or sk->sk_frag. Zero-filled: nothing cached. Its owner alone uses it. */
struct sk_page_frag {
	struct page_frag frag;        /* kernel.sk_frag: page_frag */
	struct line line;
	struct page_frag_cache cache; /* kernel.sk_frag: page_frag_cache */
};

struct sk_frag {
	struct policy policy;
	bool appends;                 /* needs kernel.page_frag.direction: bottom_up, so that a fragment can grow */
	/* What lies free, at least `least` bytes; the next call to take() belongs to it. page NULL: no memory. */
	struct page_frag (*refill)(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct sk_page_frag *f, uint32_t least);
	/* `bytes` of it are in an skb: as a fragment of its own, which holds a reference of the page, or by a longer last fragment, which has
	 * one already. Each reference ends in put_page(). */
	void (*take)(struct cpu *cpu, struct memory *mm, struct sk_page_frag *f, uint32_t bytes, bool own_fragment);
	/* Its owner exits. */
	void (*release)(struct cpu *cpu, struct memory *mm, struct sk_page_frag *f);
};

/* At least `bytes` free in frag's page from its offset on: the page starts over when nobody else has a reference, and is given up when it is
 * too short. Returns whether there is memory. The caller takes a reference for what it uses and moves the offset. */
bool skb_page_frag_refill(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct page_frag *frag, uint32_t bytes);

#endif
