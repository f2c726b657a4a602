/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb_frags.h"

#include "mm/page_alloc.h"
#include "net/channel.h"
#include "net/page_pool.h"

void skb_release_frags(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool napi_safe)
{
	struct skb_shared_info *shinfo = skb->shinfo;

	for (uint32_t i = 0; i < shinfo->nr_frags; i++) {
		cpu_work(cpu, net->stack->cost_skb_frag);
		if (skb->pp_recycle)
			page_pool_return_skb_page(cpu, skb->pp_recycle, shinfo->frag[i].page, napi_safe);
		else
			put_page(cpu, net->mm, shinfo->frag[i].page);
	}
	if (shinfo->destructor)
		shinfo->destructor(cpu, shinfo);
}
