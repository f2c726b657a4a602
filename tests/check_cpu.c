/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPUs: interrupts, windows, SMT, cache lines, contexts. */
#include <stdlib.h>
#include <string.h>

#include "hw/irq.h"
#include "hw/lock.h"
#include "rig.h"

KFUNC(task_work);
KFUNC(handler_work);

/* What an interrupt line's handler does and what it saw. */
struct device {
	struct irq_line *line;
	cycles_t work;
	struct lock *lock;         /* taken by the handler after its work */
	struct context *wakes;
	bool raises_softirq;
	cycles_t taken[64];
	unsigned times;
	struct context *on;        /* the context it ran on */
	cycles_t again;            /* period; 0: once */
};

static void handle(struct cpu *cpu, void *arg)
{
	struct device *d = arg;

	if (d->times < HZ_ARRAY_SIZE(d->taken))
		d->taken[d->times] = cpu_now(cpu);
	d->times++;
	d->on = cpu->current;
	ck_assert(cpu->in_irq);
	cpu_enter(cpu, &fn_handler_work);
	cpu_work(cpu, d->work);
	if (d->lock) {
		spin_lock(cpu, d->lock);
		spin_unlock(cpu, d->lock);
	}
	cpu_leave(cpu);
	if (d->wakes)
		context_wake(d->wakes);
	if (d->raises_softirq)
		cpu->softirq_pending = true;
	if (d->again)
		irq_set(d->line, cpu_now(cpu) + d->again);
}

static void device_init(struct device *d, struct cpu *cpu)
{
	d->line = irq_line_new(cpu, handle, d);
}

/* A run on one CPU: `script` is its only task. */
struct stage {
	struct hw hw;
	struct cpu *cpu;
	struct machine_params machine;
	struct device device[3];
	void (*script)(struct stage *);
};

static void on_stage(struct cpu *cpu, void *arg)
{
	struct stage *s = arg;

	(void)cpu;
	s->script(s);
	cpu_finish(s->cpu);
}

static void play(struct stage *s, void (*script)(struct stage *))
{
	rig_hw(&s->hw, &s->machine, 1, 1, 100000000);
	s->cpu = &s->hw.cpu[0];
	s->script = script;
	for (unsigned i = 0; i < 3; i++)
		device_init(&s->device[i], s->cpu);
	rig_run(&s->hw, on_stage, s, 0);
	ck_assert_msg(!s->hw.sim.failure, "%s", s->hw.sim.failure);
}

static void interrupted_work(struct stage *s)
{
	uint32_t node;

	cpu_enter(s->cpu, &fn_task_work);
	node = s->cpu->node;
	irq_set(s->device[0].line, 300);
	irq_set(s->device[1].line, 200);
	cpu_work(s->cpu, 250);
	ck_assert_uint_eq(cpu_now(s->cpu), 250 + 5 + 50);
	/* What ran on comes back to its own path. */
	ck_assert_uint_eq(s->cpu->node, node);
	ck_assert_uint_eq(s->device[1].taken[0], 255);
	ck_assert_ptr_eq(s->device[1].on, s->cpu->current);
	/* The other line fell due while the first was served. */
	ck_assert_uint_eq(s->device[0].times, 1);
}

START_TEST(an_interrupt_is_taken_by_what_runs)
{
	struct stage s = {.machine = point_free_machine(1), .device = {{.work = 0}, {.work = 45}}};
	struct text path = {0};

	s.machine.irq_entry = 5;
	play(&s, interrupted_work);
	ck_assert_uint_eq(s.device[0].taken[0], 250 + 5 + 45 + 5);
	ck_assert_uint_eq(s.cpu->irq_delay.count, 2);
	ck_assert_uint_eq(s.cpu->irq_delay.sum, (250 - 200) + (300 - 300));
	ck_assert_uint_eq(profile_through(&s.hw.profile, "do_IRQ", 0), 5 + 45 + 5);
	ck_assert_uint_eq(profile_through(&s.hw.profile, "handler_work", 0), 45);
	ck_assert_uint_eq(profile_through(&s.hw.profile, "task_work", 0), 250);
	for (uint32_t n = 1; n < s.hw.profile.nodes; n++)
		if (!strcmp(s.hw.profile.node[n].fn->name, "handler_work"))
			profile_path(&s.hw.profile, n, &path);
	ck_assert_str_eq(text_str(&path), "do_IRQ;handler_work");
	text_fini(&path);
}
END_TEST

