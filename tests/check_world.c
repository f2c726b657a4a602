/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole runs: the same again, every load, and what cannot run. check_properties runs points drawn at random. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "laws.h"
#include "load/world.h"
#include "mm/page_frag.h"
#include "plan/policies.h"
#include "random_trace.h"
#include "rig.h"
#include "trace/native_write.h"

static void temporary(char *name, size_t size)
{
	int fd;

	snprintf(name, size, "%s/hotzone-check-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fd = mkstemp(name);
	ck_assert_int_ge(fd, 0);
	close(fd);
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
	p.mm.zone_lock = rig_lock_kinds[i % RIG_LOCK_KINDS];
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
	struct text difference = {0};
	struct result once, again;
	char trace[256];
	struct params p;

	temporary(trace, sizeof trace);
	random_trace(trace, 5, 2000, 1);
	p = kind_of_point(_i, trace);
	run(&p, &once);
	run(&p, &again);
	unlink(trace);
	ck_assert_msg(result_get(&once, work_of(&p)) > 100, "%g", result_get(&once, work_of(&p)));
	ck_assert_uint_gt(once.profiles, 5);
	ck_assert_msg(results_are_same(&once, &again, &difference), "%s", difference.s);
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
	case 29: p.net.skb_cache_size = 15, p.net.skb_cache_alloc = 16; break;
	case 30: p.net.skb_cache_size = 31, p.net.skb_cache_free = 32; break;
	}
	ck_assert_int_eq(world_check(&p, &e), HZ_USER);
	ck_assert_uint_gt(strlen(e.text), 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("world");
	TCase *runs = tcase_create("runs");

	tcase_add_loop_test(runs, every_load_runs_and_gives_the_same_again, 0, KINDS);
	tcase_add_test(runs, another_seed_gives_another_run);
	tcase_add_test(runs, policies_see_the_same_arrivals);
	tcase_add_test(runs, replayed_frees_wait_for_their_allocation);
	tcase_add_loop_test(runs, contradictions_are_refused, 0, 31);
	suite_add_tcase(suite, runs);
	return rig_main(suite);
}
