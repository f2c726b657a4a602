/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tap.h"

#include <stdlib.h>

#include "base/text.h"

KFUNC(tun_net_xmit);
KFUNC(vhost_net_buf_produce);

/* In the ring, and taken by the reader but not yet given back. */
#define PACKETS (2 * TUN_READQ_SIZE)

void tap_init(struct tap *t, struct net *net, uint32_t node, const struct ptr_ring_locks *locks)
{
	*t = (struct tap){.net = net};
	ptr_ring_init(&t->tx_ring, TUN_READQ_SIZE, net->stack->page_pool.ring_batch, node, true, locks, net->hw);
	t->packet = xcalloc(PACKETS, sizeof *t->packet);
	for (uint32_t i = 0; i < PACKETS; i++)
		tap_done(t, &t->packet[i]);
}

void tap_fini(struct tap *t)
{
	ptr_ring_fini(&t->tx_ring);
	free(t->packet);
}

void tap_done(struct tap *t, struct tap_packet *packet)
{
	packet->next = t->spare;
	t->spare = packet;
}

bool tun_net_xmit(struct cpu *cpu, struct tap *t, const struct sk_buff *skb)
{
	struct tap_packet *packet;
	bool room;

	cpu_enter(cpu, &fn_tun_net_xmit);
	cpu_work(cpu, t->net->stack->cost_tun_xmit + t->net->stack->cost_ptr_ring);
	spin_lock(cpu, &t->tx_ring.producer_lock);
	packet = t->spare;
	room = __ptr_ring_produce(cpu, &t->tx_ring, packet);
	if (room) {
		t->spare = packet->next;
		packet->skb = *skb;
		packet->number = t->next_number++;
	}
	spin_unlock(cpu, &t->tx_ring.producer_lock);
	if (!room) {
		kfree_skb(cpu, t->net, skb);
	} else if (t->reader_waits) {
		t->reader_waits = false;
		try_to_wake_up(cpu, t->reader);
	}
	cpu_leave(cpu);
	return room;
}

uint32_t tap_consume_batched(struct cpu *cpu, struct tap *t, struct tap_packet **packet, uint32_t most)
{
	uint32_t n = 0;

	cpu_enter(cpu, &fn_vhost_net_buf_produce);
	spin_lock(cpu, &t->tx_ring.consumer_lock);
	while (n < most && (packet[n] = __ptr_ring_consume(cpu, &t->tx_ring))) {
		cpu_work(cpu, t->net->stack->cost_ptr_ring);
		n++;
	}
	spin_unlock(cpu, &t->tx_ring.consumer_lock);
	cpu_leave(cpu);
	return n;
}

void tap_wait(struct cpu *cpu, struct tap *t)
{
	cpu_line_up(cpu, 0);
	/* From the look to the sleep nothing is charged: no wake-up comes between. */
	if (!t->tx_ring.count && !cpu_run_is_over(cpu)) {
		t->reader_waits = true;
		context_sleep(cpu);
	}
}
