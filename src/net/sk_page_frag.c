/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/sk_page_frag.h"

#include "mm/page_alloc.h"

KFUNC(skb_page_frag_refill);

/* Whether all fragments are back. Asked for every piece: the struct page comes back from whoever dropped one. */
static bool sole_owner(struct cpu *cpu, struct memory *mm, struct page *page)
{
	if (mm->shares_pages && page->refcount > 1)
		cpu_line_up(cpu, 0);
	page_read(cpu, mm, page);
	return page->refcount == 1;
}

bool skb_page_frag_refill(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct page_frag *frag, uint32_t bytes)
{
	cpu_enter(cpu, &fn_skb_page_frag_refill);
	cpu_work(cpu, k->cost_skb_page_frag_refill);
	if (frag->page && sole_owner(cpu, mm, frag->page)) {
		mm->counts.frag_reuses += frag->offset > 0;
		frag->offset = 0;
	} else if (frag->page && frag->offset + bytes > frag->size) {
		put_page(cpu, mm, frag->page);
		frag->page = NULL;
	}
	if (!frag->page) {
		frag->page = page_frag_block(cpu, mm);
		frag->size = frag->page ? page_frag_block_size(frag->page) : 0;
		frag->offset = 0;
	}
	cpu_leave(cpu);
	return frag->page != NULL;
}
