/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A classifier at the ingress qdisc that drops every packet: the stack's shortest way. Packets can be held first, so that their pages stay
 * out as long as with a stack that queues them. */
#include <stdlib.h>

#include "base/text.h"
#include "load/net_load.h"
#include "net/skb.h"

KFUNC(napi_gro_receive);
KFUNC(__netif_receive_skb_core);
KFUNC(sch_handle_ingress);

/* Packets of one channel that are held, the oldest first. */
struct held {
	struct sk_buff *skb; /* [load.outstanding] ring */
	uint32_t first, count;
};

struct tc_drop {
	struct net_load net_load;
	uint32_t outstanding;
	struct held *held;   /* [channels] */
};

/* Hold a packet. Returns the one that has been held for long enough, or one of no segments. */
static struct sk_buff hold(struct tc_drop *t, struct held *h, const struct sk_buff *skb)
{
	struct sk_buff oldest = {0};

	if (!t->outstanding)
		return *skb;
	if (h->count == t->outstanding) {
		oldest = h->skb[h->first];
		h->skb[h->first] = *skb;
		h->first = h->first + 1 < t->outstanding ? h->first + 1 : 0;
	} else {
		h->skb[h->count++] = *skb;
		t->net_load.held++;
	}
	return oldest;
}

static void tc_drop_packet(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	const struct net_params *k = net->stack;
	struct tc_drop *t = net->receive_arg;
	struct sk_buff done;

	cpu_enter(cpu, &fn_napi_gro_receive);
	cpu_work(cpu, k->cost_gro_receive);
	cpu_enter(cpu, &fn___netif_receive_skb_core);
	cpu_enter(cpu, &fn_sch_handle_ingress);
	cpu_work(cpu, k->cost_tc_ingress);
	net_consumed(net, cpu, 1, skb->len);
	done = hold(t, &t->held[from - net->channel], skb);
	if (done.segments)
		kfree_skb(cpu, net, &done);
	cpu_leave(cpu);
	cpu_leave(cpu);
	cpu_leave(cpu);
}

static int tc_drop_build(struct world *w, struct error *e)
{
	struct tc_drop *t = xcalloc(1, sizeof *t);
	struct net *net = &t->net_load.net;
	int code = net_load_build(w, &t->net_load, tc_drop_packet, e);

	if (code)
		return code;
	net->lines_per_packet = w->params->net.lines_skb;
	t->outstanding = w->params->load.outstanding;
	t->held = xcalloc((size_t)net->ports * net->queues, sizeof *t->held);
	for (uint32_t i = 0; i < net->ports * net->queues; i++)
		t->held[i].skb = xcalloc(t->outstanding ? t->outstanding : 1, sizeof *t->held[i].skb);
	net_load_start(w);
	return 0;
}

static void tc_drop_fini(struct world *w)
{
	struct tc_drop *t = w->load;

	for (uint32_t i = 0; t->held && i < t->net_load.net.ports * t->net_load.net.queues; i++)
		free(t->held[i].skb);
	free(t->held);
	net_load_fini(w);
}

const struct load load_tc_drop = {
	.name = "tc_drop",
	.check = net_load_check,
	.cpus = net_load_cpus,
	.build = tc_drop_build,
	.work = net_load_work,
	.verify = net_load_verify,
	.backlog = net_load_backlog,
	.settled = net_load_settled,
	.collect = net_load_collect,
	.fini = tc_drop_fini,
};
