/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drain_all_pages in all its ways: what it empties, whom it disturbs, who waits for whom, and in what order it takes locks. */
#include <stdlib.h>
#include <string.h>

#include "hw/irq.h"
#include "load/world.h"
#include "mm/drain.h"
#include "mm/page_alloc.h"
#include "mm/pcp_guard.h"
#include "place.h"
#include "plan/policies.h"

static const struct {
	const struct drain *drain;
	const struct pcp_guard *guard;
} ways[] = {
	{&drain_ipi, &pcp_guard_irqsave},
	{&drain_workqueue, &pcp_guard_irqsave},
	{&drain_workqueue, &pcp_guard_local_lock},
	{&drain_remote, &pcp_guard_trylock_irqsave},
	{&drain_remote, &pcp_guard_trylock},
	{&drain_remote, &pcp_guard_local_trylock},
	{&drain_remote_local_lock, &pcp_guard_local_trylock},
};
enum { IPI, WORKQUEUE, WORKQUEUE_LOCAL_LOCK, REMOTE_IRQSAVE, REMOTE, REMOTE_LOCAL_TRYLOCK, REMOTE_LOCAL_LOCK, WAYS };

/* What a run is to do, and what came of it. */
struct drill {
	int way;
	uint32_t pages;           /* on the lists of CPUs 1 to 3 before: so many each */
	cycles_t busy;            /* CPU 2 runs with interrupts off from the start for so long */
	bool twice;               /* CPU 1 drains too */
	bool allocates;           /* CPU 2 allocates and frees meanwhile */
};

struct outcome {
	uint32_t left[4];
	uint64_t drains, given_up, drained_cpus, holds, busy, irqs_taken;
	uint64_t longest;
	struct error broken;
};

static struct place *place;
static const struct drill *drill;

static void drainer(struct cpu *cpu, void *arg)
{
	(void)arg;
	drain_all_pages(cpu, &place->mm);
}

static void pair_of(struct cpu *cpu)
{
	struct page *page = alloc_pages_node(cpu, &place->mm, 0, 0, MIGRATE_MOVABLE, GFP_KERNEL);

	__free_pages(cpu, &place->mm, page, 0);
}

static void other(struct cpu *cpu, void *arg)
{
	cycles_t until = cpu_now(cpu) + drill->busy;

	(void)arg;
	if (drill->busy) {
		local_irq_save(cpu);
		while (cpu_now(cpu) < until)
			cpu_work_in_order(cpu, until - cpu_now(cpu));
		local_irq_restore(cpu);
	}
	for (int i = 0; drill->allocates && i < 3000; i++)
		pair_of(cpu);
}

static void set_up(struct place *p, int way)
{
	*p = place_419();
	p->params.drain = ways[way].drain;
	p->params.pcp_guard = ways[way].guard;
	p->params.pcp_batch = 63;
	p->params.pcp_high = 1000;
	place_set_up(p, 2, 64 * MIB);
	drain_init(&p->mm);
}

static void fill_lists(struct place *p, struct cpu *cpu, uint32_t pages)
{
	struct page *page[1000];

	for (uint32_t i = 0; i < pages; i++)
		ck_assert_ptr_nonnull(page[i] = alloc_pages_node(cpu, &p->mm, 0, 0, MIGRATE_MOVABLE, GFP_ATOMIC));
	for (uint32_t i = 0; i < pages; i++)
		__free_pages(cpu, &p->mm, page[i], 0);
}

static void run_drill(const void *arg, void *out)
{
	struct outcome *o = out;
	struct place p;

	*o = (struct outcome){0};
	place = &p;
	drill = arg;
	set_up(&p, drill->way);
	for (uint32_t i = 1; i < 4; i++)
		fill_lists(&p, &p.hw.cpu[i], drill->pages);
	context_new(&p.hw.cpu[0], "drainer", true, drainer, NULL);
	context_new(&p.hw.cpu[1], "drainer", drill->twice, drainer, NULL);
	context_new(&p.hw.cpu[2], "other", true, other, NULL);
	for (uint32_t i = 0; i < p.hw.cpus; i++)
		context_new_idle(&p.hw.cpu[i]);
	p.hw.end = p.hw.window_length = 100000000;
	hw_start_clock(&p.hw);
	memory_start_counts(&p.mm);
	hw_run(&p.hw);
	for (uint32_t i = 0; i < 4; i++)
		o->left[i] = p.zone->pcp[i].count;
	o->drains = p.mm.counts.drains_all;
	o->given_up = p.mm.counts.drains_given_up;
	o->drained_cpus = p.mm.counts.drained_cpus;
	o->holds = p.mm.counts.drains;
	o->busy = p.mm.counts.pcp_busy;
	o->irqs_taken = p.hw.cpu[3].irq_delay.count;
	o->longest = p.mm.drains->time.max;
	if (p.hw.sim.failure)
		error_set(&o->broken, HZ_RUN_FAILED, "%s", p.hw.sim.failure);
	else
		memory_check(&p.mm, &o->broken);
}