static void work_with_interrupts_off(struct stage *s)
{
	irq_set(s->device[0].line, 100);
	cpu_work(s->cpu, 50);
	local_irq_save(s->cpu);
	cpu_work(s->cpu, 400);
	local_irq_save(s->cpu);
	cpu_work(s->cpu, 400);
	ck_assert_uint_eq(s->device[0].times, 0);
	local_irq_restore(s->cpu);
	cpu_work(s->cpu, 100);
	ck_assert_uint_eq(s->device[0].times, 0);
	irq_set(s->device[1].line, 900);
	local_irq_restore(s->cpu);
	ck_assert_uint_eq(s->device[0].times, 1);
	ck_assert_uint_eq(s->device[1].times, 1);
}

START_TEST(interrupts_wait_for_the_outermost_restore)
{
	struct stage s = {.machine = point_free_machine(1), .device = {{.work = 10}, {.work = 10}}};

	s.machine.irq_save_restore = 7;
	play(&s, work_with_interrupts_off);
	/* 50 + (3 + 400) + (3 + 400 + 4) + 100 + 4 */
	ck_assert_uint_eq(s.device[0].taken[0], 964);
	ck_assert_uint_eq(s.device[1].taken[0], 974);
	ck_assert_uint_eq(s.cpu->irq_delay.sum, (964 - 100) + (974 - 900));
	ck_assert_uint_eq(s.cpu->irq_delay.max, 864);
}
END_TEST

struct softirq_seen {
	unsigned times;
	cycles_t last;
	unsigned nested; /* hard interrupts taken meanwhile */
};

static void run_softirq(struct cpu *cpu)
{
	struct softirq_seen *seen = cpu->softirq_data;

	ck_assert(!cpu->in_irq && !cpu->bh_off);
	cpu->bh_off++;
	seen->times++;
	seen->last = cpu_now(cpu);
	cpu->softirq_pending = false;
	cpu_work(cpu, 100);
	cpu->bh_off--;
}

static void work_with_softirqs(struct stage *s)
{
	struct softirq_seen seen = {0};

	s->cpu->do_softirq = run_softirq;
	s->cpu->softirq_data = &seen;
	irq_set(s->device[0].line, 100);
	cpu_work(s->cpu, 100);
	ck_assert_uint_eq(seen.times, 1);
	ck_assert_uint_eq(cpu_now(s->cpu), 210);
	/* A hard interrupt hits the softirq; the softirq that it raises does not nest. */
	irq_set(s->device[0].line, 300);
	irq_set(s->device[1].line, 350);
	cpu_work(s->cpu, 90);
	ck_assert_uint_eq(seen.times, 2);
	ck_assert_uint_eq(s->device[1].taken[0], 410);
	ck_assert_uint_eq(cpu_now(s->cpu), 420);
	ck_assert(s->cpu->softirq_pending);
	/* With bottom halves off it stays pending. */
	s->cpu->bh_off++;
	irq_set(s->device[0].line, 500);
	cpu_work(s->cpu, 80);
	ck_assert_uint_eq(seen.times, 2);
	s->cpu->bh_off--;
}

START_TEST(softirqs_run_at_the_end_of_an_interrupt_and_do_not_nest)
{
	struct stage s = {
		.machine = point_free_machine(1),
		.device = {{.work = 10, .raises_softirq = true}, {.work = 10, .raises_softirq = true}},
	};

	play(&s, work_with_softirqs);
}
END_TEST

/* CPUs with a lock and interrupts of one another. */
struct actor {
	void (*act)(struct cpu *cpu, struct actor *a);
	struct lock *lock;
	struct device *device;
	cycles_t at, hold, taken, released;
};

static void start_actor(struct cpu *cpu, void *arg)
{
	struct actor *a = arg;

	cpu_work(cpu, a->at);
	a->act(cpu, a);
	cpu_finish(cpu);
}

static void use_lock(struct cpu *cpu, struct actor *a)
{
	spin_lock(cpu, a->lock);
	a->taken = cpu_now(cpu);
	cpu_work(cpu, a->hold);
	spin_unlock(cpu, a->lock);
	a->released = cpu_now(cpu);
}

