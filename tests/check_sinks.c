/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Applications that read sockets: what a run of udp_sink or tcp_sink must show, whatever the release. */
#include <math.h>
#include <string.h>

#include "net/rx_heads.h"
#include "net/rx_pages.h"
#include "net/skb_defer.h"
#include "plan/policies.h"
#include "rig.h"

#define SECONDS 60

/* Ten milliseconds of one port at 400 kpps; the rings on CPU 0, the application on CPU 1. */
static struct params sink(enum load_kind kind)
{
	struct params p = point_router();

	p.run.duration = 26000000;
	p.mm.page_frag_free = &frag_release_pcp;
	p.nic.ports = 1;
	p.net.skb_slab = SKB_SLAB_SLUB;
	p.load.kind = kind;
	p.load.cpus = 2;
	p.load.app_cpus = 1;
	p.load.rate_pps = 4e5;
	p.load.flows = 8;
	return p;
}

static struct result run(const struct params *p)
{
	struct result r;

	rig_world(p, &r, SECONDS);
	ck_assert_msg(!r.failure, "%s", r.failure);
	return r;
}

/* A metric that must be there. */
static double get(const struct result *r, const char *name)
{
	double value = result_get(r, name);

	ck_assert_msg(!isnan(value), "no metric %s", name);
	return value;
}

static double lock_acquisitions(const struct result *r, const char *prefix)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < r->locks; i++)
		if (!strncmp(r->lock[i].name, prefix, strlen(prefix)))
			sum += r->lock[i].acquisitions;
	return (double)sum;
}

static const enum load_kind kinds[] = {LOAD_UDP_SINK, LOAD_TCP_SINK};

START_TEST(what_is_offered_is_read)
{
	struct params p = sink(kinds[_i]);
	struct result r = run(&p);

	ck_assert_double_eq_tol(get(&r, "achieved_pps"), 4e5, 0.03 * 4e5);
	ck_assert_double_eq_tol(get(&r, "achieved_bps"), 4e5 * 64 * 8, 0.03 * 4e5 * 64 * 8);
	ck_assert_double_eq(get(&r, "drops_socket_full"), 0);
	ck_assert_double_eq(get(&r, "drops_rx_out_of_buffer"), 0);
	ck_assert_double_eq(get(&r, "steady"), 1);
	ck_assert_double_gt(get(&r, "wakeups"), 100);
	/* The application's CPU does the application's work and the ring's CPU does not. */
	ck_assert_double_gt(get(&r, "app_cpus_busy_share"), 0.05);
	ck_assert_double_lt(get(&r, "app_cpus_busy_share"), 0.9);
	ck_assert_double_gt(get(&r, "ring_cpus_busy_share"), 0.05);
	ck_assert_double_eq_tol(get(&r, "app_share"),
				get(&r, "app_cpus_busy_share") / (get(&r, "app_cpus_busy_share") + get(&r, "ring_cpus_busy_share")), 0.12);
	result_fini(&r);
}
END_TEST

START_TEST(little_s_law_joins_queue_and_delay)
{
	struct params p = sink(kinds[_i]);
	struct result r = run(&p);
	double packets = get(&r, "achieved_pps"), seconds = get(&r, "socket_delay_mean") / p.machine.clock_hz;

	/* Packets in the queue: of TCP, after GRO, of which this rate leaves few to put together. */
	ck_assert_double_gt(get(&r, "socket_queue_mean"), 0);
	if (kinds[_i] == LOAD_UDP_SINK)
		ck_assert_double_eq_tol(get(&r, "socket_queue_mean"), packets * seconds, 0.05 * packets * seconds);
	else
		ck_assert_double_le(get(&r, "socket_queue_mean"), 1.05 * packets * seconds);
	result_fini(&r);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_run)
{
	struct params p = sink(kinds[_i]);
	struct result a, b;

	p.load.cpus = 6;
	p.load.app_cpus = 3;
	p.load.sockets = 5;
	p.net.skb_defer = &skb_defer_all;
	p.run.duration /= 4;
	a = run(&p);
	b = run(&p);
	ck_assert_uint_eq(a.fingerprint, b.fingerprint);
	ck_assert_uint_eq(a.metrics, b.metrics);
	ck_assert_int_eq(memcmp(a.metric, b.metric, a.metrics * sizeof *a.metric), 0);
	result_fini(&b);
	p.run.seed++;
	b = run(&p);
	ck_assert_uint_ne(a.fingerprint, b.fingerprint);
	result_fini(&a);
	result_fini(&b);
}
END_TEST

