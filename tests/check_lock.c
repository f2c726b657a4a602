/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks: exact waits, hand-off costs by hand, trylock, nesting, and what ends a run instead of a hang. */
#include <stdlib.h>
#include <string.h>

#include "hw/irq.h"
#include "hw/lock.h"
#include "rig.h"




/* Closed system: think, take the lock, hold it, again. */
struct closed {
	uint32_t cpus, rounds;
	cycles_t think, hold;
	const struct lock_kind *kind;
	cycles_t end;        /* of the run */
	bool line_up_inside; /* the holder gives others a turn inside its section */
};

struct closed_cpu {
	const struct closed *p;
	struct lock *lock;
	cycles_t last_wait, waited, first, last;
	uint32_t rounds;
};

struct closed_result {
	cycles_t last_wait[64];
	cycles_t waited, first, last, edges;
	uint64_t rounds, acquisitions, wait_sum, hold_sum;
};

static void closed_body(struct cpu *cpu, void *arg)
{
	struct closed_cpu *c = arg;
	const struct closed *p = c->p;

	for (uint32_t i = 0; i < p->rounds && !cpu_run_is_over(cpu); i++) {
		cycles_t since;

		cpu_work(cpu, p->think);
		since = cpu_now(cpu);
		spin_lock(cpu, c->lock);
		c->last_wait = cpu_now(cpu) - since;
		c->waited += c->last_wait;
		if (!i)
			c->first = cpu_now(cpu);
		cpu_work(cpu, p->hold / 2);
		if (p->line_up_inside)
			cpu_line_up(cpu, 99);
		cpu_work(cpu, p->hold - p->hold / 2);
		spin_unlock(cpu, c->lock);
		c->last = cpu_now(cpu);
		c->rounds++;
	}
	cpu_finish(cpu);
}

static void closed_run(const void *arg, void *out)
{
	const struct closed *p = arg;
	struct closed_result *r = out;
	struct machine_params machine = point_free_machine(p->cpus);
	struct closed_cpu cpu[64] = {{0}};
	struct lock_class *class;
	struct lock lock;
	struct hw hw;

	rig_hw(&hw, &machine, p->cpus, 1, p->end ? p->end : 1000000000);
	class = lock_class_new(&hw, p->kind, "lock", stream_new(1, 0, "lock"));
	lock_init(&lock, class, &hw);
	for (uint32_t i = 0; i < p->cpus; i++)
		cpu[i] = (struct closed_cpu){.p = p, .lock = &lock};
	rig_run(&hw, closed_body, cpu, sizeof cpu[0]);
	*r = (struct closed_result){.first = CYCLES_MAX};
	for (uint32_t i = 0; i < p->cpus; i++) {
		r->last_wait[i] = cpu[i].last_wait;
		r->waited += cpu[i].waited;
		r->rounds += cpu[i].rounds;
		if (cpu[i].first < r->first)
			r->first = cpu[i].first;
		if (cpu[i].last > r->last)
			r->last = cpu[i].last;
	}
	for (uint32_t i = 0; i < p->cpus; i++)
		r->edges += r->first + r->last - cpu[i].last;
	/* What ends after the run goes to the window behind it. */
	for (int i = 0; i < 2; i++) {
		r->acquisitions += class->window[i].acquisitions;
		r->wait_sum += class->window[i].wait.sum;
		r->hold_sum += class->window[i].hold.sum;
	}
	if (hw.sim.failure)
		abort();
}

static const uint32_t closed_cpus[] = {1, 2, 3, 5, 8, 16, 33, 64};
static const struct {
	cycles_t think, hold;
} closed_times[] = {{0, 1}, {0, 80}, {900, 100}, {650, 80}, {101, 101}, {1, 997}, {3150, 50}, {100000, 7}};

