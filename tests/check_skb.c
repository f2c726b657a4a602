/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets in the stack: where their structs come from and go to by release, what is left to other CPUs, GRO, and sockets. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "hw/ipi.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "net/gro.h"
#include "net/skb_defer.h"
#include "net/skb_frags.h"
#include "net/tcp.h"
#include "net/udp.h"
#include "plan/policies.h"
#include "wire.h"

/* A network before the clock starts, on which packets are made by hand. */
static void plug(struct wire *w, uint32_t cpus)
{
	w->p.net.frags_per_page = 1;
	wire_plug(w, cpus, 1000000);
	w->net.remote_release = cpus > 1;
	if (cpus > 1)
		ipi_init(&w->hw);
}

static struct sk_buff make(struct wire *w, uint32_t cpu, uint32_t len, uint32_t flow)
{
	struct sk_buff skb = {.len = len, .flow = flow, .segments = 1};

	skb.head = alloc_pages(&w->hw.cpu[cpu], &w->mm, 0, MIGRATE_UNMOVABLE);
	ck_assert_ptr_nonnull(skb.head);
	ck_assert(build_skb(&w->hw.cpu[cpu], &w->net, &skb));
	return skb;
}

static void assert_sound(struct wire *w, uint64_t held)
{
	struct error e = {0};

	ck_assert_msg(!net_check_skbs(&w->net, held, &e), "%s", e.text);
	ck_assert_msg(!memory_check(&w->mm, &e), "%s", e.text);
}

static const struct kmem_cache_counts *slab(const struct wire *w)
{
	return &w->net.skbs.cache.counts;
}

/* What releases do with the structs that NAPI polls release. */
static const struct {
	uint32_t size, alloc, free, flush;
} caches[] = {{64, 0, 64, 1}, {64, 16, 32, 0}, {128, 32, 32, 0}};

static struct wire cached(int release)
{
	struct wire w = wire_of(1, 1e6);

	w.p.mm.page_frag_free = &frag_release_pcp;
	w.p.net.skb_slab = SKB_SLAB_SLUB;
	w.p.net.skb_cache_size = caches[release].size;
	w.p.net.skb_cache_alloc = caches[release].alloc;
	w.p.net.skb_cache_free = caches[release].free;
	w.p.net.skb_cache_flush = caches[release].flush;
	return w;
}

START_TEST(a_full_cache_gives_back_what_its_release_does)
{
	struct wire w = cached(_i);
	struct napi_alloc_cache *nc;
	uint32_t size = caches[_i].size, free = caches[_i].free;

	plug(&w, 1);
	nc = &w.net.skbs.napi[0];
	for (uint32_t i = 1; i <= 1000; i++) {
		struct sk_buff skb = make(&w, 0, 64, 0);
		uint32_t bulks = i < size ? 0 : (i - size) / free + 1;

		napi_consume_skb(w.hw.cpu, &w.net, &skb);
		ck_assert_uint_eq(slab(&w)->bulk_frees, bulks);
		ck_assert_uint_eq(slab(&w)->frees, bulks * free);
		ck_assert_uint_eq(nc->skbs, i - bulks * free);
	}
	assert_sound(&w, 0);
	/* The end of net_rx_action: until 5.11 all the rest, at once. */
	napi_skb_cache_flush(w.hw.cpu, &w.net.skbs);
	ck_assert_uint_eq(slab(&w)->frees, caches[_i].flush ? 1000 : 1000 - nc->skbs);
	ck_assert_uint_eq(nc->skbs == 0, caches[_i].flush);
	ck_assert_uint_eq(slab(&w)->allocs, 1000);
	assert_sound(&w, 0);
}
END_TEST

