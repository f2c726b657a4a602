/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A socket that receives: softirqs of any CPU put packets on its queue, one application takes them off. */
#ifndef HZ_NET_SOCKET_H
#define HZ_NET_SOCKET_H

#include "hw/context.h"
#include "net/channel.h"
#include "net/skb_queue.h"

struct sock {
	struct net *net;
	uint32_t number;
	struct lock lock;              /* UDP: sk_receive_queue.lock; TCP: sk_lock.slock */
	struct lock reader_lock;       /* UDP: reader_queue.lock, the application's */
	struct line rmem_line;         /* sk_rmem_alloc */
	struct skb_queue receive_queue;
	struct skb_queue reader_queue; /* UDP: what the application took over in one hold of the lock */
	struct skb_queue backlog;      /* TCP: came while the application had the socket */
	struct skb_queue backlog_taken; /* and what it is receiving of that */
	uint64_t backlog_bytes;        /* of memory */
	uint64_t rmem_alloc, rcvbuf;   /* bytes of memory that queued packets hold, and may hold */
	uint64_t forward_deficit;      /* UDP: bytes read and not yet taken off rmem_alloc */
	bool owned;                    /* TCP: the application is inside (lock_sock) */
	uint32_t unacked;              /* TCP: segments since the last ACK */
	struct channel *channel;       /* TCP: that the last segment came through; ACKs leave by it */

	struct context *reader;        /* the application's thread */
	bool reader_waits;             /* asleep until there is something to read */
	uint32_t low_water;            /* packets that wake it; at least 1 */

	uint64_t wakeups;
	uint64_t received;             /* packets that were queued */
	uint64_t acks;
};

/* Classes of the locks of all sockets. */
struct sock_classes {
	struct lock_class *lock, *reader_lock;
};

void sock_init(struct sock *sk, struct net *net, uint32_t number, const struct sock_classes *classes, uint64_t rcvbuf, uint32_t low_water);
void sock_fini(struct sock *sk);

/* Memory that a packet of so many segments holds while it is queued, bytes: its receive buffers and its struct. */
uint64_t skb_truesize(const struct net_params *stack, uint32_t segments);

/* Put a packet on receive_queue, or take the next off `q`, one of the two that are read. The caller holds that queue's lock, or owns the socket. */
void sock_queue_tail(struct cpu *cpu, struct sock *sk, const struct sk_buff *skb);
struct sk_buff sock_dequeue(struct cpu *cpu, struct skb_queue *q);

/* sock_def_readable(): wake the application if it waits for what there is. */
void sock_def_readable(struct cpu *cpu, struct sock *sk);

/* The application sleeps until its socket has something to read, or the run is over. */
void sock_wait_for_data(struct cpu *cpu, struct sock *sk);

/* Copy a packet's data to the application. */
void skb_copy_to_user(struct cpu *cpu, struct net *net, const struct sk_buff *skb);

/* Packets in its queues, the backlog included. */
static inline uint32_t sock_packets(const struct sock *sk)
{
	return sk->receive_queue.count + sk->reader_queue.count + sk->backlog.count + sk->backlog_taken.count;
}

/* Packets of the load that they stand for. */
uint64_t sock_segments(const struct sock *sk);

/* 0 when Little's law holds for the queues that are read. */
int sock_check(const struct sock *sk);

#endif
