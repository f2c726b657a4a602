/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A classifier at the ingress qdisc that drops every packet: the stack's shortest way. Packets can be held first, so that their pages stay
 * out as long as with a stack that queues them. */
#include <stdlib.h>

#include "base/text.h"
#include "load/net_load.h"
#include "net/skb_queue.h"

KFUNC(napi_gro_receive);
KFUNC(__netif_receive_skb_core);
KFUNC(sch_handle_ingress);

struct tc_drop {
	struct net_load net_load;
	uint32_t outstanding;
	struct skb_queue *held; /* [channels] */
};

static void tc_drop_packet(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	const struct net_params *k = net->stack;
	struct tc_drop *t = net->receive_arg;
	struct skb_queue *held = &t->held[from - net->channel];

	cpu_enter(cpu, &fn_napi_gro_receive);
	cpu_work(cpu, k->cost_gro_receive);
	cpu_enter(cpu, &fn___netif_receive_skb_core);
	cpu_enter(cpu, &fn_sch_handle_ingress);
	cpu_work(cpu, k->cost_tc_ingress);
	net_consumed(net, cpu, 1, skb->len);
	skb_queue_tail(held, skb, cpu_now(cpu));
	if (held->count > t->outstanding) {
		struct sk_buff oldest = skb_dequeue(held, cpu_now(cpu));

		kfree_skb(cpu, net, &oldest);
	}
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
	net_load_start(w);
	return 0;
}

static int tc_drop_verify(struct world *w, struct error *e)
{
	struct tc_drop *t = w->load;

	for (uint32_t i = 0; i < t->net_load.net.ports * t->net_load.net.queues; i++) {
		if (skb_queue_check(&t->held[i]))
			return error_set(e, HZ_RUN_FAILED, "held packets of channel %u: those there over time and the time of each differ", i);
		t->net_load.held += t->held[i].count;
	}
	return net_load_verify(w, e);
}

static void tc_drop_fini(struct world *w)
{
	struct tc_drop *t = w->load;

	for (uint32_t i = 0; t->held && i < t->net_load.net.ports * t->net_load.net.queues; i++)
		skb_queue_fini(&t->held[i]);
	free(t->held);
	net_load_fini(w);
}

const struct load load_tc_drop = {
	.name = "tc_drop",
	.check = net_load_check,
	.cpus = net_load_cpus,
	.build = tc_drop_build,
	.work = net_load_work,
	.verify = tc_drop_verify,
	.backlog = net_load_backlog,
	.settled = net_load_settled,
	.collect = net_load_collect,
	.fini = tc_drop_fini,
};
