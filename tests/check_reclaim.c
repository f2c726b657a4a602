/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watermarks, direct reclaim, kswapd, and runs under memory pressure. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "hw/context.h"
#include "load/world.h"
#include "mm/page_alloc.h"
#include "mm/reclaim.h"
#include "place.h"
#include "plan/policies.h"
#include "sim/stream.h"

static struct page *list_page(struct place *p, struct cpu *cpu, enum gfp gfp, enum lru_list list)
{
	struct page *page = alloc_pages_node(cpu, &p->mm, cpu->socket, 0, MIGRATE_MOVABLE, gfp);

	if (page)
		lru_cache_add(cpu, &p->mm, page, list);
	return page;
}

static struct page *cache_page(struct place *p, struct cpu *cpu, enum gfp gfp)
{
	return list_page(p, cpu, gfp, LRU_INACTIVE_FILE);
}

static void start(struct place *p, uint32_t sockets)
{
	place_set_up(p, sockets, 64 * MIB);
	lru_init(&p->mm, 1, 0);
	kswapd_run(&p->mm);
}

/* How far down each kind of caller gets where nothing can be reclaimed: min, and three eighths of it. */
START_TEST(reserves_are_for_those_who_cannot_sleep)
{
	struct place p = place_419();
	uint64_t min, left;

	p.params.pcp_batch = 1;
	place_set_up(&p, 1, 64 * MIB);
	min = p.zone->watermark_min;
	ck_assert_uint_gt(min, 16);
	while (alloc_pages_node(p.cpu, &p.mm, 0, 0, MIGRATE_MOVABLE, GFP_KERNEL))
		;
	ck_assert_uint_eq(p.zone->free_pages, min);
	ck_assert_uint_eq(p.mm.counts.alloc_failures, 1);
	while (alloc_pages_node(p.cpu, &p.mm, 0, 0, MIGRATE_MOVABLE, GFP_ATOMIC))
		;
	left = min - min / 2;
	ck_assert_uint_eq(p.zone->free_pages, left - left / 4);
	ck_assert_uint_eq(p.mm.counts.alloc_failures, 2);
	place_assert_sound(&p);
}
END_TEST

/* A block needs its own size above the mark. */
START_TEST(a_block_does_not_go_below_the_mark)
{
	struct place p = place_419();
	uint64_t before;

	place_set_up(&p, 1, 64 * MIB);
	p.zone->watermark_low = p.zone->watermark_min = p.zone->free_pages - 8;
	before = p.zone->free_pages;
	ck_assert_ptr_null(alloc_pages_node(p.cpu, &p.mm, 0, 4, MIGRATE_MOVABLE, GFP_KERNEL));
	ck_assert_uint_eq(p.zone->free_pages, before);
	ck_assert_ptr_nonnull(alloc_pages_node(p.cpu, &p.mm, 0, 3, MIGRATE_MOVABLE, GFP_KERNEL));
}
END_TEST

/* A batch from the old end of each node's list, and no more. */
START_TEST(direct_reclaim_frees_what_was_read_longest_ago)
{
	uint32_t sockets = (uint32_t)_i + 1;
	struct place p = place_419();
	struct page *page[150];

	start(&p, sockets);
	for (uint32_t i = 0; i < 150; i++)
		page[i] = cache_page(&p, &p.hw.cpu[i % sockets * 2], GFP_ATOMIC);
	ck_assert_uint_eq(try_to_free_pages(p.cpu, &p.mm, 0), 32 * sockets);
	for (uint32_t i = 0; i < 150; i++)
		ck_assert_int_eq(page[i]->state == PAGE_ALLOCATED, i >= 32 * sockets);
	ck_assert_uint_eq(p.mm.counts.pages_reclaimed, 32 * sockets);
	ck_assert_uint_eq(p.mm.counts.pages_scanned, 32 * sockets);
	ck_assert_uint_eq(p.mm.lru->cached, 150 - 32 * sockets);
	place_assert_sound(&p);
}
END_TEST

/* Two holds of lru_lock for a batch: to take pages off, and to put back what stays. */
START_TEST(a_batch_takes_lru_lock_twice)
{
	struct place p = place_419();
	const struct lock_class *c;
	uint64_t before;

	start(&p, 1);
	for (uint32_t i = 0; i < 60; i++)
		cache_page(&p, p.cpu, GFP_ATOMIC);
	c = p.mm.lru->node[0].lock.class;
	before = c->window[0].acquisitions + c->window[1].acquisitions;
	ck_assert_uint_eq(try_to_free_pages(p.cpu, &p.mm, 0), 32);
	ck_assert_uint_eq(c->window[0].acquisitions + c->window[1].acquisitions - before, 2);
}
END_TEST

