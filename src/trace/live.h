/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of every page frame: never seen, freed, or out with an order. Four bits per frame, in chunks of 64
 * frames that exist only where something was seen; about 1 byte per page in a dense region, 48 for a lonely one. */
#ifndef HZ_TRACE_LIVE_H
#define HZ_TRACE_LIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct live_chunk;

enum { LIVE_UNKNOWN = 0, LIVE_FREED = 1, LIVE_ORDER0 = 2 }; /* LIVE_ORDER0 + n: out with order n */

struct live {
	uint32_t *slot;              /* hash table of chunk numbers, 0 empty */
	uint32_t mask;
	struct live_chunk **segment; /* chunks by number, in segments that never move */
	uint32_t segments;
	uint32_t used;               /* chunk numbers 1..used are in use */
	uint32_t limit;              /* most chunks */
	uint64_t forgotten;          /* freed frames that were given up to stay below the limit */
};

#define LIVE_CHUNKS_MAX (UINT32_C(380) << 10) /* 15 MiB of chunks: the program stays below 64 MiB */

/* `limit` chunks at most, LIVE_CHUNKS_MAX but in tests. */
void live_init(struct live *l, uint32_t limit);

/* Give frame `pfn` a new state. Returns the old one. At the limit, frames that are free become unknown again; when that
 * does not help, because too many pages are out at once, returns -1 with *e filled (HZ_ENVIRONMENT). */
int live_set(struct live *l, uint64_t pfn, unsigned state, struct error *e);

void live_fini(struct live *l);

#endif