static struct outcome drilled(struct drill d)
{
	struct outcome o;

	ck_assert(rig_child(run_drill, &d, &o, sizeof o, 60));
	ck_assert_str_eq(o.broken.text, "");
	return o;
}

START_TEST(every_way_empties_all_lists)
{
	struct outcome o = drilled((struct drill){.way = _i, .pages = 300});

	for (int i = 0; i < 4; i++)
		ck_assert_uint_eq(o.left[i], 0);
	ck_assert_uint_eq(o.drains, 1);
	/* CPU 0 has none, and is left alone. */
	ck_assert_uint_eq(o.drained_cpus, 3);
	ck_assert_uint_eq(o.holds, 3);
}
END_TEST

START_TEST(empty_lists_disturb_nobody)
{
	struct outcome o = drilled((struct drill){.way = _i});

	ck_assert_uint_eq(o.drains, 1);
	ck_assert_uint_eq(o.drained_cpus, 0);
	ck_assert_uint_eq(o.irqs_taken, 0);
}
END_TEST

/* Only an interrupt or a work item makes the CPU do it itself; an idle CPU is woken for its work without one. */
START_TEST(remote_drains_leave_the_cpu_alone)
{
	struct outcome o = drilled((struct drill){.way = _i, .pages = 300});

	ck_assert_int_eq(o.irqs_taken > 0, _i == IPI);
}
END_TEST

/* Who needs the other CPU waits until it has interrupts on again. */
START_TEST(the_slowest_cpu_is_waited_for)
{
	struct outcome free = drilled((struct drill){.way = _i, .pages = 300});
	struct outcome busy = drilled((struct drill){.way = _i, .pages = 300, .busy = 5000000});

	ck_assert_uint_lt(free.longest, 1000000);
	if (ways[_i].drain->by_others)
		ck_assert_uint_lt(busy.longest, 1000000);
	else
		ck_assert_uint_ge(busy.longest, 4900000);
}
END_TEST

/* Under the mutex a second caller does not wait but goes on without; interrupts have none. */
START_TEST(a_second_drain_gives_up)
{
	struct outcome o = drilled((struct drill){.way = _i, .pages = 300, .twice = true});

	if (_i == IPI) {
		ck_assert_uint_eq(o.drains, 2);
		ck_assert_uint_eq(o.given_up, 0);
	} else {
		ck_assert_uint_eq(o.drains, 1);
		ck_assert_uint_eq(o.given_up, 1);
	}
	for (int i = 0; i < 4; i++)
		ck_assert_uint_eq(o.left[i], 0);
}
END_TEST

/* An owner that finds its lists locked goes to zone->lock and waits for nobody. */
START_TEST(owners_do_without_their_lists_meanwhile)
{
	struct outcome o = drilled((struct drill){.way = _i, .pages = 900, .allocates = true});

	if (ways[_i].drain->by_others)
		ck_assert_uint_gt(o.busy, 0);
	else
		ck_assert_uint_eq(o.busy, 0);
}
END_TEST

START_TEST(a_drain_lets_go_in_between_where_the_release_does)
{
	static const struct {
		enum drain_chunk chunk;
		uint32_t scale, pages, holds;
	} rows[] = {{DRAIN_WHOLE, 1, 900, 1}, {DRAIN_SCALED, 1, 900, 8}, {DRAIN_SCALED, 1, 126, 1}, {DRAIN_SCALED, 1, 127, 2}, {DRAIN_SCALED, 5, 900, 1}};
	struct place p = place_419();

	p.params.drain = &drain_remote;
	p.params.pcp_guard = &pcp_guard_trylock;
	p.params.drain_chunk = rows[_i].chunk;
	p.params.pcp_batch_scale = rows[_i].scale;
	p.params.pcp_batch = 63;
	p.params.pcp_high = 1000;
	place_set_up(&p, 1, 64 * MIB);
	drain_init(&p.mm);
	fill_lists(&p, &p.hw.cpu[1], rows[_i].pages);
	/* Refills brought whole batches: give back what is too many. */
	while (p.zone->pcp[1].count > rows[_i].pages)
		ck_assert_ptr_nonnull(alloc_pages_node(&p.hw.cpu[1], &p.mm, 0, 0, MIGRATE_MOVABLE, GFP_ATOMIC));
	memory_start_counts(&p.mm);
	drain_all_pages(p.cpu, &p.mm);
	ck_assert_uint_eq(p.mm.counts.drains, rows[_i].holds);
	ck_assert_uint_eq(p.zone->pcp[1].count, 0);
	place_assert_sound(&p);
}
END_TEST

