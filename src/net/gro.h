/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generic receive offload of TCP: segments of a flow that follow each other become one packet. */
#ifndef HZ_NET_GRO_H
#define HZ_NET_GRO_H

#include "net/channel.h"

/* Hold a segment, merged with what its flow has waiting here, or hand it on when it is done: as many fragments as a packet can have, as many
 * bytes as IP can say, or as many flows as a list holds. */
void napi_gro_receive(struct cpu *cpu, struct channel *ch, const struct sk_buff *skb);

/* Hand on all that waits: when the NAPI completes. */
void napi_gro_flush(struct cpu *cpu, struct channel *ch);

/* Packets that wait. */
uint32_t napi_gro_held(const struct napi *napi);
/* What came in for them. */
uint32_t napi_gro_segments(const struct napi *napi);

#endif
