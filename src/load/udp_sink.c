/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An application that receives UDP packets one by one and throws them away (udp_sink --recvmsg). */
#include <inttypes.h>

#include "load/sink.h"
#include "net/ip.h"
#include "net/udp.h"

KFUNC(napi_gro_receive);
KFUNC(ip_local_deliver);

/* net.core.rmem_default */
#define RCVBUF 212992u

static void receive(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	const struct net_params *k = net->stack;

	(void)from;
	cpu_enter(cpu, &fn_napi_gro_receive);
	cpu_work(cpu, k->cost_gro_receive);
	ip_rcv_enter(cpu, net);
	cpu_enter(cpu, &fn_ip_local_deliver);
	cpu_work(cpu, k->cost_local_deliver);
	udp_rcv(cpu, sink_sock(net, skb->flow), skb);
	cpu_leave(cpu);
	ip_rcv_leave(cpu);
	cpu_leave(cpu);
}

static void application(struct cpu *cpu, void *arg)
{
	while (udp_recvmsg(cpu, arg))
		;
}

static uint64_t rcvbuf(const struct params *p)
{
	return p->load.rcvbuf ? p->load.rcvbuf : RCVBUF;
}

static int udp_sink_check(const struct params *p, struct error *e)
{
	uint64_t each = skb_truesize(&p->net, 1);
	int code = net_load_check(p, e);

	if (!code && p->load.outstanding * each > rcvbuf(p))
		code = error_set(e, HZ_USER, "load.outstanding is %u packets, which hold %" PRIu64 " bytes of memory each; a socket takes %" PRIu64
				 " (load.rcvbuf)", p->load.outstanding, each, rcvbuf(p));
	return code;
}

static int udp_sink_build(struct world *w, struct error *e)
{
	return sink_build(w, "udp_sink", rcvbuf(w->params), w->params->load.outstanding, receive, NULL, application, e);
}

const struct load load_udp_sink = {
	.name = "udp_sink",
	.check = udp_sink_check,
	.cpus = sink_cpus,
	.build = udp_sink_build,
	.work = net_load_work,
	.verify = sink_verify,
	.backlog = net_load_backlog,
	.settled = net_load_settled,
	.collect = sink_collect,
	.fini = sink_fini,
};
