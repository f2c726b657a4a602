/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packet or message sizes: a weighted list of lengths. */
#ifndef HZ_NET_SIZES_H
#define HZ_NET_SIZES_H

#include "base/error.h"
#include "base/types.h"
#include "sim/stream.h"

#define SIZES_MAX 32

struct sizes {
	uint32_t n;
	uint32_t length[SIZES_MAX];   /* bytes; of frames with FCS */
	double upto[SIZES_MAX];       /* cumulated share; the last is 1 */
	double mean;                  /* bytes */
};

#define FRAME_MIN 64u
#define FRAME_MAX 9216u

/* "64B", "imix" (7 x 64, 4 x 594, 1 x 1518 bytes), or "64B:7 594B:4 1518B:1" (length : weight). Lengths least..most.
 * Returns 0, or HZ_USER with what was expected. */
int sizes_parse(struct sizes *s, const char *text, uint32_t least, uint32_t most, struct error *e);

uint32_t sizes_draw(const struct sizes *s, struct stream *random);

#endif
