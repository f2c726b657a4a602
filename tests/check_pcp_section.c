/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets at the per-CPU lists and their zones: interrupts, other CPUs, the refresh of the counters, CPUs of other nodes. */
#include <stdlib.h>
#include <string.h>

#include "hw/irq.h"
#include "mm/page_alloc.h"
#include "mm/pcp.h"
#include "mm/pcp_guard.h"
#include "mm/vmstat.h"
#include "place.h"
#include "release.h"

/* What an interrupt does inside the section. */
struct interrupted {
	struct memory *mm;
	struct irq_line *line;
	uint64_t taken, busy, from_zone, to_zone;
};

static void interrupt(struct cpu *cpu, void *arg)
{
	struct interrupted *in = arg;
	const struct memory_counts before = in->mm->counts;
	struct page *page = alloc_pages(cpu, in->mm, 0, MIGRATE_UNMOVABLE);

	ck_assert_ptr_nonnull(page);
	__free_pages(cpu, in->mm, page, 0);
	in->taken++;
	in->from_zone += in->mm->counts.zone_allocs - before.zone_allocs;
	in->to_zone += in->mm->counts.zone_frees - before.zone_frees;
	in->busy += in->mm->counts.pcp_busy - before.pcp_busy;
	irq_set(in->line, cpu_now(cpu) + 577);
}

static void pairs(struct cpu *cpu, void *arg)
{
	struct interrupted *in = arg;

	while (!cpu_run_is_over(cpu))
		__free_pages(cpu, in->mm, alloc_pages(cpu, in->mm, 0, MIGRATE_UNMOVABLE), 0);
	cpu_finish(cpu);
}

START_TEST(an_interrupt_inside_the_section_takes_a_page_from_the_zone)
{
	static const char *const releases[] = {"4.19", "5.19", "6.0", "6.2", "7.1"};
	struct place p = place_release(releases[_i]);
	struct interrupted in = {.mm = &p.mm};

	place_set_up_socket(&p, 1, 512 * MIB);
	in.line = irq_line_new(p.cpu, interrupt, &in);
	irq_set(in.line, 1000);
	rig_run(&p.hw, pairs, &in, 0);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_uint_gt(in.taken, 500);
	ck_assert_uint_eq(in.busy, p.mm.counts.pcp_busy);
	ck_assert_uint_eq(in.busy, in.from_zone + in.to_zone);
	ck_assert_uint_eq(in.from_zone, in.to_zone);
	if (_i < 3) {
		ck_assert_uint_eq(in.busy, 0);
	} else {
		ck_assert_uint_gt(in.busy, 20);
		ck_assert_uint_lt(in.busy, 2 * in.taken);
	}
	place_assert_sound(&p);
	place_assert_counts(&p);
}
END_TEST

/* CPU 1 is in CPU 0's section from 100000 to 300000, as a drain would be. */
struct intruder {
	struct place *p;
	cycles_t took;
	uint64_t from_zone;
};

static void intrude(struct cpu *cpu, void *arg)
{
	struct intruder *in = (struct intruder *)arg - cpu->number;
	struct memory *mm = &in->p->mm;

	if (cpu->number) {
		cpu_work(cpu, 100000);
		pcp_lock(cpu, mm, in->p->zone, in->p->cpu);
		cpu_work(cpu, 200000);
		pcp_unlock(cpu, mm, in->p->zone, in->p->cpu);
		return;
	}
	__free_pages(cpu, mm, alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE), 0);
	cpu_work(cpu, 150000 - cpu_now(cpu));
	in->took = cpu_now(cpu);
	for (int i = 0; i < 10; i++)
		__free_pages(cpu, mm, alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE), 0);
	in->took = cpu_now(cpu) - in->took;
	in->from_zone = mm->counts.zone_allocs;
	cpu_work(cpu, 300000);
	__free_pages(cpu, mm, alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE), 0);
}

