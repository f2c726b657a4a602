/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What loads with a NIC have in common: packets offered to its ports, and an account of what became of them. The functions below are those
 * of struct load; a load uses them as they are or calls them from its own. */
#ifndef HZ_LOAD_NET_LOAD_H
#define HZ_LOAD_NET_LOAD_H

#include "load/load.h"

/* First member of the load's own state, which is on the heap. */
struct net_load {
	struct sizes sizes;
	struct net net;
	uint64_t held;   /* packets that the load has received and not freed */
	uint64_t queued; /* packets that wait on its sockets, each as many as came on the wire */
	uint32_t cpus;             /* that serve the rings, from 0 on; 0: all. Set before net_load_build() */
};

int net_load_check(const struct params *p, struct error *e);
/* A CPU without a queue would only idle. */
int net_load_cpus(const struct params *p, uint32_t *cpus, struct error *e);

/* `l`, zeroed, becomes the world's load: the NIC and its channels are made, and `receive` gets what arrives, with `l` as net->receive_arg.
 * Returns 0 or HZ_USER with *e filled. */
int net_load_build(struct world *w, struct net_load *l,
		   void (*receive)(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb), struct error *e);
/* Contexts of the load's own are there: idle contexts follow, and the NIC is opened. */
void net_load_start(struct world *w);

double net_load_work(const struct world *w, uint32_t window);
int net_load_verify(struct world *w, struct error *e);
double net_load_backlog(const struct world *w, uint32_t window);
bool net_load_settled(const struct world *w, uint32_t from);
/* What became of packets: the part of the metrics that also a load has to which nothing is offered. */
void net_load_collect_sent(const struct world *w, uint32_t from, double busy, struct result *r);
void net_load_collect(const struct world *w, uint32_t from, double busy, struct result *r);
/* Gives the state back too. */
void net_load_fini(struct world *w);

#endif
