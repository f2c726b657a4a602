/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of packets in order (struct sk_buff_head). No cost and no lock of its own; `now` is when it happens. */
#ifndef HZ_NET_SKB_QUEUE_H
#define HZ_NET_SKB_QUEUE_H

#include "net/skb.h"

struct queued_skb {
	struct sk_buff skb;
	cycles_t since;
};

struct skb_queue {
	struct queued_skb *skb; /* ring of power-of-two capacity */
	uint32_t capacity, first, count;

	/* Little's law: packets in the queue integrated over time, and the time each spent there. They must agree. */
	cycles_t last_change;
	uint64_t area, sojourn, taken;
	bool disorder;       /* something happened before what happened before */
};

void skb_queue_fini(struct skb_queue *q);
void skb_queue_tail(struct skb_queue *q, const struct sk_buff *skb, cycles_t now);
/* The oldest; there is one. */
struct sk_buff skb_dequeue(struct skb_queue *q, cycles_t now);
/* The one that came last, or NULL. */
const struct sk_buff *skb_peek_tail(const struct skb_queue *q);
/* Packets of the load that those in the queue stand for. */
uint64_t skb_queue_segments(const struct skb_queue *q);
/* All of `from` behind what `to` has. */
void skb_queue_splice_tail(struct skb_queue *from, struct skb_queue *to, cycles_t now);

/* 0 when Little's law holds for the queue up to its last change. */
int skb_queue_check(const struct skb_queue *q);

#endif