/* With constant times every CPU waits for all others and comes back: (N - 1) S - Z, or nothing when they do not meet. */
START_TEST(wait_in_a_closed_system_is_exact)
{
	for (size_t t = 0; t < HZ_ARRAY_SIZE(closed_times); t++)
		for (int variant = 0; variant < 4; variant++) {
			struct closed p = {
				.cpus = closed_cpus[_i], .rounds = 100, .think = closed_times[t].think,
				.hold = closed_times[t].hold, .kind = variant & 1 ? &lock_ticket : &lock_qspinlock,
				.line_up_inside = variant & 2,
			};
			cycles_t others = (p.cpus - 1) * p.hold, expect = others > p.think ? others - p.think : 0;
			struct closed_result r;

			ck_assert(rig_child(closed_run, &p, &r, sizeof r, 20));
			ck_assert_uint_eq(r.rounds, 100 * p.cpus);
			ck_assert_uint_eq(r.acquisitions, r.rounds);
			ck_assert_uint_eq(r.hold_sum, r.rounds * p.hold);
			ck_assert_uint_eq(r.wait_sum, r.waited);
			for (uint32_t i = 0; i < p.cpus; i++)
				ck_assert_msg(r.last_wait[i] == expect, "%u CPUs, think %llu, hold %llu, kind %s: CPU %u waits %llu",
					      p.cpus, (unsigned long long)p.think, (unsigned long long)p.hold, p.kind->policy.name, i,
					      (unsigned long long)r.last_wait[i]);
		}
}
END_TEST

/* Whoever is next: while somebody asks, the lock is never idle, so that the waits add up to the same. */
START_TEST(an_unfair_lock_obeys_the_same_conservation_law)
{
	struct closed p = {
		.cpus = closed_cpus[_i], .rounds = UINT32_MAX, .think = 90, .hold = 80, .end = 2000000, .kind = &lock_test_and_set,
	};
	double mean, expect = (double)((p.cpus - 1) * p.hold) - (double)p.think, edges;
	struct closed_result r;

	ck_assert(rig_child(closed_run, &p, &r, sizeof r, 20));
	ck_assert_uint_eq(r.hold_sum, r.rounds * p.hold);
	if (expect <= 0)
		return;
	ck_assert_uint_eq(r.last - r.first, r.rounds * p.hold);
	mean = (double)r.waited / (double)r.rounds;
	/* What the law leaves open is the time before the first and after the last round of each CPU. */
	edges = (double)r.edges / (double)r.rounds;
	ck_assert(edges < 0.05 * expect);
	ck_assert_msg(mean - expect <= edges && expect - mean <= edges, "%u CPUs: mean wait %g, expected %g +- %g", p.cpus, mean,
		      expect, edges);
}
END_TEST

/* What one CPU does, one turn after the other. */
struct turn {
	cycles_t ask, hold;
	unsigned lock;      /* index */
	bool line_up;       /* half way through its section */
	bool trying;
	/* What came of it. */
	cycles_t taken, released;
	bool failed;
};

#define TURNS 3

struct script {
	struct lock *lock;
	struct turn turn[TURNS]; /* hold 0: no turn */
};

static void act(struct cpu *cpu, void *arg)
{
	struct script *s = arg;

	for (unsigned i = 0; i < TURNS && s->turn[i].hold; i++) {
		struct turn *t = &s->turn[i];

		ck_assert_uint_le(cpu_now(cpu), t->ask);
		cpu_charge(cpu, t->ask - cpu_now(cpu));
		if (t->trying) {
			t->failed = !spin_trylock(cpu, &s->lock[t->lock]);
			if (t->failed)
				continue;
		} else {
			spin_lock(cpu, &s->lock[t->lock]);
		}
		t->taken = cpu_now(cpu);
		cpu_charge(cpu, t->hold / 2);
		if (t->line_up)
			cpu_line_up(cpu, 0);
		cpu_charge(cpu, t->hold - t->hold / 2);
		spin_unlock(cpu, &s->lock[t->lock]);
		t->released = cpu_now(cpu);
	}
	cpu_finish(cpu);
}

/* Two sockets of two cores with two threads: CPU 4 is the sibling of CPU 0, CPUs 2, 3, 6 and 7 are on the other socket. */
static struct machine_params costly(void)
{
	struct machine_params m = point_free_machine(2);

