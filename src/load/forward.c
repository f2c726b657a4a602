/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An IPv4 router: what arrives on a port leaves on the next one. */
#include "base/text.h"
#include "load/net_load.h"
#include "net/driver.h"
#include "net/ip.h"

KFUNC(napi_gro_receive);
KFUNC(ip_forward);
KFUNC(__dev_queue_xmit);

static void forward_packet(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	const struct net_params *k = net->stack;
	struct channel *to = net_channel(net, (from->port + 1) % net->ports, net_tx_queue(net, from, skb->flow));

	cpu_enter(cpu, &fn_napi_gro_receive);
	cpu_work(cpu, k->cost_gro_receive);
	ip_rcv_enter(cpu, net);
	cpu_enter(cpu, &fn_ip_forward);
	cpu_work(cpu, k->cost_ip_forward);
	cpu_enter(cpu, &fn___dev_queue_xmit);
	cpu_work(cpu, k->cost_dev_queue_xmit);
	mlx5e_xmit(cpu, to, skb);
	cpu_leave(cpu);
	cpu_leave(cpu);
	ip_rcv_leave(cpu);
	cpu_leave(cpu);
}

static int forward_build(struct world *w, struct error *e)
{
	int code = net_load_build(w, xcalloc(1, sizeof(struct net_load)), forward_packet, e);

	if (!code)
		net_load_start(w);
	return code;
}

const struct load load_forward = {
	.name = "forward",
	.check = net_load_check,
	.cpus = net_load_cpus,
	.build = forward_build,
	.work = net_load_work,
	.verify = net_load_verify,
	.backlog = net_load_backlog,
	.settled = net_load_settled,
	.collect = net_load_collect,
	.fini = net_load_fini,
};
