/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocations that find no zone above its low watermark. */
#ifndef HZ_MM_SLOWPATH_H
#define HZ_MM_SLOWPATH_H

#include "mm/page_alloc.h"

/* Wake kswapd; try again down to the min watermark, or into the reserves; where the caller may sleep, reclaim and try until a page is had or
 * reclaim gets nowhere. A block that is not prepared yet, or NULL. */
struct page *__alloc_pages_slowpath(struct cpu *cpu, struct memory *mm, uint32_t node, unsigned order, enum migratetype type, enum gfp gfp);

#endif
