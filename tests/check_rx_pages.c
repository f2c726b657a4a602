/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the driver's pages come from and go to: nothing is lost whichever it is, and each reuses exactly what its rule lets it. */
#include <math.h>
#include <string.h>

#include "mm/page_alloc.h"
#include "net/page_cache.h"
#include "net/page_pool.h"
#include "net/rx_pages.h"
#include "net/skb.h"
#include "net/xdp.h"
#include "plan/policies.h"
#include "wire.h"

#define HELD_MAX 1024

/* Every source, with the page_pool of every release. */
static const struct {
	const struct rx_pages *rx_pages;
	enum page_cache_behind behind;
	enum page_flip flip;
	const struct page_pool_refcount *refcount;
	const struct page_pool_refill *refill;
	const struct page_pool_skb_recycle *skb_recycle;
	uint32_t buffers;
} sources[] = {
	{&rx_pages_page_alloc, 0, 0, &page_pool_refcount_sole, &page_pool_refill_batch, &page_pool_skb_recycle_none, 2},
	{&rx_pages_mlx5_cache, PAGE_CACHE_PAGES, 0, &page_pool_refcount_sole, &page_pool_refill_batch, &page_pool_skb_recycle_none, 1},
	{&rx_pages_mlx5_cache, PAGE_CACHE_POOL, 0, &page_pool_refcount_sole, &page_pool_refill_empty_ring_first, &page_pool_skb_recycle_none, 2},
	{&rx_pages_page_flip, 0, PAGE_FLIP_COUNT, &page_pool_refcount_sole, &page_pool_refill_batch, &page_pool_skb_recycle_none, 2},
	{&rx_pages_page_flip, 0, PAGE_FLIP_BIAS, &page_pool_refcount_sole, &page_pool_refill_batch, &page_pool_skb_recycle_none, 2},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_one, &page_pool_refill_rfc, &page_pool_skb_recycle_ring, 1},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_one, &page_pool_refill_rfc, &page_pool_skb_recycle_ring, 4},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_zero, &page_pool_refill_rfc, &page_pool_skb_recycle_ring, 1},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_zero, &page_pool_refill_rfc, &page_pool_skb_recycle_ring, 2},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_sole, &page_pool_refill_empty_ring_first, &page_pool_skb_recycle_none, 1},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_sole, &page_pool_refill_numa_batch, &page_pool_skb_recycle_ring, 1},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_fragments, &page_pool_refill_numa_batch, &page_pool_skb_recycle_ring, 2},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_fragments, &page_pool_refill_numa_batch, &page_pool_skb_recycle_napi_safe, 4},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_fragments, &page_pool_refill_numa_batch, &page_pool_skb_recycle_softirq, 1},
	{&rx_pages_page_pool, 0, 0, &page_pool_refcount_fragments, &page_pool_refill_numa_batch, &page_pool_skb_recycle_pool, 2},
	{&rx_pages_page_frag, 0, 0, &page_pool_refcount_sole, &page_pool_refill_batch, &page_pool_skb_recycle_none, 2},
};
#define SOURCES (int)HZ_ARRAY_SIZE(sources)

static struct wire wire_from(int source, uint32_t ports, double pps)
{
	struct wire w = wire_of(ports, pps);
	struct net_params *k = &w.p.net;

	k->rx_pages = sources[source].rx_pages;
	k->page_cache_behind = sources[source].behind;
	k->page_flip = sources[source].flip;
	k->page_pool.refcount = sources[source].refcount;
	k->page_pool.refill = sources[source].refill;
	k->page_pool.skb_recycle = sources[source].skb_recycle;
	k->page_pool.slow = k->page_pool.refill == &page_pool_refill_numa_batch ? PAGE_POOL_SLOW_BULK : PAGE_POOL_SLOW_SINGLE;
	k->frags_per_page = sources[source].buffers;
	w.p.mm.page_frag_free = &frag_release_pcp;
	w.p.mm.bulk = &bulk_merged;
	return w;
}

