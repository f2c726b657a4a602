/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb_defer.h"

#include <stdlib.h>

#include "base/text.h"
#include "hw/ipi.h"
#include "net/softirq.h"

KFUNC(skb_attempt_defer_free);
KFUNC(skb_defer_free_flush);
KFUNC(trigger_rx_softirq);

void skb_defer_init(struct net *net)
{
	const struct skb_defer *d = net->stack->skb_defer;
	uint32_t nodes = d->by_node ? net->hw->machine->sockets : 1;
	struct lock_class *class;

	if (!d->add)
		return;
	class = lock_class_new(net->hw, &lock_qspinlock, "sd->defer_lock", NULL);
	net->defer = xcalloc(net->hw->cpus, sizeof *net->defer);
	for (uint32_t i = 0; i < net->hw->cpus; i++) {
		net->defer[i].node = xcalloc(nodes, sizeof *net->defer[i].node);
		net->defer[i].nodes = nodes;
		for (uint32_t n = 0; n < nodes; n++)
			lock_init(&net->defer[i].node[n].lock, class, net->hw);
	}
}

void skb_defer_fini(struct net *net)
{
	for (uint32_t i = 0; net->defer && i < net->hw->cpus; i++) {
		for (uint32_t n = 0; n < net->defer[i].nodes; n++) {
			lock_fini(&net->defer[i].node[n].lock);
			skb_queue_fini(&net->defer[i].node[n].list);
		}
		skb_queue_fini(&net->defer[i].taken);
		free(net->defer[i].node);
	}
	free(net->defer);
}

/* On the CPU that packets were left to: its softirq frees them. */
static void trigger_rx_softirq(struct cpu *cpu, void *arg)
{
	struct skb_defer_lists *lists = arg;

	cpu_enter(cpu, &fn_trigger_rx_softirq);
	lists->ipi_scheduled = false;
	raise_net_rx(cpu);
	cpu_leave(cpu);
}

bool skb_attempt_defer_free(struct cpu *cpu, struct net *net, const struct sk_buff *skb)
{
	const struct net_params *k = net->stack;
	struct skb_defer_lists *lists;
	struct skb_defer_node *n;
	bool kick = false, left;

	if (!net->defer || skb->alloc_cpu == cpu->number)
		return false;
	lists = &net->defer[skb->alloc_cpu];
	n = &lists->node[lists->nodes > 1 ? cpu->socket : 0];
	cpu_enter(cpu, &fn_skb_attempt_defer_free);
	cpu_work(cpu, k->cost_skb_defer);
	left = k->skb_defer->add(cpu, n, k->skb_defer_max, skb, &kick);
	lists->counts.deferred += left;
	lists->counts.refused += !left;
	if (kick && !lists->ipi_scheduled) {
		lists->ipi_scheduled = true;
		lists->counts.kicks++;
		ipi_call(cpu, &net->hw->cpu[skb->alloc_cpu], trigger_rx_softirq, lists);
	}
	cpu_leave(cpu);
	return left;
}

void skb_consume_received(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool defers)
{
	if (!defers) {
		consume_skb(cpu, net, skb);
	} else if (!skb_attempt_defer_free(cpu, net, skb)) {
		if (net->stack->skb_defer_here == SKB_BUILD_NAPI)
			kfree_skb_napi_cache(cpu, net, skb);
		else
			consume_skb(cpu, net, skb);
	}
}

void skb_defer_free_flush(struct cpu *cpu, struct net *net)
{
	struct skb_defer_lists *lists;

	if (!net->defer || net->hw->cpus == 1)
		return;
	lists = &net->defer[cpu->number];
	for (uint32_t i = 0; i < lists->nodes; i++) {
		struct skb_defer_node *n = &lists->node[i];

		cpu_line_up(cpu, n->lock.class->id);
		cpu_read(cpu, &n->line, cpu->socket);
		if (!n->list.count)
			continue;
		cpu_enter(cpu, &fn_skb_defer_free_flush);
		net->stack->skb_defer->take(cpu, n, &lists->taken);
		while (lists->taken.count) {
			struct sk_buff skb = skb_dequeue(&lists->taken, cpu_now(cpu));

			napi_consume_skb(cpu, net, &skb);
		}
		cpu_leave(cpu);
	}
}

uint64_t skb_defer_held(const struct net *net)
{
	uint64_t held = 0;

	for (uint32_t i = 0; net->defer && i < net->hw->cpus; i++)
		for (uint32_t n = 0; n < net->defer[i].nodes; n++)
			held += net->defer[i].node[n].list.count;
	return held;
}
