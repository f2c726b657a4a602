/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/channel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw/ipi.h"
#include "net/driver.h"
#include "net/gro.h"
#include "net/page_pool.h"
#include "net/rx_heads.h"
#include "net/rx_pages.h"
#include "net/skb_defer.h"
#include "net/softirq.h"
#include "net/xdp.h"

static cycles_t usecs(const struct hw *hw, uint32_t us)
{
	return (cycles_t)(us * 1e-6 * hw->machine->clock_hz);
}

/* RSS: each flow's hash picks a queue. */
static void spread_flows(struct net *net, uint32_t port, const struct offered *o)
{
	struct stream *random;
	char name[32];

	snprintf(name, sizeof name, "rss port %u", port);
	random = stream_new(o->seed, o->repetition, name);
	net->flow_queue[port] = xcalloc(o->flows, sizeof **net->flow_queue);
	for (uint32_t f = 0; f < o->flows; f++)
		net->flow_queue[port][f] = stream_index(random, net->queues);
	stream_free(random);
}

static void start_arrivals(struct channel *ch)
{
	struct net *net = ch->net;
	const struct offered *o = &net->offered;
	struct arrival *a = &ch->rx.arrival;
	double per_port = net->hw->machine->clock_hz / o->pps;
	uint32_t *mine = NULL, n = 0;
	char name[48];

	if (o->flows) {
		mine = xcalloc(o->flows, sizeof *mine);
		for (uint32_t f = 0; f < o->flows; f++)
			if (net->flow_queue[ch->port][f] == ch->index)
				mine[n++] = f;
	}
	a->process = o->process;
	a->share = o->flows ? (double)n / o->flows : 1.0;
	/* Without flows the port deals its packets out in turn. */
	a->period = o->flows ? per_port : per_port * net->queues;
	a->gap = o->pps <= 0.0 || a->share <= 0.0 ? 0.0 : a->period / a->share;
	a->cycles_per_bit = ch->tx.cycles_per_bit;
	a->overhead = net->nic->overhead;
	a->burst = o->burst ? o->burst : 1;
	a->flow = mine;
	a->flows = n;
	a->sizes = o->sizes;
	snprintf(name, sizeof name, "arrivals %u.%u", ch->port, ch->index);
	a->random = stream_new(o->seed, o->repetition, name);
	arrival_start(a);
}

static void interrupt(struct cpu *cpu, void *arg)
{
	struct channel *ch = arg;

	ch->armed = false;
	ch->napi.interrupts++;
	driver_interrupt(cpu, ch);
}

static void start_stack(struct net *net)
{
	skb_structs_init(&net->skbs, net->mm, net->stack);
	skb_defer_init(net);
	net->napi_frags = xcalloc(net->hw->cpus, sizeof *net->napi_frags);
	net->window = xcalloc((size_t)net->hw->cpus * (net->hw->windows + 1), sizeof *net->window);
	for (uint32_t i = 0; i < net->hw->cpus; i++)
		softirq_init(net, &net->hw->cpu[i]);
}

