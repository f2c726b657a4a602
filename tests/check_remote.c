/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What CPUs do to each other: interrupts, queued work, and how a task on the other CPU feels it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/ipi.h"
#include "hw/isolation.h"
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
	struct work job;       /* queued here by others: handle() */
	unsigned section;      /* of work_in_section() */
	bool watched;
};

struct play {
	struct hw hw;
	struct player player[8];
	uint32_t windows;      /* 0: 1 */
	void (*prepare)(struct play *play); /* or NULL */
	struct context *other; /* a second context of CPU 0, or NULL */
	struct irq_line *device;
	struct delayed_work delayed;
	struct lock lock;
	cycles_t seen[8];      /* by times */
	unsigned times;
};

static void enter(struct cpu *cpu, void *arg)
{
	struct player *p = arg;

	if (p->watched)
		isolation_watch(cpu->current);
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
	if (!play->windows)
		play->windows = 1;
	rig_hw(&play->hw, m, cpus, play->windows, END / play->windows);
	worker_init(&play->hw);
	for (uint32_t i = 0; i < cpus; i++) {
		play->player[i].all = play->player;
		work_init(&play->player[i].job, handle, play->player);
	}
	if (play->prepare)
		play->prepare(play);
	rig_run(&play->hw, enter, play->player, sizeof play->player[0]);
}

static void well(const struct play *play)
{
	uint64_t sum = 0;

	ck_assert_msg(!play->hw.sim.failure, "%s", play->hw.sim.failure);
	for (uint32_t n = 0; n < play->hw.profile.nodes; n++)
		sum += profile_sum(&play->hw.profile, n, 0).cycles;
	for (uint32_t i = 0; i < play->hw.cpus; i++)
		sum += cpu_idle_total(&play->hw.cpu[i], 0);
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

static void queue_for_1(struct cpu *cpu, struct player *p)
{
	ck_assert(queue_work_on(cpu, &cpu->hw->cpu[1], &p->all[1].job));
}

START_TEST(queued_work_runs_in_a_context_of_its_own)
{
	static void (*const busy[])(struct cpu *, struct player *) = {work, work_in_pieces, idle};
	struct play play = {.player = {{.act = queue_for_1, .at = 1000}, {.act = busy[_i], .work = 50000, .cost = 30}}};
	struct machine_params m = machine();
	bool idles = busy[_i] == idle;

	m.ipi_latency = 72;
	m.wake_up = 5;
	m.idle_exit = 11;
	m.context_switch = 7;
	m.irq_entry = 4;
	m.ipi_send = 3;
	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].times, 1);
	/* Idle CPUs watch the line that is written; busy ones are interrupted. */
	ck_assert_uint_eq(play.player[1].handled[0], idles ? 1000 + 5 + 11 + 7 : 1000 + 5 + 3 + 72 + 4 + 7);
	ck_assert_str_eq(play.player[1].on->name->name, "kworker");
	ck_assert(!play.player[1].in_irq);
	ck_assert_uint_eq(play.player[0].ended, idles ? 1005 : 1008);
	if (!idles)
		ck_assert_uint_eq(play.player[1].ended, 50000 + 4 + 7 + 30 + 7);
	ck_assert_uint_eq(profile_through(&play.hw.profile, "process_one_work", 0), 30);
}
END_TEST

static void use(struct cpu *cpu, void *arg)
{
	(void)arg;
	for (int i = 0; i < 500; i++)
		cpu_work(cpu, 10);
}

