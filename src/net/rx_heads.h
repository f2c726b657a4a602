/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the head of a received packet lies: kernel.net.rx_heads. */
#ifndef HZ_NET_RX_HEADS_H
#define HZ_NET_RX_HEADS_H

#include "base/policy.h"
#include "net/channel.h"

struct rx_heads {
	struct policy policy;
	bool shares_pages;  /* heads of several packets lie in one page */
	/* A head for `packet`, which has come in `buffer`: all or a part of the data goes there, and the buffer along with the packet or back to
	 * the driver. Fills `skb` but for the struct. False when memory is short: the driver keeps the buffer, the packet is lost. */
	bool (*make)(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, const struct packet *packet, struct sk_buff *skb);
};

#endif
