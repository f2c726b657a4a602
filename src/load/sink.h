/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What udp_sink and tcp_sink share: sockets that take what arrives, by flow, and an application of one thread per socket that reads and throws
 * away, on the CPUs of the rings or on CPUs of its own. */
#ifndef HZ_LOAD_SINK_H
#define HZ_LOAD_SINK_H

#include "load/net_load.h"
#include "net/socket.h"

struct sink {
	struct net_load net_load;
	struct sock *sock;         /* [sockets] */
	uint32_t sockets;
	uint32_t ring_cpus;        /* CPUs 0..ring_cpus-1 serve the rings; the application has the others, or if there are none these too */
	uint32_t read_size;        /* bytes that a thread asks for at a time */
	const char *name;          /* of the application's threads */
};

int sink_cpus(const struct params *p, uint32_t *cpus, struct error *e);

/* The NIC, whose packets `receive` gets, and `sockets` sockets with a thread each that runs `body` with its socket. Then the clock starts.
 * `prepare`, if not NULL, sees the network before. */
int sink_build(struct world *w, const char *name, uint64_t rcvbuf, uint32_t low_water,
	       void (*receive)(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb), void (*prepare)(struct net *net),
	       void (*body)(struct cpu *cpu, void *sock), struct error *e);

/* The socket of a flow. */
static inline struct sock *sink_sock(const struct net *net, uint32_t flow)
{
	const struct sink *s = net->receive_arg;

	return &s->sock[flow % s->sockets];
}

int sink_verify(struct world *w, struct error *e);
void sink_collect(const struct world *w, uint32_t from, double busy, struct result *r);
void sink_fini(struct world *w);

#endif