int net_init(struct net *net, struct hw *hw, uint32_t cpus, struct memory *mm, const struct net_params *stack, const struct nic_params *nic,
	     const struct offered *offered, struct error *e)
{
	double cycles_per_bit = hw->machine->clock_hz / nic->line_rate;
	struct lock_class *class;

	*net = (struct net){.hw = hw, .mm = mm, .stack = stack, .nic = nic, .ports = nic->ports, .offered = *offered};
	net->queues = nic->queues ? nic->queues : cpus;
	if (net->ports > HZ_ARRAY_SIZE(net->flow_queue))
		return error_set(e, HZ_USER, "nic.ports is %u; at most %zu are modelled", net->ports,
				 HZ_ARRAY_SIZE(net->flow_queue));
	net->shared_tx = cpus > 1 && (stack->tx_queue == TX_QUEUE_BY_HASH || net->queues < cpus);
	net->remote_release = net->shared_tx;
	net->cost_rx_wqe = stack->cost_rx_wqe;
	net->lines_per_packet = stack->lines_per_packet;
	net->rx_moderation = usecs(hw, nic->rx_usecs);
	net->tx_moderation = usecs(hw, nic->tx_usecs);
	net->xdp_bulk = xcalloc(hw->cpus, sizeof *net->xdp_bulk);
	net->channel = xcalloc((size_t)net->ports * net->queues, sizeof *net->channel);
	class = lock_class_new(hw, &lock_qspinlock, "_xmit_ETHER", NULL);
	for (uint32_t port = 0; port < net->ports; port++) {
		if (offered->flows)
			spread_flows(net, port, offered);
		for (uint32_t q = 0; q < net->queues; q++) {
			struct channel *ch = net_channel(net, port, q);

			ch->net = net;
			ch->cpu = &hw->cpu[q % cpus];
			ch->port = port;
			ch->index = q;
			rx_ring_init(&ch->rx, nic->rx_ring, nic->rx_latency, hw->windows + 1, hw->window_length);
			tx_ring_init(&ch->tx, nic->tx_ring, nic->tx_latency, cycles_per_bit, nic->overhead);
			tx_ring_init(&ch->xdp_sq, nic->tx_ring, nic->tx_latency, cycles_per_bit, nic->overhead);
			tx_ring_init(&ch->redirect_sq, nic->tx_ring, nic->tx_latency, cycles_per_bit, nic->overhead);
			lock_init(&ch->tx_lock, class, hw);
			ch->irq = irq_line_new(ch->cpu, interrupt, ch);
		}
	}
	for (uint32_t i = 0; i < hw->cpus; i++)
		hw->cpu[i].sleeps_in_order |= net->shared_tx;
	start_stack(net);
	return 0;
}

void net_init_host(struct net *net, struct hw *hw, struct memory *mm, const struct net_params *stack)
{
	*net = (struct net){.hw = hw, .mm = mm, .stack = stack};
	start_stack(net);
}

void net_fini(struct net *net)
{
	for (uint32_t i = 0; i < net->ports * net->queues && net->channel; i++) {
		struct channel *ch = &net->channel[i];

		if (net->stack->rx_pages->close)
			net->stack->rx_pages->close(ch);
		free((uint32_t *)(uintptr_t)ch->rx.arrival.flow);
		rx_ring_fini(&ch->rx);
		tx_ring_fini(&ch->tx);
		tx_ring_fini(&ch->xdp_sq);
		tx_ring_fini(&ch->redirect_sq);
		lock_fini(&ch->tx_lock);
	}
	for (uint32_t i = 0; net->window && i < net->hw->cpus; i++)
		softirq_fini(&net->hw->cpu[i]);
	for (uint32_t port = 0; port < net->ports; port++)
		free(net->flow_queue[port]);
	skb_defer_fini(net);
	skb_structs_fini(&net->skbs);
	free(net->channel);
	free(net->xdp_bulk);
	free(net->napi_frags);
	free(net->window);
}

static uint64_t packets_finished(const struct net *net)
{
	uint64_t n = 0;

	for (size_t i = 0; i < (size_t)net->hw->cpus * (net->hw->windows + 1); i++) {
		const struct net_window *w = &net->window[i];

		n += w->sent + w->consumed + w->tx_ring_full + w->socket_full + w->no_skb;
	}
	return n;
}

int net_check_packets(const struct net *net, uint64_t queued, struct error *e)
{
	uint64_t received = 0, accounted = queued + packets_finished(net);

	for (uint32_t i = 0; i < net->ports * net->queues; i++) {
		const struct channel *ch = &net->channel[i];

		for (uint32_t n = 0; n < ch->rx.windows; n++)
			received += ch->rx.window[n].packets - ch->rx.window[n].dropped;
		accounted += ch->rx.completions;
		accounted += napi_gro_segments(&ch->napi);
	}
	for (uint32_t i = 0; net->xdp_bulk && i < net->hw->cpus; i++)
		accounted += net->xdp_bulk[i].n;
	if (received != accounted)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " packets were received, %" PRIu64 " are accounted for", received, accounted);
	return 0;
}

