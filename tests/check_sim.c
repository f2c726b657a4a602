/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine: order, waiting, switching, ends, and random streams. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "rig.h"
#include "sim/sim.h"
#include "sim/stream.h"

#define LOG_MAX 200000u

struct entry {
	cycles_t when;
	uint32_t lane;
};

/* What the lanes of one run share. */
struct scene {
	struct sim sim;
	struct entry *log;
	uint32_t logged;
	struct sim_actor *other;
	struct sim_lane *sleeper;
	cycles_t when;
	uint32_t steps;
	uint64_t seed;
	bool explained;
};

struct part {
	struct scene *scene;
	struct sim_lane *lane;
	cycles_t step;
};

static void note(struct part *p)
{
	struct scene *s = p->scene;

	if (s->logged < LOG_MAX)
		s->log[s->logged++] = (struct entry){p->lane->now, p->lane->number};
}

static void begin(struct scene *s, uint32_t lanes)
{
	struct error e = {0};

	*s = (struct scene){.log = xcalloc(LOG_MAX, sizeof *s->log)};
	ck_assert_msg(!sim_init(&s->sim, lanes, &e), "%s", e.text);
}

static void end(struct scene *s)
{
	sim_fini(&s->sim);
	free(s->log);
}

static void add(struct scene *s, struct part *parts, uint32_t lane, void (*body)(void *))
{
	parts[lane] = (struct part){s, &s->sim.lane[lane], parts[lane].step};
	sim_actor_new(parts[lane].lane, "part", body, &parts[lane]);
}

static void assert_ordered(const struct scene *s)
{
	for (uint32_t i = 1; i < s->logged; i++) {
		struct entry a = s->log[i - 1], b = s->log[i];

		ck_assert_msg(a.when < b.when || (a.when == b.when && a.lane <= b.lane),
			      "%u: lane %u at %llu before lane %u at %llu", i, a.lane, (unsigned long long)a.when, b.lane,
			      (unsigned long long)b.when);
	}
}

/* Steps of random length, many of them 0. */
static void wander(void *arg)
{
	struct part *p = arg;
	struct stream *random = stream_new(p->scene->seed, p->lane->number, "wander");

	for (uint32_t i = 0; i < p->scene->steps; i++) {
		p->lane->now += stream_index(random, 4);
		sim_line_up(p->lane, i);
		note(p);
	}
	stream_free(random);
}

static void wander_on(struct scene *s, uint32_t lanes, uint32_t steps, uint64_t seed)
{
	struct part *parts = xcalloc(lanes, sizeof *parts);

	begin(s, lanes);
	s->steps = steps;
	s->seed = seed;
	for (uint32_t i = 0; i < lanes; i++)
		add(s, parts, i, wander);
	sim_run(&s->sim);
	free(parts);
}

START_TEST(steps_happen_in_order_of_time_then_lane)
{
	static const uint32_t lanes[] = {1, 2, 3, 7, 64, 1000};
	struct scene s;

	wander_on(&s, lanes[_i], 50000 / lanes[_i], 1);
	ck_assert_uint_eq(s.logged, 50000 / lanes[_i] * lanes[_i]);
	assert_ordered(&s);
	ck_assert_uint_eq(s.sim.ended, lanes[_i]);
	ck_assert_ptr_null(s.sim.failure);
	ck_assert_uint_eq(s.sim.events, s.logged);
	end(&s);
}
END_TEST

static void march(void *arg)
{
	struct part *p = arg;

	for (uint32_t i = 0; i < p->scene->steps; i++) {
		p->lane->now += p->step;
		sim_line_up(p->lane, 0);
		note(p);
	}
}

START_TEST(ties_go_to_the_lower_lane)
{
	struct scene s;
	struct part parts[5];

	begin(&s, 5);
	s.steps = 20;
	for (uint32_t i = 0; i < 5; i++) {
		parts[i].step = 10;
		add(&s, parts, i, march);
	}
	sim_run(&s.sim);
	ck_assert_uint_eq(s.logged, 100);
	for (uint32_t i = 0; i < 100; i++) {
		ck_assert_uint_eq(s.log[i].lane, i % 5);
		ck_assert_uint_eq(s.log[i].when, 10 * (i / 5 + 1));
	}
	end(&s);
}
END_TEST