static void use_lock_and_line_up(struct cpu *cpu, struct actor *a)
{
	spin_lock(cpu, a->lock);
	a->taken = cpu_now(cpu);
	cpu_work(cpu, a->hold / 2);
	cpu_line_up(cpu, 1);
	cpu_work(cpu, a->hold - a->hold / 2);
	spin_unlock(cpu, a->lock);
	a->released = cpu_now(cpu);
}

static void raise_irq(struct cpu *cpu, struct actor *a)
{
	cpu_line_up(cpu, 2);
	irq_set(a->device->line, a->hold);
}

static void only_work(struct cpu *cpu, struct actor *a)
{
	cpu_work(cpu, a->hold);
}

static void only_sleep(struct cpu *cpu, struct actor *a)
{
	(void)a;
	context_sleep(cpu);
}

struct ensemble {
	struct hw hw;
	struct lock lock[2];
	struct device device;
};

static void perform(struct ensemble *n, struct actor *actors, uint32_t cpus, const struct lock_kind *kind, cycles_t due)
{
	struct machine_params m = point_free_machine(cpus);

	rig_hw(&n->hw, &m, cpus, 1, 10000);
	for (unsigned i = 0; i < 2; i++)
		lock_init(&n->lock[i], lock_class_new(&n->hw, kind, i ? "other" : "lock", stream_new(1, 0, "lock")), &n->hw);
	device_init(&n->device, &n->hw.cpu[1]);
	if (due)
		irq_set(n->device.line, due);
	for (uint32_t i = 0; i < cpus; i++) {
		actors[i].lock = &n->lock[0];
		actors[i].device = &n->device;
		n->hw.cpu[i].sleeps_in_order = true;
	}
	rig_run(&n->hw, start_actor, actors, sizeof *actors);
	ck_assert_msg(!n->hw.sim.failure, "%s", n->hw.sim.failure);
	ck_assert_uint_eq(n->device.times, 1);
}

START_TEST(an_interrupt_while_waiting_for_a_lock_lets_nobody_overtake)
{
	struct ensemble n = {.device = {.work = 50, .lock = &n.lock[1]}};
	struct actor actors[3] = {
		{.act = _i % 2 ? use_lock_and_line_up : use_lock, .at = 0, .hold = 1000},
		{.act = use_lock, .at = 10, .hold = 100},
		{.act = use_lock, .at = 1020, .hold = 500},
	};

	perform(&n, actors, 3, rig_lock_kinds[_i / 2], 500);
	/* CPU 1 gets the lock at 1000, is interrupted at that moment for 50 cycles, and holds it then for 100. */
	ck_assert_uint_eq(n.device.taken[0], 1000);
	ck_assert_uint_eq(actors[1].taken, 1050);
	ck_assert_uint_eq(actors[2].taken, 1150);
	ck_assert_uint_eq(n.hw.cpu[1].irq_delay.sum, 500);
}
END_TEST

START_TEST(an_interrupt_does_not_end_the_wait_for_a_lock)
{
	struct ensemble n = {.device = {.work = 50}};
	struct actor actors[3] = {
		{.act = use_lock_and_line_up, .at = 0, .hold = 1000},
		{.act = use_lock, .at = 10, .hold = 100},
		{.act = raise_irq, .at = 100, .hold = 200},
	};

	perform(&n, actors, 3, rig_lock_kinds[_i], 0);
	ck_assert_uint_eq(n.device.taken[0], 1000);
	ck_assert_uint_eq(actors[1].taken, 1050);
	ck_assert_uint_eq(n.hw.cpu[1].irq_delay.sum, 800);
}
END_TEST

START_TEST(an_interrupt_from_another_cpu_ends_sleep)
{
	struct ensemble n = {.device = {.work = 50}};
	struct actor actors[3] = {
		{.act = only_work, .hold = 10},
		{.act = only_sleep},
		{.act = raise_irq, .at = 100, .hold = 200},
	};

	perform(&n, actors, 3, &lock_qspinlock, 0);
	ck_assert_uint_eq(n.device.taken[0], 200);
	ck_assert_uint_eq(n.hw.cpu[1].irq_delay.sum, 0);
	ck_assert_uint_eq(cpu_idle_total(&n.hw.cpu[1], 0), 10000 - 50);
}
END_TEST

