/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tcp_output.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "hw/preempt.h"
#include "net/driver.h"

KFUNC(tcp_sendmsg);
KFUNC(sk_stream_alloc_skb);
KFUNC(copy_from_iter);
KFUNC(tcp_write_xmit);
KFUNC(__tcp_transmit_skb);
KFUNC(__dev_queue_xmit);
KFUNC(tcp_wfree);
KFUNC(tcp_tasklet_func);

#define LINE_SIZE 64u
#define FRAME_HEADERS 70u              /* Ethernet with FCS, IP, TCP with timestamps */

struct tcp_skb {
	struct skb_shared_info shinfo;
	struct tcp_sock *sk;
	uint32_t len;                  /* payload */
	uint64_t number;
	struct tcp_skb *next;
	struct tcp_skb *made;          /* before this one */
};

static struct tcp_window *window_of(const struct cpu *cpu, const struct tcp_sock *sk)
{
	return &sk->window[cpu->window];
}

/* Bytes on the wire, with all that is around each segment but the first one's preamble and gap. */
static uint32_t wire_length(const struct tcp_skb *skb)
{
	uint32_t segments = (skb->len + TCP_MSS - 1) / TCP_MSS;

	return skb->len + segments * FRAME_HEADERS + (segments - 1) * skb->sk->net->nic->overhead;
}