START_TEST(the_cache_feeds_the_driver_s_packets_since_6_4)
{
	struct wire w = cached(1 + _i);
	uint32_t bulk = caches[1 + _i].alloc;
	struct sk_buff skb[100];

	w.p.net.skb_build = SKB_BUILD_NAPI;
	plug(&w, 1);
	for (uint32_t i = 0; i < 100; i++) {
		skb[i] = make(&w, 0, 64, 0);
		ck_assert_uint_eq(slab(&w)->bulk_allocs, i / bulk + 1);
		ck_assert_uint_eq(slab(&w)->allocs, (i / bulk + 1) * bulk);
	}
	/* What comes back is used first. */
	napi_consume_skb(w.hw.cpu, &w.net, &skb[99]);
	ck_assert_ptr_eq(make(&w, 0, 64, 0).object, skb[99].object);
	ck_assert_uint_eq(slab(&w)->frees, 0);
	assert_sound(&w, 100);
}
END_TEST

/* On the fast path, with all lines at hand, a slab costs what its cost alone is where it is not modelled. */
START_TEST(structs_cost_the_same_with_and_without_a_slab)
{
	struct wire w = cached(0);
	const struct net_params *k = &w.p.net;
	const struct mm_params *m = &w.p.mm;
	cycles_t since, page;
	struct sk_buff skb = {0};

	w.p.net.skb_slab = _i ? SKB_SLAB_SLUB : SKB_SLAB_NONE;
	plug(&w, 1);
	for (int warm = 0; warm < 3; warm++) {
		skb = make(&w, 0, 64, 0);
		consume_skb(w.hw.cpu, &w.net, &skb);
	}
	skb.head = alloc_pages(w.hw.cpu, &w.mm, 0, MIGRATE_UNMOVABLE);
	since = cpu_now(w.hw.cpu);
	page_frag_free(w.hw.cpu, &w.mm, skb.head);
	page = cpu_now(w.hw.cpu) - since;
	skb.head = alloc_pages(w.hw.cpu, &w.mm, 0, MIGRATE_UNMOVABLE);
	since = cpu_now(w.hw.cpu);
	ck_assert(build_skb(w.hw.cpu, &w.net, &skb));
	ck_assert_uint_eq(cpu_now(w.hw.cpu) - since, k->cost_build_skb + m->cost_slab_alloc);
	since = cpu_now(w.hw.cpu);
	consume_skb(w.hw.cpu, &w.net, &skb);
	ck_assert_uint_eq(cpu_now(w.hw.cpu) - since, k->cost_consume_skb + k->cost_release_data + m->cost_slab_free + page);
	ck_assert_uint_eq(slab(&w)->allocs, _i ? 4 : 0);
}
END_TEST

/* Packets built by CPU 0 and freed by CPU 1: on a list up to the limit, with one interrupt when it is half full; beyond it at once. */
START_TEST(packets_are_left_to_their_cpu_up_to_a_limit)
{
	static const struct skb_defer *const values[] = {&skb_defer_tcp, &skb_defer_all};
	/* The list without a lock counts before it looks: one packet less. */
	static const uint32_t limit[] = {64, 128}, most[] = {64, 127}, kick_at[] = {33, 65};
	struct wire w = cached(1);
	struct skb_defer_lists *lists;
	uint32_t before;

	w.p.net.skb_defer = values[_i];
	w.p.net.skb_defer_max = limit[_i];
	plug(&w, 2);
	lists = &w.net.defer[0];
	for (uint32_t i = 1; i <= 200; i++) {
		struct sk_buff skb = make(&w, 0, 64, 0);

		skb_consume_received(&w.hw.cpu[1], &w.net, &skb, true);
		ck_assert_uint_eq(lists->counts.deferred, i < most[_i] ? i : most[_i]);
		ck_assert_uint_eq(lists->counts.kicks, i >= kick_at[_i]);
		ck_assert_uint_eq(w.hw.cpu[0].softirq_pending, i >= kick_at[_i]);
		ck_assert_uint_eq(lists->counts.deferred + lists->counts.refused, i);
	}
	ck_assert_uint_eq(skb_defer_held(&w.net), most[_i]);
	assert_sound(&w, 0);
	/* Struct and page of what was left go back where they came from. */
	ck_assert_uint_eq(w.mm.zone[0].pcp[1].count, 200 - most[_i]);
	before = w.mm.zone[0].pcp[0].count;
	skb_defer_free_flush(&w.hw.cpu[0], &w.net);
	ck_assert_uint_eq(w.mm.zone[0].pcp[0].count, before + most[_i]);
	ck_assert_uint_eq(w.net.skbs.napi[0].skbs + slab(&w)->frees, 200);
	ck_assert_uint_eq(skb_defer_held(&w.net), 0);
	ck_assert_uint_eq(lists->node[0].count, 0);
	assert_sound(&w, 0);
}
END_TEST

