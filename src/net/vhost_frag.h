/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a vhost_net worker builds the packets of its guest: kernel.vhost_frag. */
#ifndef HZ_NET_VHOST_FRAG_H
#define HZ_NET_VHOST_FRAG_H

#include "net/sk_page_frag.h"

/* Of one worker. Zero-filled: nothing cached. */
struct vhost_frags {
	struct page_frag frag;         /* kernel.vhost_frag: sk_page_frag and own */
	int32_t refcnt_bias;           /* own: references not yet handed out */
	struct line line;
	struct page_frag_cache cache;  /* page_frag_cache */
};

struct vhost_frag {
	struct policy policy;
	/* `bytes`, aligned to a cache line, with a reference that ends in page_frag_free(). page NULL: no memory. */
	struct page_frag (*alloc)(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct vhost_frags *f, uint32_t bytes);
	/* The worker exits. */
	void (*release)(struct cpu *cpu, struct memory *mm, struct vhost_frags *f);
};

#endif
