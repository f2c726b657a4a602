/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An IPv4 router: what arrives on a port leaves on the next one. */
#include <math.h>
#include <stdlib.h>

#include "load/load.h"
#include "net/driver.h"
#include "net/sizes.h"
#include "net/softirq.h"

KFUNC(napi_gro_receive);
KFUNC(__netif_receive_skb_core);
KFUNC(ip_rcv);
KFUNC(ip_route_input_noref);
KFUNC(ip_forward);
KFUNC(__dev_queue_xmit);

struct forward {
	struct sizes sizes;
	struct net net;
};

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
	uint32_t buffer = PAGE_SIZE_BYTES / p->net.frags_per_page;
	uint32_t room = buffer > p->net.rx_headroom ? buffer - p->net.rx_headroom : 0;

	for (uint32_t i = 0; i < sizes->n; i++)
		if (sizes->length[i] > room)
			return error_set(e, HZ_USER, "load.packet_size has frames of %u bytes; a receive buffer of %u bytes "
					 "(kernel.net.frags_per_page is %u) takes %u", sizes->length[i], buffer, p->net.frags_per_page, room);
	return 0;
}

static int forward_check(const struct params *p, struct error *e)
{
	struct sizes sizes;
	double pps, line;
	int code = sizes_parse(&sizes, p->load.packet_size, e);

	if (code)
		return code;
	pps = offered_pps(p, &sizes, &line);
	if (pps > line * 1.000001)
		return error_set(e, HZ_USER, "load.rate of %.4g packets/s per port is above the line rate of NIC '%s', %.4g packets/s "
				 "for frames of %.4g bytes", pps, p->nic.name, line, sizes.mean);
	code = check_buffers(p, &sizes, e);
	if (code)
		return code;
	if (p->load.arrivals == ARRIVAL_BURSTS && !p->load.burst)
		return error_set(e, HZ_USER, "load.burst is 0; bursts need at least 1 packet");
	if (p->net.rx_wqe_bulk > p->nic.rx_ring)
		return error_set(e, HZ_USER, "nic.rx_ring of %u is smaller than kernel.net.rx_wqe_bulk of %u", p->nic.rx_ring,
				 p->net.rx_wqe_bulk);
	return 0;
}

/* A CPU without a queue would only idle. */
static int forward_cpus(const struct params *p, uint32_t *cpus, struct error *e)
{
	if (p->nic.queues && p->load.cpus > p->nic.queues)
		return error_set(e, HZ_USER, "load.cpus is %u, but nic.queues gives work to %u only", p->load.cpus, p->nic.queues);
	if (p->nic.queues && *cpus > p->nic.queues)
		*cpus = p->nic.queues;
	return 0;
}

static uint32_t choose_tx_queue(const struct net *net, const struct channel *from, const struct sk_buff *skb)
{
	if (net->stack->tx_queue == TX_QUEUE_BY_RX_QUEUE)
		return from->index;
	/* skb_tx_hash: another hash than RSS takes, of the same flow. */
	return (uint32_t)(((uint64_t)(skb->flow * 0x9E3779B1u) * net->queues) >> 32);
}

static void forward_packet(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	const struct net_params *k = net->stack;
	struct channel *to = net_channel(net, (from->port + 1) % net->ports, choose_tx_queue(net, from, skb));

	cpu_enter(cpu, &fn_napi_gro_receive);
	cpu_work(cpu, k->cost_gro_receive);
	cpu_enter(cpu, &fn___netif_receive_skb_core);
	cpu_enter(cpu, &fn_ip_rcv);
	cpu_work(cpu, k->cost_ip_rcv);
	cpu_enter(cpu, &fn_ip_route_input_noref);
	cpu_work(cpu, k->cost_route);
	cpu_leave(cpu);
	cpu_enter(cpu, &fn_ip_forward);
	cpu_work(cpu, k->cost_ip_forward);
	cpu_enter(cpu, &fn___dev_queue_xmit);
	cpu_work(cpu, k->cost_dev_queue_xmit);
	mlx5e_xmit(cpu, to, skb);
	cpu_leave(cpu);
	cpu_leave(cpu);
	cpu_leave(cpu);
	cpu_leave(cpu);
	cpu_leave(cpu);
}

static int forward_build(struct world *w, struct error *e)
{
	const struct params *p = w->params;
	struct forward *f = xcalloc(1, sizeof *f);
	struct offered offered;
	double line;
	int code;

	w->load = f;
	code = sizes_parse(&f->sizes, p->load.packet_size, e);
	if (code)
		return code;
	offered = (struct offered){
		.process = p->load.arrivals,
		.pps = offered_pps(p, &f->sizes, &line),
		.burst = p->load.burst,
		.flows = p->load.flows,
		.sizes = &f->sizes,
		.seed = p->run.seed,
		.repetition = p->run.repetition,
	};
	code = net_init(&f->net, &w->hw, &w->mm, &p->net, &p->nic, &offered, e);
	if (code)
		return code;
	f->net.receive = forward_packet;
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	net_open(&f->net);
	return 0;
}

static struct net_window sent_in(const struct world *w, uint32_t window)
{
	const struct forward *f = w->load;
	struct net_window sum = {0};