static enum xdp_action verdict(struct net *net, const struct packet *packet)
{
	(void)packet;
	return ((const enum xdp_action *)net->receive_arg)[0];
}

enum way { FORWARD_HERE, FORWARD_ACROSS, SINK, HOLD, DROP, TX, REDIRECT, WAYS };

/* Every page that a driver got from its pools since the clock started was posted: in place of buffers that packets took, up to the holes
 * that are left and the pages that are half posted. */
static void assert_allocations_add_up(const struct wire *w)
{
	uint32_t buffers = net_buffers_per_page(&w->net), channels = w->net.ports * w->net.queues;
	uint64_t pages = 0, holes = 0;

	for (uint32_t i = 0; i < channels; i++) {
		const struct page_pool_counts *c = &w->net.channel[i].pool->counts;

		pages += c->fast + c->refill + c->slow;
		holes += rx_ring_missing(&w->net.channel[i].rx);
	}
	ck_assert_uint_ge(pages * buffers + holes + (buffers - 1) * channels, w->received);
	ck_assert_uint_le(pages * buffers + holes, w->received + (buffers - 1) * channels);
}

START_TEST(no_page_is_lost_on_any_way)
{
	static const enum xdp_action action[WAYS] = {[DROP] = XDP_DROP, [TX] = XDP_TX, [REDIRECT] = XDP_REDIRECT};
	enum way way = (enum way)(_i % WAYS);
	/* From idle to more than there is room for. */
	struct wire w = wire_from(_i / WAYS, 2, (const double[]){3e5, 3e6, 2e7}[_i % 3]);
	enum xdp_action says = action[way];

	w.sink = way == SINK || way == HOLD;
	w.outstanding = way == HOLD ? 300 : 0;
	w.p.nic.rx_ring = _i % 2 ? 128 : 1024;
	w.p.nic.tx_ring = _i % 5 ? 1024 : 16;
	w.p.net.tx_queue = way == FORWARD_ACROSS ? TX_QUEUE_BY_HASH : TX_QUEUE_BY_RX_QUEUE;
	w.p.net.xdp_return_bulk = _i % 3 ? 16 : 1;
	w.offered.flows = 100;
	wire_plug(&w, 3, 1500000);
	if (way >= DROP) {
		w.net.xdp = verdict;
		w.net.receive_arg = &says;
	}
	wire_run(&w);
	wire_assert_conserved(&w);
	ck_assert_uint_gt(w.received, 100);
	if (w.p.net.rx_pages == &rx_pages_page_pool)
		assert_allocations_add_up(&w);
	for (uint32_t i = 0; i < w.net.ports * w.net.queues && w.net.channel[i].pool; i++) {
		const struct page_pool *pool = w.net.channel[i].pool;

		ck_assert_uint_eq(pool->counts.races, 0);
		ck_assert_uint_le(pool->count, pool->params->cache);
		ck_assert_uint_le(pool->ring.count, pool->ring.size);
	}
}
END_TEST

/* A channel with its ring filled, to which next to nothing comes. */
static struct channel *open_quietly(struct wire *w)
{
	w->sink = true;
	wire_plug(w, 1, 1000000);
	net_open(&w->net);
	return net_channel(&w->net, 0, 0);
}

/* One packet after the other by hand, of which the stack holds the latest `outstanding`. */
struct conveyor {
	struct wire *w;
	struct channel *ch;
	uint32_t outstanding, first, count;
	struct sk_buff held[HELD_MAX];
};

