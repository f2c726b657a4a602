/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Applications that write to TCP sockets: one task per CPU, each with sockets of its own, whose packets leave by the CPU's own TX queue. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "load/net_load.h"
#include "mm/frag_direction.h"
#include "net/tcp_output.h"

#define MESSAGE_MAX (UINT32_C(1) << 20)

struct socket_cpu {
	struct socket_tx *load;
	struct sk_page_frag task_frag;
	struct tcp_sock *sock;       /* [connections] */
	struct sk_page_frag *sk_frag; /* [connections] */
	struct tcp_window *window;
	struct stream *random;
};

struct socket_tx {
	struct net_load net_load;    /* its sizes are those of messages */
	struct world *w;
	struct socket_cpu *cpu;      /* [cpus] */
};

static int socket_tx_check(const struct params *p, struct error *e)
{
	struct sizes sizes;
	int code = sizes_parse(&sizes, p->load.message, 1, MESSAGE_MAX, e);

	if (code)
		return code;
	if (p->net.sk_frag->appends && !p->mm.frag_direction->room)
		return error_set(e, HZ_USER, "kernel.sk_frag: %s needs kernel.page_frag.direction: bottom_up, so that a fragment can grow",
				 p->net.sk_frag->policy.name);
	/* A full ring would drop what the kernel's TCP keeps. */
	if (p->load.connections * TCP_PACKETS_WITH_NIC > p->nic.tx_ring)
		return error_set(e, HZ_USER, "load.connections is %u per CPU; nic.tx_ring of %u takes the packets of %u", p->load.connections,
				 p->nic.tx_ring, p->nic.tx_ring / TCP_PACKETS_WITH_NIC);
	return 0;
}

static void socket_body(struct cpu *cpu, void *arg)
{
	struct socket_cpu *c = arg;
	const struct load_params *p = &c->load->w->params->load;

	while (!cpu_run_is_over(cpu)) {
		uint32_t which = stream_index(c->random, p->connections);
		uint32_t bytes = sizes_draw(&c->load->net_load.sizes, c->random);

		cpu_work(cpu, (cycles_t)stream_exponential(c->random, (double)p->think));
		tcp_sendmsg(cpu, &c->sock[which], bytes);
	}
}

/* Its own TX queue, the ports in turn. While all queues have packets the NIC serves them in turn: each has its part of the wire. */
static struct channel *own_channel(struct net *net, const struct cpu *cpu)
{
	struct channel *ch = net_channel(net, cpu->number % net->ports, cpu->number);
	uint32_t sharing = (net->hw->cpus - ch->port + net->ports - 1) / net->ports;

	ch->tx.cycles_per_bit *= sharing;
	return ch;
}

static void make_sockets(struct socket_tx *s, struct cpu *cpu)
{
	struct socket_cpu *c = &s->cpu[cpu->number];
	const struct params *p = s->w->params;
	struct channel *channel = own_channel(&s->net_load.net, cpu);
	char name[48];

	snprintf(name, sizeof name, "messages %u", cpu->number);
	c->load = s;
	c->random = stream_new(p->run.seed, p->run.repetition, name);
	c->window = xcalloc(s->w->hw.windows + 1, sizeof *c->window);
	c->sock = xcalloc(p->load.connections, sizeof *c->sock);
	c->sk_frag = xcalloc(p->load.connections, sizeof *c->sk_frag);
	for (uint32_t i = 0; i < p->load.connections; i++) {
		c->sock[i] = (struct tcp_sock){
			.net = &s->net_load.net,
			.channel = channel,
			.frag = p->load.frag_owner == FRAG_OF_TASK ? &c->task_frag : &c->sk_frag[i],
			.window = c->window,
			.sndbuf = p->load.sndbuf,
		};
		tcp_init(&c->sock[i]);
	}
	context_new(cpu, "socket_tx", true, socket_body, c);
}

static int socket_tx_build(struct world *w, struct error *e)
{
	const struct params *p = w->params;
	struct socket_tx *s = xcalloc(1, sizeof *s);
	struct offered nothing = {.seed = p->run.seed, .repetition = p->run.repetition};
	int code;

	w->load = s;
	s->w = w;
	code = sizes_parse(&s->net_load.sizes, p->load.message, 1, MESSAGE_MAX, e);
	if (!code)
		code = net_init(&s->net_load.net, &w->hw, w->hw.cpus, &w->mm, &p->net, &p->nic, &nothing, e);
	if (code)
		return code;
	s->cpu = xcalloc(w->hw.cpus, sizeof *s->cpu);
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		make_sockets(s, &w->hw.cpu[i]);
	net_load_start(w);
	return 0;
}

static struct tcp_window written_in(const struct world *w, uint32_t from, uint32_t end)
{
	const struct socket_tx *s = w->load;
	struct tcp_window sum = {0};

	for (uint32_t i = 0; i < w->hw.cpus; i++)
		for (uint32_t n = from; n < end; n++) {
			const struct tcp_window *t = &s->cpu[i].window[n];

			sum.messages += t->messages;
			sum.bytes += t->bytes;
			sum.fragments += t->fragments;
			sum.appended += t->appended;
		}
	return sum;
}

static double socket_tx_work(const struct world *w, uint32_t window)
{
	return (double)written_in(w, window, window + 1).bytes;
}

static int socket_tx_verify(struct world *w, struct error *e)
{
	const struct socket_tx *s = w->load;
	int code = 0;

	for (uint32_t i = 0; i < w->hw.cpus && !code; i++)
		for (uint32_t n = 0; n < w->params->load.connections && !code; n++)
			code = tcp_check(&s->cpu[i].sock[n], e);
	return code;
}

static void socket_tx_collect(const struct world *w, uint32_t from, double busy, struct result *r)
{
	struct tcp_window t = written_in(w, from, w->hw.windows);

	net_load_collect_sent(w, from, busy, r);
	result_metric(r, "messages", "1", (double)t.messages);
	result_metric(r, "written_bps", "bit/s", (double)t.bytes * 8.0 / world_seconds(w, from));
	result_metric(r, "fragments", "1", (double)t.fragments);
	result_metric(r, "fragments_appended", "1", (double)t.appended);
	result_metric(r, "cycles_per_message", "cycles", t.messages ? busy / (double)t.messages : NAN);
	result_metric(r, "cycles_per_fragment", "cycles", t.fragments ? busy / (double)t.fragments : NAN);
}

static void socket_tx_fini(struct world *w)
{
	struct socket_tx *s = w->load;

	for (uint32_t i = 0; s->cpu && i < w->hw.cpus; i++) {
		struct socket_cpu *c = &s->cpu[i];

		for (uint32_t n = 0; n < w->params->load.connections; n++)
			tcp_fini(&c->sock[n]);
		free(c->sock);
		free(c->sk_frag);
		free(c->window);
		stream_free(c->random);
	}
	free(s->cpu);
	net_load_fini(w);
}

const struct load load_socket_tx = {
	.name = "socket_tx",
	.check = socket_tx_check,
	.cpus = net_load_cpus,
	.build = socket_tx_build,
	.work = socket_tx_work,
	.verify = socket_tx_verify,
	.collect = socket_tx_collect,
	.fini = socket_tx_fini,
};
