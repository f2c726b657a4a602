/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernel memory that was in use before the run: memory of a system that has been up for a while. */
#ifndef HZ_MM_RESIDENT_H
#define HZ_MM_RESIDENT_H

#include "mm/memory.h"

/* In the first `bytes` of the zone's memory, rounded down to largest blocks and at most the whole zone, unmovable
 * pages of others are scattered and never freed; the gaps between them are on the free lists, in no order. How dense
 * they lie differs from block to block: from one page in two to one page in the block, each scale as likely as the
 * next. Before the zone is used. */
void resident_init(struct memory *mm, struct zone *zone, uint64_t bytes, uint64_t seed, uint32_t repetition);

#endif
