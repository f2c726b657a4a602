/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An RX ring: posted buffers, completions of arrived packets, drops when nothing is posted. The NIC side has no stack: what it did up to
 * a time is worked out when the driver looks, which is exact because only the driver posts. */
#ifndef HZ_NET_RX_RING_H
#define HZ_NET_RX_RING_H

#include <stdbool.h>

#include "mm/page.h"
#include "net/arrival.h"

struct rx_buffer {
	struct page *page;
	bool last;            /* last buffer carved from its page: the driver's own reference goes with it */
};

/* Counts of one window of simulated time, by the packets' arrival. */
struct rx_window {
	uint64_t packets, bytes;
	uint64_t dropped;     /* no descriptor posted (rx_out_of_buffer) */
};

struct rx_ring {
	struct arrival arrival;
	uint32_t size;
	cycles_t latency;     /* from last bit to visible completion */
	struct rx_buffer *buffer; /* [size] ring, in posting order */
	uint32_t first_buffer, buffers; /* posted or completed, not yet consumed */
	struct packet *completion; /* [size] ring */
	uint32_t first_completion, completions;
	struct rx_window *window; /* the last also has what comes after it */
	uint32_t windows, current; /* the latest packet came in the current one */
	cycles_t window_length, window_end;
	cycles_t next;        /* when the next packet's completion is visible; 0: look */

	/* Little's law: packets in the ring integrated over time, and the time each spent there. They must agree. */
	cycles_t last_change;
	uint64_t area, sojourn;
};

void rx_ring_init(struct rx_ring *r, uint32_t size, cycles_t latency, uint32_t windows, cycles_t window_length);
void rx_ring_fini(struct rx_ring *r);

/* Descriptors that the driver has not filled. */
static inline uint32_t rx_ring_missing(const struct rx_ring *r)
{
	return r->size - r->buffers;
}

void rx_ring_post(struct rx_ring *r, struct rx_buffer buffer);

/* Let the NIC work up to `now`. Returns the completions that are visible. */
uint32_t rx_ring_catch_up(struct rx_ring *r, cycles_t now);
static inline uint32_t rx_ring_advance(struct rx_ring *r, cycles_t now)
{
	return now < r->next ? r->completions : rx_ring_catch_up(r, now);
}

/* Consume the oldest completion and its buffer; there is one. */
struct packet rx_ring_consume(struct rx_ring *r, cycles_t now, struct rx_buffer *buffer);

/* When the completion queue, armed at `now`, raises its interrupt: `usecs_cycles` after its first completion or with its `frames`-th;
 * at once when completions are waiting. CYCLES_MAX: never. */
cycles_t rx_ring_interrupt(struct rx_ring *r, cycles_t now, cycles_t usecs_cycles, uint32_t frames);

/* 0 when Little's law holds for this ring up to its last change. */
int rx_ring_check(const struct rx_ring *r);

#endif