START_TEST(who_finds_its_lists_taken_goes_to_the_zone_and_does_not_wait)
{
	struct place p = place_release(_i ? "6.2" : "6.0");
	struct intruder in[2] = {{.p = &p}, {.p = &p}};

	place_set_up_socket(&p, 2, 512 * MIB);
	pcp_share(&p.mm);
	pcp_share(&p.mm);
	rig_run(&p.hw, intrude, in, sizeof in[0]);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_uint_lt(in[0].took, 30000);
	ck_assert_uint_eq(in[0].from_zone, 10);
	ck_assert_uint_eq(p.mm.counts.zone_allocs, 10);
	ck_assert_uint_eq(p.mm.counts.zone_frees, 10);
	ck_assert_uint_eq(p.mm.counts.pcp_busy, 20);
	place_assert_sound(&p);
	place_assert_counts(&p);
}
END_TEST

static void take_list(struct cpu *cpu, void *arg)
{
	struct intruder *in = (struct intruder *)arg - cpu->number;
	struct memory *mm = &in->p->mm;
	struct page *page[3];

	if (cpu->number) {
		intrude(cpu, arg);
		return;
	}
	for (int i = 0; i < 3; i++)
		page[i] = alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE);
	cpu_work(cpu, 150000 - cpu_now(cpu));
	for (int i = 0; i < 3; i++)
		page[i]->refcount = 0;
	free_unref_page_list(cpu, mm, page, 3);
	in->took = cpu_now(cpu) - 150000;
}

/* free_unref_page_list() does wait, in 6.0. */
START_TEST(freeing_many_waits_for_the_lists_in_6_0)
{
	struct place p = place_release(_i ? "6.2" : "6.0");
	struct intruder in[2] = {{.p = &p}, {.p = &p}};

	place_set_up_socket(&p, 2, 512 * MIB);
	pcp_share(&p.mm);
	rig_run(&p.hw, take_list, in, sizeof in[0]);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_int_eq(in[0].took > 140000, _i == 0);
	ck_assert_uint_eq(p.mm.counts.zone_frees, _i ? 3 : 0);
	ck_assert_uint_eq(p.mm.counts.pcp_frees, _i ? 0 : 3);
	place_assert_sound(&p);
}
END_TEST

/* CPU 1 asks for the section while CPU 0 gives back: it gets in between two holds, and CPU 0 stops there. */
struct contender {
	struct place *p;
	struct page **page;
};

static void contend(struct cpu *cpu, void *arg)
{
	struct contender *c = (struct contender *)arg - cpu->number;
	struct memory *mm = &c->p->mm;

	if (cpu->number) {
		do {
			cpu_work(cpu, 100);
			cpu_line_up(cpu, 0);
		} while (mm->counts.drains < 3);
		pcp_lock(cpu, mm, c->p->zone, c->p->cpu);
		cpu_work(cpu, 20000);
		pcp_unlock(cpu, mm, c->p->zone, c->p->cpu);
		return;
	}
	for (uint32_t i = 0; i < 780; i++)
		__free_pages(cpu, mm, c->page[i], 0);
}

START_TEST(an_overflow_stops_when_somebody_else_gets_in)
{
	struct place p = place_release("6.19");
	struct contender c[2] = {{&p, NULL}, {&p, NULL}};

	p.params.pcp_high = 780;
	place_set_up_socket(&p, 2, 4 * GIB);
	c[0].page = place_take(&p, 0, 780);
	pcp_share(&p.mm);
	hw_start_clock(&p.hw);
	rig_run(&p.hw, contend, c, sizeof c[0]);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_uint_ge(p.mm.counts.drains, 3);
	ck_assert_uint_le(p.mm.counts.drains, 5);
	ck_assert_uint_eq(p.mm.counts.drained_pages, 63 * p.mm.counts.drains);
	ck_assert_uint_eq(place_lists(&p)->count, 780 - p.mm.counts.drained_pages);
	place_assert_sound(&p);
	free(c[0].page);
}
END_TEST