/* The NIC is done with a packet. Behind it others may go: at once in a tasklet, or when the task leaves the socket. */
static void tcp_wfree(struct cpu *cpu, struct skb_shared_info *shinfo)
{
	struct tcp_skb *skb = (struct tcp_skb *)shinfo;
	struct tcp_sock *sk = skb->sk;

	cpu_enter(cpu, &fn_tcp_wfree);
	cpu_touch(cpu, &sk->line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	if (skb->number != sk->next_free++)
		cpu_fail(cpu, "TCP packet %" PRIu64 " freed before number %" PRIu64, skb->number, sk->next_free - 1);
	sk->wmem_alloc -= skb->len;
	sk->wmem_queued -= skb->len;
	sk->freed += skb->len;
	skb->next = sk->spare;
	sk->spare = skb;
	if (sk->throttled) {
		sk->throttled = false;
		if (sk->owned)
			sk->deferred = true;
		else
			tasklet_schedule(cpu, &sk->tasklet);
	}
	/* sk_stream_write_space */
	if (sk->writer && sk->wmem_queued <= sk->sndbuf / 3 * 2) {
		try_to_wake_up(cpu, sk->writer);
		sk->writer = NULL;
	}
	cpu_leave(cpu);
}

static void transmit(struct cpu *cpu, struct tcp_sock *sk, struct tcp_skb *skb)
{
	const struct net_params *k = sk->net->stack;
	struct sk_buff out = {.shinfo = &skb->shinfo, .len = wire_length(skb), .segments = 1, .alloc_cpu = cpu->number, .fclone = true};

	skb->number = sk->next_number++;
	sk->wmem_alloc += skb->len;
	window_of(cpu, sk)->packets++;
	cpu_enter(cpu, &fn___tcp_transmit_skb);
	cpu_work(cpu, k->cost_tcp_xmit);
	cpu_enter(cpu, &fn___dev_queue_xmit);
	cpu_work(cpu, k->cost_dev_queue_xmit);
	mlx5e_xmit(cpu, sk->channel, &out);
	cpu_leave(cpu);
	cpu_leave(cpu);
}

/* What may go, goes. A packet that can still grow waits while others are with the NIC (tcp_should_autocork); bottom halves are off. */
static void tcp_write_xmit(struct cpu *cpu, struct tcp_sock *sk)
{
	struct tcp_skb *skb;

	cpu_enter(cpu, &fn_tcp_write_xmit);
	while ((skb = sk->first)) {
		bool growing = skb == sk->last && skb->len < TCP_SIZE_GOAL;

		bool many = sk->wmem_alloc >= TCP_BYTES_WITH_NIC || sk->next_number - sk->next_free >= TCP_PACKETS_WITH_NIC;

		if (many || (growing && sk->wmem_alloc)) {
			sk->throttled = true;
			break;
		}
		sk->first = skb->next;
		if (skb == sk->last)
			sk->last = NULL;
		transmit(cpu, sk, skb);
	}
	cpu_leave(cpu);
}

static void tsq_tasklet(struct cpu *cpu, void *arg)
{
	struct tcp_sock *sk = arg;

	cpu_enter(cpu, &fn_tcp_tasklet_func);
	cpu_touch(cpu, &sk->line, cpu->socket);
	if (sk->owned)
		sk->deferred = true;
	else
		tcp_write_xmit(cpu, sk);
	cpu_leave(cpu);
}

static void lock_sock(struct cpu *cpu, struct tcp_sock *sk)
{
	local_bh_disable(cpu);
	cpu_touch(cpu, &sk->line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic + cpu->hw->machine->unlock);
	sk->owned = true;
	local_bh_enable(cpu);
}

/* With what tcp_wfree() left for the task. */
static void release_sock(struct cpu *cpu, struct tcp_sock *sk)
{
	local_bh_disable(cpu);
	cpu_operate(cpu, cpu->hw->machine->atomic + cpu->hw->machine->unlock);
	if (sk->deferred) {
		sk->deferred = false;
		tcp_write_xmit(cpu, sk);
	}
	sk->owned = false;
	local_bh_enable(cpu);
}

static void tcp_push(struct cpu *cpu, struct tcp_sock *sk)
{
	local_bh_disable(cpu);
	tcp_write_xmit(cpu, sk);
	local_bh_enable(cpu);
}

static struct tcp_skb *new_packet(struct cpu *cpu, struct tcp_sock *sk)
{
	struct tcp_skb *skb;

	cpu_enter(cpu, &fn_sk_stream_alloc_skb);
	cpu_work(cpu, sk->net->stack->cost_tcp_skb);
	cpu_leave(cpu);
	local_bh_disable(cpu);
	skb = sk->spare;
	if (skb)
		sk->spare = skb->next;
	local_bh_enable(cpu);
	if (!skb) {
		skb = xcalloc(1, sizeof *skb);
		skb->made = sk->made;
		sk->made = skb;
	}
	skb->shinfo.nr_frags = 0;
	skb->shinfo.destructor = tcp_wfree;
	skb->sk = sk;
	skb->len = 0;
	skb->next = NULL;
	return skb;
}

static struct tcp_skb *append_packet(struct cpu *cpu, struct tcp_sock *sk)
{
	struct tcp_skb *skb = new_packet(cpu, sk);

	if (sk->last)
		sk->last->next = skb;
	else
		sk->first = skb;
	sk->last = skb;
	return skb;
}

/* The next piece of a message: as much as page, packet and message allow. Returns how much that was. */
static uint32_t copy_piece(struct cpu *cpu, struct tcp_sock *sk, uint32_t bytes)
{
	struct net *net = sk->net;
	const struct sk_frag *memory = net->stack->sk_frag;
	struct tcp_skb *skb = sk->last;
	struct skb_shared_info *shinfo;
	struct page_frag room;
	uint32_t lines;
	bool appends;

	if (!skb || skb->len >= TCP_SIZE_GOAL)
		skb = append_packet(cpu, sk);
	room = memory->refill(cpu, net->mm, net->stack, sk->frag, SK_PAGE_FRAG_LEAST);
	if (!room.page)
		cpu_fail(cpu, "tcp_sendmsg: out of memory");
	appends = skb_can_coalesce(&skb->shinfo, room.page, room.offset);
	if (!appends && skb->shinfo.nr_frags == MAX_SKB_FRAGS)
		skb = append_packet(cpu, sk);
	if (bytes > room.size)
		bytes = room.size;
	if (bytes > TCP_SIZE_GOAL - skb->len)
		bytes = TCP_SIZE_GOAL - skb->len;
	lines = (bytes + LINE_SIZE - 1) / LINE_SIZE;
	cpu_enter(cpu, &fn_copy_from_iter);
	cpu_work(cpu, net->stack->cost_copy_kib * bytes / 1024);
	cpu_pollute(cpu, 2 * lines);
	cpu_leave(cpu);
	memory->take(cpu, net->mm, sk->frag, bytes, !appends);
	shinfo = &skb->shinfo;
	if (appends) {
		shinfo->frag[shinfo->nr_frags - 1].size += bytes;
		window_of(cpu, sk)->appended++;
	} else {
		shinfo->frag[shinfo->nr_frags++] = (struct page_frag){room.page, room.offset, bytes};
		window_of(cpu, sk)->fragments++;
	}
	skb->len += bytes;
	sk->wmem_queued += bytes;
	sk->written += bytes;
	return bytes;
}

/* sk_stream_wait_memory: the send buffer is full. What is written goes out, and the task sleeps until a third of the room is free. */
static void wait_memory(struct cpu *cpu, struct tcp_sock *sk)
{
	tcp_push(cpu, sk);
	release_sock(cpu, sk);
	local_bh_disable(cpu);
	sk->writer = sk->wmem_queued > sk->sndbuf / 3 * 2 ? cpu->current : NULL;
	local_bh_enable(cpu);
	while (sk->writer)
		context_sleep(cpu);
	lock_sock(cpu, sk);
}

void tcp_sendmsg(struct cpu *cpu, struct tcp_sock *sk, uint32_t bytes)
{
	cpu_enter(cpu, &fn_tcp_sendmsg);
	cpu_work(cpu, sk->net->stack->cost_sendmsg);
	lock_sock(cpu, sk);
	window_of(cpu, sk)->messages++;
	window_of(cpu, sk)->bytes += bytes;
	while (bytes) {
		if (sk->wmem_queued >= sk->sndbuf)
			wait_memory(cpu, sk);
		else
			bytes -= copy_piece(cpu, sk, bytes);
	}
	tcp_push(cpu, sk);
	release_sock(cpu, sk);
	cpu_leave(cpu);
}

void tcp_init(struct tcp_sock *sk)
{
	tasklet_init(&sk->tasklet, tsq_tasklet, sk);
}

void tcp_fini(struct tcp_sock *sk)
{
	struct tcp_skb *before;

	for (struct tcp_skb *skb = sk->made; skb; skb = before) {
		before = skb->made;
		free(skb);
	}
}

int tcp_check(const struct tcp_sock *sk, struct error *e)
{
	uint64_t waiting = 0;

	for (const struct tcp_skb *skb = sk->first; skb; skb = skb->next) {
		uint64_t pieces = 0;

		for (uint32_t i = 0; i < skb->shinfo.nr_frags; i++)
			pieces += skb->shinfo.frag[i].size;
		if (pieces != skb->len)
			return error_set(e, HZ_RUN_FAILED, "a TCP packet of %u bytes has %" PRIu64 " in its fragments", skb->len, pieces);
		waiting += skb->len;
	}
	if (sk->wmem_queued != waiting + sk->wmem_alloc || sk->written != sk->freed + sk->wmem_queued)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " bytes written on a socket, of which %" PRIu64 " are freed, %u with the NIC, "
				 "%" PRIu64 " waiting", sk->written, sk->freed, sk->wmem_alloc, waiting);
	if (sk->wmem_queued >= sk->sndbuf + TCP_SIZE_GOAL)
		return error_set(e, HZ_RUN_FAILED, "%u bytes in a send buffer of %u", sk->wmem_queued, sk->sndbuf);
	return 0;
}
