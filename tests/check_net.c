/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network: arrivals, rings, moderation, NAPI and softirq, and that no packet and no page gets lost. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "net/driver.h"
#include "net/softirq.h"
#include "plan/policies.h"
#include "wire.h"

#define BATCHES 40

/* A queue's arrivals on their own, from a wire of one byte per `cycles_per_byte`. */
static struct arrival arrivals(enum arrival_process process, double gap, const struct sizes *sizes, double cycles_per_byte,
			       uint64_t seed)
{
	return (struct arrival){
		.process = process, .gap = gap, .period = gap, .share = 1.0, .cycles_per_bit = cycles_per_byte / 8, .overhead = 20,
		.burst = 16, .sizes = sizes, .random = stream_new(seed, 0, "arrivals"),
	};
}

static cycles_t take(struct arrival *a)
{
	cycles_t at = arrival_peek(a, 0)->at;

	arrival_take(a);
	return at;
}

START_TEST(arrivals_come_at_the_offered_rate)
{
	struct sizes sizes = wire_sizes("64B");
	struct arrival a = arrivals((enum arrival_process)(_i % 3), 1000, &sizes, 0.01, 5);
	double batch[BATCHES], mean, half;
	cycles_t last;

	if (_i >= 3) {
		/* This queue gets a quarter of its port's packets. */
		a.share = 0.25;
		a.gap = a.period / a.share;
	}
	arrival_start(&a);
	last = take(&a);
	for (int i = 0; i < BATCHES; i++) {
		cycles_t at = last;

		for (int n = 0; n < 4000; n++) {
			cycles_t next = take(&a);

			ck_assert_uint_ge(next, at);
			at = next;
		}
		batch[i] = (double)(at - last) / 4000;
		last = at;
	}
	half = rig_half_width(batch, BATCHES, &mean);
	/* Fixed arrivals of a whole port leave nothing to chance but the rounding. */
	if (_i == ARRIVAL_FIXED)
		half = 1.0 / 4000;
	ck_assert_msg(fabs(mean - a.gap) <= half, "mean gap %g, expected %g +- %g", mean, a.gap, half);
	ck_assert(half < 0.1 * a.gap);
	arrival_fini(&a);
}
END_TEST

START_TEST(gaps_have_the_process_s_shape)
{
	struct sizes sizes = wire_sizes("64B");
	struct arrival fixed = arrivals(ARRIVAL_FIXED, 1000, &sizes, 0.01, 7), poisson = arrivals(ARRIVAL_POISSON, 1000, &sizes, 0.01, 7),
		       bursts = arrivals(ARRIVAL_BURSTS, 1000, &sizes, 1.0, 7);
	cycles_t last[3];
	uint32_t short_gaps = 0, in_burst = 1;
	double squares = 0;

	arrival_start(&fixed);
	arrival_start(&poisson);
	arrival_start(&bursts);
	last[0] = take(&fixed);
	last[1] = take(&poisson);
	last[2] = take(&bursts);
	for (int i = 0; i < 100000; i++) {
		cycles_t at = take(&fixed), gap;

		ck_assert_uint_eq(at - last[0], 1000);
		last[0] = at;
		at = take(&poisson);
		gap = at - last[1];
		squares += (double)gap * (double)gap / 100000;
		short_gaps += gap < 1000;
		last[1] = at;
		at = take(&bursts);
		gap = at - last[2];
		/* 84 bytes on a wire of a byte per cycle; a burst has 16 packets, or more where one runs into the next. */
		ck_assert_uint_ge(gap, 84);
		if (gap == 84) {
			in_burst++;
		} else {
			ck_assert_uint_ge(in_burst, 16);
			in_burst = 1;
		}
		last[2] = at;
	}
	/* Exponential: 1 - 1/e of them below the mean, mean square twice the squared mean. Limits are five standard deviations. */
	ck_assert(fabs(short_gaps / 1e5 - (1 - exp(-1))) < 5 * sqrt(0.2325 / 1e5));
	ck_assert(fabs(squares / 1e6 - 2) < 5 * sqrt(20 / 1e5));
	arrival_fini(&fixed);
	arrival_fini(&poisson);
	arrival_fini(&bursts);
}
END_TEST

