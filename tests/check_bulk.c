/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bulk allocation and bulk free: how many pages, from where, under how many holds of zone->lock, and what can be left out. */
#include <string.h>

#include "hw/preempt.h"
#include "mm/bulk.h"
#include "mm/page_alloc.h"
#include "place.h"
#include "plan/policies.h"

#define PAGES_MAX 512

static struct place place_with(const struct bulk *bulk, const struct pcp_guard *guard)
{
	struct place p = place_410();

	p.params.bulk = bulk;
	p.params.pcp_guard = guard;
	p.params.pcp_batch = 31;
	p.params.pcp_high = 186;
	return p;
}

static uint32_t take(struct place *p, uint32_t nr, struct page **array)
{
	return alloc_pages_bulk(p->cpu, &p->mm, 0, nr, array);
}

START_TEST(a_bulk_call_takes_the_zone_lock_once_per_refill)
{
	static const struct bulk *const bulks[] = {&bulk_rfc_v1, &bulk_rfc_v2, &bulk_merged_5_13, &bulk_merged};
	struct place p = place_with(bulks[_i], &pcp_guard_irqsave);
	struct page *array[PAGES_MAX] = {0};

	place_set_up(&p, 1, 512 * MIB);
	ck_assert_uint_eq(take(&p, 100, array), 100);
	ck_assert_uint_eq(place_lock_taken(&p), 4); /* 4 refills of 31 */
	ck_assert_uint_eq(p.zone->pcp[0].count, 24);
	ck_assert_uint_eq(p.mm.counts.bulk_allocs, 100);
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(array[i]->refcount, 1);
		ck_assert_int_eq(array[i]->state, PAGE_ALLOCATED);
	}
	/* 24 are on the list. */
	ck_assert_uint_eq(take(&p, 24, array + 100), 24);
	ck_assert_uint_eq(place_lock_taken(&p), 4);
	ck_assert_uint_eq(p.mm.counts.allocs, 124);
	free_pages_bulk(p.cpu, &p.mm, 124, array);
	ck_assert_uint_eq(p.mm.counts.frees, 124);
	ck_assert_uint_eq(p.mm.allocated_pages, 0);
	ck_assert_ptr_null(array[0]);
	place_assert_sound(&p);
}
END_TEST

/* The step between 128 and 256 pages: the lists hold up to 186. */
START_TEST(the_lists_serve_128_pages_but_not_256)
{
	struct place p = place_with(&bulk_rfc_v2, &pcp_guard_preempt);
	struct page *array[PAGES_MAX] = {0};
	uint64_t before;

	place_set_up(&p, 1, 512 * MIB);
	for (int round = 0; round < 20; round++) {
		before = place_lock_taken(&p);
		ck_assert_uint_eq(take(&p, 128, array), 128);
		free_pages_bulk(p.cpu, &p.mm, 128, array);
		if (round)
			ck_assert_uint_eq(place_lock_taken(&p), before);
	}
	for (int round = 0; round < 20; round++) {
		before = place_lock_taken(&p);
		ck_assert_uint_eq(take(&p, 256, array), 256);
		free_pages_bulk(p.cpu, &p.mm, 256, array);
		ck_assert_uint_ge(place_lock_taken(&p), before + 4);
		ck_assert_uint_lt(p.zone->pcp[0].count, 186);
	}
	place_assert_sound(&p);
}
END_TEST

START_TEST(one_page_goes_the_ordinary_way)
{
	struct place p = place_with(&bulk_merged, &pcp_guard_irqsave);
	struct page *array[3] = {0};

	place_set_up(&p, 1, 512 * MIB);
	ck_assert_uint_eq(take(&p, 1, array), 1);
	array[1] = place_get(&p, 0);
	ck_assert_uint_eq(take(&p, 3, array), 3);
	ck_assert_uint_eq(p.mm.counts.bulk_allocs, 0);
	ck_assert_uint_eq(p.mm.counts.allocs, 3);
}
END_TEST