static void convey(struct conveyor *c, uint32_t packets)
{
	const struct rx_pages *source = c->w->net.stack->rx_pages;
	struct cpu *cpu = c->ch->cpu;

	for (uint32_t i = 0; i < packets; i++) {
		struct rx_buffer buffer = c->ch->rx.buffer[c->ch->rx.first_buffer];
		struct sk_buff skb = {.head = buffer.page, .len = 64};

		/* The oldest buffer is filled, its packet goes up, the descriptor gets a new one. */
		source->pass(cpu, c->ch, &buffer, &skb);
		c->held[(c->first + c->count++) % HELD_MAX] = skb;
		if (c->count > c->outstanding) {
			skb_free_head(cpu, &c->w->net, &c->held[c->first], true);
			c->first = (c->first + 1) % HELD_MAX;
			c->count--;
		}
		buffer.page = source->get(cpu, c->ch);
		ck_assert_ptr_nonnull(buffer.page);
		c->ch->rx.buffer[c->ch->rx.first_buffer] = buffer;
		c->ch->rx.first_buffer = (c->ch->rx.first_buffer + 1) % c->ch->rx.size;
	}
}

/* 127 of 128 slots are of use. With fewer packets outstanding every page comes back; with more, 127 of them wait in the cache for their turn
 * while the others find it full. */
START_TEST(mlx5_s_cache_serves_up_to_its_size_of_outstanding_packets)
{
	static const uint32_t outstanding[] = {0, 1, 64, 126, 127, 128, 129, 160, 254, 400};
	uint32_t n = outstanding[_i], expected;
	struct wire w;
	struct conveyor c = {.outstanding = n};
	uint64_t allocs;

	w = wire_from(1, 1, 1e3);
	w.p.net.page_cache = 128;
	c.w = &w;
	c.ch = open_quietly(&w);
	/* Until it repeats itself; then as many packets as divide by both. */
	convey(&c, 10 * (n + 1) + 1000);
	c.ch->cache_counts = (struct rx_cache_counts){0};
	allocs = w.mm.counts.allocs;
	convey(&c, 20 * (n + 1));
	expected = n < 127 ? 20 * (n + 1) : 20 * 127;
	ck_assert_uint_eq(c.ch->cache_counts.reuse, expected);
	ck_assert_uint_eq(c.ch->cache_counts.busy, 20 * (n + 1) - expected);
	ck_assert_uint_eq(c.ch->cache_counts.full, 20 * (n + 1) - expected);
	ck_assert_uint_eq(w.mm.counts.allocs - allocs, 20 * (n + 1) - expected);
}
END_TEST

/* Packets that stay out, in a socket that nobody reads: with 129 of them the cache holds their pages alone, and however soon all others
 * come back, none is reused. */
START_TEST(while_129_packets_stay_out_mlx5_s_cache_never_reuses)
{
	struct wire w = wire_from(1, 1, 1e3);
	struct conveyor stay = {.w = &w, .outstanding = 129}, others = {.w = &w};
	uint64_t allocs;

	w.p.net.page_cache = 128;
	stay.ch = others.ch = open_quietly(&w);
	convey(&stay, 129);
	others.ch->cache_counts = (struct rx_cache_counts){0};
	allocs = w.mm.counts.allocs;
	convey(&others, 1000);
	ck_assert_uint_eq(others.ch->cache_counts.reuse, 0);
	ck_assert_uint_eq(others.ch->cache_counts.busy, 1000);
	ck_assert_uint_eq(others.ch->cache_counts.full, 1000);
	ck_assert_uint_eq(w.mm.counts.allocs - allocs, 1000);
}
END_TEST

START_TEST(a_page_pool_serves_any_number_of_outstanding_packets)
{
	static const uint32_t outstanding[] = {0, 127, 128, 400, 1000};
	uint32_t n = outstanding[_i % 5];
	struct wire w = wire_from(_i / 5 ? 7 : 5, 1, 1e3);
	struct conveyor c = {.w = &w, .ch = open_quietly(&w), .outstanding = n};
	uint64_t allocs;

	convey(&c, 3 * n + 3000);
	allocs = w.mm.counts.allocs;
	c.ch->pool->counts = (struct page_pool_counts){0};
	convey(&c, 6500);
	ck_assert_uint_eq(w.mm.counts.allocs - allocs, 0);
	ck_assert_uint_eq(c.ch->pool->counts.fast + c.ch->pool->counts.refill, 6500);
	/* 65 pages per refill. */
	ck_assert_uint_eq(c.ch->pool->counts.refill, 100);
	ck_assert_uint_eq(c.ch->pool->counts.ring, 6500);
}
END_TEST

