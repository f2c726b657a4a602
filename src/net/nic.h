/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a NIC is. Filled from models/nics/. */
#ifndef HZ_NET_NIC_H
#define HZ_NET_NIC_H

#include "base/types.h"

#define NIC_PORTS_MAX 16

struct nic_params {
	char name[64];
	uint32_t ports;
	double line_rate;         /* bit/s per port */
	uint32_t queues;          /* channels per port: one RX queue, one TX queue, one NAPI each; 0: as many as CPUs in use */
	uint32_t rx_ring, tx_ring; /* descriptors per queue */
	uint32_t rx_usecs, rx_frames; /* interrupt moderation: microseconds after the first, or completions, whichever is first */
	uint32_t tx_usecs, tx_frames;
	cycles_t rx_latency;      /* last bit on the wire to completion entry visible */
	cycles_t tx_latency;      /* doorbell to first bit on the wire plus last bit to completion entry visible */
	uint32_t overhead;        /* bytes a frame takes on the wire beyond its length with FCS: preamble and gap, 20 */
};

#endif