	m.sockets = m.threads = 2;
	m.transfer_smt = 40;
	m.transfer_socket = 100;
	m.transfer_cross = 300;
	m.dram_local = 200;
	m.dram_remote = 350;
	m.atomic = 10;
	m.unlock = 5;
	return m;
}

static void play(struct script *script, uint32_t cpus, const struct lock_kind *kind, const struct machine_params *machine)
{
	struct lock_class *class;
	struct lock lock;
	struct hw hw;

	rig_hw(&hw, machine, cpus, 1, 1000000);
	class = lock_class_new(&hw, kind, "lock", stream_new(1, 0, "lock"));
	lock_init(&lock, class, &hw);
	for (uint32_t i = 0; i < cpus; i++)
		script[i].lock = &lock;
	rig_run(&hw, act, script, sizeof *script);
	ck_assert_msg(!hw.sim.failure, "%s", hw.sim.failure);
	lock_fini(&lock);
	hw_fini(&hw);
}

START_TEST(uncontended_costs_one_access_and_one_atomic)
{
	struct machine_params m = costly();
	struct script s[3] = {
		{.turn = {{.ask = 0, .hold = 1000}, {.ask = 2000, .hold = 10}}},
		{.turn = {{.ask = 3000, .hold = 1000}}},
		{.turn = {{.ask = 5000, .hold = 1000}}},
	};

	play(s, 3, rig_lock_kinds[_i], &m);
	ck_assert_uint_eq(s[0].turn[0].taken, 200 + 10);               /* from memory */
	ck_assert_uint_eq(s[0].turn[0].released, 210 + 1000 + 5);
	ck_assert_uint_eq(s[0].turn[1].taken, 2000 + 10);              /* still here */
	ck_assert_uint_eq(s[1].turn[0].taken, 3000 + 100 + 10);        /* from the other core */
	ck_assert_uint_eq(s[2].turn[0].taken, 5000 + 300 + 10);        /* from the other socket */
}
END_TEST

/* CPU 0 holds the lock from 210 to 1215 when the others come. */
START_TEST(qspinlock_hand_over_by_hand)
{
	struct machine_params m = costly();
	struct script s[6] = {
		{.turn = {{.ask = 0, .hold = 1000, .line_up = _i}}},
		{.turn = {{.ask = 0, .hold = 1000, .line_up = _i}}},
		{.turn = {{.ask = 500, .hold = 1000, .line_up = _i}}},
		{.turn = {{.ask = 700, .hold = 1000, .line_up = _i}}},
		{0},
		{.turn = {{.ask = 900, .hold = 1000, .line_up = _i}}},
	};

	play(s, 6, &lock_qspinlock, &m);
	/* Two transfers each: within the socket, across, within, across. Whether the holder gives way inside makes no difference. */
	ck_assert_uint_eq(s[1].turn[0].taken, 1215 + 2 * 100);
	ck_assert_uint_eq(s[1].turn[0].released, 1415 + 1005);
	ck_assert_uint_eq(s[2].turn[0].taken, 2420 + 2 * 300);
	ck_assert_uint_eq(s[3].turn[0].taken, 3020 + 1005 + 2 * 100);
	ck_assert_uint_eq(s[5].turn[0].taken, 4225 + 1005 + 2 * 300);
}
END_TEST

START_TEST(a_sibling_is_nearer_and_a_late_comer_pays_its_way)
{
	struct machine_params m = costly();
	struct script s[5] = {
		{.turn = {{.ask = 0, .hold = 1000}}},
		{.turn = {{.ask = 1300, .hold = 1000}}}, /* after the sibling's release, before it owns all it takes */
		{0}, {0},
		{.turn = {{.ask = 100, .hold = 10}}},
	};

	play(s, 5, &lock_qspinlock, &m);
	ck_assert_uint_eq(s[4].turn[0].taken, 1215 + 2 * 40);
	ck_assert_uint_eq(s[4].turn[0].released, 1310);
	/* Asked 10 cycles before the release: setting the pending bit (a transfer and an atomic) ends before two transfers. */
	ck_assert_uint_eq(s[1].turn[0].taken, 1310 + 2 * 100);
}
END_TEST

