/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/sink.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "hw/ipi.h"
#include "net/skb_defer.h"

int sink_cpus(const struct params *p, uint32_t *cpus, struct error *e)
{
	uint32_t own = p->load.app_cpus;

	if (own >= *cpus)
		return error_set(e, HZ_USER, "load.app_cpus is %u of %u CPUs; the rings need at least one", own, *cpus);
	if (p->nic.queues && *cpus - own > p->nic.queues) {
		if (p->load.cpus)
			return error_set(e, HZ_USER, "load.cpus is %u with %u for the application, but nic.queues gives work to %u only",
					 p->load.cpus, own, p->nic.queues);
		*cpus = p->nic.queues + own;
	}
	return 0;
}

int sink_build(struct world *w, const char *name, uint64_t rcvbuf, uint32_t low_water,
	       void (*receive)(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb), void (*prepare)(struct net *net),
	       void (*body)(struct cpu *cpu, void *sock), struct error *e)
{
	const struct load_params *p = &w->params->load;
	struct sink *s = xcalloc(1, sizeof *s);
	struct net *net = &s->net_load.net;
	struct sock_classes classes;
	int code;

	s->name = name;
	s->ring_cpus = w->hw.cpus - p->app_cpus;
	s->net_load.cpus = s->ring_cpus;
	code = net_load_build(w, &s->net_load, receive, e);
	if (code)
		return code;
	/* Any CPU may wake any thread, and send ACKs. */
	if (w->hw.cpus > 1)
		ipi_init(&w->hw);
	net->remote_release |= w->hw.cpus > 1;
	if (prepare)
		prepare(net);
	classes.lock = lock_class_new(&w->hw, &lock_qspinlock, net->gro ? "slock-AF_INET" : "sk_receive_queue.lock", NULL);
	classes.reader_lock = lock_class_new(&w->hw, &lock_qspinlock, "reader_queue.lock", NULL);
	s->sockets = p->sockets;
	s->read_size = p->read_size;
	s->sock = xcalloc(s->sockets, sizeof *s->sock);
	for (uint32_t i = 0; i < s->sockets; i++) {
		struct sock *sk = &s->sock[i];
		uint32_t cpu = p->app_cpus ? s->ring_cpus + i % p->app_cpus : i % s->ring_cpus;

		sock_init(sk, net, i, &classes, rcvbuf, low_water);
		sk->reader = context_new(&w->hw.cpu[cpu], name, true, body, sk);
	}
	net_load_start(w);
	return 0;
}

int sink_verify(struct world *w, struct error *e)
{
	struct sink *s = w->load;

	for (uint32_t i = 0; i < s->sockets; i++) {
		if (sock_check(&s->sock[i]))
			return error_set(e, HZ_RUN_FAILED, "socket %u: packets on its queues over time and time on the queues of packets differ", i);
		s->net_load.held += sock_packets(&s->sock[i]);
		s->net_load.queued += sock_segments(&s->sock[i]);
	}
	return net_load_verify(w, e);
}

/* Of these CPUs' cycles, the part that was not idle. */
static double busy_share(const struct hw *hw, uint32_t first, uint32_t end, uint32_t from)
{
	double whole = (double)(hw->windows - from) * (double)hw->window_length * (end - first), idle = 0.0;

	for (uint32_t i = first; i < end; i++)
		idle += (double)cpu_idle_total(&hw->cpu[i], from);
	return 1.0 - idle / whole;
}

void sink_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	const struct sink *s = w->load;
	const struct hw *hw = &w->hw;
	uint64_t wakeups = 0, acks = 0, sojourn = 0, taken = 0;
	double area = 0.0;

	net_load_collect(w, from, busy, r);
	for (uint32_t i = 0; i < s->sockets; i++) {
		const struct sock *sk = &s->sock[i];

		wakeups += sk->wakeups;
		acks += sk->acks;
		sojourn += sk->receive_queue.sojourn + sk->reader_queue.sojourn;
		taken += sk->receive_queue.taken;
		area += (double)(sk->receive_queue.area + sk->reader_queue.area);
	}
	result_metric(r, "app_share", "1", busy > 0.0 ? (double)profile_through(&hw->profile, s->name, from) / busy : 0.0);
	if (s->ring_cpus < hw->cpus) {
		result_metric(r, "ring_cpus_busy_share", "1", busy_share(hw, 0, s->ring_cpus, from));
		result_metric(r, "app_cpus_busy_share", "1", busy_share(hw, s->ring_cpus, hw->cpus, from));
	}
	result_metric(r, "wakeups", "1", (double)wakeups);
	result_metric(r, "socket_queue_mean", "packets", area / (double)hw->end);
	result_metric(r, "socket_delay_mean", "cycles", taken ? (double)sojourn / (double)taken : NAN);
	if (s->net_load.net.gro)
		result_metric(r, "acks", "packets", (double)acks);
}

void sink_fini(struct world *w)
{
	struct sink *s = w->load;

	for (uint32_t i = 0; s->sock && i < s->sockets; i++)
		sock_fini(&s->sock[i]);
	free(s->sock);
	net_load_fini(w);
}
