/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NET_RX softirq of each CPU: the NAPI poll list, its limits, and ksoftirqd. */
#ifndef HZ_NET_SOFTIRQ_H
#define HZ_NET_SOFTIRQ_H

#include "hw/context.h"
#include "net/channel.h"

struct softnet_data {
	struct net *net;
	struct channel **poll_list; /* scheduled NAPIs in order, [channels] */
	uint32_t polls_listed;
	struct channel **repoll;    /* scratch of net_rx_action */
	struct context *ksoftirqd;
	uint64_t runs, time_squeeze, ksoftirqd_wakeups;
};

void softirq_init(struct net *net, struct cpu *cpu);
void softirq_fini(struct cpu *cpu);

/* Put a channel's NAPI on its CPU's poll list and raise NET_RX. By that CPU. */
void napi_schedule(struct cpu *cpu, struct channel *ch);

#endif