/* A ticket lock's release reaches its successor after half of those that spin have read the word. */
START_TEST(ticket_hand_over_by_hand)
{
	struct machine_params m = costly();
	struct script s[3] = {
		{.turn = {{.ask = 0, .hold = 1000, .line_up = _i}}},
		{.turn = {{.ask = 0, .hold = 1000, .line_up = _i}}},
		{.turn = {{.ask = 500, .hold = 1000, .line_up = _i}}},
	};

	play(s, 3, &lock_ticket, &m);
	ck_assert_uint_eq(s[1].turn[0].taken, 1215 + 2 * 100 + 100 / 2);
	ck_assert_uint_eq(s[2].turn[0].taken, 1465 + 1005 + 2 * 300);
}
END_TEST

START_TEST(test_and_set_hand_over_by_hand)
{
	struct machine_params m = costly();
	struct script s[3] = {
		{.turn = {{.ask = 0, .hold = 1000}}},
		{.turn = {{.ask = 0, .hold = 1000}}},
		{.turn = {{.ask = 5000, .hold = 1000}}},
	};

	play(s, 2 + (uint32_t)_i, &lock_test_and_set, &m);
	ck_assert_uint_eq(s[1].turn[0].taken, 1215 + 2 * 100 + 10);
	if (_i)
		ck_assert_uint_eq(s[2].turn[0].taken, 5000 + 300 + 10);
}
END_TEST

/* CPUs 0 to 2 on one socket, 3 to 5 on the other; a cycle is a microsecond. */
START_TEST(cna_keeps_the_lock_on_a_socket_for_a_millisecond)
{
	const cycles_t hold = _i ? 600 : 100;
	struct machine_params m = point_free_machine(3);
	struct script s[5] = {
		{.turn = {{.ask = 0, .hold = hold}}}, {.turn = {{.ask = 20, .hold = hold}}}, {.turn = {{.ask = 40, .hold = 100}}},
		{.turn = {{.ask = 10, .hold = 100}}}, {.turn = {{.ask = 30, .hold = 100}}},
	};

	m.sockets = 2;
	m.clock_hz = 1e6;
	play(s, 5, &lock_cna, &m);
	ck_assert_uint_eq(s[1].turn[0].taken, hold);
	/* After 1,190 us the first of the other socket is due, and its neighbour with it. */
	ck_assert_uint_eq(s[2].turn[0].taken, _i ? 1400 : 200);
	ck_assert_uint_eq(s[3].turn[0].taken, _i ? 1200 : 300);
	ck_assert_uint_eq(s[4].turn[0].taken, _i ? 1300 : 400);
}
END_TEST

/* CPU 0 has the lock until 1000 and CPU 1 until 2000; it is free again at 2000 and not before. */
START_TEST(trylock_fails_while_anybody_holds_or_waits)
{
	static const struct {
		cycles_t ask;
		bool fails;
	} cases[] = {{1, true}, {50, true}, {999, true}, {1000, true}, {1001, true}, {1999, true}, {2000, false}, {2001, false}};
	const struct lock_kind *kind = rig_lock_kinds[_i % RIG_LOCK_KINDS];
	struct machine_params m = point_free_machine(3);
	size_t i = (size_t)_i / RIG_LOCK_KINDS % HZ_ARRAY_SIZE(cases);
	bool line_up = (size_t)_i / RIG_LOCK_KINDS / HZ_ARRAY_SIZE(cases);
	struct script s[3] = {
		{.turn = {{.ask = 0, .hold = 1000, .line_up = line_up}}},
		{.turn = {{.ask = 20, .hold = 1000, .line_up = line_up}}},
		{.turn = {{.ask = cases[i].ask, .hold = 100, .trying = true}, {.ask = 9000, .hold = 1, .trying = true}}},
	};

	play(s, 3, kind, &m);
	ck_assert_int_eq(s[2].turn[0].failed, cases[i].fails);
	ck_assert(!s[2].turn[1].failed);
	/* Whether it failed or not, it went before nobody. */
	ck_assert_uint_eq(s[1].turn[0].taken, 1000);
	if (!cases[i].fails)
		ck_assert_uint_eq(s[2].turn[0].taken, cases[i].ask);
}
END_TEST

