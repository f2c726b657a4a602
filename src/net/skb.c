/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb.h"

#include "mm/page_frag.h"
#include "net/channel.h"
#include "net/page_pool.h"
#include "net/skb_frags.h"

KFUNC(build_skb);
KFUNC(napi_consume_skb);
KFUNC(consume_skb);
KFUNC(kfree_skb);
KFUNC(skb_release_data);

bool build_skb(struct cpu *cpu, struct net *net, struct sk_buff *skb)
{
	struct skb_structs *s = &net->skbs;
	const struct net_params *k = net->stack;

	cpu_enter(cpu, &fn_build_skb);
	skb->alloc_cpu = cpu->number;
	skb->object = skb_struct_alloc(cpu, s);
	if (s->napi && !skb->object) {
		cpu_leave(cpu);
		return false;
	}
	cpu_work(cpu, k->cost_build_skb + (s->napi ? 0 : net->mm->params->cost_slab_alloc));
	if (skb->object)
		slab_object_touch(cpu, skb->object);
	s->counts.built++;
	cpu_leave(cpu);
	return true;
}

void skb_free_head(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool napi_safe)
{
	if (skb->pp_recycle)
		page_pool_return_skb_page(cpu, skb->pp_recycle, skb->head, napi_safe);
	else
		page_frag_free(cpu, net->mm, skb->head);
}

/* The fragments, then the head's reference. It ends in a call that the compiler turns into a jump, so that page_frag_free and what it calls show
 * beside skb_release_data, as in perf. */
static void skb_release_data(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool napi_safe)
{
	/* head, end and the flags that say whose it is; the links were the way to get here. */
	if (skb->object)
		slab_object_touch(cpu, skb->object);
	cpu_enter(cpu, &fn_skb_release_data);
	cpu_work(cpu, net->stack->cost_release_data);
	cpu_leave(cpu);
	if (skb->shinfo)
		skb_release_frags(cpu, net->mm, skb->shinfo, net->stack->cost_skb_frag);
	if (skb->head)
		skb_free_head(cpu, net, skb, napi_safe);
}

void napi_consume_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb)
{
	struct skb_structs *s = &net->skbs;

	cpu_enter(cpu, &fn_napi_consume_skb);
	if (skb->fclone)
		cpu_work(cpu, net->stack->cost_consume_skb + net->mm->params->cost_slab_free);
	else
		cpu_work(cpu, net->stack->cost_consume_skb + (s->napi ? 0 : net->mm->params->cost_slab_bulk_object));
	skb_release_data(cpu, net, skb, true);
	s->counts.freed += !skb->fclone;
	if (skb->object)
		napi_skb_cache_put(cpu, s, skb->object);
	cpu_leave(cpu);
}

static void free_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb, const struct kfunc *fn)
{
	struct skb_structs *s = &net->skbs;

	cpu_enter(cpu, fn);
	cpu_work(cpu, net->stack->cost_consume_skb + (s->napi && !skb->fclone ? 0 : net->mm->params->cost_slab_free));
	skb_release_data(cpu, net, skb, false);
	s->counts.freed += !skb->fclone;
	if (skb->object)
		skb_struct_free(cpu, s, skb->object);
	cpu_leave(cpu);
}

void consume_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb)
{
	free_skb(cpu, net, skb, &fn_consume_skb);
}

void kfree_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb)
{
	free_skb(cpu, net, skb, &fn_kfree_skb);
}
