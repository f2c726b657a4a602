/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/vhost_frag.h"

static struct page_frag alloc(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct vhost_frags *f, uint32_t bytes)
{
	(void)k;
	return page_frag_alloc_align(cpu, mm, &f->cache, bytes, FRAG_ALIGN);
}

static void release(struct cpu *cpu, struct memory *mm, struct vhost_frags *f)
{
	page_frag_cache_drain(cpu, mm, &f->cache);
}

const struct vhost_frag vhost_frag_page_frag_cache = {
	.policy = {"page_frag_cache", "a page_frag_cache as drivers have (since 6.11)"},
	.alloc = alloc,
	.release = release,
};