static const struct lock_kind *const first_come[] = {&lock_qspinlock, &lock_ticket};

START_TEST(waiters_of_a_first_come_lock_go_in_order_of_asking)
{
	struct machine_params m = point_free_machine(6);
	struct script s[6] = {
		{.turn = {{.ask = 0, .hold = 500, .line_up = true}, {.ask = 600, .hold = 10}}},
		{.turn = {{.ask = 300, .hold = 100}}},
		{.turn = {{.ask = 200, .hold = 100, .line_up = true}}},
		{.turn = {{.ask = 100, .hold = 100}}},
		{.turn = {{.ask = 200, .hold = 100}}}, /* with CPU 2: the lower number first */
		{.turn = {{.ask = 800, .hold = 100}}},
	};

	play(s, 6, first_come[_i], &m);
	ck_assert_uint_eq(s[3].turn[0].taken, 500);
	ck_assert_uint_eq(s[2].turn[0].taken, 600);
	ck_assert_uint_eq(s[4].turn[0].taken, 700);
	ck_assert_uint_eq(s[1].turn[0].taken, 800);
	ck_assert_uint_eq(s[0].turn[1].taken, 900);
	ck_assert_uint_eq(s[5].turn[0].taken, 910);
}
END_TEST

/* Locks in a row, taken in the order that a CPU's path says, and let go in the opposite order. */
struct path {
	cycles_t at;
	unsigned n;
	struct {
		unsigned lock;
		cycles_t before; /* work before it is asked for */
		bool trying;
	} step[4];
	cycles_t release_after;
	struct lock *lock;
	cycles_t taken[4], released;
};

static void nest(struct cpu *cpu, struct path *p, unsigned i)
{
	static struct kfunc level[4] = {{"first", 0}, {"second", 0}, {"third", 0}, {"fourth", 0}};

	if (i == p->n) {
		cpu_work(cpu, p->release_after);
		return;
	}
	cpu_enter(cpu, &level[i]);
	cpu_work(cpu, p->step[i].before);
	if (p->step[i].trying)
		ck_assert(spin_trylock(cpu, &p->lock[p->step[i].lock]));
	else
		spin_lock(cpu, &p->lock[p->step[i].lock]);
	p->taken[i] = cpu_now(cpu);
	nest(cpu, p, i + 1);
	spin_unlock(cpu, &p->lock[p->step[i].lock]);
	cpu_leave(cpu);
}

static void follow(struct cpu *cpu, void *arg)
{
	struct path *p = arg;

	cpu_work(cpu, p->at);
	nest(cpu, p, 0);
	p->released = cpu_now(cpu);
	cpu_finish(cpu);
}

struct nesting {
	struct hw hw;
	struct lock lock[4];
};

/* Locks 0 to 2 are called A, B, C; with `one_class` they are all of class A. */
static void run_paths(struct nesting *n, struct path *path, uint32_t cpus, const struct lock_kind *kind, bool one_class)
{
	static const char *const names[] = {"A->lock", "B->lock", "C->lock"};
	struct machine_params m = point_free_machine(cpus);
	struct lock_class *class = NULL;

	rig_hw(&n->hw, &m, cpus, 1, 1000000);
	for (unsigned i = 0; i < 3; i++) {
		if (!class || !one_class)
			class = lock_class_new(&n->hw, kind, names[i], stream_new(1, 0, names[i]));
		lock_init(&n->lock[i], class, &n->hw);
	}
	for (uint32_t i = 0; i < cpus; i++)
		path[i].lock = n->lock;
	rig_run(&n->hw, follow, path, sizeof *path);
}

static void assert_says(const struct nesting *n, const char *const *texts)
{
	ck_assert_ptr_nonnull(n->hw.sim.failure);
	for (; *texts; texts++)
		ck_assert_msg(strstr(n->hw.sim.failure, *texts) != NULL, "no '%s' in: %s", *texts, n->hw.sim.failure);
}

