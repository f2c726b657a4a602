/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/vhost_net.h"

#include "hw/preempt.h"
#include "net/skb.h"

KFUNC(handle_tx);
KFUNC(vhost_net_build_xdp);
KFUNC(copy_page_from_iter);
KFUNC(tun_sendmsg);
KFUNC(__netif_receive_skb_core);
KFUNC(br_handle_frame);
KFUNC(__dev_queue_xmit);
KFUNC(handle_rx);
KFUNC(skb_copy_datagram_iter);

#define LINE_SIZE 64u
#define VHOST_NET_BATCH 64u
#define VHOST_NET_PKT_WEIGHT 256u

/* A frame in a fragment of its own, not yet a packet. */
struct xdp_buff {
	struct page *page;
	uint32_t len;
};

static void copy(struct cpu *cpu, const struct net *net, struct kfunc *fn, uint32_t bytes)
{
	cpu_enter(cpu, fn);
	cpu_work(cpu, net->stack->cost_copy_kib * bytes / 1024);
	cpu_pollute(cpu, 2 * ((bytes + LINE_SIZE - 1) / LINE_SIZE));
	cpu_leave(cpu);
}

/* From the guest's ring into a fragment. Returns whether there was memory. */
static bool vhost_net_build_xdp(struct cpu *cpu, struct vhost_tx *tx, uint32_t len, struct xdp_buff *xdp)
{
	const struct net_params *k = tx->net->stack;
	uint32_t bytes = (VHOST_NET_PAD + len + LINE_SIZE - 1) / LINE_SIZE * LINE_SIZE + SKB_SHARED_INFO;

	cpu_enter(cpu, &fn_vhost_net_build_xdp);
	cpu_work(cpu, k->cost_vhost_tx);
	*xdp = (struct xdp_buff){k->vhost_frag->alloc(cpu, tx->net->mm, k, &tx->frags, bytes).page, len};
	if (xdp->page)
		copy(cpu, tx->net, &fn_copy_page_from_iter, len);
	cpu_leave(cpu);
	return xdp->page;
}

/* tun_xdp_one(): the frame becomes a packet that the bridge sends on. */
static bool tun_xdp_one(struct cpu *cpu, struct vhost_tx *tx, const struct xdp_buff *xdp)
{
	struct net *net = tx->net;
	const struct net_params *k = net->stack;
	struct sk_buff skb = {.head = xdp->page, .len = xdp->len, .segments = 1};
	bool sent;

	if (!build_skb(cpu, net, &skb)) {
		page_frag_free(cpu, net->mm, xdp->page);
		return false;
	}
	cpu_enter(cpu, &fn___netif_receive_skb_core);
	cpu_enter(cpu, &fn_br_handle_frame);
	cpu_work(cpu, k->cost_bridge);
	cpu_enter(cpu, &fn___dev_queue_xmit);
	cpu_work(cpu, k->cost_dev_queue_xmit);
	sent = tun_net_xmit(cpu, tx->to, &skb);
	cpu_leave(cpu);
	cpu_leave(cpu);
	cpu_leave(cpu);
	return sent;
}

static void tun_sendmsg(struct cpu *cpu, struct vhost_tx *tx, const struct xdp_buff *xdp, uint32_t n)
{
	struct vhost_window *window = &tx->window[cpu->window];

	cpu_enter(cpu, &fn_tun_sendmsg);
	cpu_work(cpu, tx->net->stack->cost_vhost_batch);
	local_bh_disable(cpu);
	window->sent += n;
	for (uint32_t i = 0; i < n; i++)
		window->dropped += !tun_xdp_one(cpu, tx, &xdp[i]);
	local_bh_enable(cpu);
	cpu_leave(cpu);
}

uint32_t vhost_handle_tx(struct cpu *cpu, struct vhost_tx *tx)
{
	struct xdp_buff batch[VHOST_NET_BATCH];
	uint32_t n = 0, sent = 0, len;

	cpu_enter(cpu, &fn_handle_tx);
	while (sent < VHOST_NET_PKT_WEIGHT && (len = tx->next(tx->guest, cpu_now(cpu)))) {
		sent++;
		if (!vhost_net_build_xdp(cpu, tx, len, &batch[n])) {
			tx->window[cpu->window].sent++;
			tx->window[cpu->window].dropped++;
		} else if (++n == VHOST_NET_BATCH) {
			tun_sendmsg(cpu, tx, batch, n);
			n = 0;
		}
	}
	if (n)
		tun_sendmsg(cpu, tx, batch, n);
	cpu_leave(cpu);
	return sent;
}

uint32_t vhost_handle_rx(struct cpu *cpu, struct vhost_rx *rx)
{
	struct tap_packet *batch[VHOST_NET_BATCH];
	struct net *net = rx->net;
	uint32_t n;

	cpu_enter(cpu, &fn_handle_rx);
	n = tap_consume_batched(cpu, rx->tap, batch, VHOST_NET_BATCH);
	for (uint32_t i = 0; i < n; i++) {
		struct sk_buff skb = batch[i]->skb;

		if (batch[i]->number != rx->next_number++)
			cpu_fail(cpu, "a tap's packets come out of order");
		tap_done(rx->tap, batch[i]);
		cpu_work(cpu, net->stack->cost_vhost_rx);
		copy(cpu, net, &fn_skb_copy_datagram_iter, skb.len);
		consume_skb(cpu, net, &skb);
		rx->window[cpu->window].received++;
		rx->window[cpu->window].received_bytes += skb.len;
	}
	if (n)
		cpu_work(cpu, net->stack->cost_vhost_batch);
	cpu_leave(cpu);
	return n;
}
