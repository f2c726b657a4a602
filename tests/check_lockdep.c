/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that locks are taken by: groups, contexts; local_lock, and locks of one CPU. */
#include <stdio.h>
#include <string.h>

#include "hw/local_lock.h"
#include "rig.h"

KFUNC(drain_pages);

#define CPUS_MAX 256

/* What belongs to one CPU's page lists. */
struct pagesets {
	struct local_lock local;
	struct lock lock;
};

enum holding { NOTHING, LOCAL, LOCAL_IRQSAVE };

/* At `at`, CPU `cpu` takes the lock of CPU `of` while it holds what is its own. */
struct drain {
	cycles_t at;
	uint32_t of;
	enum holding holding;
	bool trying;
};

struct stage {
	struct hw hw;
	struct lock_class *local, *pcp;
	struct pagesets of[CPUS_MAX];
	struct drain drain[CPUS_MAX]; /* by CPU; at 0: none */
};

static void drain(struct cpu *cpu, struct stage *s, const struct drain *d)
{
	struct pagesets *own = &s->of[cpu->number], *of = &s->of[d->of];

	cpu_enter(cpu, &fn_drain_pages);
	if (d->holding == LOCAL)
		local_lock(cpu, &own->local);
	if (d->holding == LOCAL_IRQSAVE)
		local_lock_irqsave(cpu, &own->local);
	cpu_work(cpu, 5);
	if (d->trying)
		ck_assert(spin_trylock(cpu, &of->lock));
	else
		spin_lock(cpu, &of->lock);
	cpu_work(cpu, 5);
	spin_unlock(cpu, &of->lock);
	if (d->holding == LOCAL)
		local_unlock(cpu, &own->local);
	if (d->holding == LOCAL_IRQSAVE)
		local_unlock_irqrestore(cpu, &own->local);
	cpu_leave(cpu);
}

static void body(struct cpu *cpu, void *arg)
{
	struct stage *s = arg;
	const struct drain *d = &s->drain[cpu->number], self = {.of = cpu->number, .holding = d->holding};

	/* What every CPU does for itself. */
	drain(cpu, s, &self);
	if (d->at) {
		cpu_work(cpu, d->at - cpu_now(cpu));
		drain(cpu, s, d);
	}
	cpu_finish(cpu);
}

static struct stage *play(struct stage *s, uint32_t cpus)
{
	struct machine_params m = point_free_machine(cpus);

	rig_hw(&s->hw, &m, cpus, 1, 1000000);
	s->local = lock_class_new(&s->hw, &lock_qspinlock, "pagesets.lock", NULL);
	s->pcp = lock_class_new(&s->hw, &lock_qspinlock, "pcp->lock", NULL);
	for (uint32_t i = 0; i < cpus; i++) {
		uint16_t group = lockdep_group_new(&s->hw.lockdep, "pagesets of CPU %u", i);

		local_lock_init(&s->of[i].local, s->local, group);
		lock_init(&s->of[i].lock, s->pcp, &s->hw);
		s->of[i].lock.group = group;
	}
	rig_run(&s->hw, body, s, 0);
	return s;
}

static void assert_says(const struct stage *s, const char *const *texts)
{
	ck_assert_ptr_nonnull(s->hw.sim.failure);
	for (; *texts; texts++)
		ck_assert_msg(strstr(s->hw.sim.failure, *texts) != NULL, "no '%s' in: %s", *texts, s->hw.sim.failure);
}

START_TEST(cpus_that_drain_each_other_with_their_own_held_are_reported)
{
	static struct stage s;
	static const char *const texts[] = {
		"possible circular locking dependency: pagesets of CPU 0 is taken while pagesets of CPU 1 is held",
		"pagesets of CPU 0 then pagesets of CPU 1: first by CPU 0 at cycle 105 in test;drain_pages "
		"(pcp->lock while it holds pagesets.lock)",
		"CPU 1 at cycle 905 in test;drain_pages", "holds pagesets.lock, taken in test;drain_pages", NULL,
	};

	s.drain[0] = (struct drain){.at = 100, .of = 1, .holding = _i ? LOCAL : LOCAL_IRQSAVE};
	s.drain[1] = (struct drain){.at = 900, .of = 0, .holding = LOCAL_IRQSAVE};
	if (_i)
		s.drain[1].holding = LOCAL;
	assert_says(play(&s, 2), texts);
}
END_TEST