START_TEST(filled_slots_stay_as_they_are)
{
	struct place p = place_with(&bulk_merged, &pcp_guard_irqsave);
	struct page *array[10] = {0}, *third, *last;

	place_set_up(&p, 1, 512 * MIB);
	third = array[2] = place_get(&p, 0);
	last = array[9] = place_get(&p, 0);
	ck_assert_uint_eq(take(&p, 10, array), 10);
	ck_assert_ptr_eq(array[2], third);
	ck_assert_ptr_eq(array[9], last);
	ck_assert_uint_eq(p.mm.counts.bulk_allocs, 8);
	/* All filled: nothing happens. */
	ck_assert_uint_eq(take(&p, 10, array), 10);
	ck_assert_uint_eq(p.mm.counts.allocs, 10);
}
END_TEST

/* Where the lists cannot be used, one page comes, into the first empty slot; what lies behind it is not looked at. */
START_TEST(a_fallback_fills_the_first_empty_slot)
{
	struct place p = place_with(&bulk_merged, &pcp_guard_irqsave);
	struct page *array[64] = {0};

	place_set_up(&p, 1, 512 * MIB);
	array[0] = place_get(&p, 0);
	array[2] = place_get(&p, 0);
	p.zone->watermark_low = p.zone->free_pages;
	ck_assert_uint_eq(take(&p, 64, array), 2);
	ck_assert_ptr_nonnull(array[1]);
	ck_assert_ptr_null(array[3]);
}
END_TEST

START_TEST(every_release_has_its_bulk_call)
{
	static const struct {
		const char *release;
		const struct bulk *bulk;
	} rows[] = {
		{"4.10", &bulk_none}, {"5.0", &bulk_none}, {"5.13", &bulk_merged_5_13}, {"5.14", &bulk_merged_5_13}, {"5.19", &bulk_merged},
		{"6.0", &bulk_merged}, {"7.1", &bulk_merged},
	};
	struct place p = place_release(rows[_i].release);

	ck_assert_ptr_eq(p.params.bulk, rows[_i].bulk);
}
END_TEST

START_TEST(near_the_low_watermark_one_page_comes)
{
	struct place p = place_with(&bulk_merged, &pcp_guard_irqsave);
	struct page *array[64] = {0};

	place_set_up(&p, 1, 512 * MIB);
	p.zone->watermark_low = p.zone->free_pages - 50;
	ck_assert_uint_eq(take(&p, 64, array), 1);
	ck_assert_uint_eq(p.mm.counts.bulk_allocs, 0);
	ck_assert_uint_eq(take(&p, 10, array), 10);
	/* One page has to be above the watermark, with all of the call's taken off. */
	p.zone->watermark_low = p.zone->free_pages - 50;
	ck_assert_uint_eq(take(&p, 50, array + 10), 1);
	ck_assert_uint_eq(take(&p, 49, array + 11), 49);
}
END_TEST

START_TEST(another_zone_of_the_node_serves_the_whole_call)
{
	struct place p = place_with(&bulk_merged, &pcp_guard_irqsave);
	struct page *array[64] = {0};

	p.params.zones_per_node = 2;
	place_set_up(&p, 1, 512 * MIB);
	p.zone->watermark_low = p.zone->free_pages;
	ck_assert_uint_eq(take(&p, 64, array), 64);
	ck_assert_uint_eq(p.mm.counts.bulk_allocs, 64);
	ck_assert_ptr_eq(page_zone(&p.mm, array[0]), &p.mm.zone[1]);
}
END_TEST

START_TEST(the_prototype_wants_the_high_watermark)
{
	static const struct bulk *const bulks[] = {&bulk_rfc_v1, &bulk_rfc_v2};
	struct place p = place_with(bulks[_i], &pcp_guard_preempt);
	struct page *array[64] = {0};

	place_set_up(&p, 1, 512 * MIB);
	p.zone->watermark_high = p.zone->free_pages - 50;
	ck_assert_uint_eq(take(&p, 50, array), 0);
	ck_assert_uint_eq(take(&p, 49, array), 49);
}
END_TEST