START_TEST(only_the_head_of_mlx5_s_cache_is_looked_at)
{
	struct wire w = wire_from(1, 1, 1e3);
	struct channel *ch = open_quietly(&w);
	struct mlx5e_page_cache *cache = ch->page_cache;
	struct page *page[300];
	uint32_t n = 0;

	ck_assert_ptr_null(mlx5e_rx_cache_get(ch->cpu, &w.mm, cache));
	ck_assert_uint_ge(ch->cache_counts.empty, 1);
	ch->cache_counts = (struct rx_cache_counts){0};
	for (uint32_t i = 0; i < 300; i++)
		page[i] = alloc_pages(ch->cpu, &w.mm, 0, MIGRATE_UNMOVABLE);
	page_ref_add(ch->cpu, &w.mm, page[0], 1);
	while (mlx5e_rx_cache_put(ch->cpu, &w.mm, cache, page[n]))
		n++;
	ck_assert_uint_eq(n, 255);
	ck_assert_uint_eq(ch->cache_counts.full, 1);
	/* All but the first are free, and of no use. */
	for (int i = 0; i < 5; i++)
		ck_assert_ptr_null(mlx5e_rx_cache_get(ch->cpu, &w.mm, cache));
	ck_assert_uint_eq(ch->cache_counts.busy, 5);
	put_page(ch->cpu, &w.mm, page[0]);
	for (uint32_t i = 0; i < 255; i++)
		ck_assert_ptr_eq(mlx5e_rx_cache_get(ch->cpu, &w.mm, cache), page[i]);
	ck_assert_ptr_null(mlx5e_rx_cache_get(ch->cpu, &w.mm, cache));
	ck_assert_uint_eq(ch->cache_counts.reuse, 255);
	ck_assert_uint_eq(ch->cache_counts.empty, 1);
}
END_TEST

START_TEST(mlx5_s_cache_takes_other_nodes_pages_only_in_4_10)
{
	struct wire w = wire_from(_i ? 2 : 1, 1, 1e3);
	struct channel *ch = open_quietly(&w);
	struct page *remote = alloc_pages_node(ch->cpu, &w.mm, 1, 0, MIGRATE_UNMOVABLE, GFP_ATOMIC);

	ck_assert_uint_eq(remote->zone, 1);
	ck_assert(mlx5e_rx_cache_put(ch->cpu, &w.mm, ch->page_cache, remote) == !_i);
	ck_assert_uint_eq(ch->cache_counts.waive, (uint64_t)_i);
}
END_TEST

/* A miss of mlx5's cache from 4.18 on: the page is still in the stack when the driver gives it up, and leaves the pool. */
START_TEST(behind_mlx5_s_cache_a_page_pool_recycles_nothing_that_the_stack_has)
{
	struct wire w = wire_from(2, 1, 1e3);
	struct conveyor c = {.w = &w, .outstanding = 600};

	w.p.net.frags_per_page = 1;
	c.ch = open_quietly(&w);
	convey(&c, 3000);
	c.ch->pool->counts = (struct page_pool_counts){0};
	convey(&c, 6000);
	ck_assert_uint_gt(c.ch->cache_counts.full, 1000);
	ck_assert_uint_eq(c.ch->pool->counts.ring + c.ch->pool->counts.cached, 0);
	ck_assert_uint_eq(c.ch->pool->counts.fast, 0);
	ck_assert_uint_eq(c.ch->pool->counts.released_ref, c.ch->pool->counts.slow);
	ck_assert_uint_gt(c.ch->pool->counts.slow, 3000);
}
END_TEST

