/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/text.h"
#include "mm/page_alloc.h"
#include "net/page_cache.h"
#include "net/page_pool.h"
#include "net/rx_pages.h"

/* Behind the cache there is the page allocator, or since 4.18 a page_pool, whose pages the driver maps itself. */
static void open(struct channel *ch)
{
	const struct net_params *k = ch->net->stack;

	ch->page_cache = xcalloc(1, sizeof *ch->page_cache);
	*ch->page_cache = (struct mlx5e_page_cache){
		.size = k->page_cache, .local_only = k->page_cache_behind == PAGE_CACHE_POOL, .shared = ch->net->remote_release,
		.counts = &ch->cache_counts, .cost_get = k->cost_page_cache_get, .cost_put = k->cost_page_cache_put,
	};
	ch->page_cache->page = xcalloc(k->page_cache, sizeof *ch->page_cache->page);
	if (k->page_cache_behind == PAGE_CACHE_POOL)
		channel_pool_open(ch, false);
}

static void close(struct channel *ch)
{
	if (ch->page_cache)
		free(ch->page_cache->page);
	free(ch->page_cache);
	channel_pool_close(ch);
}

static struct page *get(struct cpu *cpu, struct channel *ch)
{
	struct memory *mm = ch->net->mm;
	struct page *page = mlx5e_rx_cache_get(cpu, mm, ch->page_cache);

	if (page)
		return page;
	page = ch->pool ? page_pool_alloc_pages(cpu, ch->pool) : alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE);
	if (page)
		cpu_work(cpu, ch->net->stack->cost_dma_map);
	return page;
}

/* mlx5e_page_release */
static void release(struct cpu *cpu, struct channel *ch, struct page *page)
{
	if (mlx5e_rx_cache_put(cpu, ch->net->mm, ch->page_cache, page))
		return;
	cpu_work(cpu, ch->net->stack->cost_dma_unmap);
	if (ch->pool)
		page_pool_put_page(cpu, ch->pool, page, 1, true);
	else
		put_page(cpu, ch->net->mm, page);
}

static void lend(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame, bool away)
{
	(void)buffer;
	if (!away)
		return;
	/* The cache never sees it again. */
	cpu_work(cpu, ch->net->stack->cost_dma_unmap);
	frame->pp_recycle = ch->pool;
}

const struct rx_pages rx_pages_mlx5_cache = {
	.policy = {"mlx5_cache", "the driver's own ring of pages, of which only the oldest is tried; behind it the page allocator or a page_pool"},
	.keeps_references = true,
	.open = open,
	.close = close,
	.get = get,
	.pass = rx_pages_pass_carved,
	.drop = rx_pages_drop_carved,
	.lend = lend,
	.release = release,
};