START_TEST(who_leaves_packets_is_the_release_s)
{
	static const struct skb_defer *const values[] = {&skb_defer_none, &skb_defer_tcp, &skb_defer_all};
	struct wire w = cached(1);
	struct sk_buff skb;

	w.p.net.skb_defer = values[_i];
	w.p.net.skb_defer_max = 64;
	plug(&w, 2);
	skb = make(&w, 0, 64, 0);
	skb_consume_received(&w.hw.cpu[1], &w.net, &skb, values[_i]->udp);
	ck_assert_uint_eq(skb_defer_held(&w.net), _i == 2);
	skb = make(&w, 0, 64, 0);
	napi_consume_skb(&w.hw.cpu[1], &w.net, &skb);
	ck_assert_uint_eq(skb_defer_held(&w.net), _i == 2 ? 2 : 0);
	skb = make(&w, 0, 64, 0);
	skb_consume_received(&w.hw.cpu[1], &w.net, &skb, values[_i]->tcp);
	ck_assert_uint_eq(skb_defer_held(&w.net), _i == 2 ? 3 : _i == 1);
	/* Its own packets a CPU frees itself. */
	skb = make(&w, 1, 64, 0);
	skb_consume_received(&w.hw.cpu[1], &w.net, &skb, true);
	ck_assert_uint_eq(skb_defer_held(&w.net), _i == 2 ? 3 : _i == 1);
	assert_sound(&w, 0);
}
END_TEST

START_TEST(each_node_has_a_list_of_its_own)
{
	struct wire w = cached(1);
	struct sk_buff skb;

	w.p.net.skb_defer = &skb_defer_all;
	w.p.net.skb_defer_max = 128;
	w.p.machine.cores = 1;
	w.p.machine.threads = 1;
	plug(&w, 2); /* one on each socket */
	skb = make(&w, 0, 64, 0);
	skb_consume_received(&w.hw.cpu[1], &w.net, &skb, true);
	ck_assert_uint_eq(w.net.defer[0].nodes, 2);
	ck_assert_uint_eq(w.net.defer[0].node[0].list.count, 0);
	ck_assert_uint_eq(w.net.defer[0].node[1].list.count, 1);
	skb_defer_free_flush(&w.hw.cpu[0], &w.net);
	assert_sound(&w, 0);
}
END_TEST

/* Packets that GRO handed on, by their segments. */
static uint32_t handed_on[64], handed;

static void hand_on(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb)
{
	(void)from;
	ck_assert_uint_eq(skb->segments, 1 + (skb->shinfo ? skb->shinfo->nr_frags : 0));
	handed_on[handed++] = skb->segments;
	consume_skb(cpu, net, skb);
}

static void arrive(struct wire *w, uint32_t len, uint32_t flow)
{
	struct sk_buff skb = make(w, 0, len, flow);

	napi_gro_receive(w->hw.cpu, &w->net.channel[0], &skb);
}

