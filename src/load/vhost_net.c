/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guests that send to guests: a vhost_net worker per sending guest on one CPU of a pair, through the bridge into the tap of the guest that the
 * other CPU's worker serves, which frees the packets. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "hw/ipi.h"
#include "load/load.h"
#include "load/pairs.h"
#include "net/arrival.h"
#include "net/vhost_net.h"

KFUNC(vhost_poll_wakeup);

/* A guest that sends on CPU n, one that receives on CPU n + pairs, and the tap between them. */
struct guests {
	struct vhost_load *load;
	struct vhost_tx tx;
	struct vhost_rx rx;
	struct tap tap;
	struct arrival arrival;      /* what the first one sends */
	struct context *sender;      /* its worker */
	struct irq_line *kick;       /* that wakes it */
};

struct vhost_load {
	struct world *w;
	struct net net;
	struct sizes sizes;
	struct vhost_window *window; /* [cpus][windows + 1] */
	uint32_t pairs;
	struct guests *guests;       /* [pairs] */
};

/* Frames per second of one guest; 0: it always has one. */
static double frames_per_second(const struct params *p, const struct sizes *sizes)
{
	return p->load.rate_pps > 0.0 ? p->load.rate_pps : p->load.rate_bps / (8.0 * sizes->mean);
}

static int vhost_check(const struct params *p, struct error *e)
{
	struct sizes sizes;
	int code = sizes_parse(&sizes, p->load.packet_size, FRAME_MIN, VHOST_FRAME_MAX, e);

	if (!code && p->load.arrivals >= ARRIVAL_BURSTS && !p->load.burst)
		code = error_set(e, HZ_USER, "load.burst is 0; bursts need at least 1 packet");
	return code;
}

static uint32_t next_frame(void *arg, cycles_t now)
{
	struct guests *g = arg;
	const struct packet *first = arrival_peek(&g->arrival, 0);
	uint32_t len;

	if (!first)
		return sizes_draw(g->arrival.sizes, g->arrival.random);
	if (first->at > now)
		return 0;
	len = first->len;
	arrival_take(&g->arrival);
	return len;
}

/* The guest's kick: its virtual CPU wakes the worker. */
static void kicked(struct cpu *cpu, void *arg)
{
	struct guests *g = arg;

	cpu_enter(cpu, &fn_vhost_poll_wakeup);
	try_to_wake_up(cpu, g->sender);
	cpu_leave(cpu);
}

static void send_body(struct cpu *cpu, void *arg)
{
	struct guests *g = arg;

	while (!cpu_run_is_over(cpu)) {
		if (vhost_handle_tx(cpu, &g->tx)) {
			context_preempt(cpu);
			continue;
		}
		/* vhost_enable_notify() */
		irq_set(g->kick, arrival_peek(&g->arrival, 0)->at);
		context_sleep(cpu);
	}
}

static void receive_body(struct cpu *cpu, void *arg)
{
	struct guests *g = arg;

	while (!cpu_run_is_over(cpu))
		if (!vhost_handle_rx(cpu, &g->rx))
			tap_wait(cpu, &g->tap);
}

static void start_arrivals(struct guests *g, uint32_t number)
{
	const struct params *p = g->load->w->params;
	struct arrival *a = &g->arrival;
	double pps = frames_per_second(p, &g->load->sizes);
	char name[48];

	a->process = p->load.arrivals;
	a->share = 1.0;
	a->period = a->gap = pps > 0.0 ? p->machine.clock_hz / pps : 0.0;
	a->burst = p->load.burst;
	a->sizes = &g->load->sizes;
	snprintf(name, sizeof name, "guest %u", number);
	a->random = stream_new(p->run.seed, p->run.repetition, name);
	arrival_start(a);
}

static void make_guests(struct vhost_load *v, uint32_t number, const struct ptr_ring_locks *locks)
{
	struct hw *hw = &v->w->hw;
	struct guests *g = &v->guests[number];
	struct cpu *sender = &hw->cpu[number], *receiver = &hw->cpu[number + v->pairs];
	size_t windows = hw->windows + 1;

	g->load = v;
	tap_init(&g->tap, &v->net, receiver->socket, locks);
	g->tx = (struct vhost_tx){.net = &v->net, .to = &g->tap, .window = v->window + sender->number * windows, .next = next_frame, .guest = g};
	g->rx = (struct vhost_rx){.net = &v->net, .tap = &g->tap, .window = v->window + receiver->number * windows};
	start_arrivals(g, number);
	g->sender = context_new(sender, "vhost", true, send_body, g);
	g->tap.reader = context_new(receiver, "vhost", true, receive_body, g);
	g->kick = irq_line_new(sender, kicked, g);
}