START_TEST(pages_in_use_go_back_to_the_young_end)
{
	struct place p = place_419();
	struct page *page[30];

	start(&p, 1);
	for (uint32_t i = 0; i < 30; i++) {
		page[i] = cache_page(&p, p.cpu, GFP_ATOMIC);
		if (i % 3 == 0)
			page_ref_add(p.cpu, &p.mm, page[i], 1);
	}
	ck_assert_uint_eq(try_to_free_pages(p.cpu, &p.mm, 0), 20);
	for (uint32_t i = 0; i < 30; i++) {
		ck_assert_int_eq(page[i]->state == PAGE_ALLOCATED, i % 3 == 0);
		if (i % 3 == 0) {
			ck_assert_int_eq(page[i]->refcount, 2);
			ck_assert_int_eq(page[i]->lru, LRU_INACTIVE_FILE);
		}
	}
	ck_assert_uint_eq(p.mm.lru->cached, 10);
	place_assert_sound(&p);
	/* Every page of the list is in use: it is scanned at every priority, and nothing comes. */
	ck_assert_uint_eq(try_to_free_pages(p.cpu, &p.mm, 0), 0);
	place_assert_sound(&p);
}
END_TEST

/* Two CPUs per node: kswapd of a node runs on the last, on the first where that is asked for, and never where a task is to be left alone. */
START_TEST(kswapd_runs_on_a_cpu_of_its_node)
{
	static const struct {
		uint32_t wanted, isolated; /* isolated: CPU, 0 for none */
		uint16_t node0, node1;
	} rows[] = {{0, 0, 1, 3}, {1, 0, 0, 2}, {2, 0, 1, 3}, {9, 0, 1, 3}, {0, 3, 1, 2}, {0, 1, 0, 3}};
	struct place p = place_419();

	p.params.kswapd_cpu = rows[_i].wanted;
	place_set_up(&p, 2, 64 * MIB);
	lru_init(&p.mm, 1, 0);
	if (rows[_i].isolated)
		cpumask_set_cpu(rows[_i].isolated, &p.mm.isolated);
	kswapd_run(&p.mm);
	ck_assert_uint_eq(p.mm.reclaim->kswapd[0].task->cpu->number, rows[_i].node0);
	ck_assert_uint_eq(p.mm.reclaim->kswapd[1].task->cpu->number, rows[_i].node1);
}
END_TEST

/* What tasks on CPU 0 and what kswapd on CPU 1 saw. */
struct watch {
	uint64_t wanted;               /* pages */
	enum lru_list list;
	cycles_t think;
	uint64_t got, failed, low, high;
	uint64_t free_at_wake_up;      /* free pages when kswapd was first woken */
	uint64_t wakeups, stalls, reclaimed, direct;
	uint64_t active, active_idle;  /* looks that found RECLAIM_ACTIVE; of them, with kswapd waiting */
	uint64_t free_at_sleep;        /* least number of free pages that was seen right after kswapd had stopped */
	uint64_t free_at_end;
	bool waits_at_end, active_at_end;
	uint32_t failures;
	uint64_t longest_stall;
	struct error broken;
};

static struct place *place;
static struct watch *watch;

static void reader(struct cpu *cpu, void *arg)
{
	bool was_active = false;

	(void)arg;
	for (uint64_t i = 0; i < watch->wanted; i++) {
		struct page *page = list_page(place, cpu, GFP_KERNEL, watch->list);

		watch->got += page != NULL;
		watch->failed += page == NULL;
		if (!watch->free_at_wake_up && place->mm.counts.kswapd_wakeups)
			watch->free_at_wake_up = place->zone->free_pages;
		cpu_line_up(cpu, 1);
		if (was_active && !place->zone->reclaim_active && place->zone->free_pages < watch->free_at_sleep)
			watch->free_at_sleep = place->zone->free_pages;
		was_active = place->zone->reclaim_active;
		watch->active += was_active;
		watch->active_idle += place->zone->reclaim_active && place->mm.reclaim->kswapd[0].waiting;
		cpu_work(cpu, watch->think);
	}
}

enum { BATCH = 15 };

struct pressed {
	uint64_t wanted;
	cycles_t think;
	cycles_t shrink_page;  /* what a page costs reclaim */
	bool anonymous;        /* pages that cannot be reclaimed, before and now */
};

