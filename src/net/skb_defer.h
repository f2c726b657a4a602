/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets that are freed by another CPU than the one that built them: freed there and then, or left to that CPU (skb_attempt_defer_free), so
 * that struct and pages return where they came from. kernel.skb.defer says who does so and how; net_rx_action frees what was left. */
#ifndef HZ_NET_SKB_DEFER_H
#define HZ_NET_SKB_DEFER_H

#include "base/policy.h"
#include "net/channel.h"
#include "net/skb_queue.h"

/* One list of packets: of a CPU, or of a CPU and the node of those that free. */
struct skb_defer_node {
	struct lock lock;
	struct line line;          /* list head and count */
	struct skb_queue list;     /* the order of freeing is the kernel's reverse; nothing depends on it */
	uint32_t count;            /* as the kernel counts: packets that were refused may be in it */
};

struct skb_defer_counts {
	uint64_t deferred;         /* packets left to their CPU */
	uint64_t refused;          /* freed at once: the list was full */
	uint64_t kicks;            /* interrupts sent because a list was half full */
};

/* Of one CPU. */
struct skb_defer_lists {
	struct skb_defer_node *node; /* [lists of the policy] */
	uint32_t nodes;
	bool ipi_scheduled;
	struct skb_queue taken;    /* by its softirq, to be freed */
	struct skb_defer_counts counts; /* of packets that were to be left to it */
};

struct skb_defer {
	struct policy policy;
	bool tcp, udp, napi;       /* who leaves packets: tcp_recvmsg, udp_recvmsg, TX completion */
	bool by_node;              /* a list for each node that packets are freed on */
	/* Put a packet on the list. False when it is full. *kick: the list is now half full. NULL: nobody leaves any. */
	bool (*add)(struct cpu *cpu, struct skb_defer_node *n, uint32_t most, const struct sk_buff *skb, bool *kick);
	/* Take all that is on the list. */
	void (*take)(struct cpu *cpu, struct skb_defer_node *n, struct skb_queue *to);
};

void skb_defer_init(struct net *net);
void skb_defer_fini(struct net *net);

/* A packet that an application has read, or that a NAPI has sent, goes: by the CPU that built it where `defers` says that this user leaves it
 * to that CPU, else here. */
void skb_consume_received(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool defers);

/* Whether to leave this packet to another CPU, and if so do it. */
bool skb_attempt_defer_free(struct cpu *cpu, struct net *net, const struct sk_buff *skb);

/* Free what others left to this CPU. In net_rx_action. */
void skb_defer_free_flush(struct cpu *cpu, struct net *net);

/* Packets that wait to be freed. */
uint64_t skb_defer_held(const struct net *net);

#endif