START_TEST(an_application_on_the_rings_cpus_has_none_of_its_own)
{
	struct params p = sink(kinds[_i]);
	struct result r;

	p.load.app_cpus = 0;
	r = run(&p);
	ck_assert(isnan(result_get(&r, "app_cpus_busy_share")));
	ck_assert_double_gt(get(&r, "app_share"), 0.2);
	ck_assert_double_lt(get(&r, "app_share"), 0.8);
	ck_assert_double_eq_tol(get(&r, "achieved_pps"), 4e5, 0.03 * 4e5);
	result_fini(&r);
}
END_TEST

/* More than the application reads: the socket is always full, and never fuller. */
START_TEST(a_slow_application_loses_packets_at_its_socket)
{
	struct params p = sink(kinds[_i]);
	struct result r;
	double truesize = 2048 + 256, most;

	p.net.cost_recvmsg = 20000;
	p.load.read_size = 1;
	p.load.rate_pps = kinds[_i] == LOAD_UDP_SINK ? 4e5 : 2e6;
	p.load.rcvbuf = 100 * (uint64_t)truesize;
	r = run(&p);
	most = 101;
	ck_assert_double_gt(get(&r, "drops_socket_full"), 1000);
	ck_assert_double_le(get(&r, "socket_queue_mean"), most);
	if (kinds[_i] == LOAD_UDP_SINK)
		ck_assert_double_gt(get(&r, "socket_queue_mean"), 0.8 * most);
	ck_assert_double_gt(get(&r, "app_cpus_busy_share"), 0.99);
	result_fini(&r);
}
END_TEST

START_TEST(packets_are_left_outstanding_until_the_application_is_woken)
{
	static const uint32_t outstanding[] = {1, 20, 60};
	struct params p = sink(LOAD_UDP_SINK);
	struct result r;
	double packets;

	p.load.outstanding = outstanding[_i];
	r = run(&p);
	packets = get(&r, "achieved_pps") * 0.01;
	if (outstanding[_i] > 1) {
		/* Woken by the last of so many; what comes while it reads makes it no more often. */
		ck_assert_double_le(get(&r, "wakeups"), packets / outstanding[_i] + 1);
		ck_assert_double_ge(get(&r, "wakeups"), 0.5 * packets / outstanding[_i]);
		ck_assert_double_ge(get(&r, "socket_queue_mean"), 0.35 * outstanding[_i]);
		ck_assert_double_le(get(&r, "socket_queue_mean"), outstanding[_i]);
	} else {
		ck_assert_double_lt(get(&r, "socket_queue_mean"), 10);
	}
	result_fini(&r);
}
END_TEST

/* Pages taken by one CPU and given back by another go through the zone; left to the first they go round on its list. */
START_TEST(left_to_their_cpu_pages_and_structs_stay_there)
{
	struct params p = sink(LOAD_TCP_SINK);
	struct result here, left;

	p.load.rate_pps = 2e6;
	here = run(&p);
	p.net.skb_defer = _i ? &skb_defer_all : &skb_defer_tcp;
	p.net.skb_defer_max = _i ? 128 : 64;
	left = run(&p);
	ck_assert_double_gt(get(&left, "skb_defer_queued"), 1000);
	ck_assert_double_gt(lock_acquisitions(&here, "zone->lock"), 50);
	ck_assert_double_lt(lock_acquisitions(&left, "zone->lock"), 0.2 * lock_acquisitions(&here, "zone->lock"));
	ck_assert_double_gt(get(&here, "skb_slab_slow_frees"), 4 * get(&left, "skb_slab_slow_frees"));
	/* The application is relieved. */
	ck_assert_double_lt(get(&left, "app_share") * get(&left, "cycles_per_packet"), 0.9 * get(&here, "app_share") * get(&here, "cycles_per_packet"));
	result_fini(&here);
	result_fini(&left);
}
END_TEST