int net_check_skbs(const struct net *net, uint64_t held, struct error *e)
{
	for (uint32_t i = 0; i < net->ports * net->queues; i++)
		held += net->channel[i].tx.count + napi_gro_held(&net->channel[i].napi);
	held += skb_defer_held(net);
	return skb_structs_check(&net->skbs, held, e);
}

uint32_t net_tx_queue(const struct net *net, const struct channel *from, uint32_t flow)
{
	if (net->stack->tx_queue == TX_QUEUE_BY_RX_QUEUE)
		return from->index;
	/* skb_tx_hash: another hash than RSS takes, of the same flow. */
	return (uint32_t)(((uint64_t)(flow * 0x9E3779B1u) * net->queues) >> 32);
}

static cycles_t ring_due(const struct channel *ch, const struct tx_ring *ring)
{
	return tx_ring_interrupt(ring, ch->net->tx_moderation, ch->net->nic->tx_frames);
}

static cycles_t tx_due(const struct channel *ch)
{
	cycles_t due = ring_due(ch, &ch->tx), xdp, redirect;

	if (!ch->net->xdp)
		return due;
	xdp = ring_due(ch, &ch->xdp_sq);
	redirect = ring_due(ch, &ch->redirect_sq);
	due = xdp < due ? xdp : due;
	return redirect < due ? redirect : due;
}

static bool sent_is_done(const struct channel *ch, cycles_t now)
{
	return tx_ring_done(&ch->tx, now) || (ch->net->xdp && (tx_ring_done(&ch->xdp_sq, now) || tx_ring_done(&ch->redirect_sq, now)));
}

static void set_due(struct channel *ch, cycles_t due)
{
	ch->due = due;
	irq_set(ch->irq, due);
}

void channel_arm(struct channel *ch)
{
	cycles_t now = cpu_now(ch->cpu), rx, tx;

	rx = rx_ring_interrupt(&ch->rx, now, ch->net->rx_moderation, ch->net->nic->rx_frames);
	tx = sent_is_done(ch, now) ? now : tx_due(ch);
	ch->armed = true;
	set_due(ch, rx < tx ? rx : tx);
}

void channel_sent(struct channel *ch)
{
	cycles_t due = tx_due(ch);

	if (ch->armed && due < ch->due)
		set_due(ch, due);
}

/* From when the clock starts, as the allocator's. */
static void channel_start_counts(struct channel *ch)
{
	ch->cache_counts = (struct rx_cache_counts){0};
	if (ch->pool)
		ch->pool->counts = (struct page_pool_counts){0};
}

void net_fill_rings(struct net *net)
{
	const struct rx_pages *rx_pages = net->stack->rx_pages;

	/* Loads to which nothing is sent have no heads of what they receive. */
	net->mm->shares_pages |= net->remote_release && (net_buffers_per_page(net) > 1 || rx_pages->keeps_references ||
							 (net->stack->rx_heads && net->stack->rx_heads->shares_pages));
	/* A list that is half full is told to its CPU. */
	if (net->defer && net->remote_release)
		ipi_init(net->hw);
	for (uint32_t i = 0; i < net->ports * net->queues; i++) {
		if (rx_pages->open)
			rx_pages->open(&net->channel[i]);
		mlx5e_post_rx_wqes(net->channel[i].cpu, &net->channel[i]);
	}
}

void net_start(struct net *net)
{
	hw_start_clock(net->hw);
	memory_start_counts(net->mm);
	for (uint32_t i = 0; i < net->ports * net->queues; i++) {
		channel_start_counts(&net->channel[i]);
		start_arrivals(&net->channel[i]);
		channel_arm(&net->channel[i]);
	}
}
