/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loads whose data lies in page fragments: senders on sockets, vhost_net, two CPUs with a ring. Each run checks by itself that no byte, no
 * packet, no fragment and no page is lost, that packets are freed in order and that a send buffer holds no more than it may. */
#include <math.h>
#include <stdio.h>

#include "net/tcp_output.h"
#include "plan/policies.h"
#include "rig.h"

static void run(const struct params *p, struct result *r)
{
	rig_world(p, r, 30);
	ck_assert_msg(!r->failure, "%s", r->failure);
}

static double run_for(const struct params *p, const char *metric)
{
	struct result r;
	double value;

	run(p, &r);
	value = result_get(&r, metric);
	result_fini(&r);
	return value;
}

static void assert_near(double got, double wanted, double tolerance)
{
	ck_assert_msg(fabs(got - wanted) <= tolerance, "%g, wanted %g", got, wanted);
}

/* One CPU that writes messages of one size to `connections` connections. */
static struct params sender(const char *message, uint32_t connections)
{
	struct params p = point_router();

	p.load.kind = LOAD_SOCKET_TX;
	p.load.cpus = 1;
	p.load.connections = connections;
	p.run.windows = 1; /* all of it */
	p.mm.frag_direction = &frag_direction_bottom_up;
	snprintf(p.load.message, sizeof p.load.message, "%s", message);
	return p;
}

/* Every packet begins a fragment, and every block does. */
START_TEST(a_fragment_ends_with_its_packet_or_its_block)
{
	struct params p = sender("65160B", 1);
	struct result r;

	p.net.sk_frag = _i ? &sk_frag_page_frag_cache : &sk_frag_page_frag;
	run(&p, &r);
	ck_assert(result_get(&r, "packets") > 20);
	assert_near(result_get(&r, "messages"), result_get(&r, "packets"), 4);
	assert_near(result_get(&r, "fragments"), result_get(&r, "packets") + result_get(&r, "frag_refills") + result_get(&r, "frag_reuses"), 4);
	ck_assert(result_get(&r, "fragments_appended") == 0);
	assert_near(result_get(&r, "frag_refills") + result_get(&r, "frag_reuses"), result_get(&r, "packets") * 65160 / 32768, 4);
}
END_TEST

/* While the NIC has a packet of the connection the next one grows. */
START_TEST(small_messages_share_a_packet_and_a_fragment)
{
	struct params p = sender("100B", 1);
	struct result r;

	run(&p, &r);
	ck_assert(result_get(&r, "messages") > 1000);
	ck_assert(result_get(&r, "packets") < result_get(&r, "messages") / 3);
	ck_assert(result_get(&r, "fragments_appended") > result_get(&r, "messages") / 2);
	/* A piece that begins behind the end of a block is cut in two. */
	assert_near(result_get(&r, "fragments") + result_get(&r, "fragments_appended"),
		    result_get(&r, "messages") + result_get(&r, "frag_refills") + result_get(&r, "frag_reuses"), 8);
}
END_TEST

/* Between connections that share the task's page a fragment never grows for long; with a page each it does. */
START_TEST(a_page_of_its_own_lets_a_connection_append)
{
	struct params task = sender("100B", 8), own = sender("100B", 8);
	struct result a, b;

	own.load.frag_owner = FRAG_OF_SOCKET;
	task.load.frag_owner = FRAG_OF_TASK;
	run(&task, &a);
	run(&own, &b);
	ck_assert(result_get(&b, "fragments_appended") > 3 * result_get(&a, "fragments_appended"));
}
END_TEST

START_TEST(a_slow_wire_holds_senders_up)
{
	struct params p = sender("1000000B:1 3000B:5", 4);
	struct result r;

	p.run.duration = 26000000;
	p.nic.line_rate = 1e9;
	p.load.sndbuf = _i ? 4096 : 1 << 20;
	run(&p, &r);
	ck_assert(result_get(&r, "busy_share") < 0.3);
	/* All but what preamble and gap take, and one packet at the end. */
	assert_near(result_get(&r, "achieved_bps") / 1e9, 1518.0 / 1538, 0.08);
}
END_TEST

/* get_page() is all that differs while pages have room. */
START_TEST(without_get_page_a_small_fragment_is_an_atomic_cheaper)
{
	struct params with = sender("200B", 8), without = sender("200B", 8);
	double difference;

	with.machine.atomic = without.machine.atomic = 2000;
	without.net.sk_frag = &sk_frag_page_frag_cache;
	difference = run_for(&with, "cycles_per_fragment") - run_for(&without, "cycles_per_fragment");
	ck_assert_msg(difference > 1800 && difference < 2400, "%g", difference);
}
END_TEST