/* The zone is empty although its watermarks promise pages. */
START_TEST(with_old_pages_5_13_can_come_back_with_nothing_new)
{
	struct place p = place_with(_i ? &bulk_merged : &bulk_merged_5_13, &pcp_guard_irqsave);
	struct page *array[8] = {0}, *more;

	place_set_up(&p, 2, 64 * MIB);
	array[0] = place_get(&p, 0);
	p.zone->watermark_low = p.zone->watermark_min = 0;
	while ((more = alloc_pages(p.cpu, &p.mm, 0, MIGRATE_UNMOVABLE)) && page_zone(&p.mm, more) == p.zone)
		continue;
	p.zone->free_pages += 9; /* what a reader without the lock may believe */
	while (p.zone->pcp[0].count)
		place_get(&p, 0);
	/* Nothing is left here; the other node has some. */
	ck_assert_uint_eq(take(&p, 8, array), _i ? 2 : 1);
	p.zone->free_pages -= 9;
	place_assert_sound(&p);
}
END_TEST

START_TEST(in_an_interrupt_the_second_prototype_gives_one_page_from_the_zone)
{
	struct place p = place_with(&bulk_rfc_v2, &pcp_guard_preempt);
	struct page *array[8] = {0};

	place_set_up(&p, 1, 512 * MIB);
	softirq_enter(p.cpu);
	ck_assert_uint_eq(take(&p, 8, array), 1);
	ck_assert_uint_eq(p.mm.counts.zone_allocs, 1);
	ck_assert_uint_eq(p.zone->pcp[0].count, 0);
	free_pages_bulk(p.cpu, &p.mm, 1, array);
	ck_assert_uint_eq(p.mm.counts.zone_frees, 1);
	softirq_exit(p.cpu);
	place_assert_sound(&p);
}
END_TEST

START_TEST(what_has_no_effect_is_refused)
{
	struct mm_params k = place_with(&bulk_none, &pcp_guard_irqsave).params, bad;
	struct error e = {0};

	ck_assert_int_eq(bulk_check(&k, &e), 0);
	bad = k;
	bad.bulk_list = 1;
	ck_assert_int_eq(bulk_check(&bad, &e), HZ_USER);
	bad = k;
	bad.bulk = &bulk_merged;
	bad.bulk_list = bad.bulk_skip_checks = bad.bulk_skip_statistics = 1;
	ck_assert_int_eq(bulk_check(&bad, &e), 0);
	bad.bulk_skip_refcount = 1;
	ck_assert_int_eq(bulk_check(&bad, &e), HZ_USER);
	bad.bulk = &bulk_rfc_v1;
	ck_assert_int_eq(bulk_check(&bad, &e), 0);
	/* It takes no lock, and relies on interrupts that are off. */
	bad.pcp_guard = &pcp_guard_trylock;
	ck_assert_int_eq(bulk_check(&bad, &e), HZ_USER);
	bad.pcp_guard = &pcp_guard_preempt;
	ck_assert_int_eq(bulk_check(&bad, &e), HZ_USER);
	bad.bulk = &bulk_rfc_v2;
	ck_assert_int_eq(bulk_check(&bad, &e), 0);
	bad.cost_page_checks = bad.cost_prep_new_page + 1;
	ck_assert_int_eq(bulk_check(&bad, &e), HZ_USER);
}
END_TEST

/* Cycles of an allocation and free of n pages in steady state, without cache misses. */
static cycles_t pair(const struct mm_params *params, uint32_t n)
{
	struct place p = {.params = *params};
	struct page *array[PAGES_MAX] = {0};
	cycles_t start = 0;

	place_set_up(&p, 1, 512 * MIB);
	for (int round = 0; round < 3; round++) {
		start = cpu_now(p.cpu);
		ck_assert_uint_eq(take(&p, n, array), n);
		free_pages_bulk(p.cpu, &p.mm, n, array);
	}
	return cpu_now(p.cpu) - start;
}

