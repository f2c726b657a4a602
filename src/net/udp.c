/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/udp.h"

#include "hw/irq.h"
#include "hw/preempt.h"
#include "net/skb_defer.h"

KFUNC(udp_rcv);
KFUNC(__udp_enqueue_schedule_skb);
KFUNC(udp_recvmsg);
KFUNC(__skb_recv_udp);
KFUNC(udp_rmem_release);
KFUNC(skb_consume_udp);

/* Returns whether the packet was queued. */
static bool __udp_enqueue_schedule_skb(struct cpu *cpu, struct sock *sk, struct sk_buff *skb)
{
	bool fits;

	cpu_enter(cpu, &fn___udp_enqueue_schedule_skb);
	cpu_line_up(cpu, sk->lock.class->id);
	cpu_read(cpu, &sk->rmem_line, cpu->socket);
	fits = sk->rmem_alloc <= sk->rcvbuf;
	if (fits) {
		cpu_touch(cpu, &sk->rmem_line, cpu->socket);
		cpu_operate(cpu, cpu->hw->machine->atomic);
		sk->rmem_alloc += skb_truesize(sk->net->stack, skb->segments);
		spin_lock(cpu, &sk->lock);
		sock_queue_tail(cpu, sk, skb);
		spin_unlock(cpu, &sk->lock);
		sock_def_readable(cpu, sk);
	}
	cpu_leave(cpu);
	return fits;
}

void udp_rcv(struct cpu *cpu, struct sock *sk, struct sk_buff *skb)
{
	struct net *net = sk->net;

	cpu_enter(cpu, &fn_udp_rcv);
	cpu_work(cpu, net->stack->cost_udp_rcv);
	if (!__udp_enqueue_schedule_skb(cpu, sk, skb)) {
		net_window(net, cpu)->socket_full += skb->segments;
		kfree_skb(cpu, net, skb);
	}
	cpu_leave(cpu);
}

/* Read bytes leave sk_rmem_alloc when they are a quarter of what may be queued, or when nothing is left on the queue that is read from (since
 * 4.10). */
static void udp_rmem_release(struct cpu *cpu, struct sock *sk, const struct skb_queue *from, uint64_t size)
{
	sk->forward_deficit += size;
	if (sk->forward_deficit < sk->rcvbuf / 4 && from->count)
		return;
	cpu_enter(cpu, &fn_udp_rmem_release);
	cpu_line_up(cpu, sk->lock.class->id);
	cpu_touch(cpu, &sk->rmem_line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	sk->rmem_alloc -= sk->forward_deficit;
	sk->forward_deficit = 0;
	cpu_leave(cpu);
}

/* The next packet from the queue that only the application reads; when that is empty, all that softirqs have queued is moved there in one hold
 * of their lock. Returns whether there was one. */
static bool from_reader_queue(struct cpu *cpu, struct sock *sk, struct sk_buff *skb)
{
	bool got;

	local_bh_disable(cpu);
	spin_lock(cpu, &sk->reader_lock);
	if (!sk->reader_queue.count && sk->receive_queue.count) {
		spin_lock(cpu, &sk->lock);
		skb_queue_splice_tail(&sk->receive_queue, &sk->reader_queue, cpu_now(cpu));
		spin_unlock(cpu, &sk->lock);
	}
	got = sk->reader_queue.count;
	if (got) {
		*skb = sock_dequeue(cpu, &sk->reader_queue);
		udp_rmem_release(cpu, sk, &sk->reader_queue, skb_truesize(sk->net->stack, skb->segments));
	}
	spin_unlock(cpu, &sk->reader_lock);
	local_bh_enable(cpu);
	return got;
}

/* Until 4.12 the application takes packets off the softirqs' queue, one hold of the lock each. */
static bool from_receive_queue(struct cpu *cpu, struct sock *sk, struct sk_buff *skb)
{
	bool got;

	local_irq_save(cpu);
	spin_lock(cpu, &sk->lock);
	got = sk->receive_queue.count;
	if (got) {
		*skb = sock_dequeue(cpu, &sk->receive_queue);
		udp_rmem_release(cpu, sk, &sk->receive_queue, skb_truesize(sk->net->stack, skb->segments));
	}
	spin_unlock(cpu, &sk->lock);
	local_irq_restore(cpu);
	return got;
}

static bool __skb_recv_udp(struct cpu *cpu, struct sock *sk, struct sk_buff *skb)
{
	bool (*const take)(struct cpu *, struct sock *, struct sk_buff *) = sk->net->stack->udp_reader_queue ? from_reader_queue
													      : from_receive_queue;
	bool got;

	cpu_enter(cpu, &fn___skb_recv_udp);
	while (!(got = take(cpu, sk, skb)) && !cpu_run_is_over(cpu))
		sock_wait_for_data(cpu, sk);
	cpu_leave(cpu);
	return got;
}

uint32_t udp_recvmsg(struct cpu *cpu, struct sock *sk)
{
	struct net *net = sk->net;
	struct sk_buff skb = {0};

	cpu_enter(cpu, &fn_udp_recvmsg);
	cpu_work(cpu, net->stack->cost_recvmsg);
	if (__skb_recv_udp(cpu, sk, &skb)) {
		cpu_work(cpu, net->stack->cost_udp_recvmsg);
		skb_copy_to_user(cpu, net, &skb);
		net_consumed(net, cpu, skb.segments, skb.len);
		cpu_enter(cpu, &fn_skb_consume_udp);
		skb_consume_received(cpu, net, &skb, net->stack->skb_defer->udp);
		cpu_leave(cpu);
	}
	cpu_leave(cpu);
	return skb.len;
}