START_TEST(pages_of_another_node_have_lists_of_their_own)
{
	struct place p = place_release(_i ? "7.1" : "4.19");
	struct page *page;

	place_set_up(&p, 2, 512 * MIB);
	page = alloc_pages_node(p.cpu, &p.mm, 1, 0, MIGRATE_UNMOVABLE, GFP_ATOMIC);
	ck_assert_uint_eq(page_to_nid(&p.mm, page), 1);
	ck_assert_uint_eq(p.mm.zone[1].pcp[0].count + 1, p.mm.counts.refilled_pages);
	ck_assert_uint_eq(p.mm.zone[0].pcp[0].count, 0);
	place_put(&p, page, 0);
	ck_assert_uint_eq(p.mm.zone[1].pcp[0].count, p.mm.counts.refilled_pages);
	place_assert_sound(&p);
}
END_TEST

/* Zones of one node: each CPU has one that it goes to first, then the node's others, then the next node's. */
START_TEST(a_cpu_goes_to_its_zone_of_the_node_first)
{
	static const uint32_t order_of_cpu_1[] = {1, 2, 0, 4, 5, 3};
	struct place p = place_release("5.0");
	uint64_t seen[6] = {0}, pages = 0;
	struct page *page;
	uint32_t at = 0;

	p.params.zones_per_node = 3;
	place_set_up(&p, 2, 64 * MIB);
	ck_assert_uint_eq(p.mm.zones, 6);
	for (uint32_t z = 0; z < 6; z++) {
		ck_assert_uint_eq(p.mm.zone[z].node, z / 3);
		ck_assert_uint_eq(p.mm.zone[z].start % (1u << MAX_ORDER), 0);
		ck_assert_ptr_eq(p.mm.zone[z].lock.class, p.mm.zone[z / 3 * 3].lock.class);
		pages += p.mm.zone[z].end - p.mm.zone[z].start;
		p.mm.zone[z].watermark_low = p.mm.zone[z].watermark_min = 0;
	}
	ck_assert_uint_eq(pages, p.mm.pages);
	for (uint32_t c = 0; c < 4; c++) {
		page = alloc_pages(&p.hw.cpu[c], &p.mm, 4, MIGRATE_MOVABLE);
		ck_assert_uint_eq(page->zone, c / 2 * 3 + c % 3);
		__free_pages(&p.hw.cpu[c], &p.mm, page, 4);
	}
	while ((page = alloc_pages(&p.hw.cpu[1], &p.mm, 0, MIGRATE_MOVABLE))) {
		if (!seen[page->zone]++ && at < 5)
			ck_assert_uint_eq(page->zone, order_of_cpu_1[seen[1] == 1 ? 0 : ++at]);
	}
	for (uint32_t z = 0; z < 6; z++)
		ck_assert_uint_eq(seen[z], p.mm.zone[z].end - p.mm.zone[z].start);
	place_assert_sound(&p);
}
END_TEST

/* A round sees what was counted since the last one, and then counts down itself: a batch goes back in every third round. */
START_TEST(lists_of_another_node_go_back_a_batch_every_three_rounds)
{
	static const uint32_t left[] = {200, 200, 137, 137, 137, 74, 74, 74, 11, 11, 11, 0, 0, 0};
	struct place p = place_release(_i ? "6.6" : "4.19");
	struct page *page[2][200];

	place_set_up(&p, 2, 1024 * MIB);
	for (uint32_t node = 0; node < 2; node++) {
		for (uint32_t i = 0; i < 200; i++)
			page[node][i] = alloc_pages_node(&p.hw.cpu[1], &p.mm, node, 0, MIGRATE_UNMOVABLE, GFP_ATOMIC);
		for (uint32_t i = 0; i < 200; i++)
			place_put(&p, page[node][i], 0);
		p.mm.zone[node].pcp[0].stat_diff = 1;
		/* As on a large machine: the batch that goes back is counted by the CPU, and seen by the next round. */
		p.mm.zone[node].stat_threshold = 125;
	}
	for (uint32_t i = 0; i < HZ_ARRAY_SIZE(left); i++) {
		refresh_cpu_vm_stats(p.cpu, &p.mm);
		ck_assert_msg(p.mm.zone[1].pcp[0].count == left[i], "round %u: %u", i, p.mm.zone[1].pcp[0].count);
		ck_assert_uint_eq(p.mm.zone[0].pcp[0].count, 200);
	}
	ck_assert_uint_eq(p.mm.counts.decayed_pages, 200);
	ck_assert_int_eq(p.zone->pcp[0].stat_diff, 0);
	place_assert_sound(&p);
}
END_TEST

