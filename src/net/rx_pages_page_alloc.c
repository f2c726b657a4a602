/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_alloc.h"
#include "net/rx_pages.h"

static struct page *get(struct cpu *cpu, struct channel *ch)
{
	struct page *page = alloc_pages(cpu, ch->net->mm, 0, MIGRATE_UNMOVABLE);

	if (page)
		cpu_work(cpu, ch->net->stack->cost_dma_map);
	return page;
}

/* With its last buffer the driver lets go of the page. */
static void release(struct cpu *cpu, struct channel *ch, struct page *page)
{
	cpu_work(cpu, ch->net->stack->cost_dma_unmap);
	put_page(cpu, ch->net->mm, page);
}

static void lend(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame, bool away)
{
	(void)buffer;
	(void)frame;
	if (away)
		cpu_work(cpu, ch->net->stack->cost_dma_unmap);
}

const struct rx_pages rx_pages_page_alloc = {
	.policy = {"page_alloc", "the page allocator: the driver keeps none"},
	.get = get,
	.pass = rx_pages_pass_carved,
	.drop = rx_pages_drop_carved,
	.lend = lend,
	.release = release,
};