/* Guests on CPU 0, received on CPU 1. */
static struct params guests(double pps)
{
	struct params p = point_router();

	p.load.kind = LOAD_VHOST_NET;
	p.load.cpus = 2;
	p.load.rate_pps = pps;
	p.run.windows = 1;
	p.run.duration = 13000000;
	p.mm.frag_direction = &frag_direction_bottom_up;
	snprintf(p.load.packet_size, sizeof p.load.packet_size, "imix");
	return p;
}

static const struct vhost_frag *const vhost_frags[] = {&vhost_frag_sk_page_frag, &vhost_frag_own, &vhost_frag_page_frag_cache};

START_TEST(what_guests_send_is_received)
{
	struct params p = guests(1e5);
	struct result r;

	p.net.vhost_frag = vhost_frags[_i];
	run(&p, &r);
	assert_near(result_get(&r, "achieved_pps"), 1e5, 3 * sqrt(1e5 * 0.005) / 0.005);
	ck_assert(result_get(&r, "drops_tap_full") == 0);
	assert_near(result_get(&r, "fragments"), result_get(&r, "packets"), 10);
	/* Each packet is back before the next one: only the worker's own page never starts over. */
	if (_i == 1)
		ck_assert(result_get(&r, "frag_reuses") == 0);
	else
		ck_assert(result_get(&r, "frag_reuses") > 5);
	ck_assert(result_get(&r, "busy_share") < 0.5);
}
END_TEST

START_TEST(a_slow_guest_s_tap_drops)
{
	struct params p = guests(0);
	struct result r;

	p.net.cost_vhost_rx = 20000;
	run(&p, &r);
	ck_assert(result_get(&r, "drops_tap_full") > 1000);
	assert_near(result_get(&r, "achieved_pps"), 2.6e9 / 20000, 0.1 * 2.6e9 / 20000);
	ck_assert(result_get(&r, "busy_share") > 0.99);
}
END_TEST

static struct params ring(void)
{
	struct params p = point_router();

	p.load.kind = LOAD_FRAG_RING;
	p.load.cpus = 2;
	p.run.windows = 1;
	snprintf(p.load.message, sizeof p.load.message, "64B:1 1500B:1");
	return p;
}

/* Who is slower sets the pace; only a producer that is faster finds the ring full. */
START_TEST(the_slower_of_two_cpus_sets_the_pace)
{
	struct params p = ring();
	struct result r;

	if (_i)
		p.mm.cost_page_frag_free = 3000;
	else
		p.load.think = 3000;
	run(&p, &r);
	assert_near(result_get(&r, "cycles_per_fragment"), 2 * 3000, 500);
	ck_assert_int_eq(result_get(&r, "ring_full") > 0, _i);
	/* One spins for the other, or both work. */
	assert_near(result_get(&r, "busy_share"), 1, 0.001);
}
END_TEST

/* A full ring makes the two CPUs meet at the struct page, as long as all that is in it lies in one page: then a producer that takes longer gets
 * more through. */
START_TEST(a_slower_producer_can_be_the_faster_pair)
{
	struct params fast = ring(), slow = ring();

	snprintf(fast.load.message, sizeof fast.load.message, "12B");
	slow.load = fast.load;
	slow.mm.cost_frag_top_down = fast.mm.cost_frag_top_down + 10;
	ck_assert(run_for(&fast, "ring_full") > 100);
	ck_assert(run_for(&slow, "cycles_per_fragment") < run_for(&fast, "cycles_per_fragment"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("frag_loads");
	TCase *sockets = tcase_create("sockets"), *vhost = tcase_create("vhost_net"), *pair = tcase_create("frag_ring");

	tcase_add_loop_test(sockets, a_fragment_ends_with_its_packet_or_its_block, 0, 2);
	tcase_add_test(sockets, small_messages_share_a_packet_and_a_fragment);
	tcase_add_test(sockets, a_page_of_its_own_lets_a_connection_append);
	tcase_add_loop_test(sockets, a_slow_wire_holds_senders_up, 0, 2);
	tcase_add_test(sockets, without_get_page_a_small_fragment_is_an_atomic_cheaper);
	suite_add_tcase(suite, sockets);
	tcase_add_loop_test(vhost, what_guests_send_is_received, 0, 3);
	tcase_add_test(vhost, a_slow_guest_s_tap_drops);
	suite_add_tcase(suite, vhost);
	tcase_add_loop_test(pair, the_slower_of_two_cpus_sets_the_pace, 0, 2);
	tcase_add_test(pair, a_slower_producer_can_be_the_faster_pair);
	suite_add_tcase(suite, pair);
	return rig_main(suite);
}