START_TEST(a_holder_may_wait_for_another_lock)
{
	struct path path[4] = {
		{.at = 10, .n = 2, .step = {{.lock = 0}, {.lock = 1, .before = 100}}, .release_after = 100},
		{.at = 50, .n = 1, .step = {{.lock = 0}}, .release_after = 30},
		{.at = 40, .n = 1, .step = {{.lock = 0}}, .release_after = 20},
		{.at = 0, .n = 1, .step = {{.lock = 1}}, .release_after = 5000},
	};
	struct nesting n;

	run_paths(&n, path, 4, rig_lock_kinds[_i], false);
	ck_assert_msg(!n.hw.sim.failure, "%s", n.hw.sim.failure);
	ck_assert_uint_eq(path[0].taken[0], 10);
	ck_assert_uint_eq(path[0].taken[1], 5000);
	ck_assert_uint_eq(path[0].released, 5100);
	if (rig_lock_kinds[_i] == &lock_test_and_set) /* unfair: CPU 1 and CPU 2 in either order, one after the other */
		ck_assert_uint_eq(path[1].released > path[2].released ? path[1].released : path[2].released, 5150);
	if (rig_lock_kinds[_i] == &lock_test_and_set)
		return;
	ck_assert_uint_eq(path[2].taken[0], 5100);
	ck_assert_uint_eq(path[1].taken[0], 5120);
}
END_TEST

START_TEST(a_lock_taken_twice_is_reported)
{
	struct path path[2] = {
		{.at = 10, .n = 2, .step = {{.lock = 1}, {.lock = 1, .before = 100}}},
		{.at = 20, .n = 1, .step = {{.lock = 1}}, .release_after = 30},
	};
	static const char *const texts[] = {
		"possible recursive locking: this CPU already holds B->lock", "CPU 0 at cycle 110 in test;first;second",
		"holds B->lock, taken in test;first", NULL,
	};
	struct nesting n;

	run_paths(&n, path, 2, rig_lock_kinds[_i], false);
	assert_says(&n, texts);
}
END_TEST

/* Nobody is stuck in this run: the order alone is wrong. */
START_TEST(two_orders_of_two_locks_are_reported)
{
	struct path path[2] = {
		{.at = 10, .n = 2, .step = {{.lock = 0}, {.lock = 1}}},
		{.at = 5000, .n = 2, .step = {{.lock = 1}, {.lock = 0, .before = 7}}},
	};
	static const char *const texts[] = {
		"possible circular locking dependency: A->lock is taken while B->lock is held",
		"A->lock then B->lock: first by CPU 0 at cycle 10 in test;first;second", "CPU 1 at cycle 5007 in test;first;second",
		"holds B->lock, taken in test;first", NULL,
	};
	struct nesting n;

	run_paths(&n, path, 2, rig_lock_kinds[_i], false);
	assert_says(&n, texts);
}
END_TEST

START_TEST(a_circle_of_three_is_reported)
{
	struct path path[3] = {
		{.at = 10, .n = 2, .step = {{.lock = 0}, {.lock = 1}}},
		{.at = 100, .n = 2, .step = {{.lock = 1}, {.lock = 2}}},
		{.at = 200, .n = 2, .step = {{.lock = 2}, {.lock = 0}}},
	};
	static const char *const texts[] = {
		"possible circular locking dependency: A->lock is taken while C->lock is held",
		"A->lock then B->lock: first by CPU 0", "B->lock then C->lock: first by CPU 1", "CPU 2 at cycle 200", NULL,
	};
	struct nesting n;

	run_paths(&n, path, 3, &lock_qspinlock, false);
	assert_says(&n, texts);
}
END_TEST

static void complain(struct cpu *cpu, void *arg)
{
	(void)arg;
	cpu_fail(cpu, "%2000s", "at the end");
}