START_TEST(segments_of_a_flow_become_one_packet_of_18_pages)
{
	struct wire w = cached(_i);

	plug(&w, 1);
	w.net.gro = hand_on;
	for (uint32_t i = 0; i < 20; i++)
		arrive(&w, 1518, 0);
	ck_assert_uint_eq(handed, 1);
	ck_assert_uint_eq(handed_on[0], 18);
	ck_assert_uint_eq(napi_gro_held(&w.net.channel[0].napi), 1);
	assert_sound(&w, 0);
	/* 65535 bytes is the most that IP can say. */
	napi_gro_flush(w.hw.cpu, &w.net.channel[0]);
	ck_assert_uint_eq(handed_on[1], 2);
	for (uint32_t i = 0; i < 8; i++)
		arrive(&w, 9000, 0);
	ck_assert_uint_eq(handed_on[2], 7);
	/* At most 8 flows wait; the one that has waited for longest makes room. */
	for (uint32_t flow = 0; flow < 9; flow++)
		arrive(&w, 64, flow);
	ck_assert_uint_eq(handed, 4);
	ck_assert_uint_eq(handed_on[3], 2); /* flow 0, of which one was left */
	ck_assert_uint_eq(napi_gro_held(&w.net.channel[0].napi), 8);
	ck_assert_uint_eq(w.net.channel[0].napi.gro[0].skb[0].flow, 1);
	napi_gro_flush(w.hw.cpu, &w.net.channel[0]);
	ck_assert_uint_eq(napi_gro_held(&w.net.channel[0].napi), 0);
	/* All that is left is slabs. */
	ck_assert_uint_eq(w.mm.allocated_pages, (slab(&w)->new_slabs - slab(&w)->discarded_slabs) << w.net.skbs.cache.order);
	assert_sound(&w, 0);
}
END_TEST

/* With one list the ninth flow makes the oldest leave; with eight there is room for 64, as far as the hash spreads them. */
START_TEST(since_4_19_gro_has_eight_lists)
{
	struct wire w = cached(0);
	uint32_t held;

	w.p.net.gro_buckets = _i ? 8 : 1;
	plug(&w, 1);
	w.net.gro = hand_on;
	for (uint32_t flow = 0; flow < 40; flow++)
		arrive(&w, 64, flow);
	held = napi_gro_held(&w.net.channel[0].napi);
	ck_assert_uint_eq(held + handed, 40);
	if (_i)
		ck_assert_uint_ge(held, 32);
	else
		ck_assert_uint_eq(held, 8);
	for (uint32_t i = 0; i < 8; i++)
		ck_assert_uint_le(w.net.channel[0].napi.gro[i].n, 8);
	/* Those that wait find the next of their flow. */
	for (uint32_t i = 0; i < handed; i++)
		ck_assert_uint_eq(handed_on[i], 1);
	arrive(&w, 64, 39);
	ck_assert_uint_eq(napi_gro_held(&w.net.channel[0].napi), held);
	napi_gro_flush(w.hw.cpu, &w.net.channel[0]);
	ck_assert_uint_eq(handed, 40);
	assert_sound(&w, 0);
}
END_TEST

/* A socket that nobody reads, or a thread of the test. */
static void open_socket(struct wire *w, struct sock *sk, uint64_t rcvbuf)
{
	struct sock_classes classes = {
		lock_class_new(&w->hw, &lock_qspinlock, "sk_receive_queue.lock", NULL),
		lock_class_new(&w->hw, &lock_qspinlock, "reader_queue.lock", NULL),
	};

	sock_init(sk, &w->net, 0, &classes, rcvbuf, 1);
	sk->channel = &w->net.channel[0];
}

/* Since 4.10 a reader gives memory back by the quarter of what may be queued, and when it has read the last packet. */
START_TEST(a_udp_reader_gives_memory_back_by_the_quarter)
{
	struct wire w = cached(0);
	uint64_t truesize = 4096 + 256;
	struct sock sk;

	w.p.net.udp_reader_queue = (uint32_t)_i;
	plug(&w, 1);
	open_socket(&w, &sk, 100 * truesize);
	for (uint32_t i = 0; i < 60; i++) {
		struct sk_buff skb = make(&w, 0, 64, 0);

		udp_rcv(w.hw.cpu, &sk, &skb);
	}
	for (uint32_t read = 1; read <= 60; read++) {
		ck_assert_uint_eq(udp_recvmsg(w.hw.cpu, &sk), 64);
		ck_assert_uint_eq(sk.rmem_alloc, read == 60 ? 0 : (60 - read / 25 * 25) * truesize);
	}
	assert_sound(&w, 0);
}
END_TEST

