/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/frag_release.h"
#include "mm/page_alloc.h"

static void release(struct cpu *cpu, struct memory *mm, struct page *page)
{
	__free_pages_ok(cpu, mm, page, page->order);
}

const struct frag_release frag_release_buddy = {
	.policy = {"buddy", "__free_pages_ok(), under zone->lock even for order 0 (until 4.20)"},
	.release = release,
};
