/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TX ring: packets given to the NIC, on the wire one after the other, completed in order. */
#ifndef HZ_NET_TX_RING_H
#define HZ_NET_TX_RING_H

#include <stdbool.h>

#include "net/skb.h"

struct tx_entry {
	struct sk_buff skb;
	cycles_t done;        /* completion visible to the driver */
};

struct tx_ring {
	uint32_t size;
	cycles_t latency;
	double cycles_per_bit;
	uint32_t overhead;
	double wire_free;
	struct tx_entry *entry;
	uint32_t first, count;
};

void tx_ring_init(struct tx_ring *t, uint32_t size, cycles_t latency, double cycles_per_bit, uint32_t overhead);
void tx_ring_fini(struct tx_ring *t);

/* Returns when its completion will be visible, or CYCLES_MAX when the ring is full and the packet was not taken. Each queue has the wire to
 * itself: short collisions between queues of a port are left out, a port is never offered more than its line rate. */
cycles_t tx_ring_send(struct tx_ring *t, cycles_t now, const struct sk_buff *skb);

/* The oldest packet if it is complete by `now`, NULL otherwise; tx_ring_pop() removes it. */
const struct tx_entry *tx_ring_done(const struct tx_ring *t, cycles_t now);
void tx_ring_pop(struct tx_ring *t);

/* When the completion queue raises its interrupt for what is on the ring: `usecs_cycles` after the first completion or with the
 * `frames`-th (0: no such limit). CYCLES_MAX for an empty ring. */
cycles_t tx_ring_interrupt(const struct tx_ring *t, cycles_t usecs_cycles, uint32_t frames);

#endif
