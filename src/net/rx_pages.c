/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/rx_pages.h"

#include <stdlib.h>

#include "base/text.h"
#include "mm/page_alloc.h"
#include "net/page_pool.h"

void channel_pool_open(struct channel *ch, bool maps)
{
	struct net *net = ch->net;
	const struct net_params *k = net->stack;

	ch->pool = xcalloc(1, sizeof *ch->pool);
	ch->pool->shared = net->remote_release;
	if (maps) {
		ch->pool->dma_map = k->cost_dma_map;
		ch->pool->dma_unmap = k->cost_dma_unmap;
	}
	if (!net->ring_locks.producer)
		ptr_ring_locks_init(&net->ring_locks, net->hw);
	page_pool_init(ch->pool, &k->page_pool, net->mm, ch->cpu, &ch->napi, k->page_pool.ring ? k->page_pool.ring : ch->rx.size,
		       &net->ring_locks);
}

void channel_pool_close(struct channel *ch)
{
	if (ch->pool)
		page_pool_fini(ch->pool);
	free(ch->pool);
	ch->pool = NULL;
}

void rx_pages_drop_carved(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer)
{
	if (buffer->last)
		ch->net->stack->rx_pages->release(cpu, ch, buffer->page);
}

void rx_pages_pass_carved(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *skb)
{
	(void)skb;
	page_ref_add(cpu, ch->net->mm, buffer->page, 1);
	rx_pages_drop_carved(cpu, ch, buffer);
}