	for (uint32_t i = 0; i < w->hw.cpus; i++) {
		const struct net_window *n = &f->net.window[(size_t)i * (w->hw.windows + 1) + window];

		sum.sent += n->sent;
		sum.sent_bytes += n->sent_bytes;
		sum.tx_ring_full += n->tx_ring_full;
	}
	return sum;
}

static double forward_work(const struct world *w, uint32_t window)
{
	return (double)sent_in(w, window).sent;
}

static int forward_verify(struct world *w, struct error *e)
{
	struct forward *f = w->load;

	for (uint32_t i = 0; i < f->net.ports * f->net.queues; i++) {
		struct rx_ring *rx = &f->net.channel[i].rx;

		/* What came since the driver last looked belongs to the run too. */
		rx_ring_advance(rx, w->hw.end + rx->latency);
		if (rx_ring_check(rx))
			return error_set(e, HZ_RUN_FAILED, "RX ring %u of port %u: packets in the ring over time and time in the ring of "
					 "packets differ", f->net.channel[i].index, f->net.channel[i].port);
	}
	return 0;
}

struct totals {
	struct net_window sent;
	struct rx_window got;
};

static struct totals sum_windows(const struct world *w, uint32_t from, uint32_t end)
{
	const struct forward *f = w->load;
	struct totals t = {0};

	for (uint32_t n = from; n < end; n++) {
		struct net_window sent = sent_in(w, n);

		t.sent.sent += sent.sent;
		t.sent.sent_bytes += sent.sent_bytes;
		t.sent.tx_ring_full += sent.tx_ring_full;
		for (uint32_t i = 0; i < f->net.ports * f->net.queues; i++) {
			const struct rx_window *got = &f->net.channel[i].rx.window[n];

			t.got.packets += got->packets;
			t.got.bytes += got->bytes;
			t.got.dropped += got->dropped;
		}
	}
	return t;
}

/* Received, not dropped, and not sent. */
static double growth(const struct totals *t)
{
	return (double)(t->got.packets - t->got.dropped) - (double)(t->sent.sent + t->sent.tx_ring_full);
}

static double forward_backlog(const struct world *w, uint32_t window)
{
	struct totals t = sum_windows(w, window, window + 1);

	return growth(&t);
}

/* Rings that still fill up hide drops: what came in and was not dropped must have left, to a hundredth. */
static bool forward_settled(const struct world *w, uint32_t from)
{
	struct totals t = sum_windows(w, from, w->hw.windows);

	return fabs(growth(&t)) <= 0.01 * (double)t.got.packets;
}

static void forward_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	const struct forward *f = w->load;
	const struct hw *hw = &w->hw;
	struct totals t = sum_windows(w, from, hw->windows);
	double seconds = (double)(hw->windows - from) * (double)hw->window_length / hw->machine->clock_hz;
	uint64_t interrupts = 0, polls = 0, squeezed = 0, wakeups = 0;

	for (uint32_t i = 0; i < hw->cpus; i++) {
		const struct softnet_data *sd = hw->cpu[i].softirq_data;

		squeezed += sd->time_squeeze;
		wakeups += sd->ksoftirqd_wakeups;
	}
	for (uint32_t i = 0; i < f->net.ports * f->net.queues; i++) {
		interrupts += f->net.channel[i].napi.interrupts;
		polls += f->net.channel[i].napi.polls;
	}
	result_metric(r, "offered_pps", "1/s", (double)t.got.packets / seconds);
	result_metric(r, "achieved_pps", "1/s", (double)t.sent.sent / seconds);
	result_metric(r, "offered_bps", "bit/s", (double)t.got.bytes * 8.0 / seconds);
	result_metric(r, "achieved_bps", "bit/s", (double)t.sent.sent_bytes * 8.0 / seconds);
	result_metric(r, "drops_rx_out_of_buffer", "packets", (double)t.got.dropped);
	result_metric(r, "drops_tx_ring_full", "packets", (double)t.sent.tx_ring_full);
	result_metric(r, "packets", "packets", (double)t.sent.sent);
	result_metric(r, "cycles_per_packet", "cycles", t.sent.sent ? busy / (double)t.sent.sent : NAN);
	result_metric(r, "txcompletion_share", "1",
		      busy > 0.0 ? (double)profile_through(&hw->profile, "mlx5e_poll_tx_cq", from) / busy : 0.0);
	result_metric(r, "interrupts", "1", (double)interrupts);
	result_metric(r, "napi_polls", "1", (double)polls);
	result_metric(r, "time_squeeze", "1", (double)squeezed);
	result_metric(r, "ksoftirqd_wakeups", "1", (double)wakeups);
}

static void forward_fini(struct world *w)
{
	struct forward *f = w->load;

	net_fini(&f->net);
	free(f);
}

const struct load load_forward = {
	.name = "forward",
	.check = forward_check,
	.cpus = forward_cpus,
	.build = forward_build,
	.work = forward_work,
	.verify = forward_verify,
	.backlog = forward_backlog,
	.settled = forward_settled,
	.collect = forward_collect,
	.fini = forward_fini,
};
