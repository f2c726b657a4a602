/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/net_load.h"

#include <math.h>
#include <stdlib.h>

#include "load/net_counters.h"
#include "load/readers.h"
#include "net/page_pool.h"
#include "net/rx_pages.h"
#include "net/softirq.h"

static const struct net *net_of(const struct world *w)
{
	const struct net_load *l = w->load;

	return &l->net;
}

/* Packets per second and port, from the load's rate. */
static double offered_pps(const struct params *p, const struct sizes *sizes, double *line)
{
	*line = p->nic.line_rate / (8.0 * (sizes->mean + p->nic.overhead));
	if (p->load.rate_pps > 0.0)
		return p->load.rate_pps;
	if (p->load.rate_bps > 0.0)
		return p->load.rate_bps / (8.0 * sizes->mean);
	return *line;
}

/* A frame is received into one buffer, with its headroom and struct skb_shared_info around it. */
static int check_buffers(const struct params *p, const struct sizes *sizes, struct error *e)
{
	struct net_params k = p->net;
	uint32_t buffer, room;

	/* An XDP program has a page for each packet, but where the driver asks for each buffer by itself. */
	if (p->load.kind == LOAD_XDP && !k.rx_pages->by_buffer)
		k.frags_per_page = 1;
	if (k.rx_pages->check && k.rx_pages->check(&k, e))
		return HZ_USER;
	buffer = PAGE_SIZE_BYTES / k.frags_per_page;
	room = buffer > k.rx_headroom ? buffer - k.rx_headroom : 0;

	for (uint32_t i = 0; i < sizes->n; i++)
		if (sizes->length[i] > room)
			return error_set(e, HZ_USER, "load.packet_size has frames of %u bytes; a receive buffer of %u bytes "
					 "(kernel.net.frags_per_page is %u) takes %u", sizes->length[i], buffer, k.frags_per_page, room);
	return 0;
}

int net_load_check(const struct params *p, struct error *e)
{
	struct sizes sizes;
	double pps, line;
	int code = sizes_parse(&sizes, p->load.packet_size, FRAME_MIN, FRAME_MAX, e);

	if (code)
		return code;
	pps = offered_pps(p, &sizes, &line);
	if (pps > line * 1.000001)
		return error_set(e, HZ_USER, "load.rate of %.4g packets/s per port is above the line rate of NIC '%s', %.4g packets/s "
				 "for frames of %.4g bytes", pps, p->nic.name, line, sizes.mean);
	code = check_buffers(p, &sizes, e);
	if (code)
		return code;
	if (p->load.arrivals >= ARRIVAL_BURSTS && !p->load.burst)
		return error_set(e, HZ_USER, "load.burst is 0; bursts need at least 1 packet");
	if (p->net.rx_wqe_bulk > p->nic.rx_ring)
		return error_set(e, HZ_USER, "nic.rx_ring of %u is smaller than kernel.net.rx_wqe_bulk of %u", p->nic.rx_ring,
				 p->net.rx_wqe_bulk);
	return skb_structs_check_params(&p->net, e);
}

int net_load_cpus(const struct params *p, uint32_t *cpus, struct error *e)
{
	if (p->nic.queues && p->load.cpus > p->nic.queues)
		return error_set(e, HZ_USER, "load.cpus is %u, but nic.queues gives work to %u only", p->load.cpus, p->nic.queues);
	if (p->nic.queues && *cpus > p->nic.queues)
		*cpus = p->nic.queues;
	return 0;
}

int net_load_build(struct world *w, struct net_load *l,
		   void (*receive)(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb), struct error *e)
{
	const struct params *p = w->params;
	struct offered offered;
	double line;
	int code;

	w->load = l;
	code = sizes_parse(&l->sizes, p->load.packet_size, FRAME_MIN, FRAME_MAX, e);
	if (code)
		return code;
	offered = (struct offered){
		.process = p->load.arrivals,
		.pps = offered_pps(p, &l->sizes, &line),
		.burst = p->load.burst,
		.flows = p->load.flows,
		.sizes = &l->sizes,
		.seed = p->run.seed,
		.repetition = p->run.repetition,
	};
	code = net_init(&l->net, &w->hw, l->cpus ? l->cpus : w->hw.cpus, &w->mm, &p->net, &p->nic, &offered, e);
	if (code)
		return code;
	l->net.receive = receive;
	l->net.receive_arg = l;
	return 0;
}

void net_load_start(struct world *w)
{
	struct net_load *l = w->load;

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	net_fill_rings(&l->net);
	if (w->readers)
		readers_fill(w);
	net_start(&l->net);
}

static struct net_window finished_in(const struct world *w, uint32_t window)
{
	const struct net *net = net_of(w);
	struct net_window sum = {0};

	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		const struct net_window *n = &net->window[(size_t)i * (w->hw.windows + 1) + window];

		sum.sent += n->sent;
		sum.consumed += n->consumed;
		sum.bytes += n->bytes;
		sum.tx_ring_full += n->tx_ring_full;
		sum.socket_full += n->socket_full;
		sum.no_skb += n->no_skb;
	}
	return sum;
}

double net_load_work(const struct world *w, uint32_t window)
{
	struct net_window finished = finished_in(w, window);

	return (double)(finished.sent + finished.consumed);
}

