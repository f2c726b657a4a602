/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets that reach one RX queue: a process of its own per queue, made as far as somebody looks. */
#ifndef HZ_NET_ARRIVAL_H
#define HZ_NET_ARRIVAL_H

#include "base/types.h"
#include "net/sizes.h"
#include "sim/stream.h"

/* Bursts are of any flows; trains are bursts of one flow each, as a sender's TSO makes them. */
enum arrival_process { ARRIVAL_FIXED, ARRIVAL_POISSON, ARRIVAL_BURSTS, ARRIVAL_TRAINS };

struct packet {
	cycles_t at;      /* last bit received */
	uint32_t len;
	uint32_t flow;
};

struct arrival {
	enum arrival_process process;
	double gap;            /* mean cycles between packets of this queue; 0: none arrive */
	double period;         /* fixed: cycles between packets of the port */
	double share;          /* fixed: probability that a packet of the port is this queue's */
	double cycles_per_bit; /* on the wire */
	uint32_t overhead;     /* bytes per frame on the wire beyond its length */
	uint32_t burst;        /* packets per burst */
	uint32_t burst_left;
	uint32_t train_flow;   /* of the current train */
	double next;           /* when the next packet starts to arrive */
	double wire_free;      /* when this queue's last packet has left the wire */
	const uint32_t *flow;  /* this queue's flows */
	uint32_t flows;
	const struct sizes *sizes;
	struct stream *random;

	struct packet *ahead;  /* made and not yet taken: a ring of power-of-two capacity */
	uint32_t capacity, first, count;
};

/* Set the fields above `burst_left`, and `flow`..`random` first. */
void arrival_start(struct arrival *a);
void arrival_fini(struct arrival *a);

/* The n-th packet from now (0 the next), not taken. NULL when the queue gets none. */
const struct packet *arrival_peek(struct arrival *a, uint32_t n);
void arrival_take(struct arrival *a);

#endif