/* 5000 cycles in which no other context may run. */
static void work_in_section(struct cpu *cpu, struct player *p)
{
	struct play *play = (struct play *)(void *)((char *)p->all - offsetof(struct play, player));

	switch (p->section) {
	case 0:
		softirq_enter(cpu);
		use(cpu, NULL);
		softirq_exit(cpu);
		break;
	case 1:
		local_bh_disable(cpu);
		use(cpu, NULL);
		local_bh_enable(cpu);
		break;
	case 2:
		preempt_disable(cpu);
		preempt_disable(cpu);
		use(cpu, NULL);
		preempt_enable(cpu);
		ck_assert_uint_eq(p->times, 0);
		preempt_enable(cpu);
		break;
	case 3:
		local_irq_save(cpu);
		use(cpu, NULL);
		local_irq_restore(cpu);
		break;
	case 4:
		spin_lock(cpu, &play->lock);
		use(cpu, NULL);
		spin_unlock(cpu, &play->lock);
		break;
	case 5:
		irq_set(play->device, 0);
		break;
	}
	cpu_work(cpu, 1);
	ck_assert_uint_eq(p->times, 1);
}

static void make_lock_and_device(struct play *play)
{
	lock_init(&play->lock, lock_class_new(&play->hw, &lock_qspinlock, "lock", NULL), &play->hw);
	play->device = irq_line_new(&play->hw.cpu[1], use, NULL);
}

START_TEST(queued_work_waits_for_the_end_of_a_section)
{
	struct play play = {
		.player = {{.act = queue_for_1, .at = 1000}, {.act = work_in_section, .section = (unsigned)_i, .cost = 30}},
		.prepare = make_lock_and_device,
	};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	ck_assert_uint_ge(play.player[1].handled[0], 5000);
	ck_assert_uint_le(play.player[1].handled[0], 5001);
}
END_TEST

static void use_up(struct cpu *cpu, void *arg)
{
	struct play *play = arg;

	while (!cpu_run_is_over(cpu)) {
		play->seen[0]++;
		cpu_work_in_order(cpu, 100);
		context_yield(cpu);
	}
	cpu_finish(cpu);
}

static void make_other(struct play *play)
{
	play->other = context_new(&play->hw.cpu[0], "other", false, use_up, play);
}

static void drain(struct cpu *cpu, struct player *p)
{
	struct play *play = (struct play *)(void *)((char *)p->all - offsetof(struct play, player));

	context_wake(play->other);
	for (uint32_t i = 1; i < cpu->hw->cpus; i++)
		queue_work_on(cpu, &cpu->hw->cpu[i], &p->all[i].job);
	/* Pending still where it is certain. */
	ck_assert(!queue_work_on(cpu, &cpu->hw->cpu[3], &p->all[3].job));
	for (uint32_t i = 1; i < cpu->hw->cpus; i++) {
		flush_work(cpu, &p->all[i].job);
		ck_assert_uint_eq(p->all[i].times, 1);
	}
}

static void work_with_preemption_off(struct cpu *cpu, struct player *p)
{
	preempt_disable(cpu);
	work_in_pieces(cpu, p);
	preempt_enable(cpu);
}

START_TEST(a_flush_sleeps_until_the_slowest_cpu_has_run_the_work)
{
	struct play play = {
		.player = {
			{.act = drain, .at = 1000}, {.act = idle, .cost = 10}, {.act = work, .work = 50000, .cost = 30},
			{.act = work_with_preemption_off, .work = 9000, .cost = 7},
		},
		.prepare = make_other,
	};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].handled[0], 1000);
	ck_assert_uint_eq(play.player[2].handled[0], 1070);
	ck_assert_uint_eq(play.player[3].handled[0], 9000);
	/* The news take an interrupt to CPU 0, where the other context is in one of its turns of 100 cycles. */
	ck_assert_uint_ge(play.player[0].ended, 9007 + 70);
	ck_assert_uint_le(play.player[0].ended, 9007 + 70 + 100);
	/* Which had the CPU for about as long as that took. */
	ck_assert_uint_ge(play.seen[0], 75);
}
END_TEST

static void flush_never_queued(struct cpu *cpu, struct player *p)
{
	flush_work(cpu, &p->all[1].job);
	queue_for_1(cpu, p);
	cpu_work_in_order(cpu, 5000);
	flush_work(cpu, &p->all[1].job);
	ck_assert_uint_eq(cpu_now(cpu), 6000);
	/* Again: it has begun, so it is queued once more. */
	queue_for_1(cpu, p);
	cpu_work_in_order(cpu, 75);
	ck_assert_uint_eq(p->all[1].times, 2);
	queue_for_1(cpu, p);
	flush_work(cpu, &p->all[1].job);
	ck_assert_uint_eq(p->all[1].times, 3);
	ck_assert_uint_eq(cpu_now(cpu), 6000 + 70 + 30 + 30);
}

