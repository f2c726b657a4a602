/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vhost_net workers: one takes packets from its guest and sends them through the bridge into another guest's tap, one takes packets from its
 * tap and gives them to its guest. */
#ifndef HZ_NET_VHOST_NET_H
#define HZ_NET_VHOST_NET_H

#include "net/tap.h"
#include "net/vhost_frag.h"

/* A packet is built in one fragment: frame, headroom before it and struct skb_shared_info behind it. */
#define VHOST_NET_PAD 320u
#define SKB_SHARED_INFO 320u
#define VHOST_FRAME_MAX (PAGE_SIZE_BYTES - VHOST_NET_PAD - SKB_SHARED_INFO)

/* Counts of one CPU in one window. */
struct vhost_window {
	uint64_t sent;             /* by a guest, as fragments */
	uint64_t dropped;          /* of them: the tap's ring was full, or memory was out */
	uint64_t received, received_bytes; /* by a guest */
};

/* Of a sending guest. Set the first group, zero the rest. */
struct vhost_tx {
	struct net *net;
	struct tap *to;
	struct vhost_window *window; /* [windows + 1] */
	/* What the guest has in its ring by `now`: the length of its next frame, which it then has no more. 0: nothing. */
	uint32_t (*next)(void *guest, cycles_t now);
	void *guest;

	struct vhost_frags frags;
};

/* Of a receiving guest. */
struct vhost_rx {
	struct net *net;
	struct tap *tap;
	struct vhost_window *window; /* [windows + 1] */
	uint64_t next_number;
};

/* handle_tx(): send what the guest has, up to the weight of one round. Returns how many frames that was. */
uint32_t vhost_handle_tx(struct cpu *cpu, struct vhost_tx *tx);

/* handle_rx(): give what is in the tap, up to one batch, to the guest. Returns how many frames that was. Packets out of order end the run. */
uint32_t vhost_handle_rx(struct cpu *cpu, struct vhost_rx *rx);

#endif
