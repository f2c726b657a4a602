/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which direction a page_frag_cache hands out its page: kernel.page_frag.direction. */
#ifndef HZ_MM_FRAG_DIRECTION_H
#define HZ_MM_FRAG_DIRECTION_H

#include "base/policy.h"
#include "mm/page_frag.h"

struct frag_direction {
	struct policy policy;
	/* Offset of a page of `size` bytes of which nothing is handed out. */
	uint32_t (*start)(uint32_t size);
	/* Cut `bytes` from what is left of the page, aligned to `align`, a power of two, and charge the arithmetic. Returns whether there was
	 * room; without, the cache stays as it is. */
	bool (*cut)(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes, uint32_t align, uint32_t *offset);
	/* Bytes before the end of a piece whose length is not known yet when it is written; NULL: such a piece cannot be handed out. */
	uint32_t (*room)(const struct page_frag_cache *nc);
};

#endif
