/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole runs: the same again, every load, and a few hundred small random ones that must keep all invariants. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "load/world.h"
#include "mm/page_frag.h"
#include "mm/drain.h"
#include "mm/pcp_guard.h"
#include "mm/pcp_rule.h"
#include "net/page_pool.h"
#include "net/rx_pages.h"
#include "net/sizes.h"
#include "plan/policies.h"
#include "rig.h"
#include "sim/stream.h"
#include "trace/native_write.h"

/* A trace of `cpus` CPUs made from a seed: blocks handed out and given back, by their own CPU or another; some were out before. */
static void write_trace(const char *name, uint32_t cpus, uint32_t events, uint64_t seed)
{
	enum { MOST = 300 };
	struct stream *random = stream_new(seed, 0, "trace");
	struct trace_summary summary = {.packets = events / 4};
	struct trace_event out[MOST] = {{0}};
	uint32_t count = 0;
	uint64_t now = 1000, next_pfn = 1 << 20, bytes;
	struct native_writer *w;
	struct error e;

	ck_assert_msg(!native_create(&w, name, &e), "%s", e.text);
	for (uint32_t i = 0; i < events; i++) {
		struct trace_event ev = {.pid = 1, .cpu = stream_index(random, cpus)};

		now += stream_index(random, 2000);
		if (i < cpus) {
			/* So that every CPU is in the trace. */
			ev.cpu = i;
			ev.type = TRACE_FREE;
			ev.flags = TRACE_PRETRACE;
			ev.pfn = i + 1;
			summary.free_pretrace++;
		} else if (count < MOST && (!count || stream_index(random, 2))) {
			ev.type = TRACE_ALLOC;
			ev.order = (uint8_t)(stream_index(random, 3) ? 0 : stream_index(random, 5));
			ev.migratetype = (uint8_t)stream_index(random, 3);
			ev.pfn = next_pfn;
			next_pfn += 32;
			out[count++] = ev;
			summary.allocs++;
		} else {
			uint32_t which = stream_index(random, count);

			ev.type = TRACE_FREE;
			ev.pfn = out[which].pfn;
			ev.order = out[which].order;
			out[which] = out[--count];
			summary.frees++;
		}
		ev.time_ns = now;
		ck_assert_msg(!native_write(w, &ev, &e), "%s", e.text);
	}
	ck_assert_msg(!native_finish(w, &summary, &bytes, &e), "%s", e.text);
	stream_free(random);
}

