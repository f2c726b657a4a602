/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb.h"

#include <stdlib.h>

#include "base/text.h"
#include "hw/preempt.h"
#include "mm/page_frag.h"
#include "net/channel.h"
#include "net/page_pool.h"
#include "net/skb_frags.h"
#include "net/skb_defer.h"

KFUNC(build_skb);
KFUNC(__alloc_skb);
KFUNC(skb_gro_receive);
KFUNC(napi_consume_skb);
KFUNC(consume_skb);
KFUNC(kfree_skb);
KFUNC(skb_release_data);
KFUNC(kfree);

/* Work of an allocation from a slab or a free to it, where the slabs themselves are not modelled. */
static cycles_t slab_work(const struct net *net, cycles_t work)
{
	return net->skbs.napi ? 0 : work;
}

bool build_skb(struct cpu *cpu, struct net *net, struct sk_buff *skb)
{
	struct skb_structs *s = &net->skbs;

	cpu_enter(cpu, &fn_build_skb);
	skb->alloc_cpu = cpu->number;
	skb->object = skb_struct_alloc(cpu, s);
	if (s->napi && !skb->object) {
		cpu_leave(cpu);
		return false;
	}
	cpu_work(cpu, net->stack->cost_build_skb + slab_work(net, net->mm->params->cost_slab_alloc));
	if (skb->object)
		slab_object_touch(cpu, skb->object);
	s->counts.built++;
	cpu_leave(cpu);
	return true;
}

bool alloc_skb(struct cpu *cpu, struct net *net, struct sk_buff *skb, uint32_t len, uint32_t flow)
{
	struct skb_structs *s = &net->skbs;
	bool done = true;

	*skb = (struct sk_buff){.len = len, .flow = flow, .alloc_cpu = cpu->number};
	cpu_enter(cpu, &fn___alloc_skb);
	cpu_work(cpu, net->stack->cost_alloc_skb + slab_work(net, 2 * net->mm->params->cost_slab_alloc));
	if (s->napi) {
		skb->object = kmem_cache_alloc(cpu, &s->cache);
		skb->kmalloc_head = skb->object ? kmem_cache_alloc(cpu, &s->head_cache) : NULL;
		if (skb->object && !skb->kmalloc_head)
			kmem_cache_free(cpu, &s->cache, skb->object);
		done = skb->kmalloc_head;
		if (done) {
			slab_object_touch(cpu, skb->object);
			slab_object_touch(cpu, skb->kmalloc_head);
		}
	}
	s->counts.built += done;
	cpu_leave(cpu);
	return done;
}

bool skb_kmalloc_head(struct cpu *cpu, struct net *net, struct sk_buff *skb)
{
	cpu_work(cpu, slab_work(net, net->mm->params->cost_slab_alloc));
	if (!net->skbs.napi)
		return true;
	skb->kmalloc_head = kmem_cache_alloc(cpu, &net->skbs.head_cache);
	if (skb->kmalloc_head)
		slab_object_touch(cpu, skb->kmalloc_head);
	return skb->kmalloc_head;
}

/* Fragments of packets that the driver or GRO has put together. */
struct spare_frags {
	struct skb_shared_info shinfo;
	struct skb_structs *owner;
	struct spare_frags *next;     /* of those that nobody uses */
};

static void put_frags(struct cpu *cpu, struct skb_shared_info *shinfo)
{
	struct spare_frags *frags = (struct spare_frags *)shinfo;

	(void)cpu;
	frags->next = frags->owner->spare_frags;
	frags->owner->spare_frags = frags;
}

struct skb_shared_info *skb_get_frags(struct skb_structs *s)
{
	struct spare_frags *frags = s->spare_frags;

	if (frags)
		s->spare_frags = frags->next;
	else
		frags = xcalloc(1, sizeof *frags);
	frags->owner = s;
	frags->shinfo.nr_frags = 0;
	frags->shinfo.destructor = put_frags;
	return &frags->shinfo;
}

