/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver's paths, as mlx5 walks them: interrupt, NAPI poll (TX completion first, then RX, then refill), transmit. */
#ifndef HZ_NET_DRIVER_H
#define HZ_NET_DRIVER_H

#include "net/channel.h"
#include "net/skb.h"

void driver_interrupt(struct cpu *cpu, struct channel *ch);

/* One poll with this weight. Returns the packets received, or `weight` when it must be polled again; completes and rearms otherwise. */
uint32_t mlx5e_napi_poll(struct cpu *cpu, struct channel *ch, uint32_t weight);

/* Send on a TX queue, from any CPU. A full ring drops and frees the packet. */
void mlx5e_xmit(struct cpu *cpu, struct channel *ch, struct sk_buff *skb);

/* Fill the RX ring's free descriptors as far as the release's bulk rule and memory allow. Returns whether memory was short. */
bool mlx5e_post_rx_wqes(struct cpu *cpu, struct channel *ch);

#endif