START_TEST(a_cpu_that_ran_ahead_takes_it_late)
{
	struct ensemble n = {.device = {.work = 50}};
	struct actor actors[3] = {
		{.act = only_work, .hold = 10},
		{.act = use_lock_and_line_up, .at = 700, .hold = 1000},
		{.act = raise_irq, .at = 100, .hold = 200},
	};

	perform(&n, actors, 3, &lock_qspinlock, 0);
	ck_assert_uint_eq(n.device.taken[0], 700);
	ck_assert_uint_eq(n.hw.cpu[1].irq_delay.sum, 500);
}
END_TEST

/* A bit of everything, at random. */
struct chaos {
	uint32_t cpus, windows, threads;
	cycles_t window_length;
	const struct lock_kind *kind;
};

struct chaos_cpu {
	struct lock *lock;
	struct device device;
	struct stream *random;
};

static void live(struct cpu *cpu, void *arg)
{
	struct chaos_cpu *c = arg;

	irq_set(c->device.line, stream_index(c->random, 3000));
	while (!cpu_run_is_over(cpu)) {
		switch (stream_index(c->random, 5)) {
		case 0:
			cpu_enter(cpu, &fn_task_work);
			cpu_work(cpu, stream_index(c->random, 300));
			cpu_leave(cpu);
			break;
		case 1:
			local_irq_save(cpu);
			spin_lock(cpu, c->lock);
			cpu_work(cpu, stream_index(c->random, 200));
			if (stream_index(c->random, 2))
				cpu_line_up(cpu, 0);
			spin_unlock(cpu, c->lock);
			local_irq_restore(cpu);
			break;
		case 2:
			if (spin_trylock(cpu, c->lock)) {
				cpu_work(cpu, stream_index(c->random, 50));
				spin_unlock(cpu, c->lock);
			}
			break;
		case 3:
			cpu_sleep(cpu, cpu_now(cpu) + stream_index(c->random, 2000));
			break;
		default:
			cpu_charge(cpu, 1 + stream_index(c->random, 3000));
		}
	}
	cpu_finish(cpu);
}

START_TEST(every_cycle_is_in_the_profile_or_idle)
{
	static const struct chaos chaos[] = {
		{1, 1, 1, 100000, &lock_qspinlock}, {1, 100, 1, 1000, &lock_qspinlock}, {2, 7, 1, 12345, &lock_ticket},
		{8, 10, 1, 20000, &lock_test_and_set}, {8, 50, 1, 1001, &lock_qspinlock}, {8, 3, 2, 40000, &lock_qspinlock},
		{28, 20, 2, 3000, &lock_ticket}, {3, 1000, 1, 97, &lock_qspinlock},
	};
	const struct chaos *k = &chaos[_i];
	struct chaos_cpu *cpus = xcalloc(k->cpus, sizeof *cpus);
	struct machine_params m = point_server();
	struct lock lock;
	uint64_t irqs = 0;
	struct hw hw;

	m.sockets = 1;
	m.threads = k->threads;
	m.cores = k->cpus / k->threads;
	m.context_switch = 200;
	rig_hw(&hw, &m, k->cpus, k->windows, k->window_length);
	lock_init(&lock, lock_class_new(&hw, k->kind, "lock", stream_new(1, 0, "lock")), &hw);
	for (uint32_t i = 0; i < k->cpus; i++) {
		cpus[i].lock = &lock;
		cpus[i].random = stream_new(3, i, "chaos");
		cpus[i].device.work = 40;
		cpus[i].device.again = 2500;
		device_init(&cpus[i].device, &hw.cpu[i]);
	}
	rig_run(&hw, live, cpus, sizeof *cpus);
	ck_assert_msg(!hw.sim.failure, "%s", hw.sim.failure);
	for (uint32_t w = 0; w < k->windows; w++) {
		uint64_t sum = 0;

		for (uint32_t n = 0; n < hw.profile.nodes; n++)
			sum += profile_cell(&hw.profile, n, w)->cycles;
		for (uint32_t i = 0; i < k->cpus; i++)
			sum += hw.cpu[i].idle_cycles[w];
		ck_assert_msg(sum == k->cpus * k->window_length, "window %u: %llu", w, (unsigned long long)sum);
	}
	for (uint32_t i = 0; i < k->cpus; i++)
		irqs += cpus[i].device.times;
	ck_assert_uint_ge(irqs, 2 * k->cpus);
	free(cpus);
}
END_TEST