START_TEST(a_flush_waits_for_what_is_queued_only)
{
	struct play play = {
		.player = {{.act = flush_never_queued, .at = 1000}, {.act = work, .work = 50000, .cost = 30}},
	};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].handled[1], 6070);
	ck_assert_uint_eq(play.player[1].handled[2], 6100);
}
END_TEST

static void drain_all(struct cpu *cpu, struct player *p)
{
	for (uint32_t i = 1; i < cpu->hw->cpus; i++)
		queue_work_on(cpu, &cpu->hw->cpu[i], &p->all[i].job);
	for (uint32_t i = 1; i < cpu->hw->cpus; i++)
		flush_work(cpu, &p->all[i].job);
}

START_TEST(work_that_nobody_runs_any_more_ends_with_the_run)
{
	static const cycles_t at[] = {1000, END - 30, END - 1};
	struct play play = {.player = {
		{.act = drain_all, .at = at[_i]}, {.act = never_take}, {.act = leave, .at = 500}, {.act = idle},
	}};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[0].ended, 0);
	ck_assert_uint_eq(play.player[1].times, 0);
	ck_assert_uint_eq(play.player[2].times, 0);
	ck_assert_uint_eq(play.player[3].times, 1);
}
END_TEST

static void queue_two_for_1(struct cpu *cpu, struct player *p)
{
	queue_for_1(cpu, p);
	ck_assert(queue_work_on(cpu, &cpu->hw->cpu[1], &p->all[0].job));
}

START_TEST(who_is_being_woken_is_not_woken_again)
{
	struct play play = {.player = {{.act = queue_two_for_1, .at = 1000}, {.act = work, .work = 50000, .cost = 30}}};
	struct machine_params m = machine();

	m.wake_up = 5;
	m.ipi_send = 3;
	m.irq_entry = 4;
	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].times, 2);
	ck_assert_uint_eq(play.player[0].ended, 1008);
	ck_assert_uint_eq(play.player[1].ended, 50000 + 4 + 30 + 30);
}
END_TEST

static void work_to_the_end(struct cpu *cpu, void *arg)
{
	(void)arg;
	cpu_work_in_order(cpu, END);
	cpu_finish(cpu);
}

static void make_another_task(struct play *play)
{
	context_new(&play->hw.cpu[1], "other", true, work_to_the_end, play);
}

START_TEST(a_kworker_goes_before_other_tasks)
{
	struct play play = {
		.player = {{.act = queue_for_1, .at = 1000}, {.act = work, .work = END, .cost = 30}}, .prepare = make_another_task,
	};
	struct machine_params m = machine();

	m.context_switch = 7;
	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].handled[0], 1070 + 7);
}
END_TEST

static void work_twice(struct cpu *cpu, struct player *p)
{
	cpu_work_in_order(cpu, p->work);
	context_sleep(cpu);
	p->started = cpu_now(cpu);
}

static void wake_1(struct cpu *cpu, void *arg)
{
	struct play *play = arg;

	for (struct context *c = cpu->contexts; c; c = c->next)
		if (!strcmp(c->name->name, "test"))
			context_wake(c);
	play->times++;
}

static void make_waking_timer(struct play *play)
{
	irq_set(irq_timer_new(&play->hw.cpu[1], false, wake_1, play), 5000);
}

/* The task gives up its CPU at 1000, and the kworker is woken before the idle loop has it. */
START_TEST(a_wake_up_during_a_switch_waits_for_its_end)
{
	struct play play = {
		.player = {{.act = queue_for_1, .at = 980}, {.act = work_twice, .work = 1000, .cost = 30}}, .prepare = make_waking_timer,
	};
	struct machine_params m = machine();

	m.context_switch = 100;
	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[1].handled[0], 1200);
	ck_assert_uint_eq(play.player[1].started, 5100);
}
END_TEST

