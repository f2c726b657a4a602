/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the driver gets receive pages and what becomes of its own hold on them: kernel.net.rx_pages. */
#ifndef HZ_NET_RX_PAGES_H
#define HZ_NET_RX_PAGES_H

#include "base/policy.h"
#include "net/channel.h"

struct rx_pages {
	struct policy policy;
	/* What a channel needs of its own, made before its ring is first filled and given back at the end. NULL: nothing. */
	void (*open)(struct channel *ch);
	void (*close)(struct channel *ch);
	/* A page for the next receive buffers, mapped for the NIC. NULL when memory is short. */
	struct page *(*get)(struct cpu *cpu, struct channel *ch);
	/* The packet in `buffer` becomes `skb`, which takes a reference of the page along. The driver's own hold on the page goes with its
	 * last buffer. */
	void (*pass)(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *skb);
};

#endif