struct runner {
	cycles_t work, took;
	cycles_t rest;          /* busy until then */
};

static void run_once(struct cpu *cpu, void *arg)
{
	struct runner *r = arg;
	cycles_t since = cpu_now(cpu);

	for (int i = 0; i < 10; i++) {
		cpu_line_up(cpu, 0);
		cpu_work(cpu, r->work / 10);
	}
	r->took = cpu_now(cpu) - since;
	while (cpu_now(cpu) < r->rest) {
		cpu_line_up(cpu, 0);
		cpu_work(cpu, 100);
	}
	cpu_finish(cpu);
}

START_TEST(siblings_slow_each_other_down)
{
	struct machine_params m = point_free_machine(2);
	struct runner r[3] = {{.work = 1000, .rest = 10000}, {.work = 1000}, {.work = 1000}};
	struct hw hw;

	m.threads = 2;
	m.smt_percent = 155;
	rig_hw(&hw, &m, 3, 1, 100000);
	ck_assert_ptr_eq(hw.cpu[0].sibling, &hw.cpu[2]);
	ck_assert_ptr_eq(hw.cpu[2].sibling, &hw.cpu[0]);
	ck_assert_ptr_null(hw.cpu[1].sibling);
	rig_run(&hw, run_once, r, sizeof r[0]);
	ck_assert_uint_eq(r[1].took, 1000); /* alone on its core */
	ck_assert(r[2].took == 1549 || r[2].took == 1550); /* the scale has 16 binary digits */
	ck_assert(r[0].took == 1549 || r[0].took == 1550); /* the first to run knows that the other will */
}
END_TEST

/* Without ever lining up: each runs to its end before the next begins. */
static void run_apart(struct cpu *cpu, void *arg)
{
	struct runner *r = arg;

	for (int i = 0; i < 100; i++) {
		local_irq_save(cpu);
		local_irq_restore(cpu);
	}
	r->took = cpu_now(cpu);
	cpu_work(cpu, 20000);
	cpu_finish(cpu);
}

START_TEST(siblings_slow_operations_too_however_far_one_runs_ahead)
{
	struct machine_params m = point_free_machine(2);
	struct runner r[3] = {{0}, {0}, {0}};
	struct hw hw;

	m.threads = 2;
	m.smt_percent = 150;
	m.irq_save_restore = 38;
	rig_hw(&hw, &m, 3, 1, 100000);
	rig_run(&hw, run_apart, r, sizeof r[0]);
	ck_assert_uint_eq(r[0].took, 5700);
	ck_assert_uint_eq(r[1].took, 3800);
	ck_assert_uint_eq(r[2].took, 5700);
}
END_TEST

START_TEST(work_is_in_cycles_of_the_core)
{
	struct machine_params m = point_free_machine(1);
	struct runner r = {.work = 30000};
	struct hw hw;

	m.core_hz = 1.5 * m.clock_hz;
	rig_hw(&hw, &m, 1, 1, 100000);
	rig_run(&hw, run_once, &r, 0);
	/* The scale has 16 binary digits; what is below a cycle is carried on. */
	ck_assert(r.took >= 19999 && r.took <= 20001);
}
END_TEST

static cycles_t access_from(struct hw *hw, uint32_t from, uint32_t to, uint32_t age)
{
	struct line line = {0};

	line_access(&hw->cpu[from], &line, 0);
	cpu_pollute(&hw->cpu[from], age);
	return line_access(&hw->cpu[to], &line, 0);
}