/* Packets back to back are of one flow in a train, and of any in a burst. */
START_TEST(a_train_is_of_one_flow)
{
	struct sizes sizes = wire_sizes("64B");
	struct arrival a = arrivals(_i ? ARRIVAL_TRAINS : ARRIVAL_BURSTS, 1000, &sizes, 1.0, 7);
	uint32_t flow[] = {3, 5, 8, 13, 21, 34, 55, 89}, same = 0, seen[100] = {0};

	a.flow = flow;
	a.flows = 8;
	arrival_start(&a);
	for (int train = 0; train < 1000; train++) {
		uint32_t first = arrival_peek(&a, 0)->flow;

		for (uint32_t n = 0; n < a.burst; n++) {
			same += arrival_peek(&a, 0)->flow == first;
			seen[arrival_peek(&a, 0)->flow]++;
			arrival_take(&a);
		}
	}
	for (unsigned i = 0; i < 8; i++)
		ck_assert_uint_gt(seen[flow[i]], 1000);
	if (_i)
		ck_assert_uint_eq(same, 16000);
	else
		ck_assert_uint_lt(same, 4000);
	arrival_fini(&a);
}
END_TEST

START_TEST(the_wire_spaces_packets_by_their_length)
{
	struct sizes sizes = wire_sizes("64B:1 1518B:1");
	struct arrival a = arrivals(ARRIVAL_POISSON, 10, &sizes, 2.0, 3);
	cycles_t last;

	/* Offered far more than the wire takes: every gap is the packet's own time on the wire. */
	arrival_start(&a);
	last = take(&a);
	for (int i = 0; i < 1000; i++) {
		struct packet p = *arrival_peek(&a, 0);

		ck_assert_uint_eq(p.at - last, (p.len + 20) * 2);
		last = take(&a);
	}
	arrival_fini(&a);
}
END_TEST

START_TEST(looking_ahead_changes_nothing)
{
	struct sizes sizes = wire_sizes("imix");
	struct arrival a = arrivals(ARRIVAL_BURSTS, 700, &sizes, 0.5, 9), b = arrivals(ARRIVAL_BURSTS, 700, &sizes, 0.5, 9);

	arrival_start(&a);
	arrival_start(&b);
	for (uint32_t i = 0; i < 5000; i++) {
		struct packet far = *arrival_peek(&a, i % 300), p = *arrival_peek(&a, 0), q = *arrival_peek(&b, 0);

		ck_assert_uint_ge(far.at, p.at);
		ck_assert_uint_eq(p.at, q.at);
		ck_assert_uint_eq(p.len, q.len);
		take(&a);
		take(&b);
	}
	a.gap = 0;
	a.count = 0;
	ck_assert_ptr_null(arrival_peek(&a, 0));
	arrival_fini(&a);
	arrival_fini(&b);
}
END_TEST

START_TEST(sizes_are_drawn_by_weight)
{
	struct sizes s = wire_sizes("imix");
	struct stream *random = stream_new(1, 0, "sizes");
	uint32_t n[3] = {0};

	ck_assert_double_eq_tol(s.mean, (7 * 64 + 4 * 594 + 1518) / 12.0, 1e-9);
	for (int i = 0; i < 120000; i++) {
		uint32_t length = sizes_draw(&s, random);

		ck_assert(length == 64 || length == 594 || length == 1518);
		n[length == 64 ? 0 : length == 594 ? 1 : 2]++;
	}
	ck_assert(fabs(n[0] - 70000.0) < 5 * sqrt(120000 * 7 / 12.0 * 5 / 12.0));
	ck_assert(fabs(n[1] - 40000.0) < 5 * sqrt(120000 / 3.0 * 2 / 3.0));
	stream_free(random);
}
END_TEST

