/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tcp.h"

#include "hw/preempt.h"
#include "net/driver.h"
#include "net/skb_defer.h"

KFUNC(tcp_v4_rcv);
KFUNC(tcp_rcv_established);
KFUNC(__tcp_send_ack);
KFUNC(__dev_queue_xmit);
KFUNC(tcp_recvmsg);
KFUNC(lock_sock_nested);
KFUNC(release_sock);
KFUNC(tcp_eat_recv_skb);

/* A pure ACK on the wire with FCS: Ethernet 14 + 4, IP 20, TCP 20 with timestamps 12. */
#define ACK_LENGTH 70u

/* Leaves by the TX queue of the channel that the segment came through. */
static void tcp_send_ack(struct cpu *cpu, struct sock *sk, uint32_t flow)
{
	struct net *net = sk->net;
	struct sk_buff ack;

	cpu_enter(cpu, &fn___tcp_send_ack);
	sk->unacked = 0;
	if (alloc_skb(cpu, net, &ack, ACK_LENGTH, flow)) {
		cpu_work(cpu, net->stack->cost_tcp_ack);
		sk->acks++;
		cpu_enter(cpu, &fn___dev_queue_xmit);
		cpu_work(cpu, net->stack->cost_dev_queue_xmit);
		mlx5e_xmit(cpu, sk->channel, &ack);
		cpu_leave(cpu);
	}
	cpu_leave(cpu);
}

static void drop(struct cpu *cpu, struct sock *sk, const struct sk_buff *skb)
{
	net_window(sk->net, cpu)->socket_full += skb->segments;
	kfree_skb(cpu, sk->net, skb);
}

/* With the socket: its lock held, or owned. */
static void tcp_rcv_established(struct cpu *cpu, struct sock *sk, struct sk_buff *skb)
{
	uint64_t truesize = skb_truesize(sk->net->stack, skb->segments);

	cpu_enter(cpu, &fn_tcp_rcv_established);
	cpu_work(cpu, sk->net->stack->cost_tcp_rcv);
	cpu_touch(cpu, &sk->rmem_line, cpu->socket);
	if (sk->rmem_alloc > sk->rcvbuf) {
		drop(cpu, sk, skb);
	} else {
		cpu_operate(cpu, cpu->hw->machine->atomic);
		sk->rmem_alloc += truesize;
		sk->unacked += skb->segments;
		sock_queue_tail(cpu, sk, skb);
		if (sk->unacked >= 2)
			tcp_send_ack(cpu, sk, skb->flow);
		sock_def_readable(cpu, sk);
	}
	cpu_leave(cpu);
}

void tcp_v4_rcv(struct cpu *cpu, struct sock *sk, struct channel *from, struct sk_buff *skb)
{
	cpu_enter(cpu, &fn_tcp_v4_rcv);
	cpu_work(cpu, sk->net->stack->cost_tcp_lookup);
	spin_lock(cpu, &sk->lock);
	sk->channel = from;
	if (!sk->owned) {
		tcp_rcv_established(cpu, sk, skb);
	} else if (sk->backlog_bytes + sk->rmem_alloc > 2 * sk->rcvbuf) {
		drop(cpu, sk, skb);
	} else {
		sk->backlog_bytes += skb_truesize(sk->net->stack, skb->segments);
		skb_queue_tail(&sk->backlog, skb, cpu_now(cpu));
	}
	spin_unlock(cpu, &sk->lock);
	cpu_leave(cpu);
}

static void lock_sock(struct cpu *cpu, struct sock *sk)
{
	cpu_enter(cpu, &fn_lock_sock_nested);
	local_bh_disable(cpu);
	spin_lock(cpu, &sk->lock);
	sk->owned = true;
	spin_unlock(cpu, &sk->lock);
	local_bh_enable(cpu);
	cpu_leave(cpu);
}

/* What came meanwhile is received now, by the application. */
static void release_sock(struct cpu *cpu, struct sock *sk)
{
	cpu_enter(cpu, &fn_release_sock);
	local_bh_disable(cpu);
	spin_lock(cpu, &sk->lock);
	while (sk->backlog.count) {
		skb_queue_splice_tail(&sk->backlog, &sk->backlog_taken, cpu_now(cpu));
		spin_unlock(cpu, &sk->lock);
		while (sk->backlog_taken.count) {
			struct sk_buff skb = skb_dequeue(&sk->backlog_taken, cpu_now(cpu));

			tcp_rcv_established(cpu, sk, &skb);
		}
		spin_lock(cpu, &sk->lock);
		if (!sk->backlog.count)
			sk->backlog_bytes = 0;
	}
	sk->owned = false;
	spin_unlock(cpu, &sk->lock);
	local_bh_enable(cpu);
	cpu_leave(cpu);
}

static void tcp_eat_recv_skb(struct cpu *cpu, struct sock *sk, const struct sk_buff *skb)
{
	struct net *net = sk->net;

	cpu_enter(cpu, &fn_tcp_eat_recv_skb);
	cpu_touch(cpu, &sk->rmem_line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	sk->rmem_alloc -= skb_truesize(net->stack, skb->segments);
	skb_consume_received(cpu, net, skb, net->stack->skb_defer->tcp);
	cpu_leave(cpu);
}

uint32_t tcp_recvmsg(struct cpu *cpu, struct sock *sk, uint32_t size)
{
	struct net *net = sk->net;
	uint32_t copied = 0;

	cpu_enter(cpu, &fn_tcp_recvmsg);
	cpu_work(cpu, net->stack->cost_recvmsg);
	lock_sock(cpu, sk);
	while (!copied && !cpu_run_is_over(cpu)) {
		while (sk->receive_queue.count && copied < size) {
			struct sk_buff skb = sock_dequeue(cpu, &sk->receive_queue);

			cpu_work(cpu, net->stack->cost_tcp_recvmsg);
			skb_copy_to_user(cpu, net, &skb);
			copied += skb.len;
			net_consumed(net, cpu, skb.segments, skb.len);
			tcp_eat_recv_skb(cpu, sk, &skb);
		}
		/* sk_wait_data(): the backlog first, then sleep. */
		if (!copied) {
			release_sock(cpu, sk);
			sock_wait_for_data(cpu, sk);
			lock_sock(cpu, sk);
		}
	}
	release_sock(cpu, sk);
	cpu_leave(cpu);
	return copied;
}