START_TEST(a_line_costs_by_distance_and_age)
{
	struct machine_params m = point_server();
	uint32_t l1 = 512, l2 = 16384, llc = 16384 + (uint32_t)(19712 / 14.0 * 1024 / 64);
	struct line fresh = {0};
	struct hw hw;

	/* 28 is CPU 0's sibling, 1 on its socket, 14 on the other. */
	rig_hw(&hw, &m, 56, 1, 1000);
	ck_assert_uint_eq(line_access(&hw.cpu[0], &fresh, 0), m.dram_local);
	fresh = (struct line){0};
	ck_assert_uint_eq(line_access(&hw.cpu[14], &fresh, 0), m.dram_remote);
	/* As many other lines as would fill the level push it out. */
	ck_assert_uint_eq(access_from(&hw, 0, 0, 0), 0);
	ck_assert_uint_eq(access_from(&hw, 0, 0, l1 - 1), 0);
	ck_assert_uint_eq(access_from(&hw, 0, 0, l1), m.l2_latency);
	ck_assert_uint_eq(access_from(&hw, 0, 0, l2 - 1), m.l2_latency);
	ck_assert_uint_eq(access_from(&hw, 0, 0, l2), m.llc_latency);
	ck_assert_uint_eq(access_from(&hw, 0, 0, llc - 1), m.llc_latency);
	ck_assert_uint_eq(access_from(&hw, 0, 0, llc), m.dram_local);
	ck_assert_uint_eq(access_from(&hw, 14, 14, llc), m.dram_remote);
	ck_assert_uint_eq(access_from(&hw, 0, 28, 0), m.transfer_smt);
	ck_assert_uint_eq(access_from(&hw, 0, 1, 0), m.transfer_socket);
	ck_assert_uint_eq(access_from(&hw, 0, 14, 0), m.transfer_cross);
	ck_assert_uint_eq(access_from(&hw, 0, 42, l2 - 1), m.transfer_cross);
	ck_assert_uint_eq(access_from(&hw, 0, 1, l2), m.llc_latency); /* written back to the shared cache */
	ck_assert_uint_eq(access_from(&hw, 0, 14, llc - 1), m.transfer_cross);
	ck_assert_uint_eq(access_from(&hw, 0, 1, llc), m.dram_local);
	ck_assert_uint_eq(access_from(&hw, 0, 14, llc), m.dram_remote);
}
END_TEST

/* Going back and forth between a few lines pushes nothing out, however long. */
START_TEST(only_different_lines_push_others_out)
{
	struct machine_params m = point_server();
	struct line old = {0}, line[100] = {0};
	struct hw hw;

	rig_hw(&hw, &m, 1, 1, 1000);
	line_access(&hw.cpu[0], &old, 0);
	for (int i = 0; i < 100000; i++)
		line_access(&hw.cpu[0], &line[i % 20], 0);
	ck_assert_uint_eq(line_access(&hw.cpu[0], &old, 0), 0);
	for (int i = 0; i < 100000; i++)
		line_access(&hw.cpu[0], &line[i % 100], 0);
	ck_assert_uint_gt(line_access(&hw.cpu[0], &old, 0), 0);
}
END_TEST

START_TEST(readers_keep_their_copies_until_somebody_writes)
{
	struct machine_params m = point_server();
	struct line line = {0};
	struct hw hw;

	rig_hw(&hw, &m, 28, 1, 1000);
	line_access(&hw.cpu[0], &line, 0);
	ck_assert_uint_eq(line_read(&hw.cpu[1], &line, 0), m.transfer_socket);
	ck_assert_uint_eq(line_read(&hw.cpu[0], &line, 0), 0);
	ck_assert_uint_eq(line_read(&hw.cpu[1], &line, 0), 0);
	ck_assert_uint_eq(line_read(&hw.cpu[2], &line, 0), m.transfer_socket);
	ck_assert_uint_eq(line_read(&hw.cpu[14], &line, 0), m.transfer_cross);
	ck_assert_uint_eq(line_read(&hw.cpu[0], &line, 0), 0);
	/* As old as the last reader's. */
	cpu_pollute(&hw.cpu[0], 1000);
	ck_assert_uint_eq(line_read(&hw.cpu[1], &line, 0), m.l2_latency);
	/* A writer that has a copy does not wait; the others' copies are gone. */
	ck_assert_uint_eq(line_access(&hw.cpu[2], &line, 0), 0);
	ck_assert_uint_eq(line_read(&hw.cpu[0], &line, 0), m.transfer_socket);
	ck_assert_uint_eq(line_read(&hw.cpu[1], &line, 0), m.transfer_socket);
	/* A writer that has none fetches it. */
	ck_assert_uint_eq(line_access(&hw.cpu[14], &line, 0), m.transfer_cross);
	ck_assert_uint_eq(line_access(&hw.cpu[0], &line, 0), m.transfer_cross);
	/* What nobody wrote comes from memory once. */
	line = (struct line){0};
	ck_assert_uint_eq(line_read(&hw.cpu[0], &line, 0), m.dram_local);
	ck_assert_uint_eq(line_read(&hw.cpu[1], &line, 0), m.transfer_socket);
	ck_assert_uint_eq(line_read(&hw.cpu[0], &line, 0), 0);
}
END_TEST