/* The path of a circle through many locks takes many lines. */
START_TEST(long_reports_are_whole)
{
	struct nesting n = {.lock = {{0}}};
	struct machine_params m = point_free_machine(1);
	static const char *const texts[] = {"at the end\n", "CPU 0 at cycle 0", NULL};

	rig_hw(&n.hw, &m, 1, 1, 1000000);
	rig_run(&n.hw, complain, NULL, 0);
	assert_says(&n, texts);
}
END_TEST

START_TEST(orders_that_close_no_circle_are_fine)
{
	struct path path[3] = {
		{.at = 10, .n = 3, .step = {{.lock = 0}, {.lock = 1}, {.lock = 2}}},
		{.at = 100, .n = 2, .step = {{.lock = 0}, {.lock = 2}}},
		/* A trylock cannot wait, and so closes no circle. */
		{.at = 200, .n = 2, .step = {{.lock = 2}, {.lock = 0, .trying = true}}},
	};
	struct nesting n;

	run_paths(&n, path, 3, &lock_qspinlock, false);
	ck_assert_msg(!n.hw.sim.failure, "%s", n.hw.sim.failure);
	ck_assert_uint_eq(path[2].released, 200);
}
END_TEST

/* Locks of one class may nest in an order that only their owner knows; when it is wrong, CPUs do wait for each other. */
START_TEST(a_deadlock_within_a_class_is_explained)
{
	struct path path[5] = {
		{.at = 10, .n = 2, .step = {{.lock = 0}, {.lock = 1, .before = 1000}}},
		{.at = 20, .n = 2, .step = {{.lock = 1}, {.lock = 2, .before = 1000}}},
		{.at = 30, .n = 2, .step = {{.lock = 2}, {.lock = 0, .before = 1000}}},
		{.at = 500, .n = 1, .step = {{.lock = 0}}},                             /* a bystander that gets stuck too */
		{.at = 400000, .n = 0, .release_after = 100000},                        /* one that does not */
	};
	static const char *const texts[] = {
		"deadlock: no CPU can go on",
		"waits for A->lock: CPU 0 at cycle 1010 in test;first;second", "waits for A->lock: CPU 1 at cycle 1020",
		"waits for A->lock: CPU 2 at cycle 1030", "waits for A->lock: CPU 3 at cycle 500",
		"holds A->lock, taken in test;first", NULL,
	};
	struct nesting n;

	run_paths(&n, path, 5, rig_lock_kinds[_i], true);
	assert_says(&n, texts);
	ck_assert_ptr_null(strstr(n.hw.sim.failure, "CPU 4"));
	ck_assert_uint_eq(path[4].released, 500000);
}
END_TEST

static void never_come_back(struct cpu *cpu, void *arg)
{
	struct path *p = arg;

	cpu_work(cpu, p->at);
	spin_lock(cpu, p->lock);
	if (cpu->number == 0)
		sim_block(cpu->lane);
	spin_unlock(cpu, p->lock);
	cpu_finish(cpu);
}

START_TEST(a_holder_that_never_comes_back_is_explained)
{
	struct machine_params m = point_free_machine(2);
	struct lock lock;
	struct path path[2] = {{.at = 10, .lock = &lock}, {.at = 20, .lock = &lock}};
	struct hw hw;

	rig_hw(&hw, &m, 2, 1, 1000000);
	lock_init(&lock, lock_class_new(&hw, &lock_qspinlock, "A->lock", NULL), &hw);
	rig_run(&hw, never_come_back, path, sizeof path[0]);
	ck_assert_ptr_nonnull(hw.sim.failure);
	ck_assert_ptr_nonnull(strstr(hw.sim.failure, "waits for A->lock: CPU 1 at cycle 20"));
	ck_assert_msg(strstr(hw.sim.failure, "held by CPU 0 at cycle 10") != NULL, "%s", hw.sim.failure);
}
END_TEST

static void unlock_alone(struct cpu *cpu, void *arg)
{
	spin_unlock(cpu, arg);
}

