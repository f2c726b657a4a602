/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_alloc.h"
#include "net/sk_page_frag.h"

static struct page_frag refill(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct sk_page_frag *f, uint32_t least)
{
	struct page_frag *frag = &f->frag;

	cpu_touch(cpu, &f->line, cpu->socket);
	if (!skb_page_frag_refill(cpu, mm, k, frag, least))
		return (struct page_frag){0};
	return (struct page_frag){frag->page, frag->offset, frag->size - frag->offset};
}

/* get_page() per fragment. */
static void take(struct cpu *cpu, struct memory *mm, struct sk_page_frag *f, uint32_t bytes, bool own_fragment)
{
	if (own_fragment)
		page_ref_add(cpu, mm, f->frag.page, 1);
	f->frag.offset += bytes;
}

static void release(struct cpu *cpu, struct memory *mm, struct sk_page_frag *f)
{
	if (f->frag.page)
		put_page(cpu, mm, f->frag.page);
	f->frag.page = NULL;
}

const struct sk_frag sk_frag_page_frag = {
	.policy = {"page_frag", "skb_page_frag_refill(), and get_page() for each fragment (until 7.1 at least)"},
	.refill = refill,
	.take = take,
	.release = release,
};
