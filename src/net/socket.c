/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/socket.h"

#include "mm/slab.h"

KFUNC(sock_def_readable);
KFUNC(skb_copy_datagram_iter);
KFUNC(schedule_timeout);

/* SKB_DATA_ALIGN(sizeof(struct sk_buff)); struct skb_shared_info lies inside the receive buffer. */
#define SKB_STRUCT_SIZE 256u

void sock_init(struct sock *sk, struct net *net, uint32_t number, const struct sock_classes *classes, uint64_t rcvbuf, uint32_t low_water)
{
	*sk = (struct sock){.net = net, .number = number, .rcvbuf = rcvbuf, .low_water = low_water ? low_water : 1};
	lock_init(&sk->lock, classes->lock, net->hw);
	lock_init(&sk->reader_lock, classes->reader_lock, net->hw);
}

void sock_fini(struct sock *sk)
{
	lock_fini(&sk->lock);
	lock_fini(&sk->reader_lock);
	skb_queue_fini(&sk->receive_queue);
	skb_queue_fini(&sk->reader_queue);
	skb_queue_fini(&sk->backlog);
	skb_queue_fini(&sk->backlog_taken);
}

uint64_t skb_truesize(const struct net_params *stack, uint32_t segments)
{
	return (uint64_t)segments * (PAGE_SIZE_BYTES / stack->frags_per_page) + SKB_STRUCT_SIZE;
}

void sock_queue_tail(struct cpu *cpu, struct sock *sk, const struct sk_buff *skb)
{
	const struct sk_buff *last = skb_peek_tail(&sk->receive_queue);

	/* Its links, and those of the packet before. */
	if (last && last->object)
		cpu_touch(cpu, &last->object->line[0], cpu->socket);
	if (skb->object)
		cpu_touch(cpu, &skb->object->line[0], cpu->socket);
	skb_queue_tail(&sk->receive_queue, skb, cpu_now(cpu));
	sk->received += skb->segments;
}

struct sk_buff sock_dequeue(struct cpu *cpu, struct skb_queue *q)
{
	struct sk_buff skb = skb_dequeue(q, cpu_now(cpu));

	if (skb.object)
		slab_object_touch(cpu, skb.object);
	return skb;
}

void sock_def_readable(struct cpu *cpu, struct sock *sk)
{
	cpu_enter(cpu, &fn_sock_def_readable);
	cpu_work(cpu, sk->net->stack->cost_data_ready);
	if (sk->reader_waits && sk->receive_queue.count + sk->reader_queue.count >= sk->low_water) {
		sk->reader_waits = false;
		sk->wakeups++;
		try_to_wake_up(cpu, sk->reader);
	}
	cpu_leave(cpu);
}

void sock_wait_for_data(struct cpu *cpu, struct sock *sk)
{
	cpu_enter(cpu, &fn_schedule_timeout);
	cpu_work(cpu, sk->net->stack->cost_sock_wait);
	cpu_line_up(cpu, sk->lock.class->id);
	/* From the look at the queues to the sleep nothing is charged: nobody's wake-up comes between. */
	if (sk->receive_queue.count + sk->reader_queue.count < sk->low_water && !cpu_run_is_over(cpu)) {
		sk->reader_waits = true;
		context_sleep(cpu);
	}
	cpu_leave(cpu);
}

void skb_copy_to_user(struct cpu *cpu, struct net *net, const struct sk_buff *skb)
{
	const struct hw *hw = cpu->hw;
	enum cpu_distance distance = cpu_distance(cpu, &hw->cpu[skb->alloc_cpu]);

	cpu_enter(cpu, &fn_skb_copy_datagram_iter);
	cpu_work(cpu, net->stack->cost_copy + skb->len * net->stack->cost_copy_kib / 1024);
	/* The first line of the data, which the CPU that received it has looked at; the others stream behind it. */
	if (distance == DISTANCE_CROSS)
		cpu_charge(cpu, hw->transfer[DISTANCE_CROSS]);
	else if (distance == DISTANCE_SOCKET)
		cpu_charge(cpu, hw->machine->llc_latency);
	cpu_leave(cpu);
}

uint64_t sock_segments(const struct sock *sk)
{
	return skb_queue_segments(&sk->receive_queue) + skb_queue_segments(&sk->reader_queue) + skb_queue_segments(&sk->backlog) +
	       skb_queue_segments(&sk->backlog_taken);
}

int sock_check(const struct sock *sk)
{
	return skb_queue_check(&sk->receive_queue) || skb_queue_check(&sk->reader_queue);
}
