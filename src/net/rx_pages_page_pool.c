/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/text.h"
#include "mm/page_alloc.h"
#include "net/page_pool.h"
#include "net/rx_pages.h"

/* MLX5E_PAGECNT_BIAS_MAX: parts that a new page is said to have, more than it can have buffers. The driver counts those that it hands
 * out, and gives up the rest at once. */
#define PAGECNT_BIAS 64

static bool counts_fragments(const struct net_params *k)
{
	return k->page_pool.refcount->fragments && k->page_pool.skb_recycle->direct;
}

static int check(const struct net_params *k, struct error *e)
{
	if (k->frags_per_page > 1 && !k->page_pool.refcount->fragments && k->page_pool.skb_recycle->direct &&
	    k->page_pool.refcount->whole_pages)
		return error_set(e, HZ_USER, "kernel.net.frags_per_page is %u; a page_pool with kernel.page_pool.refcount '%s' hands out whole "
				 "pages (1)", k->frags_per_page, k->page_pool.refcount->policy.name);
	return 0;
}

static void open(struct channel *ch)
{
	channel_pool_open(ch, true);
	ch->used = xcalloc(1, sizeof *ch->used);
	ch->used->size = ch->rx.size;
	ch->used->page = xcalloc(ch->used->size, sizeof *ch->used->page);
}

static void close(struct channel *ch)
{
	if (ch->used)
		free(ch->used->page);
	free(ch->used);
	channel_pool_close(ch);
}

static void use_up(struct used_pages *u, struct page *page)
{
	u->page[(u->first + u->count++) % u->size] = (struct used_page){page, PAGECNT_BIAS - u->handed_out};
	u->handed_out = 0;
}

/* mlx5e_free_rx_wqe: only now does the driver give up what it kept of the page that these descriptors had. */
static void release_used(struct cpu *cpu, struct channel *ch)
{
	struct used_pages *u = ch->used;
	struct used_page used = u->page[u->first];

	if (!u->count)
		return;
	u->first = (u->first + 1) % u->size;
	u->count--;
	page_pool_put_page(cpu, ch->pool, used.page, used.left, true);
}

static struct page *get(struct cpu *cpu, struct channel *ch)
{
	struct page *page;

	release_used(cpu, ch);
	page = page_pool_alloc_pages(cpu, ch->pool);
	/* page_pool_fragment_page: a store, nobody else has the page. */
	if (page && counts_fragments(ch->net->stack)) {
		page_touch(cpu, ch->net->mm, page);
		page->pp_ref_count = PAGECNT_BIAS;
	}
	return page;
}

/* The packet takes a part of the page along. */
static void hand_out(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer)
{
	if (counts_fragments(ch->net->stack)) {
		ch->used->handed_out++;
		if (buffer->last)
			use_up(ch->used, buffer->page);
	} else if (!buffer->last) {
		/* With the last buffer goes the driver's own reference. */
		page_ref_add(cpu, ch->net->mm, buffer->page, 1);
	}
}

static void pass(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *skb)
{
	hand_out(cpu, ch, buffer);
	if (ch->pool->params->skb_recycle->direct)
		skb->pp_recycle = ch->pool;
	else if (buffer->last)
		page_pool_release_page(cpu, ch->pool, buffer->page);
}

static void drop(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer)
{
	if (!buffer->last)
		return;
	if (counts_fragments(ch->net->stack))
		use_up(ch->used, buffer->page);
	else
		page_pool_put_page(cpu, ch->pool, buffer->page, 1, true);
}

static void lend(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame, bool away)
{
	(void)away;
	hand_out(cpu, ch, buffer);
	frame->pp_recycle = ch->pool;
}

static void release(struct cpu *cpu, struct channel *ch, struct page *page)
{
	page_pool_put_page(cpu, ch->pool, page, 1, true);
}

const struct rx_pages rx_pages_page_pool = {
	.policy = {"page_pool", "a page_pool per RX queue, into which the stack gives pages back as kernel.page_pool.skb_recycle says"},
	.check = check,
	.open = open,
	.close = close,
	.get = get,
	.pass = pass,
	.drop = drop,
	.lend = lend,
	.release = release,
};