START_TEST(bursts_of_a_flow_are_put_together)
{
	struct params p = sink(LOAD_TCP_SINK);
	struct result r;
	double packets;

	p.load.arrivals = ARRIVAL_BURSTS;
	p.load.burst = 16;
	p.load.flows = 1;
	r = run(&p);
	packets = get(&r, "achieved_pps") * 0.01;
	/* Most bursts of 16 are one packet, or two where a poll ends in between, and one ACK each. */
	ck_assert_double_lt(get(&r, "acks"), packets / 8);
	ck_assert_double_gt(get(&r, "acks"), packets / 19);
	result_fini(&r);
}
END_TEST

/* Since 4.13 a reader takes over all that is queued at a time, and gives memory back in larger parts. */
START_TEST(the_reader_s_own_queue_spares_the_lock)
{
	struct params p = sink(LOAD_UDP_SINK);
	struct result old, new;

	p.net.udp_reader_queue = 0;
	p.load.outstanding = 30;
	old = run(&p);
	p.net.udp_reader_queue = 1;
	new = run(&p);
	/* Twice per packet, against once and a thirtieth part. */
	ck_assert_double_gt(lock_acquisitions(&old, "sk_receive_queue.lock"), 1.8 * lock_acquisitions(&new, "sk_receive_queue.lock"));
	ck_assert_double_lt(get(&new, "app_cpus_busy_share"), get(&old, "app_cpus_busy_share"));
	result_fini(&old);
	result_fini(&new);
}
END_TEST

/* With several rings for one socket all CPUs want its lock. */
START_TEST(rings_contend_for_a_socket_they_share)
{
	struct params p = sink(kinds[_i]);
	double contended[2] = {0};

	p.load.cpus = 5;
	p.load.rate_pps = 2e6;
	p.load.flows = 64;
	p.load.rcvbuf = 64 << 20;
	for (unsigned alone = 0; alone < 2; alone++) {
		struct result r;

		p.load.sockets = alone ? 64 : 1;
		r = run(&p);
		for (size_t i = 0; i < r.locks; i++)
			if (!strcmp(r.lock[i].name, kinds[_i] == LOAD_UDP_SINK ? "sk_receive_queue.lock" : "slock-AF_INET"))
				contended[alone] = (double)r.lock[i].contended / (double)r.lock[i].acquisitions;
		result_fini(&r);
	}
	ck_assert_double_gt(contended[0], 0.02);
	ck_assert_double_lt(contended[1], 0.5 * contended[0]);
}
END_TEST

/* The application's CPU has no ring: nothing but the interrupt of a half full list makes it free what others left to it. */
START_TEST(a_cpu_without_a_ring_frees_what_is_left_to_it)
{
	struct params p = sink(LOAD_TCP_SINK);
	struct result r;

	p.net.skb_defer = &skb_defer_all;
	p.net.skb_defer_max = 16;
	r = run(&p);
	ck_assert_double_gt(get(&r, "skb_defer_queued"), 100);
	ck_assert_double_gt(get(&r, "skb_defer_kicks"), get(&r, "skb_defer_queued") / 64);
	ck_assert_double_lt(get(&r, "skb_defer_refused"), get(&r, "skb_defer_queued") / 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sinks");
	TCase *tcase = tcase_create("runs");

	tcase_set_timeout(tcase, 2 * SECONDS);
	tcase_add_loop_test(tcase, what_is_offered_is_read, 0, 2);
	tcase_add_test(tcase, a_cpu_without_a_ring_frees_what_is_left_to_it);
	tcase_add_loop_test(tcase, little_s_law_joins_queue_and_delay, 0, 2);
	tcase_add_loop_test(tcase, the_same_seed_gives_the_same_run, 0, 2);
	tcase_add_loop_test(tcase, an_application_on_the_rings_cpus_has_none_of_its_own, 0, 2);
	tcase_add_loop_test(tcase, a_slow_application_loses_packets_at_its_socket, 0, 2);
	tcase_add_loop_test(tcase, packets_are_left_outstanding_until_the_application_is_woken, 0, 3);
	tcase_add_loop_test(tcase, left_to_their_cpu_pages_and_structs_stay_there, 0, 2);
	tcase_add_test(tcase, bursts_of_a_flow_are_put_together);
	tcase_add_test(tcase, the_reader_s_own_queue_spares_the_lock);
	tcase_add_loop_test(tcase, rings_contend_for_a_socket_they_share, 0, 2);
	suite_add_tcase(suite, tcase);
	return rig_main(suite);
}
