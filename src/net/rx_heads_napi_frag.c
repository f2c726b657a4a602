/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_frag.h"
#include "net/rx_heads.h"
#include "net/rx_pages.h"
#include "net/skb_frags.h"

KFUNC(napi_alloc_skb);
KFUNC(memcpy);

#define NET_SKB_PAD 64u
#define SKB_SHARED_INFO 320u
/* Data that SKB_WITH_OVERHEAD(1024) leaves. */
#define KMALLOC_ROOM (1024u - SKB_SHARED_INFO)

/* __napi_alloc_skb(): a fragment of this CPU's page_frag_cache, or since 5.11 a small head from kmalloc. In softirq, so without a lock. */
static bool alloc_head(struct cpu *cpu, struct net *net, uint32_t copied, struct sk_buff *skb)
{
	uint32_t bytes = (NET_SKB_PAD + copied + FRAG_ALIGN - 1) & ~(FRAG_ALIGN - 1);
	bool done;

	cpu_enter(cpu, &fn_napi_alloc_skb);
	if (net->stack->napi_small_kmalloc && NET_SKB_PAD + copied <= KMALLOC_ROOM) {
		done = skb_kmalloc_head(cpu, net, skb);
	} else {
		skb->head = page_frag_alloc(cpu, net->mm, &net->napi_frags[cpu->number], bytes + SKB_SHARED_INFO).page;
		done = skb->head;
	}
	cpu_leave(cpu);
	return done;
}

static bool make(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, const struct packet *packet, struct sk_buff *skb)
{
	struct net *net = ch->net;
	const struct net_params *k = net->stack;
	uint32_t copied = packet->len < k->rx_copy ? packet->len : k->rx_copy;

	skb->own_head = true;
	if (!alloc_head(cpu, net, copied, skb)) {
		k->rx_pages->drop(cpu, ch, buffer);
		return false;
	}
	cpu_enter(cpu, &fn_memcpy);
	cpu_work(cpu, k->cost_copy_kib * copied / 1024);
	cpu_leave(cpu);
	if (copied == packet->len) {
		k->rx_pages->drop(cpu, ch, buffer);
		return true;
	}
	skb->shinfo = skb_get_frags(&net->skbs);
	skb->shinfo->frag[skb->shinfo->nr_frags++] = (struct page_frag){.page = buffer->page, .size = packet->len - copied};
	k->rx_pages->pass(cpu, ch, buffer, skb);
	return true;
}

const struct rx_heads rx_heads_napi_frag = {
	.policy = {"napi_frag", "a fragment of the CPU's page_frag_cache, with a copy of the data's beginning (napi_alloc_skb)"},
	.shares_pages = true,
	.make = make,
};
