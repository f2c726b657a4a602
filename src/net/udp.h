/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UDP's way from IP to the application. */
#ifndef HZ_NET_UDP_H
#define HZ_NET_UDP_H

#include "net/socket.h"

/* udp_rcv(): onto the socket's queue, or dropped when what is queued holds too much memory. In softirq; takes the packet over. */
void udp_rcv(struct cpu *cpu, struct sock *sk, struct sk_buff *skb);

/* One packet for the application, which sleeps when there is none. Returns its length, or 0 when the run is over. */
uint32_t udp_recvmsg(struct cpu *cpu, struct sock *sk);

#endif
