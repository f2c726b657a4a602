/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/xdp.h"

#include "mm/page_frag.h"
#include "net/page_pool.h"
#include "net/rx_pages.h"

KFUNC(mlx5e_xdp_handle);
KFUNC(bpf_prog_run_xdp);
KFUNC(mlx5e_xmit_xdp_buff);
KFUNC(xdp_do_redirect);
KFUNC(xdp_do_flush);
KFUNC(mlx5e_xdp_xmit);
KFUNC(mlx5e_poll_xdpsq_cq);
KFUNC(xdp_return_frame);

/* The frame goes back where it came from. */
static void xdp_return_frame(struct cpu *cpu, struct net *net, const struct sk_buff *frame)
{
	cpu_enter(cpu, &fn_xdp_return_frame);
	if (frame->pp_recycle)
		page_pool_put_page(cpu, frame->pp_recycle, frame->head, 1, false);
	else
		page_frag_free(cpu, net->mm, frame->head);
	cpu_leave(cpu);
}

/* Frames of one pool go back together, as many as kernel.net.xdp_return_bulk says. */
struct return_bulk {
	struct page_pool *pool;
	struct page *page[DEV_MAP_BULK_SIZE];
	uint32_t n;
};

static void flush_returns(struct cpu *cpu, struct return_bulk *bulk)
{
	if (bulk->n)
		page_pool_put_page_bulk(cpu, bulk->pool, bulk->page, bulk->n);
	bulk->n = 0;
}

static void return_frame(struct cpu *cpu, struct net *net, const struct sk_buff *frame, struct return_bulk *bulk)
{
	if (net->stack->xdp_return_bulk == 1 || !frame->pp_recycle) {
		xdp_return_frame(cpu, net, frame);
		return;
	}
	if (bulk->n == net->stack->xdp_return_bulk || (bulk->n && bulk->pool != frame->pp_recycle))
		flush_returns(cpu, bulk);
	bulk->pool = frame->pp_recycle;
	bulk->page[bulk->n++] = frame->head;
}

static uint32_t poll_own(struct cpu *cpu, struct channel *ch, uint32_t budget)
{
	const struct rx_pages *source = ch->net->stack->rx_pages;
	const struct tx_entry *entry;
	uint32_t done = 0;

	while (done < budget && (entry = tx_ring_done(&ch->xdp_sq, cpu_now(cpu)))) {
		struct sk_buff frame = entry->skb;

		tx_ring_pop(&ch->xdp_sq);
		cpu_work(cpu, ch->net->stack->cost_xdp_cqe);
		if (source->release)
			source->release(cpu, ch, frame.head);
		else
			xdp_return_frame(cpu, ch->net, &frame);
		done++;
	}
	return done;
}

static uint32_t poll_redirected(struct cpu *cpu, struct channel *ch, uint32_t budget)
{
	struct return_bulk bulk = {0};
	const struct tx_entry *entry;
	uint32_t done = 0;

	while (done < budget && (entry = tx_ring_done(&ch->redirect_sq, cpu_now(cpu)))) {
		struct sk_buff frame = entry->skb;

		tx_ring_pop(&ch->redirect_sq);
		cpu_work(cpu, ch->net->stack->cost_xdp_cqe + ch->net->stack->cost_dma_unmap);
		return_frame(cpu, ch->net, &frame, &bulk);
		done++;
	}
	flush_returns(cpu, &bulk);
	return done;
}

bool mlx5e_poll_xdpsq_cq(struct cpu *cpu, struct channel *ch)
{
	uint32_t budget = ch->net->stack->tx_cq_budget, redirected, own;

	cpu_enter(cpu, &fn_mlx5e_poll_xdpsq_cq);
	redirected = poll_redirected(cpu, ch, budget);
	own = poll_own(cpu, ch, budget);
	cpu_leave(cpu);
	return redirected == budget || own == budget;
}

/* A frame on an XDP ring. False: the ring is full. */
static bool put_on_ring(struct cpu *cpu, struct channel *ch, struct tx_ring *ring, const struct sk_buff *frame)
{
	struct net_window *window = net_window(ch->net, cpu);

	cpu_work(cpu, ch->net->stack->cost_xdp_xmit);
	if (tx_ring_send(ring, cpu_now(cpu), frame) == CYCLES_MAX) {
		window->tx_ring_full++;
		return false;
	}
	window->sent++;
	window->bytes += frame->len;
	channel_sent(ch);
	return true;
}