START_TEST(a_lane_that_is_behind_asks_nobody)
{
	struct scene s;
	struct part parts[2] = {{.step = 1}, {.step = 1000000}};

	begin(&s, 2);
	s.steps = 10000;
	add(&s, parts, 0, march);
	add(&s, parts, 1, march);
	sim_run(&s.sim);
	ck_assert_uint_eq(s.logged, 20000);
	assert_ordered(&s);
	ck_assert_uint_le(s.sim.switches, 8);
	end(&s);
}
END_TEST

static void wander_fingerprint(const void *arg, void *out)
{
	const uint64_t *seed = arg;
	uint64_t *found = out;
	struct scene s;

	wander_on(&s, 33, 300, *seed);
	found[0] = s.sim.fingerprint;
	found[1] = s.sim.events;
	end(&s);
}

START_TEST(the_same_run_has_the_same_fingerprint)
{
	uint64_t seed = 5, other_seed = 6, once[2], again[2], other[2];

	ck_assert(rig_child(wander_fingerprint, &seed, once, sizeof once, 20));
	ck_assert(rig_child(wander_fingerprint, &seed, again, sizeof again, 20));
	ck_assert(rig_child(wander_fingerprint, &other_seed, other, sizeof other, 20));
	ck_assert_uint_eq(once[0], again[0]);
	ck_assert_uint_eq(once[1], again[1]);
	ck_assert_uint_ne(once[0], other[0]);
	ck_assert_uint_eq(once[1], other[1]);
}
END_TEST

static void sleep_then_note(void *arg)
{
	struct part *p = arg;

	sim_wait(p->lane, 1000);
	note(p);
	ck_assert(!p->lane->waiting);
	sim_block(p->lane);
	note(p);
	sim_wait(p->lane, 0);
	note(p);
}

static void wake_sleeper(void *arg)
{
	struct part *p = arg;
	struct sim_lane *sleeper = &p->scene->sim.lane[0];

	p->lane->now = 100;
	sim_line_up(p->lane, 0);
	sim_wake(sleeper, p->scene->when);
	sim_wake(&p->scene->sim.lane[2], 50); /* does not wait: nothing happens */
	p->lane->now = 5000;
	sim_line_up(p->lane, 0);
	ck_assert(sleeper->waiting);
	sim_wake(sleeper, 6000);
	sim_wake(sleeper, 7000); /* later than what is set already */
}

static void run_past(void *arg)
{
	struct part *p = arg;

	p->lane->now = 40;
	sim_line_up(p->lane, 0);
	p->lane->now = 30000;
	sim_line_up(p->lane, 0);
	note(p);
}

START_TEST(a_sleeper_goes_on_at_its_time_or_when_woken_before)
{
	static const struct {
		cycles_t wake, on;
	} cases[] = {{300, 300}, {2000, 1000}, {1000, 1000}, {100, 100}};
	struct scene s;
	struct part parts[3] = {0};

	begin(&s, 3);
	s.when = cases[_i].wake;
	add(&s, parts, 0, sleep_then_note);
	add(&s, parts, 1, wake_sleeper);
	add(&s, parts, 2, run_past);
	sim_run(&s.sim);
	ck_assert_uint_eq(s.logged, 4);
	ck_assert_uint_eq(s.log[0].when, cases[_i].on);
	ck_assert_uint_eq(s.log[1].when, 6000);
	ck_assert_uint_eq(s.log[2].when, 6000); /* a time that has passed means now */
	ck_assert_uint_eq(s.log[3].when, 30000);
	ck_assert_ptr_null(s.sim.failure);
	end(&s);
}
END_TEST

static void baton_first(void *arg)
{
	struct part *p = arg;

	for (int i = 0; i < 100; i++) {
		p->lane->now += 3;
		sim_line_up(p->lane, 0);
		note(p);
		sim_switch(p->lane, p->scene->other);
	}
	sim_lane_end(p->lane);
}

struct second {
	struct part *part;
	struct sim_actor *first;
	uint32_t runs;
};

