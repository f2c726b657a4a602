/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NET_RX softirq of each CPU: the NAPI poll list, its limits, and ksoftirqd. */
#ifndef HZ_NET_SOFTIRQ_H
#define HZ_NET_SOFTIRQ_H

#include "hw/context.h"
#include "net/channel.h"

/* Work that an interrupt or a softirq leaves for the end of the softirq. */
struct tasklet {
	void (*func)(struct cpu *cpu, void *arg);
	void *arg;
	bool scheduled;
	struct tasklet *next;
};

struct softnet_data {
	struct net *net;
	struct channel **poll_list; /* scheduled NAPIs in order, [channels] */
	uint32_t polls_listed;
	bool net_rx;                /* NET_RX is raised: net_rx_action has something to do, polls or packets left to this CPU */
	struct channel **repoll;    /* scratch of net_rx_action */
	struct tasklet *tasklets;  /* scheduled, the last one first */
	struct context *ksoftirqd;
	uint64_t runs, time_squeeze, ksoftirqd_wakeups;
};

void softirq_init(struct net *net, struct cpu *cpu);
void softirq_fini(struct cpu *cpu);

void tasklet_init(struct tasklet *t, void (*func)(struct cpu *cpu, void *arg), void *arg);

/* Run it on this CPU behind what the softirq has to poll; once, however often it is scheduled before that. */
void tasklet_schedule(struct cpu *cpu, struct tasklet *t);

/* Raise NET_RX on this CPU. */
void raise_net_rx(struct cpu *cpu);

/* Put a channel's NAPI on its CPU's poll list and raise NET_RX. By that CPU. */
void napi_schedule(struct cpu *cpu, struct channel *ch);

#endif
