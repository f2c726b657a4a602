/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An XDP program on every port that does the same with every packet: drop it, send it back, or redirect it to the next port. */
#include "base/text.h"
#include "load/net_load.h"

static enum xdp_action drop(struct net *net, const struct packet *packet)
{
	(void)net;
	(void)packet;
	return XDP_DROP;
}

static enum xdp_action tx(struct net *net, const struct packet *packet)
{
	(void)net;
	(void)packet;
	return XDP_TX;
}

static enum xdp_action redirect(struct net *net, const struct packet *packet)
{
	(void)net;
	(void)packet;
	return XDP_REDIRECT;
}

static int xdp_build(struct world *w, struct error *e)
{
	static enum xdp_action (*const program[])(struct net *, const struct packet *) = {drop, tx, redirect};
	struct net_load *l = xcalloc(1, sizeof *l);
	int code = net_load_build(w, l, NULL, e);

	if (code)
		return code;
	l->net.xdp = program[w->params->load.xdp];
	l->net.cost_rx_wqe = w->params->net.cost_xdp_rx_wqe;
	l->net.lines_per_packet = w->params->net.lines_rx;
	net_load_start(w);
	return 0;
}

const struct load load_xdp = {
	.name = "xdp",
	.check = net_load_check,
	.cpus = net_load_cpus,
	.build = xdp_build,
	.work = net_load_work,
	.verify = net_load_verify,
	.backlog = net_load_backlog,
	.settled = net_load_settled,
	.collect = net_load_collect,
	.fini = net_load_fini,
};
