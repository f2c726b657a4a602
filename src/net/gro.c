/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/gro.h"

KFUNC(napi_gro_receive);
KFUNC(napi_gro_flush);

#define IP_LENGTH_MOST 65535u

/* The held packet number `i` goes to the stack. */
static void napi_gro_complete(struct cpu *cpu, struct channel *ch, uint32_t i)
{
	struct gro_list *gro = &ch->napi.gro;
	struct sk_buff skb = gro->skb[i];

	gro->n--;
	for (; i < gro->n; i++)
		gro->skb[i] = gro->skb[i + 1];
	ch->net->gro(ch->net, cpu, ch, &skb);
}

void napi_gro_receive(struct cpu *cpu, struct channel *ch, const struct sk_buff *skb)
{
	struct gro_list *gro = &ch->napi.gro;
	uint32_t i = 0;

	cpu_enter(cpu, &fn_napi_gro_receive);
	cpu_work(cpu, ch->net->stack->cost_gro_receive);
	while (i < gro->n && gro->skb[i].flow != skb->flow)
		i++;
	if (i < gro->n && skb_has_room(&gro->skb[i]) && gro->skb[i].len + skb->len <= IP_LENGTH_MOST) {
		skb_gro_receive(cpu, ch->net, &gro->skb[i], skb);
	} else {
		if (i < gro->n)
			napi_gro_complete(cpu, ch, i);
		else if (gro->n == MAX_GRO_SKBS)
			napi_gro_complete(cpu, ch, 0);
		gro->skb[gro->n++] = *skb;
	}
	cpu_leave(cpu);
}

void napi_gro_flush(struct cpu *cpu, struct channel *ch)
{
	cpu_enter(cpu, &fn_napi_gro_flush);
	while (ch->napi.gro.n)
		napi_gro_complete(cpu, ch, 0);
	cpu_leave(cpu);
}