/* An overflow goes back a batch at a time since 6.19, a drain does not. */
START_TEST(a_drain_holds_the_lock_as_long_as_the_release_has_it)
{
	static const struct {
		const char *release;
		enum drain_chunk chunk; /* of the release: this load's point does not have it */
		uint32_t holds;
	} rows[] = {
		{"6.0", DRAIN_WHOLE, 1}, {"6.8", DRAIN_WHOLE, 1}, {"6.12", DRAIN_SCALED, 2}, {"6.19", DRAIN_SCALED, 2}, {"7.1", DRAIN_SCALED, 2},
	};
	struct place p = place_release(rows[_i].release);
	struct page **page;

	p.params.drain_chunk = rows[_i].chunk;
	place_set_up_socket(&p, 32, 64 * GIB);
	page = place_take(&p, 0, 3000);
	place_lists(&p)->high = place_lists(&p)->high_min = place_lists(&p)->high_max = 5000;
	for (uint32_t i = 0; i < 3000; i++)
		place_put(&p, page[i], 0);
	memory_start_counts(&p.mm);
	drain_pages(p.cpu, &p.mm, p.cpu);
	ck_assert_uint_eq(p.mm.counts.drained_pages, 3000);
	ck_assert_uint_eq(p.mm.counts.drains, rows[_i].holds);
	place_assert_sound(&p);
	free(page);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
	static const struct {
		const struct drain *drain;
		const struct pcp_guard *guard;
		int code;
	} rows[] = {
		{&drain_remote, &pcp_guard_irqsave, HZ_USER},
		{&drain_remote, &pcp_guard_local_lock, HZ_USER},
		{&drain_remote, &pcp_guard_preempt, HZ_USER},
		{&drain_ipi, &pcp_guard_preempt, HZ_USER},
		{&drain_ipi, &pcp_guard_trylock, HZ_USER},
		{&drain_ipi, &pcp_guard_trylock_irqsave, 0},
		{&drain_workqueue, &pcp_guard_preempt, 0},
		{&drain_remote_local_lock, &pcp_guard_trylock, HZ_USER},
		{&drain_remote_local_lock, &pcp_guard_local_lock, HZ_USER},
		{&drain_remote_local_lock, &pcp_guard_local_trylock, 0},
	};
	struct params p = point_router();
	struct error e = {0};

	p.load.kind = LOAD_PRESSURE;
	p.mm.drain = rows[_i].drain;
	p.mm.pcp_guard = rows[_i].guard;
	ck_assert_int_eq(world_check(&p, &e), rows[_i].code);
}
END_TEST

static struct params severe(int way)
{
	struct params p = point_router();

	p.load.kind = LOAD_PRESSURE;
	p.machine.sockets = 1;
	p.machine.cores = 4;
	p.machine.threads = 1;
	p.machine.memory = UINT64_C(32) << 20;
	p.load.cpus = 4;
	p.load.fill = 100;
	p.load.read_think = 0;
	p.run.duration = 50000000;
	p.mm.drain = ways[way].drain;
	p.mm.pcp_guard = ways[way].guard;
	/* Reclaim in the background is slow, so that tasks must reclaim themselves; what they free stays on their lists. */
	p.mm.cost_shrink_page = 5000;
	p.mm.pcp_batch = 63;
	p.mm.pcp_high = 378;
	return p;
}