/* By an eighth per round, and what is too much goes back. */
START_TEST(lists_of_every_node_decay_since_6_7)
{
	static const uint32_t high[] = {2625, 2297, 2010, 1759, 1540, 1348, 1180, 1033, 904, 791, 780, 780};
	struct place p;
	struct page **page;

	place_set_up_64(&p, _i ? "6.19" : "6.8");
	page = place_take(&p, 0, 2000);
	place_lists(&p)->high = 3000;
	for (uint32_t i = 0; i < 2000; i++)
		place_put(&p, page[i], 0);
	ck_assert_uint_eq(place_lists(&p)->count, 2000);
	for (uint32_t i = 0; i < HZ_ARRAY_SIZE(high); i++) {
		refresh_cpu_vm_stats(p.cpu, &p.mm);
		ck_assert_uint_eq(place_lists(&p)->high, high[i]);
		ck_assert_uint_eq(place_lists(&p)->count, high[i] < 2000 ? high[i] : 2000);
	}
	ck_assert_uint_eq(p.mm.counts.decayed_pages, 1220);
	place_assert_sound(&p);
	free(page);
}
END_TEST

/* A long list goes down no faster than 2016 pages a round. */
START_TEST(decay_is_no_faster_than_its_cap)
{
	struct place p;
	struct page **page;

	place_set_up_64(&p, "6.8");
	page = place_take(&p, 0, 30000);
	place_lists(&p)->high = 40000;
	for (uint32_t i = 0; i < 30000; i++)
		place_put(&p, page[i], 0);
	refresh_cpu_vm_stats(p.cpu, &p.mm);
	ck_assert_uint_eq(place_lists(&p)->high, 35000);
	refresh_cpu_vm_stats(p.cpu, &p.mm);
	ck_assert_uint_eq(place_lists(&p)->high, 30625);
	refresh_cpu_vm_stats(p.cpu, &p.mm);
	/* An eighth would be 3828. */
	ck_assert_uint_eq(place_lists(&p)->high, 27984);
	ck_assert_uint_eq(place_lists(&p)->count, 27984);
	place_assert_sound(&p);
	free(page);
}
END_TEST

static void doze(struct cpu *cpu, void *arg)
{
	(void)arg;
	while (!cpu_run_is_over(cpu))
		cpu_work(cpu, 1000);
	cpu_finish(cpu);
}

static uint64_t rounds(const struct profile *profile)
{
	uint64_t calls = 0;

	for (uint32_t node = 1; node < profile->nodes; node++)
		if (!strcmp(profile->node[node].fn->name, "vmstat_update"))
			calls += profile_sum(profile, node, 0).calls;
	return calls;
}

/* CPU 0 comes to the zone's counter after CPU 1 has been there, although its code runs first. */
static void late_refresh(struct cpu *cpu, void *arg)
{
	struct memory *mm = arg;

	cpu_work(cpu, cpu->number ? 1000 : 100000);
	mm->zone[0].pcp[cpu->number].stat_diff = 1;
	refresh_cpu_vm_stats(cpu, mm);
	cpu_finish(cpu);
}

START_TEST(refreshes_touch_the_counter_in_order_of_time)
{
	struct place p = place_release("4.19");

	place_set_up(&p, 1, 512 * MIB);
	rig_run(&p.hw, late_refresh, &p.mm, 0);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_uint_eq(p.zone->stat_line.owner, 1); /* CPU 0 */
}
END_TEST

/* A million cycles with a refresh every 100000, shared out over them: CPU 0 at 50000, CPU 1 at 100000. */
START_TEST(isolated_cpus_are_left_alone_by_6_6)
{
	struct place p = place_release(_i ? "6.6" : "6.2");

	p.params.vmstat_interval = 100000;
	place_set_up_socket(&p, 2, 512 * MIB);
	for (uint32_t c = 0; c < 2; c++)
		p.zone->pcp[c].stat_diff = 1;
	cpumask_set_cpu(1, &p.mm.isolated);
	vmstat_init(&p.mm);
	vmstat_start(&p.mm);
	rig_run(&p.hw, doze, NULL, 0);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_int_eq(p.zone->pcp[0].stat_diff, 0);
	ck_assert_int_eq(p.zone->pcp[1].stat_diff, _i);
	ck_assert_uint_eq(rounds(&p.hw.profile), _i ? 10 : 19);
}
END_TEST