static void baton_second(void *arg)
{
	struct second *s = arg;

	for (;;) {
		s->runs++;
		s->part->lane->now += 4;
		sim_line_up(s->part->lane, 1);
		note(s->part);
		sim_switch(s->part->lane, s->first);
	}
}

START_TEST(actors_of_a_lane_share_its_clock_and_keep_their_stacks)
{
	struct scene s;
	struct part parts[2] = {{0}, {.step = 5}};
	struct second second = {.part = &parts[0]};
	cycles_t expect = 0;
	uint32_t seen = 0;

	begin(&s, 2);
	s.steps = 150;
	parts[0] = (struct part){&s, &s.sim.lane[0], 0};
	second.first = sim_actor_new(parts[0].lane, "first", baton_first, &parts[0]);
	s.other = sim_actor_new(parts[0].lane, "second", baton_second, &second);
	add(&s, parts, 1, march);
	sim_run(&s.sim);
	assert_ordered(&s);
	ck_assert_uint_eq(second.runs, 100);
	for (uint32_t i = 0; i < s.logged; i++)
		if (s.log[i].lane == 0) {
			expect += seen++ % 2 ? 4 : 3;
			ck_assert_uint_eq(s.log[i].when, expect);
		}
	ck_assert_uint_eq(seen, 200);
	ck_assert_uint_eq(s.logged, 350);
	ck_assert_ptr_null(s.sim.failure);
	end(&s);
}
END_TEST

static void fail_at_500(void *arg)
{
	struct part *p = arg;
	char report[] = "the reason";

	p->lane->now = 500;
	sim_line_up(p->lane, 0);
	sim_fail(&p->scene->sim, report);
}

START_TEST(a_failure_ends_the_run_for_everybody)
{
	struct scene s;
	struct part parts[40] = {0};

	begin(&s, 40);
	s.steps = 1000;
	for (uint32_t i = 0; i < 39; i++) {
		parts[i].step = 1 + i % 7;
		add(&s, parts, i, i == 20 ? fail_at_500 : i == 30 ? sleep_then_note : march);
	}
	/* Lane 39 has no actor. */
	sim_run(&s.sim);
	ck_assert_str_eq(s.sim.failure, "the reason");
	for (uint32_t i = 0; i < s.logged; i++)
		ck_assert_uint_le(s.log[i].when, 500);
	ck_assert_uint_gt(s.logged, 1000);
	ck_assert_uint_eq(s.sim.ended, 1);
	end(&s);
}
END_TEST

static void wait_for_ever(void *arg)
{
	struct part *p = arg;

	p->lane->now = 7;
	sim_block(p->lane);
	note(p);
}

static char *explain(void *arg)
{
	struct scene *s = arg;

	s->explained = true;
	return s->when ? xstrdup("they wait for each other") : NULL;
}

START_TEST(lanes_that_all_wait_are_asked_why)
{
	struct scene s;
	struct part parts[3] = {{0}, {0}, {.step = 1}};

	begin(&s, 3);
	s.steps = 10;
	s.when = (cycles_t)_i;
	s.sim.explain_deadlock = explain;
	s.sim.explain_arg = &s;
	add(&s, parts, 0, wait_for_ever);
	add(&s, parts, 1, wait_for_ever);
	add(&s, parts, 2, march);
	sim_run(&s.sim);
	ck_assert(s.explained);
	ck_assert_uint_eq(s.logged, 10);
	ck_assert_uint_eq(s.sim.ended, 1);
	if (_i)
		ck_assert_str_eq(s.sim.failure, "they wait for each other");
	else
		ck_assert_ptr_null(s.sim.failure);
	end(&s);
}
END_TEST

START_TEST(nobody_is_asked_when_all_lanes_end)
{
	struct scene s;
	struct part parts[3] = {{.step = 1}, {.step = 100}, {0}};

	begin(&s, 3);
	s.steps = 10;
	s.sim.explain_deadlock = explain;
	s.sim.explain_arg = &s;
	add(&s, parts, 0, march);
	add(&s, parts, 1, march);
	sim_run(&s.sim);
	ck_assert(!s.explained);
	ck_assert_uint_eq(s.logged, 20);
	ck_assert_uint_eq(s.sim.ended, 3);
	ck_assert_uint_eq(s.sim.lane[0].now, 10);
	ck_assert_uint_eq(s.sim.lane[1].now, 1000);
	end(&s);
}
END_TEST

