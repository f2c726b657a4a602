/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An application that reads from TCP connections and throws away. Each socket stands for the connections of the flows that it gets; their
 * senders keep to the offered rate whatever the receiver says. */
#include "load/sink.h"
#include "net/gro.h"
#include "net/ip.h"
#include "net/rx_heads.h"
#include "net/tcp.h"

KFUNC(ip_local_deliver);

/* net.ipv4.tcp_rmem's maximum, which tcp_rcv_space_adjust() reaches. */
#define RCVBUF (6u << 20)

static void receive(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	(void)net;
	napi_gro_receive(cpu, from, skb);
}

static void deliver(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	const struct net_params *k = net->stack;

	ip_rcv_enter(cpu, net);
	cpu_enter(cpu, &fn_ip_local_deliver);
	cpu_work(cpu, k->cost_local_deliver);
	tcp_v4_rcv(cpu, sink_sock(net, skb->flow), from, skb);
	cpu_leave(cpu);
	ip_rcv_leave(cpu);
}

static void prepare(struct net *net)
{
	net->gro = deliver;
	net->shared_tx |= net->hw->cpus > 1;
}

static void application(struct cpu *cpu, void *arg)
{
	struct sock *sk = arg;
	const struct sink *s = sk->net->receive_arg;

	while (tcp_recvmsg(cpu, sk, s->read_size))
		;
}

static int tcp_sink_check(const struct params *p, struct error *e)
{
	if (p->net.rx_heads->shares_pages)
		return error_set(e, HZ_USER, "kernel.net.rx_heads: %s is not modelled with GRO, which puts packets of one page each together",
				 p->net.rx_heads->policy.name);
	return net_load_check(p, e);
}

static int tcp_sink_build(struct world *w, struct error *e)
{
	const struct load_params *p = &w->params->load;

	return sink_build(w, "tcp_sink", p->rcvbuf ? p->rcvbuf : RCVBUF, 1, receive, prepare, application, e);
}

const struct load load_tcp_sink = {
	.name = "tcp_sink",
	.check = tcp_sink_check,
	.cpus = sink_cpus,
	.build = tcp_sink_build,
	.work = net_load_work,
	.verify = sink_verify,
	.backlog = net_load_backlog,
	.settled = net_load_settled,
	.collect = sink_collect,
	.fini = sink_fini,
};
