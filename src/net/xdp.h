/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XDP: a program decides about a packet in its receive buffer, before there is an sk_buff. Dropped, sent back by the queue's own XDP ring, or
 * redirected to another port, by a bulk queue that is flushed when the NAPI's poll ends. */
#ifndef HZ_NET_XDP_H
#define HZ_NET_XDP_H

#include "net/channel.h"
#include "net/skb.h"

#define DEV_MAP_BULK_SIZE 16

/* Frames of one CPU on their way to another port. */
struct xdp_bulk {
	struct channel *to;
	struct sk_buff frame[DEV_MAP_BULK_SIZE];
	uint32_t n;
};

/* Run the program. Returns whether the packet is XDP's; else the stack gets it. */
bool mlx5e_xdp_handle(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, const struct packet *packet);

/* Free what the XDP rings have sent. Returns whether it used up its budget. */
bool mlx5e_poll_xdpsq_cq(struct cpu *cpu, struct channel *ch);

/* The poll's packets are through: ring the doorbell, flush what is redirected. */
void mlx5e_xdp_rx_poll_complete(struct cpu *cpu, struct channel *ch);

#endif