/* Uses nearly all the stack that a body may use, and gives others a turn at the bottom of it. */
static void dig(struct part *p, uint32_t depth)
{
	volatile char room[7 * 1024];

	for (size_t i = 0; i < sizeof room; i++)
		room[i] = (char)(depth + p->lane->number);
	p->lane->now++;
	sim_line_up(p->lane, depth);
	if (depth < 20)
		dig(p, depth + 1);
	p->lane->now++;
	sim_line_up(p->lane, depth);
	for (size_t i = 0; i < sizeof room; i++)
		if (room[i] != (char)(depth + p->lane->number))
			sim_fail(&p->scene->sim, "somebody else wrote on this stack");
}

static void dig_twice(void *arg)
{
	struct part *p = arg;

	dig(p, 0);
	dig(p, 0);
	note(p);
}

START_TEST(every_actor_has_a_stack_of_its_own)
{
	struct scene s;
	struct part parts[50] = {0};
	long pages;
	FILE *statm;

	begin(&s, 50);
	for (uint32_t i = 0; i < 50; i++)
		add(&s, parts, i, dig_twice);
	sim_run(&s.sim);
	ck_assert_msg(!s.sim.failure, "%s", s.sim.failure);
	ck_assert_uint_eq(s.logged, 50);
	assert_ordered(&s);
	/* Stacks are of that size and not of SimGrid's 8 MiB: address space is counted where memory is limited. */
	statm = fopen("/proc/self/statm", "r");
	if (statm) {
		ck_assert_int_eq(fscanf(statm, "%ld", &pages), 1);
		ck_assert_int_lt(pages, 400L * 256);
		fclose(statm);
	}
	end(&s);
}
END_TEST

/* More than the room of a body, less than the whole stack. */
static void dig_too_deep(void *arg)
{
	struct part *p = arg;
	volatile char hole[SIM_STACK_KIB * 1024u];

	hole[sizeof hole - 1] = 0;
	p->lane->now++;
	sim_wait(p->lane, p->lane->now + 1);
	hole[sizeof hole - 1] = 1; /* still needed: no tail call */
}

START_TEST(a_body_that_uses_up_its_stack_is_stopped)
{
	struct scene s;
	struct part parts[2] = {0};

	begin(&s, 2);
	for (uint32_t i = 0; i < 2; i++)
		add(&s, parts, i, dig_too_deep);
	sim_run(&s.sim);
	end(&s);
}
END_TEST

START_TEST(a_run_without_actors_is_over_at_once)
{
	struct scene s;

	begin(&s, 4);
	sim_run(&s.sim);
	ck_assert_ptr_null(s.sim.failure);
	ck_assert_uint_eq(s.sim.events, 0);
	end(&s);
}
END_TEST

START_TEST(a_stream_depends_on_seed_repetition_and_name_alone)
{
	struct stream *a = stream_new(7, 1, "arrivals 0.3"), *b = stream_new(7, 1, "arrivals 0.3");
	struct stream *others[3] = {stream_new(8, 1, "arrivals 0.3"), stream_new(7, 2, "arrivals 0.3"),
				    stream_new(7, 1, "arrivals 0.4")};
	double first[100];
	uint32_t same[3] = {0};

	for (int i = 0; i < 100; i++) {
		/* A stream made and used in between shifts nothing. */
		struct stream *between = stream_new(7, 1, "another");

		first[i] = stream_uniform(a);
		stream_uniform(between);
		stream_free(between);
	}
	for (int i = 0; i < 100; i++) {
		ck_assert(first[i] == stream_uniform(b));
		for (int j = 0; j < 3; j++)
			same[j] += first[i] == stream_uniform(others[j]);
	}
	for (int j = 0; j < 3; j++) {
		ck_assert_uint_eq(same[j], 0);
		stream_free(others[j]);
	}
	stream_free(a);
	stream_free(b);
}
END_TEST

enum draw { UNIFORM, UNIFORM_SQUARE, INDEX, EXPONENTIAL, EXPONENTIAL_SQUARE, GEOMETRIC, PRODUCT, DRAWS };

