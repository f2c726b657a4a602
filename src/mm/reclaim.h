/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reclaim: page cache that nobody has read for longest is given up when free pages are short, by kswapd in the background or by the task that
 * wants a page (mm/vmscan.c). All of it is clean and unmapped; anonymous memory stays, since there is no swap. */
#ifndef HZ_MM_RECLAIM_H
#define HZ_MM_RECLAIM_H

#include "base/histogram.h"
#include "mm/lru.h"

struct context;

#define MAX_RECLAIM_RETRIES 16u  /* rounds in a row that bring nothing before a task, or kswapd, gives up */

/* One node's kswapd. */
struct kswapd {
	struct memory *mm;
	uint32_t node;
	struct context *task;
	bool waiting;          /* on pgdat->kswapd_wait */
	uint32_t failures;     /* balances in a row that freed nothing: after MAX_RECLAIM_RETRIES it gives up */
};

struct reclaim {
	struct kswapd *kswapd; /* [nodes] */
	struct histogram stall; /* cycles that tasks spent in direct reclaim, one value per allocation */
};

/* A kswapd for every node, on the CPU of it that kernel.reclaim.kswapd_cpu says, and what tasks need to reclaim. Before the run, after lru_init() and before the idle contexts. */
void kswapd_run(struct memory *mm);
void reclaim_fini(struct memory *mm);

/* Let the kswapds of nodes that are below their high watermark go to work. Any context. */
void wake_all_kswapds(struct cpu *cpu, struct memory *mm);

/* Direct reclaim for a task that wants a page of this node: some SWAP_CLUSTER_MAX pages of each node. Returns how many became free. */
uint32_t try_to_free_pages(struct cpu *cpu, struct memory *mm, uint32_t node);

#endif
