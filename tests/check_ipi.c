/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interrupts between CPUs, and the work that CPUs queue for each other. */
#include <stdlib.h>
#include <string.h>

#include "hw/ipi.h"
#include "hw/lock.h"
#include "hw/preempt.h"
#include "hw/worker.h"
#include "rig.h"

#define END 1000000u

/* One CPU of a play: what it does, and what was done to it. */
struct player {
	void (*act)(struct cpu *cpu, struct player *p);
	struct player *all;
	cycles_t at;           /* works until then before it acts */
	cycles_t work;         /* of `act` */
	cycles_t started, ended;
	cycles_t handled[8];   /* when functions sent here ran */
	unsigned times;
	struct context *on;    /* the context that the last one ran on */
	bool in_irq;
	cycles_t cost;         /* of the function */
	struct work job;
	struct lock *lock;
};

struct play {
	struct hw hw;
	struct player player[8];
};

static void enter(struct cpu *cpu, void *arg)
{
	struct player *p = arg;

	if (p->at)
		cpu_work_in_order(cpu, p->at);
	p->started = cpu_now(cpu);
	p->act(cpu, p);
	p->ended = cpu_now(cpu);
	if (!cpu_run_is_over(cpu))
		context_sleep(cpu);
	cpu_finish(cpu);
}

static struct player *player_of(struct cpu *cpu, struct player *all)
{
	return &all[cpu->number];
}

/* The function that is sent: arg is the array of players. */
static void handle(struct cpu *cpu, void *arg)
{
	struct player *p = player_of(cpu, arg);

	p->handled[p->times++ % HZ_ARRAY_SIZE(p->handled)] = cpu_now(cpu);
	p->on = cpu->current;
	p->in_irq = cpu->in_irq;
	cpu_work(cpu, p->cost);
}

static void perform(struct play *play, const struct machine_params *m)
{
	uint32_t cpus = 0;

	while (play->player[cpus].act)
		cpus++;
	rig_hw(&play->hw, m, cpus, 1, END);
	worker_init(&play->hw);
	for (uint32_t i = 0; i < cpus; i++) {
		play->player[i].all = play->player;
		work_init(&play->player[i].job, handle, play->player);
	}
	rig_run(&play->hw, enter, play->player, sizeof play->player[0]);
}

static void well(const struct play *play)
{
	uint64_t sum = 0;

	ck_assert_msg(!play->hw.sim.failure, "%s", play->hw.sim.failure);
	for (uint32_t n = 0; n < play->hw.profile.nodes; n++)
		sum += profile_cell((struct profile *)(uintptr_t)&play->hw.profile, n, 0)->cycles;
	for (uint32_t i = 0; i < play->hw.cpus; i++)
		sum += play->hw.cpu[i].idle_cycles[0];
	ck_assert_uint_eq(sum, (uint64_t)END * play->hw.cpus);
}

static struct machine_params machine(void)
{
	struct machine_params m = point_free_machine(8);

	m.ipi_latency = 70;
	return m;
}

static void idle(struct cpu *cpu, struct player *p)
{
	(void)cpu;
	(void)p;
}

static void work(struct cpu *cpu, struct player *p)
{
	cpu_work_in_order(cpu, p->work);
}

static void work_in_pieces(struct cpu *cpu, struct player *p)
{
	for (cycles_t i = 0; i < p->work; i += 10)
		cpu_work(cpu, 10);
}

static void work_with_interrupts_off(struct cpu *cpu, struct player *p)
{
	local_irq_save(cpu);
	work_in_pieces(cpu, p);
	local_irq_restore(cpu);
}

static void call_1(struct cpu *cpu, struct player *p)
{
	ipi_call(cpu, &cpu->hw->cpu[1], handle, p->all);
}

static void call_others(struct cpu *cpu, struct player *p)
{
	struct cpumask mask = {0};

	for (uint32_t i = 0; i < cpu->hw->cpus; i++)
		if (i != cpu->number)
			cpumask_set_cpu(i, &mask);
	ipi_call_wait(cpu, &mask, handle, p->all);
}

static void call_all(struct cpu *cpu, struct player *p)
{
	struct cpumask mask = {{~UINT64_C(0)}};

	ipi_call_wait(cpu, &mask, handle, p->all);
}

START_TEST(an_interrupt_comes_after_the_latency)
{
	static void (*const busy[])(struct cpu *, struct player *) = {work, work_in_pieces, idle};
	struct play play = {.player = {{.act = call_1, .at = 1000}, {.act = busy[_i], .work = 50000, .cost = 30}}};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].times, 1);
	ck_assert_uint_eq(play.player[1].handled[0], 1070);
	ck_assert(play.player[1].in_irq);
	ck_assert(play.player[1].on == (busy[_i] == idle ? play.hw.cpu[1].idle : play.player[1].on));
	ck_assert_uint_eq(play.player[0].ended, 1000);
	ck_assert_uint_eq(play.player[1].ended, busy[_i] == idle ? 0 : 50030);
	ck_assert_uint_eq(play.hw.cpu[1].irq_delay.sum, 0);
}
END_TEST

START_TEST(what_sending_and_taking_cost)
{
	struct play play = {.player = {{.act = call_others, .at = 1000}, {.act = work, .work = 50000, .cost = 30}}};
	struct machine_params m = machine();

	m.ipi_send = 11;
	m.atomic = 3;
	m.irq_entry = 5;
	m.preempt = 8;
	m.transfer_socket = 100;
	m.dram_local = 1;
	perform(&play, &m);
	well(&play);
	/* Preemption off, the queue's line from memory, the atomic, the interrupt; there: entry, queue's line, atomic, function and argument. */
	ck_assert_uint_eq(play.player[1].handled[0], 1000 + 4 + 1 + 3 + 11 + 70 + 5 + 100 + 3 + 100);
	ck_assert_uint_eq(play.player[0].ended, play.player[1].handled[0] + 30 + 100 + 4);
	ck_assert_uint_eq(profile_through(&play.hw.profile, "smp_call_function_many", 0), play.player[0].ended - 1000 - 8);
	ck_assert_uint_eq(profile_through(&play.hw.profile, "smp_call_function_interrupt", 0), 5 + 100 + 3 + 100 + 30);
}
END_TEST

