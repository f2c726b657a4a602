/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/irq.h"
#include "net/skb_defer.h"

/* The count is looked at without the lock first: what is beyond the limit takes none. */
static bool add(struct cpu *cpu, struct skb_defer_node *n, uint32_t most, const struct sk_buff *skb, bool *kick)
{
	cpu_line_up(cpu, n->lock.class->id);
	cpu_read(cpu, &n->line, cpu->socket);
	if (n->count >= most)
		return false;
	local_irq_save(cpu);
	spin_lock(cpu, &n->lock);
	cpu_touch(cpu, &n->line, cpu->socket);
	*kick = n->count == most / 2;
	n->count++;
	skb_queue_tail(&n->list, skb, cpu_now(cpu));
	spin_unlock(cpu, &n->lock);
	local_irq_restore(cpu);
	return true;
}

static void take(struct cpu *cpu, struct skb_defer_node *n, struct skb_queue *to)
{
	local_irq_save(cpu);
	spin_lock(cpu, &n->lock);
	cpu_touch(cpu, &n->line, cpu->socket);
	skb_queue_splice_tail(&n->list, to, cpu_now(cpu));
	n->count = 0;
	spin_unlock(cpu, &n->lock);
	local_irq_restore(cpu);
}

const struct skb_defer skb_defer_tcp = {
	.policy = {"tcp", "what TCP's applications have read goes on a list of the CPU that received it, under its lock (5.19 to 6.17)"},
	.tcp = true,
	.add = add,
	.take = take,
};
