/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page fragments: pieces of a page that are handed out without an atomic and freed one by one. */
#ifndef HZ_MM_PAGE_FRAG_H
#define HZ_MM_PAGE_FRAG_H

#include "mm/memory.h"

#define FRAG_ORDER_MAX 3    /* 32 KiB */
#define FRAG_ALIGN 64u      /* SMP_CACHE_BYTES */

struct page_frag_cache {
	struct page *page;   /* NULL: nothing cached */
	uint32_t size;       /* bytes */
	uint32_t offset;     /* what kernel.page_frag.direction makes of it */
	int32_t pagecnt_bias;
	struct line line;
};

/* As in the kernel, a piece of a page, or a page that is being handed out. */
struct page_frag {
	struct page *page;   /* NULL: none */
	uint32_t offset, size; /* bytes */
};

/* `bytes` of the cached page, aligned to `align`, a power of two. An exhausted page is reused when all its fragments are back, else
 * abandoned to them and replaced. page NULL: out of memory, or more than a page when only one page is to be had (kernel.page_frag.oversize
 * says what happens then). */
struct page_frag page_frag_alloc_align(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes, uint32_t align);

/* The same at any offset. */
static inline struct page_frag page_frag_alloc(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes)
{
	return page_frag_alloc_align(cpu, mm, nc, bytes, 1);
}

/* What lies free behind the last fragment, at least `least` bytes, for a writer that does not know yet how much it will need; NULL as above.
 * The cache must hand out bottom up. The writer says with page_frag_commit() what it took before anything else is asked of the cache. */
struct page_frag page_frag_refill_prepare(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t least);

/* `bytes` of it are taken, as a fragment of its own or as a longer last fragment, which takes no reference (page_frag_commit_noref). */
void page_frag_commit(struct page_frag_cache *nc, uint32_t bytes, bool own_reference);

/* A fragment is dropped: the last one frees its page, where kernel.page_frag_free says. */
void page_frag_free(struct cpu *cpu, struct memory *mm, struct page *page);

/* Give the cached page back. */
void page_frag_cache_drain(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc);

/* Drop `references` of a page that was handed out in fragments; the last one frees it. Returns whether it did. */
bool __page_frag_cache_drain(struct cpu *cpu, struct memory *mm, struct page *page, int32_t references);

/* A block to hand out in fragments: of kernel.page_frag.order, of order 0 when there is none. NULL when there is no page. */
struct page *page_frag_block(struct cpu *cpu, struct memory *mm);

static inline uint32_t page_frag_block_size(const struct page *page)
{
	return PAGE_SIZE_BYTES << page->order;
}

#endif