START_TEST(a_release_by_somebody_else_is_reported)
{
	struct machine_params m = point_free_machine(1);
	struct lock lock;
	struct hw hw;

	rig_hw(&hw, &m, 1, 1, 1000);
	lock_init(&lock, lock_class_new(&hw, &lock_qspinlock, "A->lock", NULL), &hw);
	rig_run(&hw, unlock_alone, &lock, 0);
	ck_assert_ptr_nonnull(hw.sim.failure);
	ck_assert_ptr_nonnull(strstr(hw.sim.failure, "release of A->lock, which this CPU does not hold"));
}
END_TEST

/* Set-up code runs on one CPU after the other, each from time 0, before there is an engine that could make one wait. */
START_TEST(locks_can_be_taken_before_the_run)
{
	struct machine_params m = costly();
	struct lock_class *class;
	struct lock lock;
	struct hw hw;

	rig_hw(&hw, &m, 4, 1, 1000);
	class = lock_class_new(&hw, rig_lock_kinds[_i], "A->lock", stream_new(1, 0, "A"));
	lock_init(&lock, class, &hw);
	for (uint32_t i = 0; i < 4; i++)
		for (int j = 0; j < 3; j++) {
			spin_lock(&hw.cpu[i], &lock);
			cpu_work(&hw.cpu[i], 500);
			spin_unlock(&hw.cpu[i], &lock);
		}
	hw_start_clock(&hw);
	ck_assert_uint_eq(class->window[0].acquisitions, 0);
	ck_assert_uint_eq(hw.cpu[3].lane->now, 0);
	ck_assert(spin_trylock(&hw.cpu[0], &lock));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lock");
	TCase *exact = tcase_create("exact waits"), *costs = tcase_create("costs"), *order = tcase_create("order"),
	      *reports = tcase_create("reports");

	tcase_add_loop_test(exact, wait_in_a_closed_system_is_exact, 0, HZ_ARRAY_SIZE(closed_cpus));
	tcase_add_loop_test(exact, an_unfair_lock_obeys_the_same_conservation_law, 0, HZ_ARRAY_SIZE(closed_cpus));
	suite_add_tcase(suite, exact);
	tcase_add_loop_test(costs, uncontended_costs_one_access_and_one_atomic, 0, RIG_LOCK_KINDS);
	tcase_add_loop_test(costs, qspinlock_hand_over_by_hand, 0, 2);
	tcase_add_test(costs, a_sibling_is_nearer_and_a_late_comer_pays_its_way);
	tcase_add_loop_test(costs, ticket_hand_over_by_hand, 0, 2);
	tcase_add_loop_test(costs, test_and_set_hand_over_by_hand, 0, 2);
	suite_add_tcase(suite, costs);
	tcase_add_loop_test(order, cna_keeps_the_lock_on_a_socket_for_a_millisecond, 0, 2);
	tcase_add_loop_test(order, trylock_fails_while_anybody_holds_or_waits, 0, RIG_LOCK_KINDS * 8 * 2);
	tcase_add_loop_test(order, waiters_of_a_first_come_lock_go_in_order_of_asking, 0, HZ_ARRAY_SIZE(first_come));
	tcase_add_loop_test(order, a_holder_may_wait_for_another_lock, 0, RIG_LOCK_KINDS);
	tcase_add_loop_test(order, locks_can_be_taken_before_the_run, 0, RIG_LOCK_KINDS);
	suite_add_tcase(suite, order);
	/* What deadlocks in the model must not hang the program. */
	tcase_set_timeout(reports, 20);
	tcase_add_loop_test(reports, a_lock_taken_twice_is_reported, 0, RIG_LOCK_KINDS);
	tcase_add_loop_test(reports, two_orders_of_two_locks_are_reported, 0, RIG_LOCK_KINDS);
	tcase_add_test(reports, a_circle_of_three_is_reported);
	tcase_add_test(reports, long_reports_are_whole);
	tcase_add_test(reports, orders_that_close_no_circle_are_fine);
	tcase_add_loop_test(reports, a_deadlock_within_a_class_is_explained, 0, RIG_LOCK_KINDS);
	tcase_add_test(reports, a_holder_that_never_comes_back_is_explained);
	tcase_add_test(reports, a_release_by_somebody_else_is_reported);
	suite_add_tcase(suite, reports);
	return rig_main(suite);
}