/* page_bench on as many CPUs. */
static struct result bench(const char *release, uint32_t cpus, uint32_t order, uint32_t pages, uint32_t zones)
{
	struct params p = point_router();
	struct result r;

	p.mm = release_params(release).mm;
	p.mm.zones_per_node = zones;
	p.machine.sockets = 1;
	p.load = (struct load_params){.kind = LOAD_PAGE_BENCH, .cpus = cpus, .pattern = pages > 1 ? BENCH_BULK : BENCH_SINGLE, .order = order,
				      .pages = pages};
	rig_world(&p, &r, 60);
	ck_assert_msg(!r.failure, "%s: %s", release, r.failure);
	return r;
}

static uint64_t contended(const struct result *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->locks; i++)
		n += r->lock[i].contended;
	return n;
}

START_TEST(order_3_does_not_contend_any_more)
{
	static const uint32_t cpus[] = {1, 2, 4, 8};
	struct result old = bench("5.13", cpus[_i], 3, 1, 1), new = bench("7.1", cpus[_i], 3, 1, 1);

	ck_assert_int_eq(contended(&old) > 100, cpus[_i] > 1);
	ck_assert_uint_eq(contended(&new), 0);
	ck_assert_double_lt(result_get(&new, "zone_allocs") + result_get(&new, "pcp_misses"), cpus[_i] + 1.0);
	ck_assert_double_gt(result_get(&new, "allocs"), result_get(&old, "allocs"));
	result_fini(&old);
	result_fini(&new);
}
END_TEST

START_TEST(more_zones_contend_less)
{
	struct result one = bench("5.0", 4, 0, 1024, 1), four = bench("5.0", 4, 0, 1024, 4);

	ck_assert_uint_gt(contended(&one), 20);
	ck_assert_uint_eq(contended(&four), 0);
	ck_assert_double_gt(result_get(&four, "pairs"), result_get(&one, "pairs"));
	result_fini(&one);
	result_fini(&four);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pcp_section");
	TCase *guards = tcase_create("guards"), *zones = tcase_create("zones"), *decay = tcase_create("decay"), *worlds = tcase_create("worlds");

	tcase_add_loop_test(guards, an_interrupt_inside_the_section_takes_a_page_from_the_zone, 0, 5);
	tcase_add_loop_test(guards, who_finds_its_lists_taken_goes_to_the_zone_and_does_not_wait, 0, 2);
	tcase_add_loop_test(guards, freeing_many_waits_for_the_lists_in_6_0, 0, 2);
	tcase_add_test(guards, an_overflow_stops_when_somebody_else_gets_in);
	suite_add_tcase(suite, guards);
	tcase_add_loop_test(zones, pages_of_another_node_have_lists_of_their_own, 0, 2);
	tcase_add_test(zones, a_cpu_goes_to_its_zone_of_the_node_first);
	suite_add_tcase(suite, zones);
	tcase_add_loop_test(decay, lists_of_another_node_go_back_a_batch_every_three_rounds, 0, 2);
	tcase_add_test(decay, refreshes_touch_the_counter_in_order_of_time);
	tcase_add_loop_test(decay, lists_of_every_node_decay_since_6_7, 0, 2);
	tcase_add_test(decay, decay_is_no_faster_than_its_cap);
	tcase_add_loop_test(decay, isolated_cpus_are_left_alone_by_6_6, 0, 2);
	suite_add_tcase(suite, decay);
	tcase_add_loop_test(worlds, order_3_does_not_contend_any_more, 0, 4);
	tcase_add_test(worlds, more_zones_contend_less);
	suite_add_tcase(suite, worlds);
	return rig_main(suite);
}