static int vhost_build(struct world *w, struct error *e)
{
	const struct params *p = w->params;
	struct vhost_load *v = xcalloc(1, sizeof *v);
	struct ptr_ring_locks locks;
	int code;

	w->load = v;
	v->w = w;
	v->pairs = w->hw.cpus / 2;
	code = sizes_parse(&v->sizes, p->load.packet_size, FRAME_MIN, VHOST_FRAME_MAX, e);
	if (code)
		return code;
	net_init_host(&v->net, &w->hw, &w->mm, &p->net);
	/* Packets of a page are dropped on one CPU while the other still has references. */
	w->mm.shares_pages = true;
	ptr_ring_locks_init(&locks, &w->hw);
	v->window = xcalloc((size_t)w->hw.cpus * (w->hw.windows + 1), sizeof *v->window);
	v->guests = xcalloc(v->pairs, sizeof *v->guests);
	for (uint32_t i = 0; i < v->pairs; i++)
		make_guests(v, i, &locks);
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	/* A sender wakes the thread that receives, on another CPU. */
	ipi_init(&w->hw);
	return 0;
}

static struct vhost_window done_in(const struct world *w, uint32_t from, uint32_t end)
{
	const struct vhost_load *v = w->load;
	struct vhost_window sum = {0};

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		for (uint32_t n = from; n < end; n++) {
			const struct vhost_window *one = &v->window[(size_t)i * (w->hw.windows + 1) + n];

			sum.sent += one->sent;
			sum.dropped += one->dropped;
			sum.received += one->received;
			sum.received_bytes += one->received_bytes;
		}
	return sum;
}

static double vhost_work(const struct world *w, uint32_t window)
{
	return (double)done_in(w, window, window + 1).received;
}

static int vhost_verify(struct world *w, struct error *e)
{
	const struct vhost_load *v = w->load;
	struct vhost_window all = done_in(w, 0, w->hw.windows + 1);
	uint64_t waiting = 0;

	for (uint32_t i = 0; i < v->pairs; i++)
		waiting += v->guests[i].tap.tx_ring.count;
	if (all.sent != all.dropped + all.received + waiting)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " frames sent, %" PRIu64 " dropped, %" PRIu64 " received, %" PRIu64 " waiting",
				 all.sent, all.dropped, all.received, waiting);
	return net_check_skbs(&v->net, waiting, e);
}

static void vhost_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	struct vhost_window done = done_in(w, from, w->hw.windows);

	result_metric(r, "packets", "packets", (double)done.received);
	result_metric(r, "achieved_pps", "1/s", (double)done.received / world_seconds(w, from));
	result_metric(r, "achieved_bps", "bit/s", (double)done.received_bytes * 8.0 / world_seconds(w, from));
	result_metric(r, "drops_tap_full", "packets", (double)done.dropped);
	result_metric(r, "fragments", "1", (double)done.sent);
	result_metric(r, "cycles_per_packet", "cycles", done.received ? busy / (double)done.received : NAN);
	result_metric(r, "cycles_per_fragment", "cycles", done.sent ? busy / (double)done.sent : NAN);
}

static void vhost_fini(struct world *w)
{
	struct vhost_load *v = w->load;

	for (uint32_t i = 0; v->guests && i < v->pairs; i++) {
		tap_fini(&v->guests[i].tap);
		arrival_fini(&v->guests[i].arrival);
	}
	net_fini(&v->net);
	free(v->guests);
	free(v->window);
	free(v);
}

const struct load load_vhost_net = {
	.name = "vhost_net",
	.check = vhost_check,
	.cpus = pairs_cpus,
	.build = vhost_build,
	.work = vhost_work,
	.verify = vhost_verify,
	.collect = vhost_collect,
	.fini = vhost_fini,
};