static void note(struct cpu *cpu, void *arg)
{
	struct play *play = arg;

	play->seen[play->times++] = cpu_now(cpu);
	if (play->times < 4)
		ck_assert(queue_delayed_work(cpu, &play->delayed, 3000));
	ck_assert(play->times == 4 || !queue_delayed_work(cpu, &play->delayed, 3000));
}

static void nothing(struct cpu *cpu, void *arg)
{
	(void)cpu;
	(void)arg;
}

static void make_timer(struct play *play)
{
	delayed_work_init(&play->delayed, &play->hw.cpu[0], play->player[0].section, note, play);
	queue_delayed_work(&play->hw.cpu[0], &play->delayed, 1000);
	irq_set(irq_line_new(&play->hw.cpu[0], nothing, NULL), 4500);
	irq_set(irq_line_new(&play->hw.cpu[0], nothing, NULL), 9500);
}

START_TEST(a_deferrable_timer_does_not_wake_an_idle_cpu)
{
	static const cycles_t expected[3][4] = {
		{1000, 4000, 7000, 10000}, {4500, 9500, 0, 0}, {1000, 4000, 7000, 10000},
	};
	struct play play = {
		.player = {{.act = _i < 2 ? idle : work, .section = _i > 0, .work = 50000}},
		.prepare = make_timer,
	};
	struct machine_params m = machine();

	perform(&play, &m);
	well(&play);
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(play.seen[i], expected[_i][i]);
}
END_TEST

static void sleep_in_section(struct cpu *cpu, struct player *p)
{
	switch (p->section) {
	case 0:
		preempt_disable(cpu);
		break;
	case 1:
		local_bh_disable(cpu);
		break;
	case 2:
		local_irq_save(cpu);
		break;
	}
	context_sleep(cpu);
}

START_TEST(a_task_must_not_sleep_in_a_section)
{
	struct play play = {.player = {{.act = sleep_in_section, .section = (unsigned)_i}}};
	struct machine_params m = machine();

	perform(&play, &m);
	ck_assert_ptr_nonnull(play.hw.sim.failure);
	ck_assert_ptr_nonnull(strstr(play.hw.sim.failure, "scheduling while atomic"));
}
END_TEST

static void raise_softirq(struct cpu *cpu, void *arg)
{
	(void)arg;
	cpu_work(cpu, 5);
	cpu->softirq_pending = true;
}

static void softirq(struct cpu *cpu)
{
	softirq_enter(cpu);
	cpu->softirq_pending = false;
	cpu_work(cpu, 50);
	softirq_exit(cpu);
}

static void pend_and_enable(struct cpu *cpu, struct player *p)
{
	cycles_t before;

	cpu->do_softirq = softirq;
	local_bh_disable(cpu);
	local_bh_disable(cpu);
	cpu->softirq_pending = true;
	local_bh_enable(cpu);
	before = cpu_now(cpu);
	ck_assert(cpu->softirq_pending);
	local_bh_enable(cpu);
	ck_assert(!cpu->softirq_pending);
	ck_assert_uint_eq(cpu_now(cpu) - before, 10 + 50);
	(void)p;
}

START_TEST(enabling_bottom_halves_runs_what_is_pending)
{
	struct play play = {.player = {{.act = pend_and_enable}}};
	struct machine_params m = machine();

	m.bh = 19;
	perform(&play, &m);
	well(&play);
	ck_assert_uint_eq(play.player[0].ended, 19 + 19 + 50);
}
END_TEST

static void disturb(struct cpu *cpu, struct player *p)
{
	call_1(cpu, p);                          /* reaches CPU 1 at 1070 */
	cpu_work_in_order(cpu, 1000);
	queue_for_1(cpu, p);                     /* at 2070 */
	cpu_work_in_order(cpu, END / 10);
	call_1(cpu, p);                          /* in the second window */
}

