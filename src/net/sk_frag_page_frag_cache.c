/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/sk_page_frag.h"

static struct page_frag refill(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct sk_page_frag *f, uint32_t least)
{
	(void)k;
	return page_frag_refill_prepare(cpu, mm, &f->cache, least);
}

static void take(struct cpu *cpu, struct memory *mm, struct sk_page_frag *f, uint32_t bytes, bool own_fragment)
{
	(void)cpu;
	(void)mm;
	page_frag_commit(&f->cache, bytes, own_fragment);
}

static void release(struct cpu *cpu, struct memory *mm, struct sk_page_frag *f)
{
	page_frag_cache_drain(cpu, mm, &f->cache);
}

const struct sk_frag sk_frag_page_frag_cache = {
	.policy = {"page_frag_cache", "a page_frag_cache, whose bias holds the references (proposed in April 2024)"},
	.appends = true,
	.refill = refill,
	.take = take,
	.release = release,
};