START_TEST(draining_one_way_or_with_nothing_held_is_fine)
{
	static struct stage s;

	for (uint32_t i = 1; i < 4; i++)
		/* All but the last drain CPU 0 or, holding nothing that could be waited for, each other. */
		s.drain[i] = _i == 0   ? (struct drain){.at = 100 * i, .of = 0, .holding = LOCAL}
			     : _i == 1 ? (struct drain){.at = 100 * i, .of = (i + 1) % 4, .holding = NOTHING}
				       : (struct drain){.at = 100 * i, .of = (i + 1) % 4, .holding = LOCAL, .trying = true};
	s.drain[0] = (struct drain){.at = 500, .of = 1, .holding = _i == 0 ? NOTHING : s.drain[1].holding, .trying = _i == 2};
	play(&s, 4);
	ck_assert_msg(!s.hw.sim.failure, "%s", s.hw.sim.failure);
}
END_TEST

START_TEST(a_circle_of_many_is_reported_with_every_step)
{
	uint32_t cpus = _i ? 256 : 3;
	static struct stage s;
	char last[64];
	const char *texts[] = {
		"possible circular locking dependency: pagesets of CPU 0 is taken while", "pagesets of CPU 1 then pagesets of CPU 2", last, NULL,
	};

	for (uint32_t i = 0; i < cpus; i++)
		s.drain[i] = (struct drain){.at = 100 * (i + 1), .of = (i + 1) % cpus, .holding = LOCAL};
	snprintf(last, sizeof last, "pagesets of CPU %u then pagesets of CPU %u", cpus - 2, cpus - 1);
	assert_says(play(&s, cpus), texts);
}
END_TEST

/* There are as many ways through a full order as it has subsets. */
START_TEST(a_search_looks_at_each_step_once)
{
	struct lock_order o = {0};
	uint16_t via[LOCK_ORDER_NODES_MAX];

	for (uint32_t i = 0; i < 200; i++)
		ck_assert_uint_eq(lock_order_node(&o, "node"), i);
	for (uint32_t i = 0; i < 199; i++)
		for (uint32_t j = i + 1; j < 199; j++)
			lock_order_add(&o, i, j, NULL);
	ck_assert_uint_eq(lock_order_path(&o, 0, 199, via), 0);
	ck_assert_uint_ge(lock_order_path(&o, 70, 140, via), 2);
	ck_assert_uint_eq(via[0], 70);
	ck_assert_uint_eq(lock_order_path(&o, 140, 70, via), 0);
	ck_assert(lock_order_has(&o, 3, 198));
	ck_assert(!lock_order_has(&o, 198, 3));
	lock_order_fini(&o);
}
END_TEST

/* One CPU, one lock, and what hits the task. */
enum taking { NOT, BLOCKING, TRYING };

struct scene {
	struct hw hw;
	struct machine_params machine;
	struct lock_class *class;
	struct local_lock local;
	struct lock lock;
	struct irq_line *irq;
	enum taking in_irq, in_softirq;
	bool uses_local, private;
	bool failed;               /* of a trylock */
	cycles_t took;
	void (*task)(struct cpu *cpu, struct scene *s);
};

static void take(struct cpu *cpu, struct scene *s, enum taking how)
{
	if (how == NOT)
		return;
	if (s->uses_local) {
		local_lock(cpu, &s->local);
		local_unlock(cpu, &s->local);
		return;
	}
	if (how == BLOCKING)
		spin_lock(cpu, &s->lock);
	else
		s->failed = !spin_trylock(cpu, &s->lock);
	if (how == BLOCKING || !s->failed)
		spin_unlock(cpu, &s->lock);
}

