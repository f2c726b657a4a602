/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire.h"

#include <stdlib.h>

#include "base/text.h"
#include "net/driver.h"
#include "net/page_cache.h"
#include "net/page_pool.h"
#include "net/rx_pages.h"
#include "net/skb.h"
#include "net/softirq.h"
#include "net/xdp.h"

struct sizes wire_sizes(const char *text)
{
	struct sizes s;
	struct error e = {0};

	ck_assert_msg(!sizes_parse(&s, text, FRAME_MIN, FRAME_MAX, &e), "%s", e.text);
	return s;
}

/* Free the packet, or hold it and free the one that has been held for longest. */
static void sink(struct wire *w, struct cpu *cpu, const struct sk_buff *skb)
{
	struct sk_buff oldest = *skb;

	if (w->holds < w->outstanding) {
		w->held[w->holds++] = *skb;
		return;
	}
	if (w->outstanding) {
		oldest = w->held[w->first_held];
		w->held[w->first_held] = *skb;
		w->first_held = (w->first_held + 1) % w->outstanding;
	}
	kfree_skb(cpu, &w->net, &oldest);
}

static void receive(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	struct wire *w = net->receive_arg;
	struct softnet_data *sd = cpu->softirq_data;

	w->received++;
	if (net->offered.flows && net->flow_queue[from->port][skb->flow] != from->index)
		w->flow_errors++;
	if (cpu->number == 0) {
		w->in_run = sd->runs == w->runs ? w->in_run + 1 : 1;
		w->runs = sd->runs;
		if (w->in_run > w->most_in_run)
			w->most_in_run = w->in_run;
		w->full_runs += w->in_run == 320;
	}
	cpu_work(cpu, w->work);
	if (w->sink)
		sink(w, cpu, skb);
	else
		mlx5e_xmit(cpu, net_channel(net, (from->port + 1) % net->ports, net_tx_queue(net, from, skb->flow)), skb);
}

struct wire wire_of(uint32_t ports, double pps)
{
	struct wire w = {.p = point_router(), .work = 500};

	w.p.nic.ports = ports;
	w.offered = (struct offered){.process = ARRIVAL_POISSON, .pps = pps, .burst = 32, .seed = 1};
	return w;
}

void wire_plug(struct wire *w, uint32_t cpus, cycles_t length)
{
	struct error e = {0};

	w->sizes = wire_sizes("64B");
	w->offered.sizes = &w->sizes;
	rig_hw(&w->hw, &w->p.machine, cpus, 10, length / 10);
	ck_assert_msg(!memory_init(&w->mm, &w->hw, &w->p.mm, 1, 0, &e), "%s", e.text);
	ck_assert_msg(!net_init(&w->net, &w->hw, w->hw.cpus, &w->mm, &w->p.net, &w->p.nic, &w->offered, &e), "%s", e.text);
	w->held = xcalloc(w->outstanding + 1, sizeof *w->held);
	w->net.receive = receive;
	w->net.receive_arg = w;
}

void wire_run(struct wire *w)
{
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		context_new_idle(&w->hw.cpu[i]);
	net_open(&w->net);
	hw_run(&w->hw);
	ck_assert_msg(!w->hw.sim.failure, "%s", w->hw.sim.failure);
}

const struct softnet_data *wire_softnet(const struct wire *w, uint32_t cpu)
{
	return w->hw.cpu[cpu].softirq_data;
}

/* Pages that were found somewhere, each once. */
struct found {
	struct wire *w;
	bool *seen;
	uint64_t pages;
	uint64_t *of_pool;   /* [channels]: those that the channel's page_pool must know */
};

static void find(struct found *f, const struct page *page, const struct page_pool *pool)
{
	bool *seen = &f->seen[page_to_pfn(&f->w->mm, page)];

	if (*seen)
		return;
	*seen = true;
	f->pages += UINT64_C(1) << page->order;
	for (uint32_t i = 0; pool && i < f->w->net.ports * f->w->net.queues; i++)
		f->of_pool[i] += f->w->net.channel[i].pool == pool;
}

/* A page that nobody else has. */
static void find_alone(struct found *f, const struct page *page, const struct page_pool *pool, int32_t refcount)
{
	ck_assert(!f->seen[page_to_pfn(&f->w->mm, page)]);
	ck_assert_int_eq(page->refcount, refcount);
	find(f, page, pool);
}