/* A page comes round once per ring turn: as long as its other half is back by then, no page is ever lost. */
START_TEST(half_pages_are_lost_when_the_other_half_is_out_a_ring_turn_later)
{
	static const struct {
		uint32_t outstanding;
		bool lost;
	} rows[] = {{0, false}, {62, false}, {63, false}, {64, true}, {200, true}};
	struct wire w = wire_from(_i % 2 ? 4 : 3, 1, 1e3);
	struct conveyor c = {.outstanding = rows[_i / 2].outstanding};
	bool lost = rows[_i / 2].lost;
	uint64_t allocs;

	w.p.nic.rx_ring = 64;
	c.w = &w;
	c.ch = open_quietly(&w);
	convey(&c, 2000);
	allocs = w.mm.counts.allocs;
	c.ch->cache_counts = (struct rx_cache_counts){0};
	convey(&c, 6400);
	ck_assert_uint_eq(c.ch->cache_counts.reuse + c.ch->cache_counts.busy, 6400);
	ck_assert_uint_eq(c.ch->cache_counts.alloc, w.mm.counts.allocs - allocs);
	ck_assert_uint_eq(c.ch->cache_counts.alloc, c.ch->cache_counts.busy);
	/* Then each page serves twice: new, and once more. */
	ck_assert_uint_eq(c.ch->cache_counts.busy, lost ? 3200 : 0);
}
END_TEST

/* The references of a page that i40e takes ahead are restocked before they run out. */
START_TEST(i40e_hands_out_references_without_an_atomic)
{
	struct wire w = wire_from(4, 1, 1e3);
	struct conveyor c = {.outstanding = 0};
	struct page *page;

	w.p.nic.rx_ring = 1;
	w.p.net.rx_wqe_bulk = 1;
	c.w = &w;
	c.ch = open_quietly(&w);
	page = c.ch->rx.buffer[0].page;
	ck_assert_int_eq(page->refcount, 65535);
	convey(&c, 65533);
	ck_assert_int_eq(page->pp_ref_count, 2);
	ck_assert_int_eq(page->refcount, 2);
	convey(&c, 1);
	ck_assert_int_eq(page->pp_ref_count, 65535);
	ck_assert_int_eq(page->refcount, 65535);
	ck_assert_ptr_eq(c.ch->rx.buffer[0].page, page);
	ck_assert_uint_eq(c.ch->cache_counts.busy, 0);
}
END_TEST

/* Since 6.4 the driver keeps what it did not hand out until it fills the descriptors again. */
START_TEST(fragments_go_back_when_their_descriptors_are_filled)
{
	struct wire w = wire_from(11, 1, 1e3);
	const struct rx_pages *source = &rx_pages_page_pool;
	struct channel *ch;
	struct sk_buff skb[2] = {{0}, {0}};
	struct rx_buffer buffer;
	struct page *page;

	ch = open_quietly(&w);
	buffer = ch->rx.buffer[0];
	page = buffer.page;
	ck_assert_int_eq(page->pp_ref_count, 64);
	ck_assert(!buffer.last);
	skb[0].head = skb[1].head = page;
	source->pass(ch->cpu, ch, &buffer, &skb[0]);
	ck_assert_ptr_eq(skb[0].pp_recycle, ch->pool);
	buffer = ch->rx.buffer[1];
	ck_assert_ptr_eq(buffer.page, page);
	ck_assert(buffer.last);
	/* The second packet is dropped by a program: its part stays the driver's. */
	source->drop(ch->cpu, ch, &buffer);
	ck_assert_int_eq(page->pp_ref_count, 64);
	skb_free_head(ch->cpu, &w.net, &skb[0], true);
	ck_assert_int_eq(page->pp_ref_count, 63);
	ck_assert_uint_eq(ch->used->count, 1);
	ch->pool->counts = (struct page_pool_counts){0};
	ck_assert_ptr_eq(source->get(ch->cpu, ch), page);
	ck_assert_uint_eq(ch->pool->counts.cached, 1);
	ck_assert_int_eq(page->pp_ref_count, 64);
}
END_TEST