static void handler(struct cpu *cpu, void *arg)
{
	struct scene *s = arg;

	take(cpu, s, s->in_irq);
	cpu->softirq_pending = s->in_softirq;
}

static void softirq(struct cpu *cpu)
{
	struct scene *s = cpu->softirq_data;

	softirq_enter(cpu);
	cpu->softirq_pending = false;
	take(cpu, s, s->in_softirq);
	softirq_exit(cpu);
}

static void enter_scene(struct cpu *cpu, void *arg)
{
	struct scene *s = arg;

	cpu->do_softirq = softirq;
	cpu->softirq_data = s;
	s->task(cpu, s);
	cpu_finish(cpu);
}

static void set(struct scene *s)
{
	if (!s->machine.cores)
		s->machine = point_free_machine(1);
	rig_hw(&s->hw, &s->machine, 1, 1, 1000000);
	s->class = lock_class_new(&s->hw, &lock_qspinlock, "lock", NULL);
	local_lock_init(&s->local, s->class, 0);
	lock_init(&s->lock, s->class, &s->hw);
	s->lock.private_to_cpu = s->private;
	s->irq = irq_line_new(&s->hw.cpu[0], handler, s);
	rig_run(&s->hw, enter_scene, s, 0);
}

/* The interrupt comes while the lock is not held: that it could have been is enough. */
static void apart(struct cpu *cpu, struct scene *s)
{
	take(cpu, s, BLOCKING);
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
}

static void apart_the_other_way(struct cpu *cpu, struct scene *s)
{
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
	take(cpu, s, BLOCKING);
}

static void apart_trying(struct cpu *cpu, struct scene *s)
{
	take(cpu, s, TRYING);
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
}

static void with_interrupts_off(struct cpu *cpu, struct scene *s)
{
	local_irq_save(cpu);
	take(cpu, s, BLOCKING);
	local_irq_restore(cpu);
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
}

static void with_bottom_halves_off(struct cpu *cpu, struct scene *s)
{
	local_bh_disable(cpu);
	take(cpu, s, BLOCKING);
	local_bh_enable(cpu);
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
}

static void interrupts_on_while_held(struct cpu *cpu, struct scene *s)
{
	local_irq_save(cpu);
	spin_lock(cpu, &s->lock);
	local_irq_restore(cpu);
	spin_unlock(cpu, &s->lock);
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
}

static void bottom_halves_on_while_held(struct cpu *cpu, struct scene *s)
{
	local_bh_disable(cpu);
	spin_lock(cpu, &s->lock);
	local_bh_enable(cpu);
	spin_unlock(cpu, &s->lock);
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
}

struct inconsistency {
	void (*task)(struct cpu *cpu, struct scene *s);
	enum taking in_irq, in_softirq;
	bool private, local;
	const char *report;  /* NULL: fine */
};

static const struct inconsistency inconsistencies[] = {
	{apart, NOT, NOT, false, false, NULL},
	{apart, BLOCKING, NOT, false, false, "lock is taken in interrupt context, first by CPU 0 at cycle 10 in do_IRQ,\n"
					     "  and held with interrupts on, first by CPU 0 at cycle 0 in test:"},
	{apart_the_other_way, BLOCKING, NOT, false, false, "held with interrupts on, first by CPU 0 at cycle 10 in test:"},
	{apart, BLOCKING, NOT, true, false, "lock is taken in interrupt context"},
	{apart, BLOCKING, NOT, false, true, "lock is taken in interrupt context"},
	{apart, TRYING, NOT, false, false, NULL},
	{apart_trying, BLOCKING, NOT, false, false, "lock is taken in interrupt context"},
	{apart_trying, BLOCKING, NOT, true, false, "lock is taken in interrupt context"},
	{with_interrupts_off, BLOCKING, NOT, false, false, NULL},
	{with_interrupts_off, NOT, BLOCKING, false, false, NULL},
	{interrupts_on_while_held, BLOCKING, NOT, false, false, "held with interrupts on"},
	{apart, NOT, BLOCKING, false, false, "lock is taken in softirq context"},
	{apart, NOT, TRYING, false, false, NULL},
	{with_bottom_halves_off, NOT, BLOCKING, false, false, NULL},
	{with_bottom_halves_off, BLOCKING, NOT, false, false, "lock is taken in interrupt context"},
	{bottom_halves_on_while_held, NOT, BLOCKING, false, false, "held with softirqs on"},
	/* Softirqs run with interrupts on. */
	{with_interrupts_off, BLOCKING, BLOCKING, false, false, "lock is taken in interrupt context"},
};

