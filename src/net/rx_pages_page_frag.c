/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_frag.h"
#include "net/rx_pages.h"

/* napi_alloc_frag(): the CPU's page_frag_cache, in softirq and so without a lock. */
static struct page *get(struct cpu *cpu, struct channel *ch)
{
	struct net *net = ch->net;
	struct page_frag frag = page_frag_alloc(cpu, net->mm, &net->napi_frags[cpu->number], PAGE_SIZE_BYTES / net->stack->frags_per_page);

	if (frag.page)
		cpu_work(cpu, net->stack->cost_dma_map);
	return frag.page;
}

/* The buffer's own reference goes along. */
static void pass(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *skb)
{
	(void)buffer;
	(void)skb;
	cpu_work(cpu, ch->net->stack->cost_dma_unmap);
}

static void release(struct cpu *cpu, struct channel *ch, struct page *page)
{
	cpu_work(cpu, ch->net->stack->cost_dma_unmap);
	page_frag_free(cpu, ch->net->mm, page);
}

static void drop(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer)
{
	release(cpu, ch, buffer->page);
}

static void lend(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame, bool away)
{
	(void)buffer;
	(void)frame;
	if (away)
		cpu_work(cpu, ch->net->stack->cost_dma_unmap);
}

const struct rx_pages rx_pages_page_frag = {
	.policy = {"page_frag", "each buffer is a fragment of the CPU's page_frag_cache (napi_alloc_frag, as mtk_eth_soc has them)"},
	.keeps_references = true,
	.by_buffer = true,
	.get = get,
	.pass = pass,
	.drop = drop,
	.lend = lend,
	.release = release,
};
