/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the driver gets receive pages and what becomes of its own hold on them: kernel.net.rx_pages. */
#ifndef HZ_NET_RX_PAGES_H
#define HZ_NET_RX_PAGES_H

#include "base/policy.h"
#include "net/channel.h"

struct rx_pages {
	struct policy policy;
	bool keeps_references;     /* the driver may keep one of a page that the stack has too */
	bool by_buffer;            /* get() gives a part of a page for one packet, not a page to carve into kernel.net.frags_per_page buffers */
	/* Combinations that the driver cannot have. 0, or HZ_USER with *e filled; NULL: none. */
	int (*check)(const struct net_params *k, struct error *e);
	/* What a channel needs of its own, made before its ring is first filled and given back at the end. NULL: nothing. */
	void (*open)(struct channel *ch);
	void (*close)(struct channel *ch);
	/* A page for the next receive buffers, mapped for the NIC. NULL when memory is short. */
	struct page *(*get)(struct cpu *cpu, struct channel *ch);
	/* The packet in `buffer` becomes `skb`, which takes a reference of the page along. The driver's own hold on the page goes with its
	 * last buffer. */
	void (*pass)(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *skb);
	/* XDP: the packet is dropped, nobody but the driver has had its buffer. */
	void (*drop)(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer);
	/* XDP: the packet leaves as `frame`, with the buffer, by this queue's own XDP ring or (away) by another device. */
	void (*lend)(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame, bool away);
	/* The driver lets go of a page: what left by this queue's own XDP ring is sent, or the last buffer carved from it is used.
	 * NULL: what is sent goes back as any frame, by xdp_return_frame(). */
	void (*release)(struct cpu *cpu, struct channel *ch, struct page *page);
};

/* What a channel has of its own under page_pool: a page whose buffers are used up waits until its descriptors are filled again. */
struct used_page {
	struct page *page;
	int32_t left;   /* parts that the driver kept */
};

struct used_pages {
	struct used_page *page; /* [size] ring */
	uint32_t size, first, count;
	int32_t handed_out;     /* parts of the page whose buffers are in use now */
};

/* Under page_flip: half pages that are free again wait for their descriptors, in order (next_to_alloc). */
struct page_flips {
	struct page **page;  /* [size] ring */
	uint32_t size, first, count;
};

/* For policies whose pages are carved into buffers, pass() and drop(): the stack takes a reference of its own, and the driver's goes with the
 * last buffer. */
void rx_pages_pass_carved(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *skb);
void rx_pages_drop_carved(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer);

/* For the policies: the channel's page_pool, which maps its pages or leaves that to the driver. */
void channel_pool_open(struct channel *ch, bool maps);
void channel_pool_close(struct channel *ch);

#endif
