/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/gro.h"

KFUNC(napi_gro_receive);
KFUNC(napi_gro_flush);

#define IP_LENGTH_MOST 65535u

/* The list that a flow's packets wait on: one of the buckets, by the packet's hash (skb_get_hash_raw). */
static struct gro_list *list_of(struct channel *ch, uint32_t flow)
{
	return &ch->napi.gro[((uint64_t)(flow * 0x9E3779B1u) * ch->net->stack->gro_buckets) >> 32];
}

/* The held packet number `i` of a list goes to the stack. */
static void napi_gro_complete(struct cpu *cpu, struct channel *ch, struct gro_list *gro, uint32_t i)
{
	struct sk_buff skb = gro->skb[i];

	gro->n--;
	for (; i < gro->n; i++)
		gro->skb[i] = gro->skb[i + 1];
	ch->net->gro(ch->net, cpu, ch, &skb);
}

void napi_gro_receive(struct cpu *cpu, struct channel *ch, const struct sk_buff *skb)
{
	struct gro_list *gro = list_of(ch, skb->flow);
	uint32_t i = 0;

	cpu_enter(cpu, &fn_napi_gro_receive);
	cpu_work(cpu, ch->net->stack->cost_gro_receive);
	while (i < gro->n && gro->skb[i].flow != skb->flow)
		i++;
	if (i < gro->n && skb_has_room(&gro->skb[i]) && gro->skb[i].len + skb->len <= IP_LENGTH_MOST) {
		skb_gro_receive(cpu, ch->net, &gro->skb[i], skb);
	} else {
		if (i < gro->n)
			napi_gro_complete(cpu, ch, gro, i);
		else if (gro->n == MAX_GRO_SKBS)
			napi_gro_complete(cpu, ch, gro, 0);
		gro->skb[gro->n++] = *skb;
	}
	cpu_leave(cpu);
}

void napi_gro_flush(struct cpu *cpu, struct channel *ch)
{
	cpu_enter(cpu, &fn_napi_gro_flush);
	for (uint32_t i = 0; i < GRO_HASH_BUCKETS; i++)
		while (ch->napi.gro[i].n)
			napi_gro_complete(cpu, ch, &ch->napi.gro[i], 0);
	cpu_leave(cpu);
}

uint32_t napi_gro_held(const struct napi *napi)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < GRO_HASH_BUCKETS; i++)
		held += napi->gro[i].n;
	return held;
}

uint32_t napi_gro_segments(const struct napi *napi)
{
	uint32_t segments = 0;

	for (uint32_t i = 0; i < GRO_HASH_BUCKETS; i++)
		for (uint32_t n = 0; n < napi->gro[i].n; n++)
			segments += napi->gro[i].skb[n].segments;
	return segments;
}