static void press(const void *arg, void *out)
{
	const struct pressed *how = arg;
	struct place p = place_419();

	place = &p;
	watch = out;
	*watch = (struct watch){.wanted = how->wanted, .think = how->think, .list = how->anonymous ? LRU_ANON : LRU_INACTIVE_FILE,
		.free_at_sleep = UINT64_MAX};
	p.params.pcp_batch = BATCH;
	if (how->shrink_page)
		p.params.cost_shrink_page = how->shrink_page;
	start(&p, 1);
	while (p.zone->free_pages > p.zone->watermark_high + 500)
		list_page(&p, p.cpu, GFP_ATOMIC, watch->list);
	context_new(p.cpu, "reader", true, reader, NULL);
	for (uint32_t i = 0; i < p.hw.cpus; i++)
		context_new_idle(&p.hw.cpu[i]);
	p.hw.end = p.hw.window_length = 1000000000;
	hw_start_clock(&p.hw);
	memory_start_counts(&p.mm);
	hw_run(&p.hw);
	watch->low = p.zone->watermark_low;
	watch->high = p.zone->watermark_high;
	watch->wakeups = p.mm.counts.kswapd_wakeups;
	watch->direct = p.mm.counts.direct_reclaims;
	watch->reclaimed = p.mm.counts.pages_reclaimed;
	watch->stalls = p.mm.reclaim->stall.count;
	watch->longest_stall = p.mm.reclaim->stall.max;
	watch->free_at_end = p.zone->free_pages;
	watch->waits_at_end = p.mm.reclaim->kswapd[0].waiting;
	watch->failures = p.mm.reclaim->kswapd[0].failures;
	watch->active_at_end = p.zone->reclaim_active;
	memory_check(&p.mm, &watch->broken);
}

static struct watch pressed(struct pressed how)
{
	struct watch w;

	ck_assert(rig_child(press, &how, &w, sizeof w, 60));
	ck_assert_str_eq(w.broken.text, "");
	ck_assert_uint_eq(w.got + w.failed, how.wanted);
	return w;
}

/* With time enough kswapd alone keeps memory between low and high. */
START_TEST(kswapd_works_from_low_to_high)
{
	struct watch w = pressed((struct pressed){.wanted = 5000, .think = 20000});

	ck_assert_uint_gt(w.wakeups, 3);
	ck_assert_uint_le(w.free_at_wake_up, w.low);
	/* A refill goes below the mark by a batch at most. */
	ck_assert_uint_ge(w.free_at_wake_up + BATCH, w.low);
	ck_assert_uint_eq(w.direct, 0);
	ck_assert_uint_eq(w.stalls, 0);
	ck_assert_uint_eq(w.failed, 0);
	ck_assert(w.waits_at_end);
	/* It stops with the batch that brings free pages to high; one refill may have come since. */
	ck_assert_uint_ge(w.free_at_sleep + BATCH, w.high);
	ck_assert_uint_le(w.free_at_end, w.high + 32);
	ck_assert_uint_gt(w.reclaimed, 4000);
}
END_TEST

START_TEST(the_flag_stands_only_while_kswapd_works)
{
	struct watch w = pressed((struct pressed){.wanted = 5000, .think = 5000});

	ck_assert_uint_gt(w.active, 10);
	ck_assert_uint_lt(w.active, w.wanted / 2);
	ck_assert_uint_eq(w.active_idle, 0);
	ck_assert(!w.active_at_end);
}
END_TEST

START_TEST(a_slow_kswapd_makes_tasks_reclaim)
{
	struct watch w = pressed((struct pressed){.wanted = 3000, .shrink_page = 20000});

	ck_assert_uint_gt(w.direct, 5);
	/* One stall per allocation, however many rounds it takes. */
	ck_assert_uint_gt(w.stalls, 0);
	ck_assert_uint_le(w.stalls, w.direct);
	ck_assert_uint_ge(w.longest_stall, 32 * 20000);
	ck_assert_uint_eq(w.failed, 0);
}
END_TEST

/* Allocations fail and are counted; kswapd gives up after 16 passes that brought nothing. */
START_TEST(nothing_to_reclaim_is_no_hang)
{
	struct watch w = pressed((struct pressed){.wanted = 3000, .anonymous = true});

	ck_assert_uint_gt(w.failed, 1000);
	ck_assert_uint_eq(w.failures, 16);
	ck_assert(w.waits_at_end);
	ck_assert(!w.active_at_end);
}
END_TEST

