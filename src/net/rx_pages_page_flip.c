/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/text.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "net/rx_pages.h"

/* References that i40e takes of a page at a time (USHRT_MAX) and hands out without an atomic. */
#define PAGECNT_BIAS 65535

static int check(const struct net_params *k, struct error *e)
{
	if (k->frags_per_page != 2)
		return error_set(e, HZ_USER, "kernel.net.rx_pages: page_flip uses pages by halves; kernel.net.frags_per_page is %u, not 2",
				 k->frags_per_page);
	return 0;
}

static void open(struct channel *ch)
{
	ch->flips = xcalloc(1, sizeof *ch->flips);
	ch->flips->size = ch->rx.size;
	ch->flips->page = xcalloc(ch->flips->size, sizeof *ch->flips->page);
}

static void close(struct channel *ch)
{
	if (ch->flips)
		free(ch->flips->page);
	free(ch->flips);
}

static bool by_bias(const struct channel *ch)
{
	return ch->net->stack->page_flip == PAGE_FLIP_BIAS;
}

static struct page *get(struct cpu *cpu, struct channel *ch)
{
	struct page_flips *f = ch->flips;
	struct page *page;

	if (f->count) {
		page = f->page[f->first];
		f->first = (f->first + 1) % f->size;
		f->count--;
		return page;
	}
	page = alloc_pages(cpu, ch->net->mm, 0, MIGRATE_UNMOVABLE);
	if (!page)
		return NULL;
	cpu_work(cpu, ch->net->stack->cost_dma_map);
	ch->cache_counts.alloc++;
	page->pp_ref_count = 1;
	if (by_bias(ch)) {
		page_ref_add(cpu, ch->net->mm, page, PAGECNT_BIAS - 1);
		page->pp_ref_count = PAGECNT_BIAS;
	}
	return page;
}

/* References that others have of a page of which the driver has pp_ref_count. */
static bool others_have(struct cpu *cpu, struct channel *ch, struct page *page)
{
	if (ch->net->remote_release && page->refcount > page->pp_ref_count)
		cpu_line_up(cpu, 0);
	page_read(cpu, ch->net->mm, page);
	return page->refcount > page->pp_ref_count;
}

/* The other half goes to the ring if nobody has it and the page is this node's. */
static bool reusable(struct cpu *cpu, struct channel *ch, struct page *page)
{
	cpu_work(cpu, ch->net->stack->cost_page_flip);
	if (page_zone(ch->net->mm, page)->node != cpu->socket) {
		ch->cache_counts.waive++;
		return false;
	}
	if (others_have(cpu, ch, page)) {
		ch->cache_counts.busy++;
		return false;
	}
	ch->cache_counts.reuse++;
	return true;
}

static void reuse(struct channel *ch, struct page *page)
{
	struct page_flips *f = ch->flips;

	f->page[(f->first + f->count++) % f->size] = page;
}

/* ixgbe_can_reuse_rx_page, i40e_can_reuse_rx_page: one of the driver's references goes along with the packet. */
static void pass(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *skb)
{
	struct memory *mm = ch->net->mm;
	struct page *page = buffer->page;

	(void)skb;
	if (!reusable(cpu, ch, page)) {
		cpu_work(cpu, ch->net->stack->cost_dma_unmap);
		/* What the driver has beyond the packet's reference (__page_frag_cache_drain). */
		if (page->pp_ref_count > 1)
			page_ref_sub_and_test(cpu, mm, page, page->pp_ref_count - 1);
		return;
	}
	if (!by_bias(ch)) {
		page_ref_add(cpu, mm, page, 1);
	} else if (--page->pp_ref_count == 1) {
		page_ref_add(cpu, mm, page, PAGECNT_BIAS - 1);
		page->pp_ref_count = PAGECNT_BIAS;
	}
	reuse(ch, page);
}

static void drop(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer)
{
	if (reusable(cpu, ch, buffer->page)) {
		reuse(ch, buffer->page);
		return;
	}
	cpu_work(cpu, ch->net->stack->cost_dma_unmap);
	if (page_ref_sub_and_test(cpu, ch->net->mm, buffer->page, buffer->page->pp_ref_count))
		free_the_page(cpu, ch->net->mm, buffer->page);
}

static void lend(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame, bool away)
{
	(void)away;
	pass(cpu, ch, buffer, frame);
}

const struct rx_pages rx_pages_page_flip = {
	.policy = {"page_flip", "half pages: the other half is next, if the stack has let go of it by then (ixgbe, i40e)"},
	.keeps_references = true,
	.by_buffer = true,
	.check = check,
	.open = open,
	.close = close,
	.get = get,
	.pass = pass,
	.drop = drop,
	.lend = lend,
};