/* XDP_TX: back by the queue that it came from. */
static void mlx5e_xmit_xdp_buff(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame)
{
	const struct rx_pages *source = ch->net->stack->rx_pages;

	cpu_enter(cpu, &fn_mlx5e_xmit_xdp_buff);
	if (ch->xdp_sq.count == ch->xdp_sq.size) {
		net_window(ch->net, cpu)->tx_ring_full++;
		source->drop(cpu, ch, buffer);
	} else {
		source->lend(cpu, ch, buffer, frame, false);
		put_on_ring(cpu, ch, &ch->xdp_sq, frame);
		ch->xdp_doorbell = true;
	}
	cpu_leave(cpu);
}

/* bq_xmit_all: one call of the other port's ndo_xdp_xmit for all frames, one doorbell. */
static void flush(struct cpu *cpu, struct net *net, struct xdp_bulk *bulk)
{
	struct channel *to = bulk->to;

	cpu_enter(cpu, &fn_mlx5e_xdp_xmit);
	cpu_work(cpu, net->stack->cost_doorbell);
	for (uint32_t i = 0; i < bulk->n; i++) {
		cpu_work(cpu, net->stack->cost_dma_map);
		if (!put_on_ring(cpu, to, &to->redirect_sq, &bulk->frame[i]))
			xdp_return_frame(cpu, net, &bulk->frame[i]);
	}
	bulk->n = 0;
	cpu_leave(cpu);
}

/* mlx5e_xdp_xmit() takes the ring that has this CPU's number, and so needs no lock. */
static void xdp_do_redirect(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, struct sk_buff *frame)
{
	struct net *net = ch->net;
	struct xdp_bulk *bulk = &net->xdp_bulk[cpu->number];
	struct channel *to = net_channel(net, (ch->port + 1) % net->ports, cpu->number);

	cpu_enter(cpu, &fn_xdp_do_redirect);
	cpu_work(cpu, net->stack->cost_xdp_redirect);
	net->stack->rx_pages->lend(cpu, ch, buffer, frame, true);
	if (bulk->n == DEV_MAP_BULK_SIZE || (bulk->n && bulk->to != to))
		flush(cpu, net, bulk);
	bulk->to = to;
	bulk->frame[bulk->n++] = *frame;
	cpu_leave(cpu);
}

bool mlx5e_xdp_handle(struct cpu *cpu, struct channel *ch, const struct rx_buffer *buffer, const struct packet *packet)
{
	struct net *net = ch->net;
	struct sk_buff frame = {.head = buffer->page, .len = packet->len, .flow = packet->flow};
	enum xdp_action action;

	cpu_enter(cpu, &fn_mlx5e_xdp_handle);
	cpu_work(cpu, net->stack->cost_xdp_handle);
	cpu_enter(cpu, &fn_bpf_prog_run_xdp);
	cpu_work(cpu, net->stack->cost_xdp_prog);
	cpu_leave(cpu);
	action = net->xdp(net, packet);
	if (action == XDP_DROP) {
		net->stack->rx_pages->drop(cpu, ch, buffer);
		net_consumed(net, cpu, 1, packet->len);
	} else if (action == XDP_TX) {
		mlx5e_xmit_xdp_buff(cpu, ch, buffer, &frame);
	} else if (action == XDP_REDIRECT) {
		xdp_do_redirect(cpu, ch, buffer, &frame);
	}
	cpu_leave(cpu);
	return action != XDP_PASS;
}

void mlx5e_xdp_rx_poll_complete(struct cpu *cpu, struct channel *ch)
{
	struct xdp_bulk *bulk = &ch->net->xdp_bulk[cpu->number];

	if (ch->xdp_doorbell)
		cpu_work(cpu, ch->net->stack->cost_doorbell);
	ch->xdp_doorbell = false;
	if (!bulk->n)
		return;
	cpu_enter(cpu, &fn_xdp_do_flush);
	flush(cpu, ch->net, bulk);
	cpu_leave(cpu);
}