START_TEST(a_lock_that_an_interrupt_can_find_held_is_reported)
{
	const struct inconsistency *k = &inconsistencies[_i];
	struct scene s = {.task = k->task, .in_irq = k->in_irq, .in_softirq = k->in_softirq, .private = k->private, .uses_local = k->local};

	set(&s);
	if (!k->report) {
		ck_assert_msg(!s.hw.sim.failure, "%s", s.hw.sim.failure);
		return;
	}
	ck_assert_ptr_nonnull(s.hw.sim.failure);
	ck_assert_ptr_nonnull(strstr(s.hw.sim.failure, "inconsistent lock state: "));
	ck_assert_msg(strstr(s.hw.sim.failure, k->report) != NULL, "%s", s.hw.sim.failure);
}
END_TEST

static void interrupted_section(struct cpu *cpu, struct scene *s)
{
	ck_assert(spin_trylock(cpu, &s->lock));
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
	ck_assert(s->failed);
	spin_unlock(cpu, &s->lock);
	irq_set(s->irq, 0);
	cpu_work(cpu, 10);
	ck_assert(!s->failed);
}

START_TEST(a_trylock_fails_in_an_interrupt_of_the_section)
{
	struct scene s = {.task = interrupted_section, .in_irq = _i < 2 ? TRYING : NOT, .in_softirq = _i < 2 ? NOT : TRYING,
			  .private = _i % 2};

	set(&s);
	ck_assert_msg(!s.hw.sim.failure, "%s", s.hw.sim.failure);
	ck_assert_uint_eq(s.class->window[0].trylock_failures, 1);
	ck_assert_uint_eq(s.class->window[0].acquisitions, 2);
}
END_TEST

/* An interrupt that is taken in the first cycle of the section finds it held too. */
static void interrupted_trylock(struct cpu *cpu, struct scene *s)
{
	cpu_work(cpu, 100);
	irq_set(s->irq, 101);
	ck_assert(spin_trylock(cpu, &s->lock));
	ck_assert(s->failed);
	spin_unlock(cpu, &s->lock);
}

START_TEST(a_trylock_fails_in_an_interrupt_of_the_trylock)
{
	struct scene s = {.machine = point_free_machine(1), .task = interrupted_trylock, .in_irq = TRYING, .private = _i};

	s.machine.atomic = 16;
	set(&s);
	ck_assert_msg(!s.hw.sim.failure, "%s", s.hw.sim.failure);
}
END_TEST

static void take_and_time(struct cpu *cpu, struct scene *s)
{
	for (int i = 0; i < 2; i++) {
		s->took = cpu_now(cpu);
		ck_assert(spin_trylock(cpu, &s->lock));
		ck_assert_uint_eq(cpu_now(cpu) - s->took, i ? 16 : 200 + 16);
		cpu_work(cpu, 10);
		ck_assert(!spin_trylock(cpu, &s->lock));
		spin_unlock(cpu, &s->lock);
		ck_assert_uint_eq(cpu_now(cpu) - s->took, (i ? 16 : 200 + 16) + 10 + 22);
	}
}