START_TEST(bad_sizes_are_refused)
{
	static const char *const bad[] = {
		"", "63B", "9217", "-64", "64B:0", "64B:-1", "64B:x", "64KiB", "64,128", "nan", "64B:nan", "64B:inf", "64B:", "imix 64B",
	};
	struct error e = {0};
	struct sizes s;

	ck_assert_msg(sizes_parse(&s, bad[_i], FRAME_MIN, FRAME_MAX, &e) == HZ_USER, "accepted '%s'", bad[_i]);
	ck_assert_uint_gt(strlen(e.text), 10);
}
END_TEST

/* An RX ring without a driver: packets of 100 cycles each on the wire, one after the other. */
static void ring_init(struct rx_ring *r, uint32_t size, const struct sizes *sizes)
{
	*r = (struct rx_ring){.arrival = arrivals(ARRIVAL_FIXED, 100, sizes, 0.01, 1)};
	rx_ring_init(r, size, 30, 10, 100000);
	arrival_start(&r->arrival);
}

static void post(struct rx_ring *r, uint32_t n, struct page *page)
{
	for (uint32_t i = 0; i < n; i++)
		rx_ring_post(r, (struct rx_buffer){page + r->buffers, false});
}

START_TEST(packets_are_dropped_exactly_when_nothing_is_posted)
{
	struct sizes sizes = wire_sizes("64B");
	struct page page[64];
	struct rx_buffer buffer;
	struct rx_ring r;
	cycles_t first;

	ring_init(&r, 64, &sizes);
	first = arrival_peek(&r.arrival, 0)->at + 30;
	post(&r, 10, page);
	ck_assert_uint_eq(rx_ring_missing(&r), 54);
	ck_assert_uint_eq(rx_ring_advance(&r, first - 1), 0);
	ck_assert_uint_eq(rx_ring_advance(&r, first), 1);
	ck_assert_uint_eq(rx_ring_advance(&r, first + 1450), 10);
	ck_assert_uint_eq(r.window[0].packets, 15);
	ck_assert_uint_eq(r.window[0].dropped, 5);
	ck_assert_uint_eq(r.window[0].bytes, 15 * 64);
	/* Taking a completion frees nothing: the driver must post. */
	for (uint32_t i = 0; i < 4; i++) {
		struct packet p = rx_ring_consume(&r, first + 1450, &buffer);

		ck_assert_uint_eq(p.at, first - 30 + 100 * i);
		ck_assert_ptr_eq(buffer.page, page + i);
	}
	ck_assert_uint_eq(rx_ring_advance(&r, first + 1550), 6);
	ck_assert_uint_eq(r.window[0].dropped, 6);
	post(&r, 2, page);
	ck_assert_uint_eq(rx_ring_advance(&r, first + 1950), 8);
	ck_assert_uint_eq(r.window[0].packets, 20);
	ck_assert_uint_eq(r.window[0].dropped, 8);
	ck_assert_int_eq(rx_ring_check(&r), 0);
	r.area++;
	ck_assert_int_ne(rx_ring_check(&r), 0);
	rx_ring_fini(&r);
}
END_TEST

START_TEST(the_ring_goes_round_and_little_s_law_holds)
{
	struct sizes sizes = wire_sizes("64B");
	struct stream *random = stream_new(2, 0, "ring");
	struct page page[1];
	struct rx_buffer buffer;
	struct rx_ring r;
	uint64_t consumed = 0, packets = 0, dropped = 0;
	cycles_t now = 0;

	ring_init(&r, 7, &sizes);
	for (int i = 0; i < 20000; i++) {
		now += stream_index(random, 130);
		if (stream_index(random, 2) && rx_ring_missing(&r)) {
			rx_ring_advance(&r, now);
			rx_ring_post(&r, (struct rx_buffer){page, false});
		}
		if (stream_index(random, 2) && rx_ring_advance(&r, now)) {
			rx_ring_consume(&r, now, &buffer);
			consumed++;
		}
		ck_assert_uint_le(r.completions, r.buffers);
		ck_assert_uint_le(r.buffers, 7);
		if (i % 100 == 0)
			ck_assert_int_eq(rx_ring_check(&r), 0);
	}
	for (uint32_t w = 0; w < 10; w++) {
		packets += r.window[w].packets;
		dropped += r.window[w].dropped;
	}
	ck_assert_uint_gt(dropped, 100);
	ck_assert_uint_gt(consumed, 5000);
	ck_assert_uint_eq(packets, consumed + dropped + r.completions);
	rx_ring_fini(&r);
	stream_free(random);
}
END_TEST