void skb_spare_frags_free(struct skb_structs *s)
{
	struct spare_frags *next;

	for (struct spare_frags *frags = s->spare_frags; frags; frags = next) {
		next = frags->next;
		free(frags);
	}
}

bool skb_has_room(const struct sk_buff *skb)
{
	return !skb->shinfo || skb->shinfo->nr_frags < MAX_SKB_FRAGS;
}

void skb_gro_receive(struct cpu *cpu, struct net *net, struct sk_buff *to, const struct sk_buff *skb)
{
	struct skb_structs *s = &net->skbs;

	cpu_enter(cpu, &fn_skb_gro_receive);
	cpu_work(cpu, net->stack->cost_gro_merge + slab_work(net, net->mm->params->cost_slab_free));
	if (!to->shinfo)
		to->shinfo = skb_get_frags(s);
	to->shinfo->frag[to->shinfo->nr_frags++] = (struct page_frag){.page = skb->head, .size = skb->len};
	to->segments = (uint16_t)(to->segments + skb->segments);
	to->len += skb->len;
	/* napi_skb_free_stolen_head() */
	s->counts.freed++;
	if (skb->object) {
		if (net->stack->skb_cache_alloc)
			napi_skb_cache_put(cpu, s, skb->object);
		else
			skb_struct_free(cpu, s, skb->object);
	}
	cpu_leave(cpu);
}

void skb_free_head(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool napi_safe)
{
	if (!skb->head) {
		cpu_enter(cpu, &fn_kfree);
		cpu_work(cpu, slab_work(net, net->mm->params->cost_slab_free));
		if (skb->kmalloc_head)
			kmem_cache_free(cpu, &net->skbs.head_cache, skb->kmalloc_head);
		cpu_leave(cpu);
	} else if (skb->pp_recycle && !skb->own_head) {
		page_pool_return_skb_page(cpu, skb->pp_recycle, skb->head, napi_safe);
	} else {
		page_frag_free(cpu, net->mm, skb->head);
	}
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
		skb_release_frags(cpu, net, skb, napi_safe);
	if (skb->head || !skb->fclone)
		skb_free_head(cpu, net, skb, napi_safe);
}

/* What the struct's own release takes where its slab is not modelled: `slab` cycles. A pair's slab never is. */
static cycles_t struct_work(const struct net *net, const struct sk_buff *skb, cycles_t slab)
{
	return net->stack->cost_consume_skb + (skb->fclone ? net->mm->params->cost_slab_free : slab_work(net, slab));
}

/* Data, and the struct to this CPU's cache. */
static void __napi_kfree_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool napi_safe)
{
	cpu_work(cpu, struct_work(net, skb, net->mm->params->cost_slab_bulk_object));
	skb_release_data(cpu, net, skb, napi_safe);
	net->skbs.counts.freed += !skb->fclone;
	if (skb->object)
		napi_skb_cache_put(cpu, &net->skbs, skb->object);
}

void napi_consume_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb)
{
	cpu_enter(cpu, &fn_napi_consume_skb);
	if (!net->stack->skb_defer->napi || !skb_attempt_defer_free(cpu, net, skb))
		__napi_kfree_skb(cpu, net, skb, true);
	cpu_leave(cpu);
}

void kfree_skb_napi_cache(struct cpu *cpu, struct net *net, const struct sk_buff *skb)
{
	cpu_enter(cpu, &fn_consume_skb);
	local_bh_disable(cpu);
	__napi_kfree_skb(cpu, net, skb, false);
	local_bh_enable(cpu);
	cpu_leave(cpu);
}

static void free_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb, struct kfunc *fn)
{
	cpu_enter(cpu, fn);
	cpu_work(cpu, struct_work(net, skb, net->mm->params->cost_slab_free));
	skb_release_data(cpu, net, skb, false);
	net->skbs.counts.freed += !skb->fclone;
	if (skb->object)
		skb_struct_free(cpu, &net->skbs, skb->object);
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