START_TEST(a_trylock_of_an_owned_line_costs_an_atomic)
{
	struct scene s = {.machine = point_free_machine(1), .task = take_and_time, .private = _i};

	s.machine.atomic = 16;
	s.machine.unlock = 22;
	s.machine.dram_local = 200;
	set(&s);
	ck_assert_msg(!s.hw.sim.failure, "%s", s.hw.sim.failure);
	/* What nobody waits for is not accounted. */
	ck_assert_uint_eq(s.class->window[0].hold.count, _i ? 0 : 2);
	ck_assert_uint_eq(s.class->window[0].trylock_failures, 2);
}
END_TEST

static void take_local(struct cpu *cpu, struct scene *s)
{
	local_lock(cpu, &s->local);
	ck_assert_uint_eq(cpu_now(cpu), 5);
	ck_assert_uint_eq(cpu->preempt_off, 1);
	ck_assert_uint_eq(cpu->held_count, 1);
	local_unlock(cpu, &s->local);
	ck_assert_uint_eq(cpu_now(cpu), 11);
	ck_assert_uint_eq(cpu->preempt_off, 0);
	local_lock_irqsave(cpu, &s->local);
	ck_assert_uint_eq(cpu_now(cpu), 11 + 19);
	ck_assert_uint_eq(cpu->irq_off, 1);
	local_unlock_irqrestore(cpu, &s->local);
	ck_assert_uint_eq(cpu_now(cpu), 11 + 38);
	ck_assert_uint_eq(cpu->irq_off, 0);
	ck_assert_uint_eq(cpu->held_count, 0);
}

START_TEST(a_local_lock_costs_what_it_switches_off)
{
	struct scene s = {.machine = point_free_machine(1), .task = take_local};

	s.machine.preempt = 11;
	s.machine.irq_save_restore = 38;
	s.machine.atomic = 1000;
	set(&s);
	ck_assert_msg(!s.hw.sim.failure, "%s", s.hw.sim.failure);
	ck_assert_uint_eq(s.class->window[0].acquisitions, 0);
}
END_TEST

static void take_local_twice(struct cpu *cpu, struct scene *s)
{
	local_lock(cpu, &s->local);
	local_lock_irqsave(cpu, &s->local);
}

START_TEST(a_local_lock_taken_twice_is_reported)
{
	struct scene s = {.task = take_local_twice};

	set(&s);
	ck_assert_ptr_nonnull(s.hw.sim.failure);
	ck_assert_ptr_nonnull(strstr(s.hw.sim.failure, "possible recursive locking: this CPU already holds lock"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lockdep");
	TCase *groups = tcase_create("groups"), *contexts = tcase_create("contexts"), *locks = tcase_create("locks of one CPU");

	tcase_set_timeout(groups, 20);
	tcase_add_loop_test(groups, cpus_that_drain_each_other_with_their_own_held_are_reported, 0, 2);
	tcase_add_loop_test(groups, draining_one_way_or_with_nothing_held_is_fine, 0, 3);
	tcase_add_loop_test(groups, a_circle_of_many_is_reported_with_every_step, 0, 2);
	tcase_add_test(groups, a_search_looks_at_each_step_once);
	suite_add_tcase(suite, groups);
	tcase_add_loop_test(contexts, a_lock_that_an_interrupt_can_find_held_is_reported, 0, HZ_ARRAY_SIZE(inconsistencies));
	tcase_add_loop_test(contexts, a_trylock_fails_in_an_interrupt_of_the_section, 0, 4);
	tcase_add_loop_test(contexts, a_trylock_fails_in_an_interrupt_of_the_trylock, 0, 2);
	suite_add_tcase(suite, contexts);
	tcase_add_loop_test(locks, a_trylock_of_an_owned_line_costs_an_atomic, 0, 2);
	tcase_add_test(locks, a_local_lock_costs_what_it_switches_off);
	tcase_add_test(locks, a_local_lock_taken_twice_is_reported);
	suite_add_tcase(suite, locks);
	return rig_main(suite);
}