START_TEST(a_socket_takes_what_its_memory_allows_and_no_more)
{
	struct wire w = cached(0);
	uint64_t truesize = 4096 + 256, rcvbuf = 10 * truesize;
	struct sock sk;

	plug(&w, 1);
	open_socket(&w, &sk, rcvbuf);
	for (uint32_t i = 1; i <= 30; i++) {
		struct sk_buff skb = make(&w, 0, 64, 0);

		/* The one that passes the limit still gets in, as in __udp_enqueue_schedule_skb() and tcp_rmem_schedule(). */
		if (_i)
			tcp_v4_rcv(w.hw.cpu, &sk, &w.net.channel[0], &skb);
		else
			udp_rcv(w.hw.cpu, &sk, &skb);
		ck_assert_uint_eq(sock_packets(&sk), i < 11 ? i : 11);
		ck_assert_uint_eq(sk.rmem_alloc, sock_packets(&sk) * truesize);
	}
	ck_assert_uint_eq(w.net.window[0].socket_full, 19);
	/* Every second segment is acknowledged. */
	ck_assert_uint_eq(sk.acks, _i ? 5 : 0);
	ck_assert_uint_eq(w.net.channel[0].tx.count, sk.acks);
	ck_assert_uint_eq(w.net.window[0].sent, 0);
	assert_sound(&w, 11);
	ck_assert_int_eq(sock_check(&sk), 0);
	sk.receive_queue.area++;
	ck_assert_int_eq(sock_check(&sk), 1);
}
END_TEST

START_TEST(what_comes_while_the_application_is_inside_waits_in_the_backlog)
{
	struct wire w = cached(0);
	struct sk_buff skb;
	struct sock sk;

	plug(&w, 1);
	open_socket(&w, &sk, 100 << 10);
	sk.owned = true;
	for (uint32_t i = 0; i < 3; i++) {
		skb = make(&w, 0, 64, 0);
		tcp_v4_rcv(w.hw.cpu, &sk, &w.net.channel[0], &skb);
	}
	ck_assert_uint_eq(sk.backlog.count, 3);
	ck_assert_uint_eq(sk.acks, 0);
	sk.owned = false;
	/* The reader finds nothing, takes the backlog over, and reads that. */
	ck_assert_uint_eq(tcp_recvmsg(w.hw.cpu, &sk, 1), 64);
	ck_assert_uint_eq(sk.backlog.count, 0);
	ck_assert_uint_eq(sk.receive_queue.count, 2);
	ck_assert_uint_eq(sk.acks, 1);
	ck_assert_uint_eq(tcp_recvmsg(w.hw.cpu, &sk, 1000), 128);
	ck_assert_uint_eq(sk.rmem_alloc, 0);
	assert_sound(&w, 0);
}
END_TEST

START_TEST(a_whole_aggregate_is_acknowledged_once)
{
	struct wire w = cached(0);
	struct sk_buff all = {0};
	struct sock sk;

	plug(&w, 1);
	open_socket(&w, &sk, 1 << 20);
	all = make(&w, 0, 1518, 0);
	for (uint32_t i = 0; i < 5; i++) {
		struct sk_buff skb = make(&w, 0, 1518, 0);

		skb_gro_receive(w.hw.cpu, &w.net, &all, &skb);
	}
	tcp_v4_rcv(w.hw.cpu, &sk, &w.net.channel[0], &all);
	ck_assert_uint_eq(sk.acks, 1);
	ck_assert_uint_eq(sk.received, 6);
	ck_assert_uint_eq(sk.rmem_alloc, 6 * 4096 + 256);
	ck_assert_uint_eq(tcp_recvmsg(w.hw.cpu, &sk, 1), 6 * 1518);
	ck_assert_uint_eq(w.net.window[0].consumed, 6);
	assert_sound(&w, 0);
}
END_TEST

/* CPU 0 sends packets of growing length to a socket; CPU 1 reads them, asleep in between. */
struct reading {
	struct wire *w;
	struct sock *sk;
	bool tcp;
	uint32_t sent, read, most;
	uint64_t memory;
};

#define PACKETS 3000u