/* Under severe pressure CPUs drain each other. */
START_TEST(only_the_unfixed_series_breaks_the_lock_order)
{
	struct params p = severe(_i);
	struct result r;

	rig_world(&p, &r, 60);
	if (_i == REMOTE_LOCAL_LOCK) {
		ck_assert_ptr_nonnull(r.failure);
		ck_assert_msg(strstr(r.failure, "possible circular locking dependency: pagesets of CPU "), "%s", r.failure);
		ck_assert_msg(strstr(r.failure, "pcp->lock while it holds pagesets.lock"), "%s", r.failure);
	} else {
		ck_assert_msg(!r.failure, "%s", r.failure);
		ck_assert(result_get(&r, "drains_all") > 3);
		ck_assert(result_get(&r, "drained_cpus") > 3);
		ck_assert(result_get(&r, "alloc_failures") == 0);
	}
	result_fini(&r);
}
END_TEST

/* Three CPUs under pressure, one isolated. */
static void isolate(struct params *p, uint32_t pages)
{
	p->load.kind = LOAD_ISOLATED;
	p->load.isolated = 1;
	p->load.isolated_pages = pages;
	p->load.isolated_period = 200000;
}

/* The isolated task is interrupted by what the release's drains need, and by nothing else. */
START_TEST(isolated_tasks_are_interrupted_as_the_way_says)
{
	struct params p = severe(_i);
	double by_ipi, by_task;
	struct result r;

	isolate(&p, 200);
	rig_world(&p, &r, 60);
	ck_assert_msg(!r.failure, "%s", r.failure);
	by_ipi = result_get(&r, "interrupted_by_ipi");
	by_task = result_get(&r, "interrupted_by_task");
	ck_assert(result_get(&r, "drains_all") > 3);
	ck_assert(result_get(&r, "interrupted_by_irq") == 0);
	ck_assert(result_get(&r, "interrupted_by_softirq") == 0);
	if (ways[_i].drain->by_others) {
		ck_assert(result_get(&r, "interruptions") == 0);
		ck_assert(result_get(&r, "interruption_share") == 0);
	} else {
		ck_assert(result_get(&r, "interruptions") > 3);
		ck_assert(by_ipi > 3);
		/* A work item comes with a switch to the kworker and back; the interrupt only wakes it. */
		ck_assert_msg(_i == IPI ? by_task == 0 : by_task > 3, "%g", by_task);
		ck_assert(result_get(&r, "interruption_share") > 0 && result_get(&r, "interruption_share") < 0.5);
		ck_assert(result_get(&r, "interruption_max") >= result_get(&r, "interruption_mean"));
		/* Longer than a switch there and back. */
		ck_assert(_i == IPI || result_get(&r, "interruption_mean") > 2.0 * (double)p.machine.context_switch);
	}
	result_fini(&r);
}
END_TEST

START_TEST(tasks_without_pages_are_left_alone)
{
	struct params p = severe(_i);
	struct result r;

	isolate(&p, 0);
	rig_world(&p, &r, 60);
	ck_assert_msg(!r.failure, "%s", r.failure);
	ck_assert(result_get(&r, "drains_all") > 3);
	ck_assert(result_get(&r, "interruptions") == 0);
	result_fini(&r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("drain");
	TCase *lists = tcase_create("lists"), *rules = tcase_create("rules"), *runs = tcase_create("runs");

	tcase_add_loop_test(lists, every_way_empties_all_lists, 0, WAYS);
	tcase_add_loop_test(lists, empty_lists_disturb_nobody, 0, WAYS);
	tcase_add_loop_test(lists, remote_drains_leave_the_cpu_alone, 0, WAYS);
	tcase_add_loop_test(lists, the_slowest_cpu_is_waited_for, 0, WAYS);
	tcase_add_loop_test(lists, a_second_drain_gives_up, 0, WAYS);
	tcase_add_loop_test(lists, owners_do_without_their_lists_meanwhile, 0, WAYS);
	suite_add_tcase(suite, lists);
	tcase_add_loop_test(rules, a_drain_lets_go_in_between_where_the_release_does, 0, 5);
	tcase_add_loop_test(rules, a_drain_holds_the_lock_as_long_as_the_release_has_it, 0, 5);
	tcase_add_loop_test(rules, what_does_not_fit_is_refused, 0, 10);
	suite_add_tcase(suite, rules);
	tcase_add_loop_test(runs, only_the_unfixed_series_breaks_the_lock_order, 0, WAYS);
	tcase_add_loop_test(runs, isolated_tasks_are_interrupted_as_the_way_says, 0, REMOTE_LOCAL_LOCK);
	tcase_add_loop_test(runs, tasks_without_pages_are_left_alone, 0, REMOTE_LOCAL_LOCK);
	suite_add_tcase(suite, runs);
	return rig_main(suite);
}
