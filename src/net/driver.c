/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/driver.h"

#include "mm/page_frag.h"
#include "net/gro.h"
#include "net/page_pool.h"
#include "net/rx_heads.h"
#include "net/rx_pages.h"
#include "net/skb.h"
#include "net/skb_frags.h"
#include "net/softirq.h"
#include "net/xdp.h"

KFUNC(mlx5_eq_int);
KFUNC(mlx5e_napi_poll);
KFUNC(mlx5e_poll_tx_cq);
KFUNC(mlx5e_poll_rx_cq);
KFUNC(mlx5e_post_rx_wqes);
KFUNC(mlx5e_xmit);

void driver_interrupt(struct cpu *cpu, struct channel *ch)
{
	cpu_enter(cpu, &fn_mlx5_eq_int);
	cpu_work(cpu, ch->net->stack->cost_irq_handler);
	napi_schedule(cpu, ch);
	cpu_leave(cpu);
}

/* Returns whether it used up its budget. */
static bool mlx5e_poll_tx_cq(struct cpu *cpu, struct channel *ch)
{
	const struct net_params *k = ch->net->stack;
	const struct tx_entry *entry;
	uint32_t done = 0;

	cpu_enter(cpu, &fn_mlx5e_poll_tx_cq);
	/* Others fill this ring: see all that was sent before now. */
	if (ch->net->shared_tx)
		cpu_line_up(cpu, ch->tx_lock.class->id);
	while (done < k->tx_cq_budget && (entry = tx_ring_done(&ch->tx, cpu_now(cpu)))) {
		struct sk_buff skb = entry->skb;

		tx_ring_pop(&ch->tx);
		cpu_work(cpu, k->cost_tx_cqe + k->cost_dma_unmap * skb_pages(skb.shinfo));
		napi_consume_skb(cpu, ch->net, &skb);
		done++;
	}
	cpu_leave(cpu);
	return done == k->tx_cq_budget;
}

static void receive_one(struct cpu *cpu, struct channel *ch)
{
	struct net *net = ch->net;
	const struct net_params *k = net->stack;
	struct rx_buffer buffer;
	struct packet packet = rx_ring_consume(&ch->rx, cpu_now(cpu), &buffer);
	struct sk_buff skb = {.len = packet.len, .flow = packet.flow, .segments = 1};

	cpu_work(cpu, k->cost_rx_cqe);
	if (net->xdp && mlx5e_xdp_handle(cpu, ch, &buffer, &packet))
		return;
	if (!k->rx_heads->make(cpu, ch, &buffer, &packet, &skb)) {
		net_window(net, cpu)->no_skb++;
	} else if (build_skb(cpu, net, &skb)) {
		net->receive(net, cpu, ch, &skb);
	} else {
		net_window(net, cpu)->no_skb++;
		if (skb.shinfo)
			skb_release_frags(cpu, net, &skb, true);
		skb_free_head(cpu, net, &skb, true);
	}
}

static uint32_t mlx5e_poll_rx_cq(struct cpu *cpu, struct channel *ch, uint32_t budget)
{
	uint32_t done = 0;

	cpu_enter(cpu, &fn_mlx5e_poll_rx_cq);
	while (done < budget && rx_ring_advance(&ch->rx, cpu_now(cpu))) {
		receive_one(cpu, ch);
		done++;
	}
	if (ch->net->xdp)
		mlx5e_xdp_rx_poll_complete(cpu, ch);
	cpu_leave(cpu);
	return done;
}

/* The next receive buffer: a piece of the page that is being carved, or of a new one. Returns whether there was memory. */
static bool post_buffer(struct cpu *cpu, struct channel *ch)
{
	struct net *net = ch->net;

	if (!ch->fresh_buffers) {
		ch->fresh_page = net->stack->rx_pages->get(cpu, ch);
		if (!ch->fresh_page)
			return false;
		ch->fresh_buffers = net->stack->rx_pages->by_buffer ? 1 : net_buffers_per_page(net);
	}
	ch->fresh_buffers--;
	/* What one packet pushes out of the caches, counted with the buffer that replaces its own: buffers posted before the clock starts are
	 * then as old as in a run that has gone on for long. */
	cpu_pollute(cpu, net->lines_per_packet);
	cpu_work(cpu, net->cost_rx_wqe);
	/* What arrived before this moment had to do without. */
	rx_ring_advance(&ch->rx, cpu_now(cpu));
	rx_ring_post(&ch->rx, (struct rx_buffer){ch->fresh_page, ch->fresh_buffers == 0});
	return true;
}

bool mlx5e_post_rx_wqes(struct cpu *cpu, struct channel *ch)
{
	uint32_t bulk = ch->net->stack->rx_wqe_bulk;
	bool posted = true;

	cpu_enter(cpu, &fn_mlx5e_post_rx_wqes);
	while (posted && rx_ring_missing(&ch->rx) >= bulk)
		for (uint32_t i = 0; i < bulk && posted; i++)
			posted = post_buffer(cpu, ch);
	cpu_leave(cpu);
	return !posted;
}

uint32_t mlx5e_napi_poll(struct cpu *cpu, struct channel *ch, uint32_t weight)
{
	struct net *net = ch->net;
	bool busy;
	uint32_t work;

	cpu_enter(cpu, &fn_mlx5e_napi_poll);
	cpu_work(cpu, net->stack->cost_napi_poll);
	ch->napi.polls++;
	if (ch->pool && ch->pool->nid != cpu->socket)
		page_pool_update_nid(ch->pool, cpu->socket);
	busy = mlx5e_poll_tx_cq(cpu, ch);
	if (net->xdp)
		busy |= mlx5e_poll_xdpsq_cq(cpu, ch);
	work = mlx5e_poll_rx_cq(cpu, ch, weight);
	busy |= mlx5e_post_rx_wqes(cpu, ch);
	if (busy || work == weight) {
		ch->napi.full_polls++;
		work = weight;
	} else {
		if (net->gro)
			napi_gro_flush(cpu, ch);
		ch->napi.scheduled = false;
		channel_arm(ch);
	}
	cpu_leave(cpu);
	return work;
}

void mlx5e_xmit(struct cpu *cpu, struct channel *ch, struct sk_buff *skb)
{
	struct net *net = ch->net;
	const struct net_params *k = net->stack;
	cycles_t done;

	if (net->shared_tx)
		spin_lock(cpu, &ch->tx_lock);
	else
		cpu_operate(cpu, cpu->hw->machine->atomic + cpu->hw->machine->unlock);
	cpu_enter(cpu, &fn_mlx5e_xmit);
	cpu_work(cpu, k->cost_xmit + k->cost_dma_map * skb_pages(skb->shinfo) + k->cost_doorbell);
	done = tx_ring_send(&ch->tx, cpu_now(cpu), skb);
	if (done == CYCLES_MAX) {
		net_window(net, cpu)->tx_ring_full += skb->segments;
		kfree_skb(cpu, net, skb);
	} else {
		net_window(net, cpu)->sent += skb->segments;
		net_window(net, cpu)->bytes += skb->segments ? skb->len : 0;
		channel_sent(ch);
	}
	cpu_leave(cpu);
	if (net->shared_tx)
		spin_unlock(cpu, &ch->tx_lock);
}