static void sender(struct cpu *cpu, void *arg)
{
	struct reading *r = arg;

	for (uint32_t i = 0; i < PACKETS && !cpu_run_is_over(cpu); i++) {
		struct sk_buff skb = make(r->w, cpu->number, 64 + i, 0);

		cpu->bh_off++;
		if (r->tcp)
			tcp_v4_rcv(cpu, r->sk, r->sk->channel, &skb);
		else
			udp_rcv(cpu, r->sk, &skb);
		cpu->bh_off--;
		r->sent++;
		r->memory = r->memory > r->sk->rmem_alloc ? r->memory : r->sk->rmem_alloc;
		cpu_work(cpu, i / 100 % 2 ? 300 : 6000);
	}
}

static void reader(struct cpu *cpu, void *arg)
{
	struct reading *r = arg;
	uint32_t len;

	while ((len = r->tcp ? tcp_recvmsg(cpu, r->sk, 1) : udp_recvmsg(cpu, r->sk))) {
		ck_assert_uint_eq(len, 64 + r->read);
		r->read++;
	}
}

START_TEST(an_application_on_another_cpu_gets_every_packet_in_order)
{
	struct wire w = cached(_i % 3);
	struct reading r = {.w = &w, .tcp = _i >= 6};
	struct sock sk;

	w.p.net.udp_reader_queue = _i >= 3;
	w.p.net.skb_defer = _i % 2 ? &skb_defer_all : &skb_defer_none;
	w.p.machine.memory = 1 << 28;
	w.p.net.frags_per_page = 1;
	wire_plug(&w, 2, 40000000);
	w.net.remote_release = w.net.shared_tx = true;
	ipi_init(&w.hw);
	open_socket(&w, &sk, 64 << 20);
	r.sk = &sk;
	context_new(&w.hw.cpu[0], "sender", true, sender, &r);
	sk.reader = context_new(&w.hw.cpu[1], "reader", true, reader, &r);
	for (uint32_t i = 0; i < 2; i++)
		context_new_idle(&w.hw.cpu[i]);
	hw_start_clock(&w.hw);
	hw_run(&w.hw);
	ck_assert_msg(!w.hw.sim.failure, "%s", w.hw.sim.failure);
	ck_assert_uint_eq(r.sent, PACKETS);
	ck_assert_uint_eq(r.read, PACKETS);
	ck_assert_uint_eq(sk.rmem_alloc, 0);
	ck_assert_uint_gt(sk.wakeups, 100);  /* it slept when packets were rare */
	ck_assert_uint_lt(sk.wakeups, 2500); /* and found several when they were not */
	ck_assert_uint_gt(r.memory, 4 * (4096 + 256));
	ck_assert_int_eq(sock_check(&sk), 0);
	assert_sound(&w, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("skb");
	TCase *tcase = tcase_create("structs");

	tcase_add_loop_test(tcase, a_full_cache_gives_back_what_its_release_does, 0, 3);
	tcase_add_loop_test(tcase, the_cache_feeds_the_driver_s_packets_since_6_4, 0, 2);
	tcase_add_loop_test(tcase, structs_cost_the_same_with_and_without_a_slab, 0, 2);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("other CPUs");
	tcase_add_loop_test(tcase, packets_are_left_to_their_cpu_up_to_a_limit, 0, 2);
	tcase_add_loop_test(tcase, who_leaves_packets_is_the_release_s, 0, 3);
	tcase_add_test(tcase, each_node_has_a_list_of_its_own);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("GRO");
	tcase_add_loop_test(tcase, segments_of_a_flow_become_one_packet_of_18_pages, 0, 2);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("sockets");
	tcase_add_loop_test(tcase, since_4_19_gro_has_eight_lists, 0, 2);
	tcase_add_loop_test(tcase, a_udp_reader_gives_memory_back_by_the_quarter, 0, 2);
	tcase_add_loop_test(tcase, a_socket_takes_what_its_memory_allows_and_no_more, 0, 2);
	tcase_add_test(tcase, what_comes_while_the_application_is_inside_waits_in_the_backlog);
	tcase_add_test(tcase, a_whole_aggregate_is_acknowledged_once);
	tcase_add_loop_test(tcase, an_application_on_another_cpu_gets_every_packet_in_order, 0, 9);
	suite_add_tcase(suite, tcase);
	return rig_main(suite);
}