struct cost {
	struct mm_params params;
	uint32_t n;
};

static void measure(const void *arg, void *out)
{
	const struct cost *c = arg;

	*(cycles_t *)out = pair(&c->params, c->n);
}

static cycles_t cost_of(const struct mm_params *params, uint32_t n)
{
	struct cost c = {*params, n};
	cycles_t cycles = 0;

	ck_assert(rig_child(measure, &c, &cycles, sizeof cycles, 10));
	return cycles;
}

START_TEST(what_is_skipped_is_not_paid)
{
	struct mm_params k = place_with(&bulk_rfc_v2, &pcp_guard_preempt).params;
	struct machine_params m = point_server();
	cycles_t whole = cost_of(&k, 64), array;

	k.bulk_list = 1;
	ck_assert_uint_eq(cost_of(&k, 64), whole + 64 * k.cost_bulk_list);
	k.bulk_list = 0;
	array = cost_of(&k, 32);
	/* Each page costs the same, a call costs the rest. */
	ck_assert_uint_eq(2 * array - whole, k.cost_bulk_alloc + m.preempt);
	k.bulk_skip_refcount = 1;
	ck_assert_uint_eq(cost_of(&k, 64), whole - 64 * m.atomic);
	k.bulk_skip_refcount = 0;
	k.bulk_skip_checks = 1;
	ck_assert_uint_eq(cost_of(&k, 64), whole - 2 * 64 * k.cost_page_checks);
	k.bulk_skip_checks = 0;
	k.bulk_skip_statistics = 1;
	ck_assert_uint_eq(cost_of(&k, 64), whole - 65 * k.cost_statistics);
}
END_TEST

/* One page at a time, the lists' guard and the call's entry are paid for each. */
START_TEST(a_bulk_call_saves_guard_and_entry)
{
	struct mm_params k = place_with(&bulk_none, &pcp_guard_irqsave).params;
	struct machine_params m = point_server();
	cycles_t single = cost_of(&k, 64);

	k.bulk = &bulk_merged;
	ck_assert_uint_eq(single - cost_of(&k, 64), 63 * m.irq_save_restore + 64 * k.cost_alloc_pages - k.cost_bulk_alloc);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("bulk");
	TCase *tcase = tcase_create("calls");

	tcase_add_loop_test(tcase, a_bulk_call_takes_the_zone_lock_once_per_refill, 0, 4);
	tcase_add_test(tcase, the_lists_serve_128_pages_but_not_256);
	tcase_add_test(tcase, one_page_goes_the_ordinary_way);
	tcase_add_test(tcase, filled_slots_stay_as_they_are);
	tcase_add_loop_test(tcase, every_release_has_its_bulk_call, 0, 7);
	tcase_add_test(tcase, a_fallback_fills_the_first_empty_slot);
	tcase_add_test(tcase, near_the_low_watermark_one_page_comes);
	tcase_add_test(tcase, another_zone_of_the_node_serves_the_whole_call);
	tcase_add_loop_test(tcase, the_prototype_wants_the_high_watermark, 0, 2);
	tcase_add_loop_test(tcase, with_old_pages_5_13_can_come_back_with_nothing_new, 0, 2);
	tcase_add_test(tcase, in_an_interrupt_the_second_prototype_gives_one_page_from_the_zone);
	tcase_add_test(tcase, what_has_no_effect_is_refused);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("costs");
	tcase_add_test(tcase, what_is_skipped_is_not_paid);
	tcase_add_test(tcase, a_bulk_call_saves_guard_and_entry);
	suite_add_tcase(suite, tcase);
	return rig_main(suite);
}
