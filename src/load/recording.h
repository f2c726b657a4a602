/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A native trace as work for each CPU: which block of pages to allocate or free, and not before when. */
#ifndef HZ_LOAD_RECORDING_H
#define HZ_LOAD_RECORDING_H

#include <stdbool.h>

#include "base/error.h"
#include "base/types.h"
#include "mm/page.h"

#define RECORDING_BEFORE UINT32_MAX

/* A block of pages between its allocation and its free. */
struct recorded_block {
	uint32_t cpu;             /* allocates it; RECORDING_BEFORE: it is out when the trace starts */
	uint32_t freed_by;        /* of blocks that are out at the start: who frees it */
	uint8_t order;
};

struct recorded_step {
	uint64_t at_ns;           /* since the trace's start */
	uint32_t block;
	bool frees;
	uint8_t migratetype;
};

struct recorded_cpu {
	struct recorded_step *step;
	uint32_t steps, room;
};

struct recording {
	uint32_t cpus;
	struct recorded_cpu *cpu;
	struct recorded_block *block;
	uint32_t blocks, room;
	uint64_t length_ns;
	uint64_t events;
	uint64_t packets;         /* by napi_poll */
	uint64_t failed;          /* allocations that failed: left out */
	uint64_t unpaired;        /* frees of pages that nobody was seen to allocate: left out */
	uint64_t too_large;       /* blocks above MAX_ORDER: left out */
};

/* Facts without the steps. `cpus`, `length_ns`, `events` and `packets` are set. */
int recording_look(struct recording *r, const char *path, struct error *e);

/* The whole trace. Both return 0, or the reader's error with *r empty. */
int recording_load(struct recording *r, const char *path, struct error *e);
void recording_fini(struct recording *r);

#endif