START_TEST(rx_interrupts_come_by_time_or_by_count)
{
	static const struct {
		uint32_t posted, frames;
		cycles_t usecs, after; /* the first completion */
	} rows[] = {
		{64, 32, 500, 500},    /* time comes first */
		{64, 4, 500, 300},     /* the fourth packet does */
		{64, 1, 500, 0},       /* no moderation */
		{64, 0, 500, 500},     /* no count */
		{3, 4, 500, 500},      /* a fourth packet would find no buffer and complete nothing */
		{4, 4, 500, 300},
		{64, 6, 500, 500},     /* both at once */
		{64, 200, 100000, 100000},
	};
	struct sizes sizes = wire_sizes("64B");
	struct page page[64];
	struct rx_ring r;
	cycles_t first;

	ring_init(&r, 64, &sizes);
	first = arrival_peek(&r.arrival, 0)->at + 30;
	post(&r, rows[_i].posted, page);
	ck_assert_uint_eq(rx_ring_interrupt(&r, 0, rows[_i].usecs, rows[_i].frames), first + rows[_i].after);
	/* What waits already interrupts at once. */
	ck_assert_uint_eq(rx_ring_interrupt(&r, first + 10, rows[_i].usecs, rows[_i].frames), first + 10);
	rx_ring_fini(&r);
}
END_TEST

START_TEST(a_queue_that_gets_nothing_never_interrupts)
{
	struct sizes sizes = wire_sizes("64B");
	struct page page[8];
	struct rx_ring r;

	ring_init(&r, 8, &sizes);
	post(&r, 8, page);
	r.arrival.gap = 0;
	ck_assert_uint_eq(rx_ring_interrupt(&r, 0, 10, 1), CYCLES_MAX);
	rx_ring_fini(&r);
}
END_TEST

START_TEST(transmitted_packets_complete_in_the_order_of_the_wire)
{
	struct sk_buff skb = {.len = 64}, large = {.len = 1518};
	struct tx_ring t;

	/* Two cycles per byte, 20 bytes of overhead. */
	tx_ring_init(&t, 3, 1000, 0.25, 20);
	ck_assert_uint_eq(tx_ring_interrupt(&t, 500, 2), CYCLES_MAX);
	ck_assert_ptr_null(tx_ring_done(&t, CYCLES_MAX - 1));
	ck_assert_uint_eq(tx_ring_send(&t, 100, &skb), 100 + 168 + 1000);
	ck_assert_uint_eq(tx_ring_interrupt(&t, 500, 2), 1268 + 500);
	ck_assert_uint_eq(tx_ring_send(&t, 150, &large), 100 + 168 + 3076 + 1000);
	/* The second frame would come later than the time. */
	ck_assert_uint_eq(tx_ring_interrupt(&t, 500, 2), 1268 + 500);
	ck_assert_uint_eq(tx_ring_interrupt(&t, 50000, 2), 4344);
	ck_assert_uint_eq(tx_ring_interrupt(&t, 50000, 0), 1268 + 50000);
	ck_assert_uint_eq(tx_ring_send(&t, 9000, &skb), 9000 + 168 + 1000); /* the wire has been idle */
	ck_assert_uint_eq(tx_ring_send(&t, 9000, &skb), CYCLES_MAX);
	ck_assert_ptr_null(tx_ring_done(&t, 1267));
	ck_assert_ptr_nonnull(tx_ring_done(&t, 1268));
	tx_ring_pop(&t);
	ck_assert_ptr_null(tx_ring_done(&t, 4343));
	ck_assert_uint_eq(tx_ring_done(&t, 4344)->skb.len, 1518);
	tx_ring_pop(&t);
	ck_assert_uint_eq(tx_ring_send(&t, 9100, &skb), 9168 + 168 + 1000);
	tx_ring_fini(&t);
}
END_TEST