/* Contexts of one CPU. */
struct crew {
	struct hw hw;
	struct machine_params machine;
	struct device device;
	struct context *a, *b;
	struct lock lock;
	cycles_t seen[16];
	unsigned n;
};

static void see(struct cpu *cpu, struct crew *c)
{
	if (c->n < HZ_ARRAY_SIZE(c->seen))
		c->seen[c->n++] = cpu_now(cpu);
}

static void crew_run(struct crew *c, void (*a)(struct cpu *, void *), void (*b)(struct cpu *, void *), bool b_runnable)
{
	struct cpu *cpu;

	c->machine = point_free_machine(1);
	c->machine.context_switch = 7;
	c->machine.idle_exit = 30;
	c->machine.irq_entry = 5;
	rig_hw(&c->hw, &c->machine, 1, 1, 10000000);
	cpu = &c->hw.cpu[0];
	lock_init(&c->lock, lock_class_new(&c->hw, &lock_qspinlock, "lock", NULL), &c->hw);
	device_init(&c->device, cpu);
	c->a = context_new(cpu, "a", true, a, c);
	c->b = context_new(cpu, "b", b_runnable, b, c);
	context_new_idle(cpu);
	hw_run(&c->hw);
	ck_assert_msg(!c->hw.sim.failure, "%s", c->hw.sim.failure);
}

static void yield_thrice(struct cpu *cpu, void *arg)
{
	struct crew *c = arg;

	for (int i = 0; i < 3; i++) {
		see(cpu, c);
		cpu_work(cpu, 100);
		context_yield(cpu);
	}
}

START_TEST(contexts_take_turns)
{
	struct crew c = {0};

	crew_run(&c, yield_thrice, yield_thrice, true);
	ck_assert_uint_eq(c.n, 6);
	for (unsigned i = 0; i < 6; i++)
		ck_assert_uint_eq(c.seen[i], i * 107);
	/* Both have returned: the rest is idle but for the switches of the two that left. */
	ck_assert_uint_eq(cpu_idle_total(&c.hw.cpu[0], 0), 10000000 - 6 * 107 - 2 * 7);
}
END_TEST

static void sleep_and_see(struct cpu *cpu, void *arg)
{
	struct crew *c = arg;

	irq_set(c->device.line, 1000);
	c->device.wakes = c->a;
	cpu_work(cpu, 100);
	context_sleep(cpu);
	see(cpu, c);
	/* Woken before it sleeps: goes on at once. */
	context_sleep(cpu);
	see(cpu, c);
}

static void never(struct cpu *cpu, void *arg)
{
	(void)cpu;
	(void)arg;
	ck_abort_msg("nobody woke this context");
}

START_TEST(an_interrupt_wakes_a_context_of_an_idle_cpu)
{
	struct crew c = {.device = {.work = 11, .again = 500}};

	crew_run(&c, sleep_and_see, never, false);
	ck_assert_uint_eq(c.device.taken[0], 1000 + 30 + 5);
	ck_assert_uint_eq(c.seen[0], 1000 + 30 + 5 + 11 + 7);
	/* The next interrupt is due 500 cycles after the end of the handler's work. */
	ck_assert_uint_eq(c.seen[1], 1000 + 30 + 5 + 11 + 500 + 30 + 5 + 11 + 7);
	ck_assert_ptr_eq(c.device.on, c.hw.cpu[0].idle);
}
END_TEST