static void find_in_pool(struct found *f, const struct page_pool *pool)
{
	uint32_t in_ring = 0;

	for (uint32_t i = 0; i < pool->count; i++)
		find_alone(f, pool->cache[i], pool, 1);
	/* Slots that are taken and not yet cleared still have their pointers. */
	for (uint32_t i = pool->ring.consumer_head; in_ring < pool->ring.count; i = (i + 1) % pool->ring.size, in_ring++)
		find_alone(f, pool->ring.slot[i], pool, pool->params->refcount->refilled ? 0 : 1);
}

static void find_with_driver(struct found *f, const struct channel *ch)
{
	for (uint32_t b = 0; b < ch->rx.buffers; b++)
		find(f, ch->rx.buffer[(ch->rx.first_buffer + b) % ch->rx.size].page, ch->pool);
	for (uint32_t i = 0; ch->used && i < ch->used->count; i++)
		find(f, ch->used->page[(ch->used->first + i) % ch->used->size].page, ch->pool);
	for (uint32_t i = 0; ch->flips && i < ch->flips->count; i++)
		find(f, ch->flips->page[(ch->flips->first + i) % ch->flips->size], NULL);
	for (uint32_t i = ch->page_cache ? ch->page_cache->head : 0; ch->page_cache && i != ch->page_cache->tail;
	     i = (i + 1) % ch->page_cache->size)
		find(f, ch->page_cache->page[i], ch->pool);
}

static void find_sent(struct found *f, const struct tx_ring *t, const struct page_pool *own)
{
	for (uint32_t b = 0; b < t->count; b++) {
		const struct sk_buff *skb = &t->entry[(t->first + b) % t->size].skb;

		find(f, skb->head, own ? own : skb->pp_recycle);
	}
}

void wire_assert_conserved(struct wire *w)
{
	uint64_t arrived = 0, dropped = 0, ringed = 0, sent = 0, full = 0, consumed = 0;
	uint32_t channels = w->net.ports * w->net.queues;
	struct found f = {w, xcalloc(w->mm.pages, sizeof *f.seen), 0, xcalloc(channels, sizeof *f.of_pool)};
	struct error e = {0};

	/* What pools have nobody else has; what drivers have the stack may have too. */
	for (uint32_t i = 0; i < channels; i++)
		if (w->net.channel[i].pool)
			find_in_pool(&f, w->net.channel[i].pool);
	for (uint32_t i = 0; i < channels; i++) {
		struct channel *ch = &w->net.channel[i];

		for (uint32_t n = 0; n < ch->rx.windows; n++) {
			arrived += ch->rx.window[n].packets;
			dropped += ch->rx.window[n].dropped;
		}
		ringed += ch->rx.completions;
		ck_assert_int_eq(rx_ring_check(&ch->rx), 0);
		find_with_driver(&f, ch);
	}
	for (uint32_t i = 0; i < channels; i++) {
		find_sent(&f, &w->net.channel[i].tx, NULL);
		/* By its own XDP ring a packet leaves with the driver's hold on its page. */
		find_sent(&f, &w->net.channel[i].xdp_sq, w->net.channel[i].pool);
		find_sent(&f, &w->net.channel[i].redirect_sq, NULL);
	}
	for (uint32_t i = 0; i < w->holds; i++)
		find(&f, w->held[i].head, w->held[i].pp_recycle);
	for (uint32_t i = 0; i < channels && w->net.channel[i].pool; i++)
		ck_assert_uint_eq(page_pool_inflight(w->net.channel[i].pool), f.of_pool[i]);
	for (uint32_t i = 0; i < w->hw.cpus; i++)
		if (w->net.napi_frags[i].page)
			find(&f, w->net.napi_frags[i].page, NULL);
	for (uint32_t i = 0; i < w->hw.cpus * (w->hw.windows + 1); i++) {
		sent += w->net.window[i].sent;
		full += w->net.window[i].tx_ring_full;
		consumed += w->net.window[i].consumed;
	}
	if (w->net.xdp)
		w->received = sent + full + consumed;
	ck_assert_uint_eq(arrived, dropped + ringed + w->received);
	ck_assert_uint_eq(w->received, w->sink ? w->received : sent + full + consumed);
	ck_assert_msg(!memory_check(&w->mm, &e), "%s", e.text);
	ck_assert_uint_eq(w->mm.allocated_pages, f.pages);
	ck_assert_uint_eq(w->flow_errors, 0);
	free(f.seen);
	free(f.of_pool);
}