START_TEST(packets_and_pages_are_conserved)
{
	/* From idle to far too much, one CPU to many, one buffer per page to four, rings down to a few descriptors. */
	struct wire w = wire_of(_i % 2 ? 2 : 1, (const double[]){1e5, 1e6, 4e6, 2e7}[_i / 2 % 4]);

	w.p.net.frags_per_page = 1u << _i % 3;
	w.p.mm.page_frag_free = _i & 1 ? &frag_release_pcp : &frag_release_buddy;
	w.p.nic.rx_ring = _i < 8 ? 1024 : 40;
	w.p.nic.tx_ring = _i < 12 ? 1024 : 16;
	w.p.nic.queues = _i % 5 == 4 ? 8 : 0;
	w.offered.flows = _i % 4 == 3 ? 0 : 100;
	w.offered.process = (enum arrival_process)(_i % 3);
	wire_plug(&w, 1 + (uint32_t)_i % 4, 1000000);
	wire_run(&w);
	ck_assert_uint_gt(w.received, 0);
	wire_assert_conserved(&w);
}
END_TEST

START_TEST(a_lost_packet_is_noticed)
{
	struct wire w = wire_of(2, 3e6);
	struct error e = {0};

	wire_plug(&w, 2, 1000000);
	wire_run(&w);
	ck_assert_msg(!net_check_packets(&w.net, 0, &e), "%s", e.text);
	ck_assert_int_eq(net_check_packets(&w.net, 1, &e), HZ_RUN_FAILED);
	w.net.window[0].sent--;
	ck_assert_int_eq(net_check_packets(&w.net, 0, &e), HZ_RUN_FAILED);
	w.net.window[0].tx_ring_full++;
	ck_assert_int_eq(net_check_packets(&w.net, 0, &e), 0);
	w.net.channel[0].rx.window[0].dropped++;
	ck_assert_int_eq(net_check_packets(&w.net, 0, &e), HZ_RUN_FAILED);
}
END_TEST

START_TEST(rss_gives_each_queue_its_flows)
{
	struct wire w = wire_of(2, 3e6);
	double share[8] = {0}, all[8] = {0};
	const double seconds = 26e6 / 2.6e9;

	w.sink = true;
	w.work = 0;
	w.offered.flows = 500;
	w.p.nic.queues = 8;
	wire_plug(&w, 8, 26000000);
	wire_run(&w);
	wire_assert_conserved(&w);
	for (uint32_t port = 0; port < 2; port++) {
		for (uint32_t f = 0; f < 500; f++)
			share[w.net.flow_queue[port][f]] += 3e6 * seconds / 500;
		for (uint32_t q = 0; q < 8; q++)
			for (uint32_t n = 0; n < 10; n++)
				all[q] += (double)net_channel(&w.net, port, q)->rx.window[n].packets;
	}
	for (uint32_t q = 0; q < 8; q++)
		ck_assert_msg(fabs(all[q] - share[q]) < 4.5 * sqrt(share[q]), "queue %u: %g packets, expected %g", q, all[q], share[q]);
	/* Ports have hashes of their own. */
	ck_assert_int_ne(memcmp(w.net.flow_queue[0], w.net.flow_queue[1], 500 * sizeof(uint32_t)), 0);
}
END_TEST