START_TEST(a_caller_waits_for_the_slowest)
{
	struct play play = {.player = {
		{.act = call_all, .at = 1000, .cost = 40}, {.act = work, .work = 50000, .cost = 30}, {.act = idle, .cost = 10},
		{.act = work_with_interrupts_off, .work = 5000, .cost = 7}, {.act = work_in_pieces, .work = 7000},
	}};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	for (unsigned i = 0; i < 5; i++)
		ck_assert_uint_eq(play.player[i].times, 1);
	ck_assert_uint_eq(play.player[1].handled[0], 1070);
	ck_assert_uint_eq(play.player[3].handled[0], 5000);
	ck_assert_uint_eq(play.hw.cpu[3].irq_delay.max, 5000 - 1070);
	/* Its own part comes last, with interrupts off. */
	ck_assert_uint_eq(play.player[0].handled[0], 5007);
	ck_assert(!play.player[0].in_irq);
	ck_assert_uint_eq(play.player[0].ended, 5047);
}
END_TEST

START_TEST(cpus_that_call_each_other_do_not_block)
{
	struct play play = {.player = {
		{.act = call_others, .at = 1000, .cost = 30}, {.act = call_others, .at = 1000 + (cycles_t)_i, .cost = 30},
		{.act = call_others, .at = 1000, .cost = 30},
	}};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(play.player[i].times, 2);
		ck_assert_uint_ge(play.player[i].ended, 1000 + 70 + 30);
		ck_assert_uint_le(play.player[i].ended, 1000 + 70 + 60 + 200);
	}
}
END_TEST

static void call_others_with_interrupts_off(struct cpu *cpu, struct player *p)
{
	local_irq_save(cpu);
	call_others(cpu, p);
	local_irq_restore(cpu);
}

START_TEST(calling_each_other_with_interrupts_off_is_a_deadlock)
{
	struct play play = {.player = {
		{.act = call_others_with_interrupts_off, .at = 1000}, {.act = call_others_with_interrupts_off, .at = 1000},
	}};
	struct machine_params m = machine();

	perform(&play, &m);
	ck_assert_ptr_nonnull(play.hw.sim.failure);
	ck_assert_ptr_nonnull(strstr(play.hw.sim.failure, "waits for 1 CPUs to take its interrupt: CPU 0"));
	ck_assert_ptr_nonnull(strstr(play.hw.sim.failure, "waits for 1 CPUs to take its interrupt: CPU 1"));
}
END_TEST

static void leave(struct cpu *cpu, struct player *p)
{
	(void)p;
	cpu_finish(cpu);
}

static void never_take(struct cpu *cpu, struct player *p)
{
	local_irq_save(cpu);
	while (!cpu_run_is_over(cpu))
		cpu_work(cpu, 1000);
	(void)p;
	cpu_finish(cpu);
}

/* Nobody waits for a CPU that has left, or leaves with the interrupt on its way or not taken. */
START_TEST(the_end_of_the_run_ends_every_wait)
{
	static const cycles_t at[] = {1000, END - 30, END - 1};
	struct play play = {.player = {
		{.act = call_others, .at = at[_i]}, {.act = leave, .at = 500}, {.act = never_take}, {.act = idle},
	}};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	ck_assert_uint_ge(play.player[0].ended, END);
	ck_assert_uint_eq(play.player[1].times, 0);
	ck_assert_uint_eq(play.player[2].times, 0);
	ck_assert_uint_eq(play.player[3].times, _i == 0);
}
END_TEST

static void call_1_twice(struct cpu *cpu, struct player *p)
{
	call_1(cpu, p);
	cpu_work(cpu, 10);
	call_1(cpu, p);
}

START_TEST(calls_on_their_way_share_an_interrupt)
{
	struct play play = {.player = {{.act = call_1_twice, .at = 1000}, {.act = work, .work = 50000, .cost = 30}}};
	struct machine_params m = machine();

	m.irq_entry = 5;
	m.ipi_send = 11;
	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].times, 2);
	ck_assert_uint_eq(play.player[1].handled[0], 1000 + 11 + 70 + 5);
	ck_assert_uint_eq(play.player[1].handled[1], 1000 + 11 + 70 + 5 + 30);
	ck_assert_uint_eq(play.hw.cpu[1].irq_delay.count, 1);
	ck_assert_uint_eq(play.player[0].ended, 1000 + 11 + 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ipi");
	TCase *calls = tcase_create("calls");

	tcase_set_timeout(calls, 20);
	tcase_add_loop_test(calls, an_interrupt_comes_after_the_latency, 0, 3);
	tcase_add_test(calls, what_sending_and_taking_cost);
	tcase_add_test(calls, a_caller_waits_for_the_slowest);
	tcase_add_loop_test(calls, cpus_that_call_each_other_do_not_block, 0, 80);
	tcase_add_test(calls, calling_each_other_with_interrupts_off_is_a_deadlock);
	tcase_add_loop_test(calls, the_end_of_the_run_ends_every_wait, 0, 3);
	tcase_add_test(calls, calls_on_their_way_share_an_interrupt);
	suite_add_tcase(suite, calls);
	return rig_main(suite);
}
