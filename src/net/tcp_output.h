/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TCP connection's way out: data is copied into page fragments and sent in packets that the NIC cuts into segments. What comes back is
 * left out: a packet counts as acknowledged when it has left. */
#ifndef HZ_NET_TCP_OUTPUT_H
#define HZ_NET_TCP_OUTPUT_H

#include "hw/context.h"
#include "net/channel.h"
#include "net/sk_page_frag.h"
#include "net/skb_frags.h"
#include "net/softirq.h"

#define TCP_MSS 1448u
#define TCP_SIZE_GOAL (45 * TCP_MSS) /* largest packet for the NIC: whole segments below 64 KiB */
/* A socket's packets that are with the NIC at a time (tcp_small_queue_check): bytes from which on it waits, and packets. The kernel counts
 * bytes with their overhead, up to about a millisecond at the socket's pace. */
#define TCP_BYTES_WITH_NIC (2 * TCP_SIZE_GOAL)
#define TCP_PACKETS_WITH_NIC 8u

/* One CPU's sockets together, in one window. */
struct tcp_window {
	uint64_t messages, bytes;     /* written */
	uint64_t fragments, appended; /* pieces of them: with a page reference of their own, or behind the one before */
	uint64_t packets;             /* given to the NIC */
};

struct tcp_skb;

/* Set the first group, zero the rest. All that works on a socket runs on one CPU. */
struct tcp_sock {
	struct net *net;
	struct channel *channel;      /* where its packets leave */
	struct sk_page_frag *frag;    /* the task's or the socket's own */
	struct tcp_window *window;    /* [windows + 1] */
	uint32_t sndbuf;              /* bytes */

	struct line line;
	uint32_t wmem_queued;         /* written and not yet freed, bytes */
	uint32_t wmem_alloc;          /* of them, with the NIC */
	bool owned;                   /* a task is inside a call */
	bool throttled;               /* packets wait for the NIC to complete others (TSQ, autocork) */
	bool deferred;                /* they may go, once the task has left */
	struct context *writer;       /* sleeps for room in the send buffer, or NULL */
	struct tcp_skb *first, *last; /* not yet given to the NIC */
	struct tcp_skb *spare, *made; /* freed packets; all packets */
	struct tasklet tasklet;
	uint64_t written, freed;      /* bytes since the start */
	uint64_t next_number, next_free; /* packets are numbered as they are sent */
};

void tcp_init(struct tcp_sock *sk);
void tcp_fini(struct tcp_sock *sk);

/* Write `bytes`, sleeping while the send buffer is full. By its task. Ends the run when there is no memory. */
void tcp_sendmsg(struct cpu *cpu, struct tcp_sock *sk, uint32_t bytes);

/* 0 when every byte is somewhere, in order and within the send buffer. */
int tcp_check(const struct tcp_sock *sk, struct error *e);

#endif