START_TEST(under_overload_softirqs_take_five_full_polls_and_give_way)
{
	struct wire w = wire_of(1, 2e7);

	w.sink = true;
	w.p.net.netdev_budget_time = w.p.net.softirq_time = 1000000000;
	w.p.nic.queues = 8; /* of one CPU: each NAPI is polled once in a run */
	wire_plug(&w, 1, 26000000);
	wire_run(&w);
	wire_assert_conserved(&w);
	/* 300 is reached in the fifth poll of 64. */
	ck_assert_uint_eq(w.most_in_run, 320);
	ck_assert_uint_ge(w.full_runs + 4, wire_softnet(&w, 0)->runs);
	ck_assert_uint_ge(wire_softnet(&w, 0)->time_squeeze + 3, wire_softnet(&w, 0)->runs);
	ck_assert_uint_gt(wire_softnet(&w, 0)->runs, 10);
	/* After ten rounds the work is ksoftirqd's. */
	ck_assert_uint_ge(wire_softnet(&w, 0)->ksoftirqd_wakeups, wire_softnet(&w, 0)->runs / 10 - 2);
	ck_assert(profile_through(&w.hw.profile, "ksoftirqd", 0) > 20000000);
}
END_TEST

START_TEST(the_time_limit_ends_a_softirq_after_one_poll)
{
	struct wire w = wire_of(1, 2e7);

	w.sink = true;
	w.p.net.netdev_budget_time = 10000; /* a full poll takes longer */
	wire_plug(&w, 1, 5200000);
	wire_run(&w);
	ck_assert_uint_eq(w.most_in_run, 64);
	ck_assert_uint_ge(wire_softnet(&w, 0)->time_squeeze + 3, wire_softnet(&w, 0)->runs);
	wire_assert_conserved(&w);
}
END_TEST

START_TEST(a_budget_that_is_just_spent_counts_as_squeezed)
{
	struct wire w = wire_of(1, 1e6);

	/* Every poll that finds 2 packets ends the run, although nothing is left. */
	w.sink = true;
	w.p.net.netdev_budget = 1;
	wire_plug(&w, 1, 2600000);
	wire_run(&w);
	ck_assert_uint_eq(net_channel(&w.net, 0, 0)->napi.full_polls, 0);
	ck_assert_uint_gt(wire_softnet(&w, 0)->runs, 10);
	ck_assert_uint_ge(wire_softnet(&w, 0)->time_squeeze + 1, wire_softnet(&w, 0)->runs);
}
END_TEST

START_TEST(at_low_rates_no_limit_is_met)
{
	struct wire w = wire_of(2, 2e5);
	uint64_t packets = 0, interrupts = 0;

	wire_plug(&w, 1, 26000000);
	wire_run(&w);
	wire_assert_conserved(&w);
	ck_assert_uint_eq(wire_softnet(&w, 0)->time_squeeze, 0);
	ck_assert_uint_eq(wire_softnet(&w, 0)->ksoftirqd_wakeups, 0);
	ck_assert_uint_eq(profile_through(&w.hw.profile, "ksoftirqd", 0), 0);
	for (uint32_t i = 0; i < 2; i++) {
		interrupts += w.net.channel[i].napi.interrupts;
		for (uint32_t n = 0; n < 10; n++) {
			packets += w.net.channel[i].rx.window[n].packets;
			ck_assert_uint_eq(w.net.channel[i].rx.window[n].dropped, 0);
		}
	}
	/* A packet every 13000 cycles and port, and moderation of 41600 for reception and transmission alike. */
	ck_assert_uint_gt(packets, 3500);
	ck_assert_uint_lt(interrupts, packets);
	ck_assert_uint_gt(interrupts, packets / 8);
}
END_TEST

static void spin(struct cpu *cpu, void *arg)
{
	uint64_t *done = arg;

	while (!cpu_run_is_over(cpu)) {
		cpu_work(cpu, 1000);
		++*done;
	}
	cpu_finish(cpu);
}