static void make_devices(struct play *play)
{
	struct cpu *cpu = &play->hw.cpu[1];

	cpu->do_softirq = softirq;
	irq_set(irq_line_new(cpu, raise_softirq, NULL), 20000);
	/* One follows the other without a cycle between; the third comes one cycle later. */
	irq_set(irq_line_new(cpu, use, NULL), 30000);
	irq_set(irq_line_new(cpu, nothing, NULL), 30001);
	irq_set(irq_line_new(cpu, nothing, NULL), 30000 + 5000 + 2 * 4 + 1);
}

static void work_and_sleep(struct cpu *cpu, struct player *p)
{
	cpu_work_in_order(cpu, p->work);
	context_sleep(cpu);
}

START_TEST(what_interrupts_a_task_is_counted)
{
	struct play play = {
		.player = {{.act = disturb, .at = 1000}, {.act = work_and_sleep, .work = _i ? 500000 : 90000, .cost = 30, .watched = true}},
		.prepare = make_devices, .windows = 10,
	};
	struct machine_params m = machine();
	const struct isolation *watch;
	struct isolation_window all, first;

	m.context_switch = 7;
	m.irq_entry = 4;
	perform(&play, &m);
	well(&play);
	watch = play.hw.cpu[1].watch;
	all = isolation_sum(watch, &play.hw, 0);
	first = watch->window[0];
	/* The task sleeps when the last one comes in the shorter play: then it interrupts nothing. */
	ck_assert_uint_eq(play.player[1].times, 3);
	ck_assert_uint_eq(first.count, 5);
	ck_assert_uint_eq(first.times[DISTURBED_BY_IPI], 2);
	ck_assert_uint_eq(first.times[DISTURBED_BY_IRQ], 4);
	ck_assert_uint_eq(first.times[DISTURBED_BY_SOFTIRQ], 1);
	ck_assert_uint_eq(first.times[DISTURBED_BY_TASK], 1);
	ck_assert_uint_eq(first.cycles[DISTURBED_BY_IPI], 4 + 30 + 4);
	ck_assert_uint_eq(first.cycles[DISTURBED_BY_IRQ], 4 + 5 + 4 + 5000 + 4 + 4);
	ck_assert_uint_eq(first.cycles[DISTURBED_BY_SOFTIRQ], 50);
	ck_assert_uint_eq(first.cycles[DISTURBED_BY_TASK], 7 + 30 + 7);
	ck_assert_uint_eq(first.total, 34 + 48 + 59 + 5008 + 4);
	ck_assert_uint_eq(first.longest, 5008);
	ck_assert_uint_eq(all.count, _i ? 6 : 5);
	ck_assert_uint_eq(all.total, first.total + (_i ? 34 : 0));
	ck_assert_uint_eq(all.longest, 5008);
	ck_assert_uint_eq(watch->window[1].count, _i ? 1 : 0);
}
END_TEST

/* A bit of everything at random, on a machine where everything costs. */
struct crowd {
	uint32_t cpus, threads;
	cycles_t latency;
	bool rest;              /* tasks leave CPUs idle at times */
};

struct crowd_result {
	uint64_t sent, taken, works_queued, works_run, waits, flushes;
	uint64_t fingerprint, cycles;
	int failed;
};

struct bystander {
	struct crowd_result *result;
	struct bystander *all;
	struct stream *random;
	struct lock *lock;
	struct work job;
	bool rest;
};

static void count_taken(struct cpu *cpu, void *arg)
{
	struct bystander *b = arg;

	cpu_work(cpu, 20);
	b->result->taken++;
}

static void count_run(struct cpu *cpu, void *arg)
{
	struct bystander *b = arg;

	cpu_work(cpu, 200);
	local_irq_save(cpu);
	spin_lock(cpu, b->lock);
	cpu_work(cpu, 50);
	spin_unlock(cpu, b->lock);
	local_irq_restore(cpu);
	b->result->works_run++;
}

