/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A machine with a NIC, for tests of the network below the loads. */
#ifndef HZ_TESTS_WIRE_H
#define HZ_TESTS_WIRE_H

#include "net/channel.h"
#include "rig.h"

/* A machine with a NIC; what is received is sent on, or freed by the stack. */
struct wire {
	struct params p;
	struct sizes sizes;
	struct offered offered;
	struct hw hw;
	struct memory mm;
	struct net net;
	bool sink;
	uint32_t outstanding;       /* packets that a sink holds before it frees the oldest */
	struct sk_buff *held;       /* [outstanding] ring */
	uint32_t first_held, holds;
	cycles_t work;              /* of the stack, per packet */
	uint64_t received;
	uint64_t flow_errors;
	uint32_t most_in_run, in_run; /* packets of CPU 0 in one net_rx_action */
	uint64_t runs, full_runs;
};

/* "64B", as load.packet_size; fails the test when it is wrong. */
struct sizes wire_sizes(const char *text);

/* Packets at `pps` to each port, on point_router()'s machine, with 500 cycles of the stack's work each. */
struct wire wire_of(uint32_t ports, double pps);

/* Make it, for a run of `length` cycles. */
void wire_plug(struct wire *w, uint32_t cpus, cycles_t length);
void wire_run(struct wire *w);

/* Nothing is lost: neither packets nor pages. */
void wire_assert_conserved(struct wire *w);

const struct softnet_data *wire_softnet(const struct wire *w, uint32_t cpu);

#endif
