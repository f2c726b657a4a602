/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP's receiving side, of connections that are established and get everything in order. */
#ifndef HZ_NET_TCP_H
#define HZ_NET_TCP_H

#include "net/socket.h"

/* tcp_v4_rcv(): onto the socket's queue, or its backlog while the application is inside; dropped when what is queued holds too much
 * memory. Every second segment is acknowledged, of those that came together the last. In softirq of the channel that received it; takes the
 * packet over. */
void tcp_v4_rcv(struct cpu *cpu, struct sock *sk, struct channel *from, struct sk_buff *skb);

/* What there is, up to about `size` bytes (packets are read whole), for the application, which sleeps when there is nothing. Returns how
 * much that was, 0 when the run is over. */
uint32_t tcp_recvmsg(struct cpu *cpu, struct sock *sk, uint32_t size);

#endif