static void do_something(struct cpu *cpu, struct bystander *b)
{
	struct cpu *other = &cpu->hw->cpu[stream_index(b->random, cpu->hw->cpus)];
	struct cpumask mask = {{stream_index(b->random, 1u << 30)}};

	switch (stream_index(b->random, b->rest ? 10 : 9)) {
	case 0:
		b->result->sent++;
		ipi_call(cpu, other, count_taken, b);
		break;
	case 1:
		for (uint32_t i = 0; i < cpu->hw->cpus; i++)
			b->result->sent += cpumask_test_cpu(i, &mask);
		ipi_call_wait(cpu, &mask, count_taken, b);
		b->result->waits++;
		break;
	case 2:
		/* Counted first: others count meanwhile. */
		b->result->works_queued++;
		if (!queue_work_on(cpu, other, &b->all[stream_index(b->random, cpu->hw->cpus)].job))
			b->result->works_queued--;
		break;
	case 3:
		flush_work(cpu, &b->all[stream_index(b->random, cpu->hw->cpus)].job);
		b->result->flushes++;
		break;
	case 4:
		local_irq_save(cpu);
		spin_lock(cpu, b->lock);
		cpu_work(cpu, stream_index(b->random, 300));
		if (stream_index(b->random, 2))
			cpu_line_up(cpu, 0);
		spin_unlock(cpu, b->lock);
		local_irq_restore(cpu);
		break;
	case 5:
		preempt_disable(cpu);
		cpu_work(cpu, stream_index(b->random, 3000));
		preempt_enable(cpu);
		break;
	case 6:
		cpu_work_in_order(cpu, stream_index(b->random, 10000));
		break;
	case 7:
		local_bh_disable(cpu);
		cpu->softirq_pending = stream_index(b->random, 2);
		cpu_work(cpu, stream_index(b->random, 300));
		local_bh_enable(cpu);
		break;
	case 8:
		for (int i = 0; i < 50; i++)
			cpu_work(cpu, stream_index(b->random, 100));
		break;
	case 9:
		cpu_sleep(cpu, cpu_now(cpu) + stream_index(b->random, 20000));
		break;
	}
}

static void mingle(struct cpu *cpu, void *arg)
{
	struct bystander *b = &((struct bystander *)arg)[cpu->number];

	cpu->do_softirq = softirq;
	while (!cpu_run_is_over(cpu))
		do_something(cpu, b);
	cpu_finish(cpu);
}

static void run_crowd(const void *arg, void *out)
{
	const struct crowd *c = arg;
	struct crowd_result *r = out;
	struct bystander *all = xcalloc(c->cpus, sizeof *all);
	struct machine_params m = point_server();
	struct lock lock;
	struct hw hw;

	m.cores = c->cpus / c->threads / 2;
	m.threads = c->threads;
	m.ipi_latency = c->latency;
	rig_hw(&hw, &m, c->cpus, 10, 500000);
	worker_init(&hw);
	lock_init(&lock, lock_class_new(&hw, &lock_qspinlock, "lock", NULL), &hw);
	for (uint32_t i = 0; i < c->cpus; i++) {
		all[i] = (struct bystander){.result = r, .all = all, .random = stream_new(5, i, "crowd"), .lock = &lock, .rest = c->rest};
		work_init(&all[i].job, count_run, &all[i]);
		/* Two tasks on every third CPU. */
		if (i % 3 == 0)
			context_new(&hw.cpu[i], "second", true, mingle, all);
	}
	rig_run(&hw, mingle, all, 0);
	r->failed = hw.sim.failure != NULL;
	if (r->failed)
		fprintf(stderr, "%s\n", hw.sim.failure);
	r->fingerprint = hw.sim.fingerprint;
	for (uint32_t n = 0; n < hw.profile.nodes; n++)
		r->cycles += profile_sum(&hw.profile, n, 0).cycles;
	for (uint32_t i = 0; i < c->cpus; i++)
		r->cycles += cpu_idle_total(&hw.cpu[i], 0);
	lock_fini(&lock);
	for (uint32_t i = 0; i < c->cpus; i++)
		stream_free(all[i].random);
	free(all);
	hw_fini(&hw);
}