START_TEST(ksoftirqd_shares_the_cpu_with_a_task)
{
	struct wire w = wire_of(1, 2e7);
	uint64_t done = 0;

	w.sink = true;
	wire_plug(&w, 1, 260000000);
	context_new(&w.hw.cpu[0], "spinner", true, spin, &done);
	wire_run(&w);
	wire_assert_conserved(&w);
	/* The task gets a good part of the CPU although packets never end: softirqs at the end of interrupts wait for ksoftirqd. */
	ck_assert(done * 1000 > 260000000 / 5);
	ck_assert(profile_through(&w.hw.profile, "ksoftirqd", 0) > 260000000 / 5);
}
END_TEST

/* The interrupt's own moment, seen from the handler's call in the profile: the first packet of an idle machine. */
START_TEST(the_first_packet_is_polled_when_moderation_says)
{
	struct wire w = wire_of(1, 1e3);
	struct channel *ch;
	cycles_t first;

	w.sink = true;
	w.p.nic.rx_usecs = _i ? 16 : 0;
	w.p.nic.rx_frames = 32;
	wire_plug(&w, 1, 26000000);
	ch = net_channel(&w.net, 0, 0);
	for (uint32_t i = 0; i < w.hw.cpus; i++)
		context_new_idle(&w.hw.cpu[i]);
	net_open(&w.net);
	first = arrival_peek(&ch->rx.arrival, 0)->at + w.p.nic.rx_latency;
	ck_assert(ch->armed);
	ck_assert_uint_eq(ch->due, first + (_i ? 41600 : 0));
	hw_run(&w.hw);
	ck_assert_msg(!w.hw.sim.failure, "%s", w.hw.sim.failure);
	/* Late by the way out of idleness, always. */
	ck_assert_uint_gt(w.received, 3);
	ck_assert_uint_eq(w.hw.cpu[0].irq_delay.sum, w.hw.cpu[0].irq_delay.count * w.p.machine.idle_exit);
	ck_assert_uint_eq(w.hw.cpu[0].irq_delay.count, ch->napi.interrupts);
}
END_TEST

static uint64_t dropped(const struct channel *ch)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < ch->rx.windows; i++)
		sum += ch->rx.window[i].dropped;
	return sum;
}

/* Descriptors are of use from the moment in which they are posted. */
START_TEST(packets_that_come_while_the_driver_posts_find_what_is_posted)
{
	struct wire w = wire_of(1, 2.6e9 / 500);
	struct channel *ch;
	uint64_t lost;

	w.p.net.rx_wqe_bulk = 8;
	w.p.nic.rx_ring = 8;
	w.p.net.frags_per_page = 8;
	w.p.net.cost_rx_wqe = 1000;
	w.offered.process = ARRIVAL_FIXED;
	wire_plug(&w, 1, 2600000);
	net_open(&w.net);
	ch = net_channel(&w.net, 0, 0);
	/* The ring as after the loss of all its buffers. */
	ch->rx.buffers = 0;
	w.hw.cpu[0].irq_off = 1;
	cpu_charge(&w.hw.cpu[0], 1000000);
	rx_ring_advance(&ch->rx, cpu_now(&w.hw.cpu[0]));
	lost = dropped(ch);
	mlx5e_post_rx_wqes(&w.hw.cpu[0], ch);
	rx_ring_advance(&ch->rx, cpu_now(&w.hw.cpu[0]));
	/* One buffer every 1000 cycles, a packet every 500: each buffer is taken at once and every second packet lost. */
	lost = dropped(ch) - lost;
	ck_assert_uint_ge(ch->rx.completions, 7);
	ck_assert_msg(lost >= 7 && lost <= 10, "%llu lost", (unsigned long long)lost);
	ck_assert_uint_eq(ch->rx.buffers, 8);
	ck_assert_uint_le(cpu_now(&w.hw.cpu[0]), 1012000);
}
END_TEST