static double draw(enum draw kind, struct stream *s, struct stream *other)
{
	double x;

	switch (kind) {
	case UNIFORM: return stream_uniform(s);
	case UNIFORM_SQUARE: x = stream_uniform(s); return x * x;
	case INDEX: return stream_index(s, 10);
	case EXPONENTIAL: return stream_exponential(s, 900);
	case EXPONENTIAL_SQUARE: x = stream_exponential(s, 30); return x * x;
	case GEOMETRIC: return stream_geometric(s, 0.2);
	/* Streams of one seed are independent of each other. */
	case PRODUCT: return (stream_uniform(s) - 0.5) * (stream_uniform(other) - 0.5);
	case DRAWS: break;
	}
	return NAN;
}

START_TEST(moments_lie_within_the_interval)
{
	static const double expect[DRAWS] = {
		[UNIFORM] = 0.5, [UNIFORM_SQUARE] = 1.0 / 3, [INDEX] = 4.5, [EXPONENTIAL] = 900, [EXPONENTIAL_SQUARE] = 1800,
		[GEOMETRIC] = 5, [PRODUCT] = 0,
	};
	struct stream *s = stream_new(42, 0, "moments"), *other = stream_new(42, 0, "others");
	double batch[50], mean, half;

	for (int i = 0; i < 50; i++) {
		batch[i] = 0;
		for (int j = 0; j < 4000; j++)
			batch[i] += draw((enum draw)_i, s, other) / 4000;
	}
	half = rig_half_width(batch, 50, &mean);
	ck_assert_msg(fabs(mean - expect[_i]) <= half, "mean %g, expected %g +- %g", mean, expect[_i], half);
	ck_assert(half < 0.05 * (expect[_i] > 0 ? expect[_i] : 0.1));
	stream_free(s);
	stream_free(other);
}
END_TEST

START_TEST(draws_keep_to_their_ranges)
{
	struct stream *s = stream_new(1, 0, "ranges");
	uint32_t seen[7] = {0};

	for (int i = 0; i < 100000; i++) {
		double u = stream_uniform(s);

		ck_assert(u >= 0.0 && u < 1.0);
		ck_assert(stream_exponential(s, 10) >= 0.0);
		ck_assert(stream_geometric(s, 0.3) >= 1.0);
		ck_assert(stream_geometric(s, 1.0) == 1.0);
		seen[stream_index(s, 7)]++;
		ck_assert_uint_eq(stream_index(s, 1), 0);
	}
	for (int i = 0; i < 7; i++)
		ck_assert_uint_gt(seen[i], 0);
	stream_free(s);
	stream_free(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sim");
	TCase *engine = tcase_create("engine"), *streams = tcase_create("streams");

	tcase_add_loop_test(engine, steps_happen_in_order_of_time_then_lane, 0, 6);
	tcase_add_test(engine, ties_go_to_the_lower_lane);
	tcase_add_test(engine, a_lane_that_is_behind_asks_nobody);
	tcase_add_test(engine, the_same_run_has_the_same_fingerprint);
	tcase_add_loop_test(engine, a_sleeper_goes_on_at_its_time_or_when_woken_before, 0, 4);
	tcase_add_test(engine, actors_of_a_lane_share_its_clock_and_keep_their_stacks);
	tcase_add_test(engine, a_failure_ends_the_run_for_everybody);
	tcase_add_loop_test(engine, lanes_that_all_wait_are_asked_why, 0, 2);
	tcase_add_test(engine, nobody_is_asked_when_all_lanes_end);
	tcase_add_test(engine, every_actor_has_a_stack_of_its_own);
	tcase_add_test_raise_signal(engine, a_body_that_uses_up_its_stack_is_stopped, SIGABRT);
	tcase_add_test(engine, a_run_without_actors_is_over_at_once);
	suite_add_tcase(suite, engine);
	tcase_add_test(streams, a_stream_depends_on_seed_repetition_and_name_alone);
	tcase_add_loop_test(streams, moments_lie_within_the_interval, 0, DRAWS);
	tcase_add_test(streams, draws_keep_to_their_ranges);
	suite_add_tcase(suite, streams);
	return rig_main(suite);
}
