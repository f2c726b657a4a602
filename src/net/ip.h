/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every IPv4 packet that comes up goes through. */
#ifndef HZ_NET_IP_H
#define HZ_NET_IP_H

#include "net/channel.h"

/* __netif_receive_skb_core, ip_rcv and its route; what the packet is for runs inside ip_rcv, until ip_rcv_leave(). */
void ip_rcv_enter(struct cpu *cpu, const struct net *net);
void ip_rcv_leave(struct cpu *cpu);

#endif