START_TEST(what_drivers_cannot_have_is_refused)
{
	static const struct {
		int source;
		uint32_t buffers;
		const char *why;
	} rows[] = {
		{3, 1, "kernel.net.rx_pages: page_flip uses pages by halves; kernel.net.frags_per_page is 1, not 2"},
		{10, 2, "kernel.net.frags_per_page is 2; a page_pool with kernel.page_pool.refcount 'sole' hands out whole pages (1)"},
	};
	struct wire w = wire_from(rows[_i].source, 1, 1e3);
	struct error e = {0};

	ck_assert_int_eq(w.p.net.rx_pages->check(&w.p.net, &e), 0);
	w.p.net.frags_per_page = rows[_i].buffers;
	ck_assert_int_eq(w.p.net.rx_pages->check(&w.p.net, &e), HZ_USER);
	ck_assert_str_eq(e.text, rows[_i].why);
}
END_TEST

/* Whole runs. */
static void run(const struct params *p, struct result *r)
{
	rig_world(p, r, 60);
	ck_assert_msg(!r->failure, "%s", r->failure);
}

static struct params xdp_point(int source, enum xdp_mode mode, uint32_t cpus)
{
	struct wire w = wire_from(source, 2, 1e6);
	struct params p = w.p;

	p.load.kind = LOAD_XDP;
	p.load.xdp = mode;
	p.load.cpus = cpus;
	p.load.rate_pps = 1.5e7;
	return p;
}

START_TEST(in_xdp_drop_no_page_comes_from_the_allocator)
{
	struct params p = xdp_point(_i, XDP_MODE_DROP, 1);
	struct result r;
	bool cached = p.net.rx_pages != &rx_pages_page_alloc;
	double packets;

	run(&p, &r);
	packets = result_get(&r, "packets");
	ck_assert(packets > 1000);
	/* The quirk of 4.18: what is dropped goes into the array, which is of no use while the ring is empty. */
	if (p.net.rx_pages == &rx_pages_page_pool && p.net.page_pool.refill == &page_pool_refill_empty_ring_first)
		ck_assert(result_get(&r, "rx_pp_alloc_slow") >= 64);
	else if (p.net.rx_pages == &rx_pages_page_frag)
		/* A block of 32 KiB for 16 packets. */
		ck_assert_double_eq_tol(result_get(&r, "allocs"), packets / 16, 0.02 * packets);
	else if (cached)
		ck_assert_double_eq(result_get(&r, "allocs"), 0);
	else
		ck_assert(result_get(&r, "allocs") > 0.99 * packets);
	ck_assert_double_eq(result_get(&r, "alloc_failures"), 0);
	result_fini(&r);
}
END_TEST

START_TEST(xdp_tx_keeps_pages_in_the_array_and_redirect_uses_the_ring)
{
	struct params p = xdp_point(_i ? 13 : 10, XDP_MODE_TX, 1);
	struct result r;

	run(&p, &r);
	ck_assert(result_get(&r, "packets") > 1000);
	/* As many as are on their way out. */
	ck_assert(result_get(&r, "allocs") < 300);
	ck_assert(result_get(&r, "rx_pp_recycle_cached") > 1000);
	ck_assert_double_eq(result_get(&r, "rx_pp_recycle_ring"), result_get(&r, "rx_pp_recycle_cache_full"));
	result_fini(&r);
	p.load.xdp = XDP_MODE_REDIRECT;
	run(&p, &r);
	ck_assert(result_get(&r, "packets") > 1000);
	/* The driver's own last part, since 5.15, may be the one that comes last. */
	if (!_i)
		ck_assert_double_eq(result_get(&r, "rx_pp_recycle_cached"), 0);
	ck_assert(result_get(&r, "rx_pp_recycle_ring") > 500);
	result_fini(&r);
}
END_TEST