static void hog(struct cpu *cpu, void *arg)
{
	struct crew *c = arg;

	irq_set(c->device.line, 100000);
	c->device.wakes = c->b;
	for (int i = 0; i < 500; i++)
		cpu_work(cpu, 1000);
	/* The time slice of 3 ms ends while a lock is held. */
	spin_lock(cpu, &c->lock);
	for (int i = 0; i < 3000; i++)
		cpu_work(cpu, 1000);
	spin_unlock(cpu, &c->lock);
	for (int i = 0; i < 3000; i++)
		cpu_work(cpu, 1000);
}

static void see_and_sleep(struct cpu *cpu, void *arg)
{
	struct crew *c = arg;

	for (;;) {
		see(cpu, c);
		context_sleep(cpu);
	}
}

START_TEST(a_busy_task_gives_way_after_its_slice_only)
{
	/* Woken once, or again and again. */
	struct crew c = {.device = {.again = _i ? 100000 : 0}};
	unsigned irqs = _i ? 35 : 1;

	crew_run(&c, hog, see_and_sleep, false);
	ck_assert_uint_ge(c.n, 1);
	/* 500,000 before the lock, 3,000,000 under it, the interrupts on the way, and the next piece of work. */
	ck_assert_uint_eq(c.seen[0], 3500000 + irqs * 5 + 1000 + 7);
	ck_assert(!c.device.taken[irqs] || c.device.taken[irqs] > 3500000);
}
END_TEST

static void work_a_little(struct cpu *cpu, void *arg)
{
	(void)arg;
	cpu_work(cpu, 50);
}

START_TEST(threads_of_one_name_have_one_root)
{
	struct machine_params machine = point_free_machine(4);
	struct hw hw;

	rig_hw(&hw, &machine, 4, 1, 1000);
	for (uint32_t i = 0; i < 4; i++) {
		context_new(&hw.cpu[i], "reader", true, work_a_little, NULL);
		context_new(&hw.cpu[i], "reader", true, work_a_little, NULL);
		context_new(&hw.cpu[i], "writer", true, work_a_little, NULL);
		context_new_idle(&hw.cpu[i]);
	}
	hw_run(&hw);
	/* The root, reader, writer, swapper. */
	ck_assert_uint_eq(hw.profile.nodes, 4);
	ck_assert_uint_eq(profile_through(&hw.profile, "reader", 0), 8 * 50);
	ck_assert_uint_eq(profile_through(&hw.profile, "writer", 0), 4 * 50);
	hw_fini(&hw);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cpu");
	TCase *irq = tcase_create("interrupts"), *time = tcase_create("time"), *contexts = tcase_create("contexts");

	tcase_add_test(irq, an_interrupt_is_taken_by_what_runs);
	tcase_add_test(irq, interrupts_wait_for_the_outermost_restore);
	tcase_add_test(irq, softirqs_run_at_the_end_of_an_interrupt_and_do_not_nest);
	tcase_add_loop_test(irq, an_interrupt_while_waiting_for_a_lock_lets_nobody_overtake, 0, 4);
	tcase_add_loop_test(irq, an_interrupt_does_not_end_the_wait_for_a_lock, 0, RIG_LOCK_KINDS);
	tcase_add_test(irq, an_interrupt_from_another_cpu_ends_sleep);
	tcase_add_test(irq, a_cpu_that_ran_ahead_takes_it_late);
	suite_add_tcase(suite, irq);
	tcase_add_loop_test(time, every_cycle_is_in_the_profile_or_idle, 0, 8);
	tcase_add_test(time, siblings_slow_each_other_down);
	tcase_add_test(time, siblings_slow_operations_too_however_far_one_runs_ahead);
	tcase_add_test(time, work_is_in_cycles_of_the_core);
	tcase_add_test(time, a_line_costs_by_distance_and_age);
	tcase_add_test(time, only_different_lines_push_others_out);
	tcase_add_test(time, readers_keep_their_copies_until_somebody_writes);
	tcase_add_test(contexts, threads_of_one_name_have_one_root);
	suite_add_tcase(suite, time);
	tcase_add_test(contexts, contexts_take_turns);
	tcase_add_test(contexts, an_interrupt_wakes_a_context_of_an_idle_cpu);
	tcase_add_loop_test(contexts, a_busy_task_gives_way_after_its_slice_only, 0, 2);
	suite_add_tcase(suite, contexts);
	return rig_main(suite);
}