START_TEST(nothing_gets_lost_in_a_crowd)
{
	static const struct crowd crowds[] = {
		{2, 1, 1300, false}, {4, 1, 0, true}, {8, 1, 1300, true}, {8, 2, 300, false}, {28, 1, 1300, false}, {28, 2, 1300, true},
	};
	struct crowd_result r[2] = {{0}};

	for (unsigned i = 0; i < 2; i++) {
		ck_assert(rig_child(run_crowd, &crowds[_i], &r[i], sizeof r[i], 100));
		ck_assert(!r[i].failed);
		ck_assert_uint_eq(r[i].cycles, (uint64_t)crowds[_i].cpus * 5000000);
		/* At most what is on its way to each CPU from each other at the end. */
		ck_assert_uint_ge(r[i].sent, r[i].taken);
		ck_assert_uint_le(r[i].sent - r[i].taken, crowds[_i].cpus * crowds[_i].cpus);
		ck_assert_uint_ge(r[i].works_queued, r[i].works_run);
		ck_assert_uint_le(r[i].works_queued - r[i].works_run, crowds[_i].cpus);
		/* Whoever gets stuck does nothing more. */
		ck_assert_uint_ge(r[i].waits, 80 * crowds[_i].cpus);
		ck_assert_uint_ge(r[i].flushes, 80 * crowds[_i].cpus);
	}
		ck_assert_mem_eq(&r[0], &r[1], sizeof r[0]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("remote");
	TCase *calls = tcase_create("calls"), *works = tcase_create("works"), *tasks = tcase_create("tasks"),
	      *crowds = tcase_create("crowds");

	tcase_set_timeout(calls, 20);
	tcase_add_loop_test(calls, an_interrupt_comes_after_the_latency, 0, 3);
	tcase_add_test(calls, what_sending_and_taking_cost);
	tcase_add_test(calls, a_caller_waits_for_the_slowest);
	tcase_add_loop_test(calls, cpus_that_call_each_other_do_not_block, 0, 80);
	tcase_add_test(calls, calling_each_other_with_interrupts_off_is_a_deadlock);
	tcase_add_loop_test(calls, the_end_of_the_run_ends_every_wait, 0, 3);
	tcase_add_test(calls, calls_on_their_way_share_an_interrupt);
	suite_add_tcase(suite, calls);
	tcase_set_timeout(works, 20);
	tcase_add_loop_test(works, queued_work_runs_in_a_context_of_its_own, 0, 3);
	tcase_add_loop_test(works, queued_work_waits_for_the_end_of_a_section, 0, 6);
	tcase_add_test(works, a_flush_sleeps_until_the_slowest_cpu_has_run_the_work);
	tcase_add_test(works, a_flush_waits_for_what_is_queued_only);
	tcase_add_test(works, who_is_being_woken_is_not_woken_again);
	tcase_add_test(works, a_kworker_goes_before_other_tasks);
	tcase_add_test(works, a_wake_up_during_a_switch_waits_for_its_end);
	tcase_add_loop_test(works, work_that_nobody_runs_any_more_ends_with_the_run, 0, 3);
	tcase_add_loop_test(works, a_deferrable_timer_does_not_wake_an_idle_cpu, 0, 3);
	suite_add_tcase(suite, works);
	tcase_add_loop_test(tasks, a_task_must_not_sleep_in_a_section, 0, 3);
	tcase_add_test(tasks, enabling_bottom_halves_runs_what_is_pending);
	tcase_add_loop_test(tasks, what_interrupts_a_task_is_counted, 0, 2);
	suite_add_tcase(suite, tasks);
	tcase_set_timeout(crowds, 200);
	tcase_add_loop_test(crowds, nothing_gets_lost_in_a_crowd, 0, 6);
	suite_add_tcase(suite, crowds);
	return rig_main(suite);
}
