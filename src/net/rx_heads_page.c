/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/rx_heads.h"
#include "net/rx_pages.h"

static bool make(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, const struct packet *packet, struct sk_buff *skb)
{
	(void)packet;
	skb->head = buffer->page;
	ch->net->stack->rx_pages->pass(cpu, ch, buffer, skb);
	return true;
}

const struct rx_heads rx_heads_page = {
	.policy = {"page", "the receive buffer itself (build_skb, as mlx5 has linear packets)"},
	.make = make,
};
