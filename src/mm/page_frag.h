/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page fragments: pieces of a page that are handed out without an atomic and freed one by one. */
#ifndef HZ_MM_PAGE_FRAG_H
#define HZ_MM_PAGE_FRAG_H

#include "mm/memory.h"

struct page_frag_cache {
	struct page *page;   /* NULL: nothing cached */
	uint32_t size;       /* bytes */
	uint32_t offset;     /* next fragment ends here: handed out from the top down */
	int32_t pagecnt_bias;
	struct line line;
	uint64_t refills, reuses;
};

struct page_frag {
	struct page *page;   /* NULL: out of memory, or larger than the cached page */
	uint32_t offset;
};

/* `bytes` of a cached page, aligned down to 64. An exhausted page is reused when all its fragments are back, else abandoned to them
 * and replaced: order 3 first, order 0 when that fails. */
struct page_frag page_frag_alloc(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes);

/* A fragment is dropped: the last one frees its page, where kernel.page_frag_free says. */
void page_frag_free(struct cpu *cpu, struct memory *mm, struct page *page);

/* Give the cached page back. */
void __page_frag_cache_drain(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc);

#endif