int net_load_verify(struct world *w, struct error *e)
{
	struct net_load *l = w->load;

	for (uint32_t i = 0; i < l->net.ports * l->net.queues; i++) {
		struct rx_ring *rx = &l->net.channel[i].rx;

		/* What came since the driver last looked belongs to the run too. */
		rx_ring_advance(rx, w->hw.end + rx->latency);
		if (rx_ring_check(rx))
			return error_set(e, HZ_RUN_FAILED, "RX ring %u of port %u: packets in the ring over time and time in the ring of "
					 "packets differ", l->net.channel[i].index, l->net.channel[i].port);
		if (l->net.channel[i].pool && page_pool_check(l->net.channel[i].pool, e))
			return HZ_RUN_FAILED;
	}
	if (l->net.offered.sizes && net_check_packets(&l->net, l->queued, e))
		return HZ_RUN_FAILED;
	return net_check_skbs(&l->net, l->held, e);
}

struct totals {
	uint64_t finished, finished_bytes;
	uint64_t tx_ring_full, socket_full, no_skb;
	struct rx_window got;
};

static struct totals sum_windows(const struct world *w, uint32_t from, uint32_t end)
{
	const struct net *net = net_of(w);
	struct totals t = {0};

	for (uint32_t n = from; n < end; n++) {
		struct net_window finished = finished_in(w, n);

		t.finished += finished.sent + finished.consumed;
		t.finished_bytes += finished.bytes;
		t.tx_ring_full += finished.tx_ring_full;
		t.socket_full += finished.socket_full;
		t.no_skb += finished.no_skb;
		for (uint32_t i = 0; i < net->ports * net->queues; i++) {
			const struct rx_window *got = &net->channel[i].rx.window[n];

			t.got.packets += got->packets;
			t.got.bytes += got->bytes;
			t.got.dropped += got->dropped;
		}
	}
	return t;
}

/* Received, not dropped, and not finished. */
static double growth(const struct totals *t)
{
	return (double)(t->got.packets - t->got.dropped) - (double)(t->finished + t->tx_ring_full + t->socket_full + t->no_skb);
}

double net_load_backlog(const struct world *w, uint32_t window)
{
	struct totals t = sum_windows(w, window, window + 1);

	return growth(&t);
}

/* Rings that still fill up hide drops: what came in and was not dropped must have left, to a hundredth. */
bool net_load_settled(const struct world *w, uint32_t from)
{
	struct totals t = sum_windows(w, from, w->hw.windows);

	return fabs(growth(&t)) <= 0.01 * (double)t.got.packets;
}

void net_load_collect_sent(const struct world *w, uint32_t from, double busy, struct result *r)
{
	const struct net *net = net_of(w);
	const struct hw *hw = &w->hw;
	struct totals t = sum_windows(w, from, hw->windows);
	uint64_t interrupts = 0, polls = 0, squeezed = 0, wakeups = 0;

	for (uint32_t i = 0; i < hw->cpus; i++) {
		const struct softnet_data *sd = hw->cpu[i].softirq_data;

		squeezed += sd->time_squeeze;
		wakeups += sd->ksoftirqd_wakeups;
	}
	for (uint32_t i = 0; i < net->ports * net->queues; i++) {
		interrupts += net->channel[i].napi.interrupts;
		polls += net->channel[i].napi.polls;
	}
	result_metric(r, "achieved_pps", "1/s", (double)t.finished / world_seconds(w, from));
	result_metric(r, "achieved_bps", "bit/s", (double)t.finished_bytes * 8.0 / world_seconds(w, from));
	result_metric(r, "drops_tx_ring_full", "packets", (double)t.tx_ring_full);
	result_metric(r, "drops_no_skb", "packets", (double)t.no_skb);
	if (w->params->load.kind == LOAD_UDP_SINK || w->params->load.kind == LOAD_TCP_SINK)
		result_metric(r, "drops_socket_full", "packets", (double)t.socket_full);
	result_metric(r, "packets", "packets", (double)t.finished);
	result_metric(r, "cycles_per_packet", "cycles", t.finished ? busy / (double)t.finished : NAN);
	result_metric(r, "txcompletion_share", "1",
		      busy > 0.0 ? (double)profile_through(&hw->profile, "mlx5e_poll_tx_cq", from) / busy : 0.0);
	result_metric(r, "interrupts", "1", (double)interrupts);
	result_metric(r, "napi_polls", "1", (double)polls);
	result_metric(r, "time_squeeze", "1", (double)squeezed);
	result_metric(r, "ksoftirqd_wakeups", "1", (double)wakeups);
	net_counters_collect(net, r);
}

void net_load_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	struct totals t = sum_windows(w, from, w->hw.windows);

	result_metric(r, "offered_pps", "1/s", (double)t.got.packets / world_seconds(w, from));
	result_metric(r, "offered_bps", "bit/s", (double)t.got.bytes * 8.0 / world_seconds(w, from));
	result_metric(r, "drops_rx_out_of_buffer", "packets", (double)t.got.dropped);
	net_load_collect_sent(w, from, busy, r);
}

void net_load_fini(struct world *w)
{
	struct net_load *l = w->load;

	net_fini(&l->net);
	free(l);
}
