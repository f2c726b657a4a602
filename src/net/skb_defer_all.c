/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb_defer.h"

/* atomic_long_inc_return, then llist_add: one line, two locked operations. A refused packet stays counted until the list is taken. */
static bool add(struct cpu *cpu, struct skb_defer_node *n, uint32_t most, const struct sk_buff *skb, bool *kick)
{
	cpu_line_up(cpu, n->lock.class->id);
	cpu_touch(cpu, &n->line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	if (++n->count >= most)
		return false;
	*kick = n->count - 1 == most / 2;
	cpu_operate(cpu, cpu->hw->machine->atomic);
	skb_queue_tail(&n->list, skb, cpu_now(cpu));
	return true;
}

static void take(struct cpu *cpu, struct skb_defer_node *n, struct skb_queue *to)
{
	cpu_touch(cpu, &n->line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	n->count = 0;
	skb_queue_splice_tail(&n->list, to, cpu_now(cpu));
}

const struct skb_defer skb_defer_all = {
	.policy = {"all", "what TCP's and UDP's applications have read and what TX completion frees goes on lists without a lock, one for each CPU "
			  "and node (since 6.18)"},
	.tcp = true,
	.udp = true,
	.napi = true,
	.by_node = true,
	.add = add,
	.take = take,
};