START_TEST(a_queue_without_memory_is_polled_until_there_is_some)
{
	struct wire w = wire_of(1, 1e6);
	struct channel *ch;

	wire_plug(&w, 1, 2600000);
	w.p.net.napi_weight = 64;
	net_open(&w.net);
	ch = net_channel(&w.net, 0, 0);
	w.mm.zone[0].watermark_low = w.mm.zone[0].watermark_min = w.mm.zone[1].watermark_low = w.mm.zone[1].watermark_min = UINT32_MAX;
	/* Some packets come in, and their buffers cannot be replaced. */
	ch->fresh_buffers = 0;
	w.hw.cpu[0].irq_off = 1;
	cpu_charge(&w.hw.cpu[0], 100000);
	ch->napi.scheduled = true;
	ck_assert_uint_eq(mlx5e_napi_poll(&w.hw.cpu[0], ch, 64), 64);
	ck_assert(ch->napi.scheduled);
	w.mm.zone[0].watermark_low = w.mm.zone[0].watermark_min = 0;
	ck_assert_uint_lt(mlx5e_napi_poll(&w.hw.cpu[0], ch, 64), 64);
	ck_assert(!ch->napi.scheduled);
	ck_assert_uint_lt(rx_ring_missing(&ch->rx), 8);
}
END_TEST

START_TEST(more_ports_than_are_modelled_are_refused)
{
	struct wire w = wire_of(17, 1e6);
	struct error e = {0};

	w.sizes = wire_sizes("64B");
	w.offered.sizes = &w.sizes;
	rig_hw(&w.hw, &w.p.machine, 1, 10, 1000);
	ck_assert_int_eq(memory_init(&w.mm, &w.hw, &w.p.mm, 1, 0, &e), 0);
	ck_assert_int_eq(net_init(&w.net, &w.hw, 1, &w.mm, &w.p.net, &w.p.nic, &w.offered, &e), HZ_USER);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("net");
	TCase *arrival = tcase_create("arrivals"), *rings = tcase_create("rings"), *napi = tcase_create("napi");

	tcase_add_loop_test(arrival, arrivals_come_at_the_offered_rate, 0, 4);
	tcase_add_test(arrival, gaps_have_the_process_s_shape);
	tcase_add_loop_test(arrival, a_train_is_of_one_flow, 0, 2);
	tcase_add_test(arrival, the_wire_spaces_packets_by_their_length);
	tcase_add_test(arrival, looking_ahead_changes_nothing);
	tcase_add_test(arrival, sizes_are_drawn_by_weight);
	tcase_add_loop_test(arrival, bad_sizes_are_refused, 0, 14);
	suite_add_tcase(suite, arrival);
	tcase_add_test(rings, packets_are_dropped_exactly_when_nothing_is_posted);
	tcase_add_test(rings, the_ring_goes_round_and_little_s_law_holds);
	tcase_add_loop_test(rings, rx_interrupts_come_by_time_or_by_count, 0, 8);
	tcase_add_test(rings, a_queue_that_gets_nothing_never_interrupts);
	tcase_add_test(rings, transmitted_packets_complete_in_the_order_of_the_wire);
	suite_add_tcase(suite, rings);
	tcase_add_loop_test(napi, packets_and_pages_are_conserved, 0, 16);
	tcase_add_test(napi, a_lost_packet_is_noticed);
	tcase_add_test(napi, rss_gives_each_queue_its_flows);
	tcase_add_test(napi, under_overload_softirqs_take_five_full_polls_and_give_way);
	tcase_add_test(napi, the_time_limit_ends_a_softirq_after_one_poll);
	tcase_add_test(napi, a_budget_that_is_just_spent_counts_as_squeezed);
	tcase_add_test(napi, at_low_rates_no_limit_is_met);
	tcase_add_test(napi, ksoftirqd_shares_the_cpu_with_a_task);
	tcase_add_loop_test(napi, the_first_packet_is_polled_when_moderation_says, 0, 2);
	tcase_add_test(napi, packets_that_come_while_the_driver_posts_find_what_is_posted);
	tcase_add_test(napi, a_queue_without_memory_is_polled_until_there_is_some);
	tcase_add_test(napi, more_ports_than_are_modelled_are_refused);
	suite_add_tcase(suite, napi);
	return rig_main(suite);
}