/* A small machine that reads files with everything it has. */
static struct params pressed_point(struct stream *r)
{
	struct params p = point_router();

	p.load.kind = LOAD_PRESSURE;
	p.machine.sockets = 1 + stream_index(r, 2);
	p.machine.cores = 1 + stream_index(r, 3);
	p.machine.threads = 1 + stream_index(r, 2);
	p.machine.memory = (uint64_t)(16 + stream_index(r, 48)) << 20;
	p.machine.memory_resident = (uint64_t)stream_index(r, 8) << 20;
	p.run.duration = 200000 + stream_index(r, 4000000);
	p.run.windows = 5;
	p.run.seed = stream_index(r, 1000);
	p.load.cpus = 1 + stream_index(r, machine_cpus(&p.machine));
	p.load.fill = stream_index(r, 4) ? 100 : stream_index(r, 101);
	p.load.read_think = stream_index(r, 2) ? 0 : stream_index(r, 10000);
	p.mm.zone_lock = rig_lock_kinds[stream_index(r, RIG_LOCK_KINDS)];
	p.mm.pcp_batch = 1 + stream_index(r, 63);
	p.mm.pcp_high = p.mm.pcp_batch * (1 + stream_index(r, 6));
	p.mm.pagevec = 1 + stream_index(r, 31);
	p.mm.pcp_list_section = stream_index(r, 40);
	p.mm.kswapd_cpu = stream_index(r, 4);
	if (stream_index(r, 2))
		p.mm.pcp_guard = stream_index(r, 2) ? &pcp_guard_trylock : &pcp_guard_trylock_irqsave;
	return p;
}

enum { SEEDS = 8, PER_SEED = 25 };

START_TEST(pressure_keeps_every_page)
{
	struct stream *random = stream_new(77, (uint32_t)_i, "pressure");

	for (int i = 0; i < PER_SEED; i++) {
		struct params p = pressed_point(random);
		struct error e = {0};
		struct result r;

		ck_assert_msg(!world_check(&p, &e), "%s", e.text);
		rig_world(&p, &r, 30);
		ck_assert_msg(!r.failure, "%d.%d: %s", _i, i, r.failure);
		ck_assert(result_get(&r, "page_allocs") > 0);
		ck_assert(result_get(&r, "alloc_failures") == 0);
		ck_assert(result_get(&r, "pages_reclaimed") <= result_get(&r, "pages_scanned"));
		ck_assert(result_get(&r, "alloc_stalls") <= result_get(&r, "direct_reclaims"));
		result_fini(&r);
	}
	stream_free(random);
}
END_TEST

START_TEST(faults_without_memory_end_with_a_report)
{
	struct params p = point_router();
	struct result r;

	p.load.kind = LOAD_PAGE_FAULT;
	p.machine.sockets = 1;
	p.machine.memory = UINT64_C(64) << 20;
	p.load.cpus = 1;
	p.load.region = UINT64_C(64) << 20;
	p.run.duration = 100000000;
	rig_world(&p, &r, 30);
	ck_assert_ptr_nonnull(r.failure);
	ck_assert_msg(strstr(r.failure, "page_fault: out of memory"), "%s", r.failure);
	result_fini(&r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reclaim");
	TCase *marks = tcase_create("watermarks"), *reclaim = tcase_create("reclaim"), *runs = tcase_create("runs");

	tcase_add_test(marks, reserves_are_for_those_who_cannot_sleep);
	tcase_add_test(marks, a_block_does_not_go_below_the_mark);
	suite_add_tcase(suite, marks);
	tcase_add_loop_test(reclaim, direct_reclaim_frees_what_was_read_longest_ago, 0, 2);
	tcase_add_test(reclaim, a_batch_takes_lru_lock_twice);
	tcase_add_test(reclaim, pages_in_use_go_back_to_the_young_end);
	tcase_add_loop_test(reclaim, kswapd_runs_on_a_cpu_of_its_node, 0, 6);
	suite_add_tcase(suite, reclaim);
	tcase_add_test(runs, kswapd_works_from_low_to_high);
	tcase_add_test(runs, the_flag_stands_only_while_kswapd_works);
	tcase_add_test(runs, a_slow_kswapd_makes_tasks_reclaim);
	tcase_add_test(runs, nothing_to_reclaim_is_no_hang);
	tcase_add_loop_test(runs, pressure_keeps_every_page, 0, SEEDS);
	tcase_add_test(runs, faults_without_memory_end_with_a_report);
	suite_add_tcase(suite, runs);
	return rig_main(suite);
}