static void temporary(char *name, size_t size)
{
	int fd;

	snprintf(name, size, "%s/hotzone-check-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fd = mkstemp(name);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void assert_same_histogram(const struct histogram *a, const struct histogram *b)
{
	ck_assert_int_eq(memcmp(a, b, sizeof *a), 0);
}

static void assert_same(const struct result *a, const struct result *b)
{
	ck_assert_uint_eq(a->fingerprint, b->fingerprint);
	ck_assert_uint_eq(a->events, b->events);
	ck_assert_uint_eq(a->metrics, b->metrics);
	for (size_t i = 0; i < a->metrics; i++) {
		ck_assert_str_eq(a->metric[i].name, b->metric[i].name);
		ck_assert_str_eq(a->metric[i].unit, b->metric[i].unit);
		ck_assert_msg(!memcmp(&a->metric[i].value, &b->metric[i].value, sizeof(double)), "%s: %.17g and %.17g", a->metric[i].name,
			      a->metric[i].value, b->metric[i].value);
	}
	ck_assert_uint_eq(a->locks, b->locks);
	for (size_t i = 0; i < a->locks; i++) {
		ck_assert_str_eq(a->lock[i].name, b->lock[i].name);
		ck_assert_str_eq(a->lock[i].caller, b->lock[i].caller);
		ck_assert_uint_eq(a->lock[i].acquisitions, b->lock[i].acquisitions);
		ck_assert_uint_eq(a->lock[i].contended, b->lock[i].contended);
		assert_same_histogram(&a->lock[i].hold, &b->lock[i].hold);
		assert_same_histogram(&a->lock[i].wait, &b->lock[i].wait);
	}
	ck_assert_uint_eq(a->profiles, b->profiles);
	for (size_t i = 0; i < a->profiles; i++) {
		ck_assert_str_eq(a->profile[i].path, b->profile[i].path);
		ck_assert_uint_eq(a->profile[i].self, b->profile[i].self);
		ck_assert_uint_eq(a->profile[i].calls, b->profile[i].calls);
	}
}

static void run(const struct params *p, struct result *r)
{
	rig_world(p, r, 30);
	ck_assert_msg(!r->failure, "%s", r->failure);
}

/* One point of every kind of load and pattern. */
enum { KINDS = 23 };

static struct params kind_of_point(int i, const char *trace)
{
	struct params p = point_router();

	p.load.cpus = 8;
	p.mm.zone_lock = (enum lock_kind)(i % LOCK_KINDS);
	if (i < 3) {
		p.load.arrivals = (enum arrival_process)i;
		p.net.tx_queue = i == 2 ? TX_QUEUE_BY_HASH : TX_QUEUE_BY_RX_QUEUE;
		p.mm.page_frag_free = i == 1 ? &frag_release_pcp : &frag_release_buddy;
	} else if (i < 8) {
		p.load.kind = LOAD_PAGE_BENCH;
		p.load.pattern = (enum bench_pattern)((i - 3) % 5);
		p.load.order = i == 7 ? 3 : 0;
		p.load.think = 100;
	} else if (i >= 21) {
		p.load.kind = i == 21 ? LOAD_ISOLATED : LOAD_TC_DROP;
		p.load.readers = i == 21 ? 0 : 5;
		p.machine.memory = 128 << 20;
	} else if (i >= 17) {
		static const struct rx_pages *const sources[] = {&rx_pages_page_pool, &rx_pages_mlx5_cache, &rx_pages_page_pool, &rx_pages_page_flip};

		p.load.kind = i == 20 ? LOAD_TC_DROP : LOAD_XDP;
		p.load.xdp = (enum xdp_mode)((i - 17) % 3);
		p.load.outstanding = 200;
		p.net.rx_pages = sources[i - 17];
		p.net.tx_queue = TX_QUEUE_BY_HASH;
	} else if (i >= 14) {
		static const struct vhost_frag *const frags[] = {&vhost_frag_sk_page_frag, &vhost_frag_page_frag_cache};

		p.load.kind = i == 16 ? LOAD_FRAG_RING : LOAD_VHOST_NET;
		p.net.vhost_frag = frags[i % 2];
		p.load.rate_pps = i == 14 ? 0 : 3e5;
		snprintf(p.load.message, sizeof p.load.message, "64B:3 1500B:1");
	} else if (i >= 12) {
		p.load.kind = i == 12 ? LOAD_PAGE_FAULT : LOAD_PRESSURE;
		p.machine.memory = 128 << 20;
	} else if (i >= 10) {
		p.load.kind = LOAD_SOCKET_TX;
		p.mm.frag_direction = &frag_direction_bottom_up;
		p.net.sk_frag = i == 10 ? &sk_frag_page_frag : &sk_frag_page_frag_cache;
		p.load.frag_owner = i == 10 ? FRAG_OF_TASK : FRAG_OF_SOCKET;
	} else {
		p.load.kind = LOAD_REPLAY;
		p.load.cpus = 0;
		p.load.free_by = i == 9 ? FREE_BY_PAGE_FRAG : FREE_BY_PAGE;
		p.load.think_scale = i == 9 ? 0.0 : 1.0;
		snprintf(p.load.trace, sizeof p.load.trace, "%s", trace);
	}
	return p;
}

static const char *work_of(const struct params *p)
{
	static const char *const work[LOAD_KINDS] = {
		[LOAD_FORWARD] = "packets", [LOAD_PAGE_BENCH] = "pairs", [LOAD_PAGE_FAULT] = "faults", [LOAD_PRESSURE] = "page_allocs",
		[LOAD_ISOLATED] = "page_allocs",
		[LOAD_REPLAY] = "replayed_allocs", [LOAD_SOCKET_TX] = "packets", [LOAD_VHOST_NET] = "packets", [LOAD_FRAG_RING] = "fragments",
		[LOAD_XDP] = "packets", [LOAD_TC_DROP] = "packets",
	};

	return work[p->load.kind];
}

START_TEST(every_load_runs_and_gives_the_same_again)
{
	struct result once, again;
	char trace[256];
	struct params p;

	temporary(trace, sizeof trace);
	write_trace(trace, 5, 2000, 1);
	p = kind_of_point(_i, trace);
	run(&p, &once);
	run(&p, &again);
	unlink(trace);
	ck_assert_msg(result_get(&once, work_of(&p)) > 100, "%g", result_get(&once, work_of(&p)));
	ck_assert_uint_gt(once.profiles, 5);
	assert_same(&once, &again);
	result_fini(&once);
	result_fini(&again);
}
END_TEST

START_TEST(another_seed_gives_another_run)
{
	struct params p = point_router(), q = point_router(), r = point_router();
	struct result a, b, c;

	q.run.seed = 2;
	r.run.repetition = 1;
	run(&p, &a);
	run(&q, &b);
	run(&r, &c);
	ck_assert_uint_ne(a.fingerprint, b.fingerprint);
	ck_assert_uint_ne(a.fingerprint, c.fingerprint);
	ck_assert_uint_ne(b.fingerprint, c.fingerprint);
}
END_TEST

/* Two policies are compared on the same packets. */
START_TEST(policies_see_the_same_arrivals)
{
	struct params p = point_router(), q = point_router();
	struct result a, b;

	p.run.windows = q.run.windows = 1; /* nothing is cut off as start-up transient */
	q.mm.page_frag_free = &frag_release_pcp;
	run(&p, &a);
	run(&q, &b);
	ck_assert(result_get(&a, "offered_pps") > 0);
	ck_assert(result_get(&a, "offered_pps") == result_get(&b, "offered_pps"));
	ck_assert(result_get(&a, "offered_bps") == result_get(&b, "offered_bps"));
	ck_assert(result_get(&a, "zone_frees") > result_get(&a, "packets") / 4);
	ck_assert(result_get(&b, "zone_frees") == 0);
	ck_assert(result_get(&b, "slowpath_share") < result_get(&a, "slowpath_share") / 2);
}
END_TEST

/* A block that another CPU allocates cannot be freed before it has been. */
START_TEST(replayed_frees_wait_for_their_allocation)
{
	struct trace_summary summary = {0};
	struct params p = point_router();
	struct native_writer *w;
	char trace[256];
	struct result r;
	struct error e;
	uint64_t bytes;

	temporary(trace, sizeof trace);
	ck_assert_msg(!native_create(&w, trace, &e), "%s", e.text);
	for (uint32_t i = 0; i < 400; i++) {
		struct trace_event ev = {.time_ns = 1000 + i, .pid = 1, .cpu = i % 2, .pfn = 100 + i / 2, .type = i % 2 ? TRACE_FREE : TRACE_ALLOC};

		ck_assert_msg(!native_write(w, &ev, &e), "%s", e.text);
	}
	ck_assert_msg(!native_finish(w, &summary, &bytes, &e), "%s", e.text);
	p.load.kind = LOAD_REPLAY;
	p.load.cpus = 0;
	p.load.think_scale = 0.0;
	snprintf(p.load.trace, sizeof p.load.trace, "%s", trace);
	/* Allocating takes longer than freeing, so that the freeing CPU is always early, also within what the other runs ahead. */
	p.mm.cost_alloc_pages = 2000;
	run(&p, &r);
	unlink(trace);
	ck_assert(result_get(&r, "replayed_frees") == 200);
	ck_assert_msg(result_get(&r, "waits_for_allocation") >= 195, "%g", result_get(&r, "waits_for_allocation"));
}
END_TEST

START_TEST(contradictions_are_refused)
{
	struct params p = point_router();
	struct error e = {0};

	switch (_i) {
	case 0: p.load.cpus = 57; break;
	case 1: p.machine.cores = 200; break;
	case 2: p.run.duration = 9; break;
	case 3: p.mm.pcp_high = 10, p.mm.pcp_batch = 11; break;
	case 4: p.load.rate_pps = 1e9; break;
	case 5: p.load.arrivals = ARRIVAL_BURSTS, p.load.burst = 0; break;
	case 6: p.net.rx_wqe_bulk = 2000; break;
	case 7: snprintf(p.load.packet_size, sizeof p.load.packet_size, "12B"); break;
	case 8: p.nic.queues = 4; break;
	case 9: p.load.kind = LOAD_PAGE_BENCH, p.load.order = 11; break;
	case 10: p.load.kind = LOAD_PAGE_BENCH, p.load.pattern = BENCH_BULK, p.load.pages = 0; break;
	case 11: p.load.kind = LOAD_PAGE_BENCH, p.load.pattern = BENCH_FRAG, p.load.frag_size = 8192; break;
	case 12: p.load.kind = LOAD_REPLAY; break;
	case 13: p.load.kind = LOAD_REPLAY, p.load.think_scale = -1; break;
	case 14: snprintf(p.load.packet_size, sizeof p.load.packet_size, "9000B"); break;
	case 15: p.mm.pcp_high = 62; break;
	case 16: p.load.kind = LOAD_PAGE_FAULT, p.load.region = 5000; break;
	case 17: p.load.kind = LOAD_PAGE_FAULT, p.load.region = p.machine.memory; break;
	case 18: p.load.kind = LOAD_PRESSURE, p.load.fill = 101; break;
	case 19: p.load.kind = LOAD_SOCKET_TX, p.load.connections = 200; break;
	case 20: p.load.kind = LOAD_SOCKET_TX, p.net.sk_frag = &sk_frag_page_frag_cache; break;
	case 21: p.load.kind = LOAD_VHOST_NET, p.load.cpus = 3; break;
	case 22: p.load.kind = LOAD_VHOST_NET, snprintf(p.load.packet_size, sizeof p.load.packet_size, "3600B"); break;
	case 23: p.load.kind = LOAD_FRAG_RING, p.load.frag_align = 48; break;
	case 24: p.load.kind = LOAD_FRAG_RING; break; /* its messages are larger than a page */
	case 25: p.load.kind = LOAD_ISOLATED, p.load.isolated = 28; break;
	case 26: p.load.kind = LOAD_ISOLATED, p.load.isolated_period = 0; break;
	case 27: p.load.kind = LOAD_TC_DROP, p.load.readers = 29; break;
	case 28: p.load.kind = LOAD_TC_DROP, p.load.readers = 1, p.mm.drain = &drain_remote; break;
	}
	ck_assert_int_eq(world_check(&p, &e), HZ_USER);
	ck_assert_uint_gt(strlen(e.text), 10);
}
END_TEST

static uint32_t pick(struct stream *random, uint32_t n, const uint32_t *from)
{
	return from[stream_index(random, n)];
}

#define PICK(random, ...) pick(random, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), (uint32_t[]){__VA_ARGS__})

/* Any machine, kernel, NIC and load that the keys allow, small and short. */
static void random_lists(struct stream *r, struct mm_params *mm)
{
	static const struct pcp_guard *const guards[] = {
		&pcp_guard_irqsave, &pcp_guard_preempt, &pcp_guard_local_lock, &pcp_guard_trylock_irqsave, &pcp_guard_trylock,
	};
	static const struct pcp_rule *const rules[] = {&pcp_rule_fixed, &pcp_rule_free_factor, &pcp_rule_auto};
	uint32_t rule = stream_index(r, 3);

	mm->pcp_guard = guards[stream_index(r, 5)];
	mm->pcp_rule = rules[rule];
	mm->pcp_free_high = (enum pcp_free_high)stream_index(r, rule + 1);
	mm->pcp_max_order = stream_index(r, PCP_ORDER_MAX + 1);
	mm->pcp_thp_lists = stream_index(r, PCP_THP_LISTS_MAX + 1);
	mm->pcp_batch_scale = PICK(r, 0, 2, 5);
	mm->pcp_drain_order = (enum pcp_drain_order)stream_index(r, 2);
	mm->pcp_free_chunk = (enum pcp_free_chunk)stream_index(r, 2);
	mm->zones_per_node = PICK(r, 1, 1, 2, 8);
}

/* A source of receive pages and page_pools of any release, with what they can have together. */
static void random_sources(struct stream *r, struct params *p)
{
	static const struct rx_pages *const sources[] = {
		&rx_pages_page_alloc, &rx_pages_mlx5_cache, &rx_pages_page_pool, &rx_pages_page_flip, &rx_pages_page_frag,
	};
	static const struct page_pool_refcount *const refcounts[] = {
		&page_pool_refcount_one, &page_pool_refcount_zero, &page_pool_refcount_sole, &page_pool_refcount_fragments,
	};
	static const struct page_pool_refill *const refills[] = {
		&page_pool_refill_rfc, &page_pool_refill_empty_ring_first, &page_pool_refill_batch, &page_pool_refill_numa_batch,
	};
	static const struct page_pool_skb_recycle *const rules[] = {
		&page_pool_skb_recycle_none, &page_pool_skb_recycle_ring, &page_pool_skb_recycle_napi_safe, &page_pool_skb_recycle_softirq,
		&page_pool_skb_recycle_pool,
	};
	struct page_pool_params *pool = &p->net.page_pool;
	struct error e;

	p->net.rx_pages = sources[stream_index(r, 5)];
	p->net.page_cache = PICK(r, 2, 128, 256);
	p->net.page_cache_behind = (enum page_cache_behind)stream_index(r, 2);
	p->net.page_flip = (enum page_flip)stream_index(r, 2);
	pool->refcount = refcounts[stream_index(r, 4)];
	pool->refill = refills[stream_index(r, 4)];
	pool->skb_recycle = rules[stream_index(r, 5)];
	pool->slow = (enum page_pool_slow)stream_index(r, 2);
	pool->consumer_lock = stream_index(r, 2);
	pool->ring = PICK(r, 0, 1, 7, 100);
	pool->ring_batch = PICK(r, 1, 16);
	pool->cache = PICK(r, 2, 16, 128);
	p->net.xdp_return_bulk = PICK(r, 1, 5, 16);
	p->load.xdp = (enum xdp_mode)stream_index(r, 3);
	p->load.outstanding = PICK(r, 0, 1, 200);
	if (p->net.rx_pages->check && p->net.rx_pages->check(&p->net, &e))
		p->net.rx_pages = &rx_pages_page_alloc;
}

/* Packets' structs, who frees packets, and who reads them. */
static void random_skbs(struct stream *r, struct params *p)
{
	static const struct skb_defer *const defers[] = {&skb_defer_none, &skb_defer_tcp, &skb_defer_all};
	uint32_t size = PICK(r, 1, 2, 16, 64, 128);

	p->net.skb_slab = (enum skb_slab)stream_index(r, 2);
	p->net.skb_build = (enum skb_build)stream_index(r, 2);
	p->net.skb_cache_size = size;
	p->net.skb_cache_alloc = stream_index(r, size + 1);
	p->net.skb_cache_free = 1 + stream_index(r, size);
	p->net.skb_cache_flush = stream_index(r, 2);
	p->net.skb_defer = defers[stream_index(r, 3)];
	p->net.skb_defer_max = PICK(r, 2, 16, 64);
	p->net.skb_defer_here = (enum skb_build)stream_index(r, 2);
	p->net.udp_reader_queue = stream_index(r, 2);
	p->mm.slab_cpu_partial_counts = (enum slab_counts)stream_index(r, 2);
	p->mm.slab_cpu_partial = PICK(r, 0, 1, 4, 13);
	p->load.app_cpus = p->load.cpus > 1 ? stream_index(r, p->load.cpus) : 0;
	p->load.sockets = PICK(r, 1, 2, 5);
	p->load.rcvbuf = PICK(r, 0, 8192, 1 << 20);
	p->load.read_size = PICK(r, 1, 2000, 65536);
	if (p->load.kind == LOAD_UDP_SINK)
		p->load.outstanding = p->load.rcvbuf == 8192 ? stream_index(r, 2) : PICK(r, 0, 0, 1, 30);
}

static struct params random_point(struct stream *r, const char *trace)
{
	static const char *const sizes[] = {"64B", "imix", "1518B", "64B:1 1600B:1"};
	struct params p = point_router();
	struct sizes parsed;
	struct error e;
	double line;

	p.run.seed = stream_index(r, 1000000);
	p.run.duration = 20000 + stream_index(r, 400000);
	p.run.windows = PICK(r, 1, 2, 10, 37);
	p.machine.sockets = PICK(r, 1, 1, 2, 4);
	p.machine.cores = PICK(r, 1, 2, 4, 7);
	p.machine.threads = PICK(r, 1, 2);
	p.machine.memory = (uint64_t)PICK(r, 256, 1024, 8192) << 20;
	p.machine.memory_resident = (uint64_t)PICK(r, 0, 64) << 20;
	if (!stream_index(r, 4)) {
		/* A machine on which hardware costs nothing makes many ties. */
		p.machine.atomic = p.machine.unlock = p.machine.irq_save_restore = p.machine.irq_entry = p.machine.idle_exit = 0;
		p.machine.transfer_smt = p.machine.transfer_socket = p.machine.transfer_cross = p.machine.context_switch = 0;
	}
	p.mm.zone_lock = (enum lock_kind)stream_index(r, LOCK_KINDS);
	p.mm.page_frag_free = stream_index(r, 2) ? &frag_release_pcp : &frag_release_buddy;
	p.mm.frag_bias = (enum frag_bias)stream_index(r, 2);
	p.mm.frag_direction = stream_index(r, 2) ? &frag_direction_bottom_up : &frag_direction_top_down;
	p.mm.frag_order = stream_index(r, FRAG_ORDER_MAX + 1);
	p.mm.frag_exhausted = (enum frag_exhausted)stream_index(r, 2);
	p.mm.frag_oversize = (enum frag_oversize)stream_index(r, 3);
	p.mm.pcp_prefetch = stream_index(r, 2);
	p.mm.pcp_batch = PICK(r, 0, 1, 5, 63);
	p.mm.pcp_high = PICK(r, 0, 0, 63, 200);
	random_lists(r, &p.mm);
	p.net.frags_per_page = PICK(r, 1, 2, 4);
	p.net.rx_heads = stream_index(r, 3) ? &rx_heads_page : &rx_heads_napi_frag;
	p.net.rx_copy = PICK(r, 64, 256, 1536);
	p.net.napi_small_kmalloc = stream_index(r, 2);
	p.net.rx_wqe_bulk = PICK(r, 1, 8, 16);
	p.net.tx_queue = (enum tx_queue_choice)stream_index(r, 2);
	p.net.netdev_budget = PICK(r, 1, 64, 300);
	p.net.netdev_budget_time = PICK(r, 1, 20000, 5200000);
	p.net.softirq_time = PICK(r, 1, 5200000);
	p.net.lines_per_packet = PICK(r, 0, 20, 500);
	p.nic.ports = PICK(r, 1, 2, 3);
	p.nic.rx_ring = PICK(r, 16, 33, 256);
	p.nic.tx_ring = PICK(r, 1, 16, 256);
	p.nic.rx_usecs = PICK(r, 0, 1, 16);
	p.nic.rx_frames = PICK(r, 1, 32, 300);
	p.nic.tx_usecs = PICK(r, 0, 1, 16);
	p.nic.tx_frames = PICK(r, 1, 32, 300);
	p.load.kind = (enum load_kind)stream_index(r, LOAD_KINDS);
	if (p.load.kind == LOAD_TCP_SINK)
		p.net.rx_heads = &rx_heads_page;
	p.load.cpus = 1 + stream_index(r, machine_cpus(&p.machine));
	p.nic.queues = stream_index(r, 2) ? 0 : p.load.cpus + stream_index(r, 4);
	p.load.arrivals = (enum arrival_process)stream_index(r, 4);
	p.load.burst = PICK(r, 1, 32, 1000);
	p.load.flows = PICK(r, 0, 1, 7, 1024);
	snprintf(p.load.packet_size, sizeof p.load.packet_size, "%s", sizes[stream_index(r, 4)]);
	if (p.net.frags_per_page == 4) /* buffers that hold no full frame */
		snprintf(p.load.packet_size, sizeof p.load.packet_size, "64B:2 600B:1");
	ck_assert_int_eq(sizes_parse(&parsed, p.load.packet_size, FRAME_MIN, FRAME_MAX, &e), 0);
	line = p.nic.line_rate / (8.0 * (parsed.mean + p.nic.overhead));
	p.load.rate_pps = line * exp(-6.0 * stream_uniform(r));
	p.load.pattern = (enum bench_pattern)stream_index(r, 5);
	p.load.order = p.load.pattern == BENCH_FRAG || p.load.pattern == BENCH_BULK_API ? 0 : PICK(r, 0, 0, 1, 3, 4, 9, 10);
	p.load.pages = p.load.order > 4 ? 1 + stream_index(r, 3) : 1 + stream_index(r, 200);
	p.load.frag_size = PICK(r, 64, 100, 2048, 4096);
	p.load.think = PICK(r, 0, 100, 5000);
	if (p.load.kind == LOAD_SOCKET_TX) {
		static const char *const messages[] = {"1B", "300B:8 5000B:2", "65536B", "1B:3 1000000B:1", "1024B:4 16384B:2 65536B:1"};

		snprintf(p.load.message, sizeof p.load.message, "%s", messages[stream_index(r, 5)]);
		p.load.connections = PICK(r, 1, 2, 30);
		p.load.sndbuf = PICK(r, 4096, 100000, 1 << 22);
		p.load.frag_owner = (enum frag_owner)stream_index(r, 2);
		p.nic.tx_ring = p.load.connections * 8 + stream_index(r, 3);
		if (p.mm.frag_direction == &frag_direction_bottom_up && stream_index(r, 2))
			p.net.sk_frag = &sk_frag_page_frag_cache;
	}
	if (p.load.kind == LOAD_VHOST_NET || p.load.kind == LOAD_FRAG_RING) {
		static const struct vhost_frag *const frags[] = {&vhost_frag_sk_page_frag, &vhost_frag_own, &vhost_frag_page_frag_cache};

		p.net.vhost_frag = frags[stream_index(r, 3)];
		p.machine.cores += p.machine.cores % 2;
		p.load.cpus = (p.load.cpus + 1) / 2 * 2;
		p.load.rate_pps = PICK(r, 0, 10000, 1000000);
		p.load.frag_align = PICK(r, 1, 16, 64);
		snprintf(p.load.message, sizeof p.load.message, "%s", stream_index(r, 2) ? "12B" : "64B:3 1500B:1 4096B:1");
	}
	random_sources(r, &p);
	p.load.region = (uint64_t)PICK(r, 1, 100, 1000) * PAGE_SIZE_BYTES;
	p.mm.pagevec = PICK(r, 1, 15, 31);
	p.mm.release_batch = PICK(r, 1, 31, 32);
	p.mm.pcp_list_section = PICK(r, 0, 1, 32);
	p.mm.drain = p.mm.pcp_guard->lock ? &drain_remote : &drain_workqueue;
	p.mm.drain_chunk = (enum drain_chunk)stream_index(r, 2);
	p.load.fill = PICK(r, 0, 90, 100);
	if (p.load.kind == LOAD_PRESSURE || p.load.kind == LOAD_ISOLATED)
		p.machine.memory = UINT64_C(64) << 20;
	else if (p.machine.memory < UINT64_C(512) << 20 && (p.load.kind == LOAD_FORWARD || p.load.kind == LOAD_XDP || p.load.kind == LOAD_TC_DROP))
		p.load.readers = PICK(r, 0, 1, p.load.cpus);
	if (p.load.kind == LOAD_ISOLATED) {
		p.machine.cores++;
		p.load.cpus = machine_cpus(&p.machine);
		p.load.isolated = 1 + stream_index(r, p.load.cpus - 1);
		p.load.isolated_pages = PICK(r, 0, 64, 500);
		p.load.isolated_period = PICK(r, 1, 1000, 100000);
	}
	if (p.load.kind == LOAD_REPLAY) {
		p.machine.sockets = 2;
		p.machine.cores = 4;
		p.load.cpus = 0;
		p.load.free_by = (enum replay_free)stream_index(r, 2);
		p.load.think_scale = stream_uniform(r);
		snprintf(p.load.trace, sizeof p.load.trace, "%s", trace);
	}
	random_skbs(r, &p);
	return p;
}

static void describe(const struct params *p, struct text *t)
{
	text_add(t, "kind %d seed %llu duration %llu windows %u sockets %u cores %u threads %u cpus %u lock %d frag %d batch %u high %u ",
		 p->load.kind, (unsigned long long)p->run.seed, (unsigned long long)p->run.duration, p->run.windows, p->machine.sockets,
		 p->machine.cores, p->machine.threads, p->load.cpus, p->mm.zone_lock, p->mm.page_frag_free == &frag_release_pcp, p->mm.pcp_batch,
		 p->mm.pcp_high);
	text_add(t, "guard %s rule %s max_order %u thp %u zones %u ", p->mm.pcp_guard->policy.name, p->mm.pcp_rule->policy.name, p->mm.pcp_max_order,
		 p->mm.pcp_thp_lists, p->mm.zones_per_node);
	text_add(t, "ports %u queues %u rx_ring %u tx_ring %u tx_queue %d flows %u arrivals %d size %s pps %g pattern %d order %u pages %u",
		 p->nic.ports, p->nic.queues, p->nic.rx_ring, p->nic.tx_ring, p->net.tx_queue, p->load.flows, p->load.arrivals,
		 p->load.packet_size, p->load.rate_pps, p->load.pattern, p->load.order, p->load.pages);
	text_add(t, " rx_pages %s refcount %s refill %s skb_recycle %s ring %u cache %u xdp %d outstanding %u", p->net.rx_pages->policy.name,
		 p->net.page_pool.refcount->policy.name, p->net.page_pool.refill->policy.name, p->net.page_pool.skb_recycle->policy.name,
		 p->net.page_pool.ring, p->net.page_pool.cache, p->load.xdp, p->load.outstanding);
}

enum { GROUPS = 16, PER_GROUP = 20 };

/* world_run() checks cycles, pages, lists and Little's law at the end of each run, and grants of locks in it. */
START_TEST(random_runs_keep_all_invariants)
{
	struct stream *random = stream_new(2024, (uint32_t)_i, "points");
	char trace[256];

	temporary(trace, sizeof trace);
	write_trace(trace, 7, 300, (uint64_t)_i);
	for (int i = 0; i < PER_GROUP; i++) {
		struct params p = random_point(random, trace);
		struct text what = {0};
		struct error e = {0};
		struct result r;

		if (p.mm.pcp_batch > p.mm.pcp_high)
			p.mm.pcp_high = 0;
		describe(&p, &what);
		ck_assert_msg(!world_check(&p, &e), "%s: %s", what.s, e.text);
		rig_world(&p, &r, 20);
		ck_assert_msg(!r.failure, "%d.%d %s: %s", _i, i, what.s, r.failure);
		for (size_t m = 0; m < r.metrics; m++)
			/* What has no observations is no number. */
			ck_assert_msg(isnan(r.metric[m].value) || (r.metric[m].value >= 0 && r.metric[m].value < 1e17), "%s: %s is %g", what.s,
				      r.metric[m].name, r.metric[m].value);
		ck_assert_msg(result_get(&r, "pcp_hits") + result_get(&r, "pcp_misses") + result_get(&r, "zone_allocs") == result_get(&r, "allocs"),
			      "%d.%d %s: allocs do not add up", _i, i, what.s);
		ck_assert_msg(result_get(&r, "pcp_frees") + result_get(&r, "zone_frees") == result_get(&r, "frees"), "%d.%d %s: frees do not add up",
			      _i, i, what.s);
		for (size_t l = 0; l < r.locks; l++) {
			ck_assert_uint_le(r.lock[l].contended, r.lock[l].acquisitions);
			ck_assert_msg(r.lock[l].wait.sum <= 56 * p.run.duration * 20, "%s", what.s);
		}
		for (size_t n = 0; n < r.profiles; n++)
			ck_assert_msg(r.profile[n].self < UINT64_C(1) << 60, "%s: %s", what.s, r.profile[n].path);
		text_fini(&what);
		result_fini(&r);
	}
	unlink(trace);
	stream_free(random);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("world");
	TCase *runs = tcase_create("runs"), *chance = tcase_create("chance");

	tcase_add_loop_test(runs, every_load_runs_and_gives_the_same_again, 0, KINDS);
	tcase_add_test(runs, another_seed_gives_another_run);
	tcase_add_test(runs, policies_see_the_same_arrivals);
	tcase_add_test(runs, replayed_frees_wait_for_their_allocation);
	tcase_add_loop_test(runs, contradictions_are_refused, 0, 29);
	suite_add_tcase(suite, runs);
	tcase_add_loop_test(chance, random_runs_keep_all_invariants, 0, GROUPS);
	suite_add_tcase(suite, chance);
	return rig_main(suite);
}
