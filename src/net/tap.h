/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tap device: what the bridge sends into it waits in a ptr_ring until a vhost_net worker takes it for its guest. */
#ifndef HZ_NET_TAP_H
#define HZ_NET_TAP_H

#include "hw/context.h"
#include "net/channel.h"
#include "net/ptr_ring.h"
#include "net/skb.h"

#define TUN_READQ_SIZE 500u   /* packets that its ring holds */

/* A packet on its way through a ring. */
struct tap_packet {
	struct sk_buff skb;
	uint64_t number;          /* in order of arrival at the tap */
	struct tap_packet *next;  /* of those that nobody uses */
};

struct tap {
	struct net *net;
	struct ptr_ring tx_ring;
	struct tap_packet *packet, *spare;
	uint64_t next_number;
	struct context *reader;   /* the worker that takes */
	bool reader_waits;        /* asleep until there is something */
};

void tap_init(struct tap *t, struct net *net, uint32_t node, const struct ptr_ring_locks *locks);
void tap_fini(struct tap *t);

/* tun_net_xmit(): put a packet on the ring and wake the reader. Returns whether there was room; otherwise the packet is freed. Bottom halves
 * are off. */
bool tun_net_xmit(struct cpu *cpu, struct tap *t, const struct sk_buff *skb);

/* Up to `most` packets under one hold of the consumer's lock (vhost_net_buf_produce). Give each back with tap_done(). */
uint32_t tap_consume_batched(struct cpu *cpu, struct tap *t, struct tap_packet **packet, uint32_t most);
void tap_done(struct tap *t, struct tap_packet *packet);

/* The reader sleeps until there is a packet, or the run is over. */
void tap_wait(struct cpu *cpu, struct tap *t);

#endif