/* mlx5e_xdp_xmit(): each CPU has one ring of the other port for all that it redirects, whichever of its queues that came by. */
START_TEST(redirected_frames_leave_by_the_ring_of_their_cpu)
{
	enum xdp_action says = XDP_REDIRECT;
	struct wire w = wire_from(10, 2, 3e6);

	w.p.nic.queues = 6;
	w.offered.flows = 100;
	wire_plug(&w, 3, 1500000);
	w.net.xdp = verdict;
	w.net.receive_arg = &says;
	wire_run(&w);
	wire_assert_conserved(&w);
	for (uint32_t port = 0; port < 2; port++)
		for (uint32_t q = 0; q < 6; q++)
			ck_assert((net_channel(&w.net, port, q)->redirect_sq.wire_free > 0.0) == (q < 3));
}
END_TEST

START_TEST(frames_of_one_pool_go_back_together)
{
	struct params p = xdp_point(10, XDP_MODE_REDIRECT, 2);
	struct result r;
	double single = 0, bulk = 0, pages[2];

	/* As if packets were freed on other CPUs: the ring's lock is taken for real, and so counted. */
	p.net.tx_queue = TX_QUEUE_BY_HASH;
	for (int i = 0; i < 2; i++) {
		p.net.xdp_return_bulk = i ? 16 : 1;
		run(&p, &r);
		pages[i] = result_get(&r, "rx_pp_recycle_ring");
		ck_assert(pages[i] > 500);
		for (size_t k = 0; k < r.locks; k++)
			if (!strcmp(r.lock[k].name, "ptr_ring->producer_lock"))
				*(i ? &bulk : &single) = (double)r.lock[k].acquisitions;
		result_fini(&r);
	}
	ck_assert(single > 0.5 * pages[0]);
	ck_assert(bulk > 0 && bulk / pages[1] < 0.5 * single / pages[0]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rx_pages");
	TCase *ways = tcase_create("ways"), *rules = tcase_create("rules"), *runs = tcase_create("runs");

	tcase_add_loop_test(ways, no_page_is_lost_on_any_way, 0, SOURCES * WAYS);
	suite_add_tcase(suite, ways);
	tcase_add_loop_test(rules, mlx5_s_cache_serves_up_to_its_size_of_outstanding_packets, 0, 10);
	tcase_add_test(rules, while_129_packets_stay_out_mlx5_s_cache_never_reuses);
	tcase_add_loop_test(rules, a_page_pool_serves_any_number_of_outstanding_packets, 0, 10);
	tcase_add_test(rules, only_the_head_of_mlx5_s_cache_is_looked_at);
	tcase_add_loop_test(rules, mlx5_s_cache_takes_other_nodes_pages_only_in_4_10, 0, 2);
	tcase_add_test(rules, behind_mlx5_s_cache_a_page_pool_recycles_nothing_that_the_stack_has);
	tcase_add_loop_test(rules, half_pages_are_lost_when_the_other_half_is_out_a_ring_turn_later, 0, 10);
	tcase_add_test(rules, i40e_hands_out_references_without_an_atomic);
	tcase_add_test(rules, fragments_go_back_when_their_descriptors_are_filled);
	tcase_add_test(rules, redirected_frames_leave_by_the_ring_of_their_cpu);
	tcase_add_loop_test(rules, what_drivers_cannot_have_is_refused, 0, 2);
	suite_add_tcase(suite, rules);
	tcase_add_loop_test(runs, in_xdp_drop_no_page_comes_from_the_allocator, 0, SOURCES);
	tcase_add_loop_test(runs, xdp_tx_keeps_pages_in_the_array_and_redirect_uses_the_ring, 0, 2);
	tcase_add_test(runs, frames_of_one_pool_go_back_together);
	suite_add_tcase(suite, runs);
	return rig_main(suite);
}
