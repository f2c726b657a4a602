/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per-CPU lists as the kernel models have them: how long they are, what a refill brings, and what an overflow gives back. */
#include <stdlib.h>
#include <string.h>

#include "mm/page_alloc.h"
#include "mm/pcp.h"
#include "place.h"

START_TEST(every_release_has_its_lengths)
{
	static const struct {
		const char *release;
		uint32_t batch, high, high_max, lists;
	} rows[] = {
		{"4.10", 31, 186, 186, 3}, {"4.19", 63, 378, 378, 3}, {"5.0", 63, 378, 378, 3}, {"5.13", 63, 378, 378, 3},
		{"5.14", 63, 780, 780, 15}, {"5.19", 63, 780, 780, 15}, {"6.0", 63, 780, 780, 13}, {"6.2", 63, 780, 780, 13},
		{"6.6", 63, 780, 780, 13}, {"6.8", 63, 780, 65536, 13}, {"6.12", 63, 780, 65536, 14}, {"6.19", 63, 780, 65536, 14},
		{"7.1", 63, 780, 65536, 14},
	};
	struct place p;

	place_set_up_64(&p, rows[_i].release);
	ck_assert_uint_eq(place_lists(&p)->batch, rows[_i].batch);
	ck_assert_uint_eq(place_lists(&p)->high, rows[_i].high);
	ck_assert_uint_eq(place_lists(&p)->high_min, rows[_i].high);
	ck_assert_uint_eq(place_lists(&p)->high_max, rows[_i].high_max);
	ck_assert_uint_eq(pcp_lists(&p.params), rows[_i].lists);
}
END_TEST

/* A small zone: four batches are more than its low watermark shared. The sysctls. The clamp of min_free_kbytes: 1 TiB wants 128 MiB,
 * 8 TiB 362 MiB. */
START_TEST(lengths_follow_memory_and_sysctls)
{
	static const struct {
		const char *release;
		uint64_t memory;
		uint32_t fraction, batch, high, high_max;
	} rows[] = {
		{"4.19", 64 * GIB, 8, 96, 2097152, 2097152}, {"4.19", 64 * GIB, 1000000, 4, 16, 16},
		{"5.14", 2 * GIB, 0, 63, 252, 252}, {"5.14", 12 * GIB, 0, 63, 252, 252},
		{"5.14", 64 * GIB, 8, 63, 65536, 65536}, {"6.6", 64 * GIB, 16, 63, 32768, 32768},
		{"6.8", 64 * GIB, 8, 63, 65536, 65536}, {"6.8", 2 * GIB, 0, 63, 252, 2048},
		/* 65536 kB of 1 TiB: min 16384 pages, gap 268435; 131072 kB: min 32768. */
		{"5.14", 1024 * GIB, 0, 63, (32768 + 268435) / 32, (32768 + 268435) / 32},
		/* 262144 kB of 8 TiB: min 65536 pages, gap 2147483. */
		{"7.1", 8192 * GIB, 0, 63, (65536 + 2147483) / 32, 8388608},
	};
	struct place p = place_release(rows[_i].release);

	if (p.params.pcp_max_order)
		p.params.pcp_high_fraction = rows[_i].fraction;
	else
		p.params.pcp_fraction = rows[_i].fraction;
	place_set_up_socket(&p, 32, rows[_i].memory);
	ck_assert_uint_eq(place_lists(&p)->batch, rows[_i].batch);
	ck_assert_uint_eq(place_lists(&p)->high, rows[_i].high);
	ck_assert_uint_eq(place_lists(&p)->high_max, rows[_i].high_max);
}
END_TEST

START_TEST(watermarks_are_clamped_by_release)
{
	struct place old = place_release("4.19"), new = place_release("5.13");

	place_set_up_socket(_i ? &new : &old, 32, 1024 * GIB);
	ck_assert_uint_eq((_i ? &new : &old)->zone->watermark_min, _i ? 32768 : 16384);
}
END_TEST

START_TEST(contradictions_are_refused)
{
	static const struct {
		const char *release;
		uint32_t fraction, high_fraction, high;
		int free_high; /* -1: the release's */
		bool fits;
		const char *why;
	} rows[] = {
		{"4.19", 8, 0, 0, -1, true, ""}, {"5.14", 0, 8, 0, -1, true, ""}, {"5.14", 0, 0, 0, PCP_FREE_HIGH_ON, true, ""},
		{"4.19", 0, 8, 0, -1, false, "kernel.pcp.fraction"}, {"5.14", 8, 0, 0, -1, false, "kernel.pcp.high_fraction"},
		{"4.19", 0, 0, 0, PCP_FREE_HIGH_ON, false, "'fixed'"}, {"6.6", 0, 0, 0, PCP_FREE_HIGH_RAISED, false, "'free_factor'"},
		{"6.8", 0, 0, 62, -1, false, "kernel.pcp.batch is 63 by the release's rule"},
		{"6.8", 0, 8, 300, -1, false, "kernel.pcp.high and kernel.pcp.high_fraction"},
		{"4.19", 8, 0, 300, -1, false, "kernel.pcp.high and kernel.pcp.fraction"},
	};
	struct place p = place_release(rows[_i].release);
	struct error e = {0};

	p.params.pcp_fraction = rows[_i].fraction;
	p.params.pcp_high_fraction = rows[_i].high_fraction;
	p.params.pcp_high = rows[_i].high;
	if (rows[_i].free_high >= 0)
		p.params.pcp_free_high = (enum pcp_free_high)rows[_i].free_high;
	ck_assert_int_eq(pcp_check(&p.params, 64 * GIB / PAGE_SIZE_BYTES, &e), rows[_i].fits ? 0 : HZ_USER);
	ck_assert_msg(strstr(e.text, rows[_i].why) != NULL, "%s", e.text);
}
END_TEST

START_TEST(orders_and_types_have_their_lists)
{
	static const struct {
		const char *release;
		unsigned order;
		enum migratetype type;
		int list; /* -1: none */
	} rows[] = {
		{"5.13", 0, MIGRATE_RECLAIMABLE, 2}, {"5.13", 1, MIGRATE_MOVABLE, -1}, {"5.13", 9, MIGRATE_MOVABLE, -1},
		{"5.14", 0, MIGRATE_MOVABLE, 1}, {"5.14", 3, MIGRATE_RECLAIMABLE, 11}, {"5.14", 4, MIGRATE_MOVABLE, -1},
		{"5.14", 9, MIGRATE_UNMOVABLE, 12}, {"5.14", 9, MIGRATE_RECLAIMABLE, 14}, {"5.14", 10, MIGRATE_UNMOVABLE, -1},
		{"6.0", 9, MIGRATE_MOVABLE, 12}, {"6.8", 9, MIGRATE_UNMOVABLE, 12},
		{"7.1", 9, MIGRATE_UNMOVABLE, 12}, {"7.1", 9, MIGRATE_MOVABLE, 13}, {"7.1", 9, MIGRATE_RECLAIMABLE, 12},
	};
	struct place p;
	struct page *page;

	place_set_up_64(&p, rows[_i].release);
	/* Long enough for two huge pages. */
	place_lists(&p)->high = place_lists(&p)->high_min = place_lists(&p)->high_max = 5000;
	page = alloc_pages(p.cpu, &p.mm, rows[_i].order, rows[_i].type);
	ck_assert_int_eq(pcp_allowed_order(&p.params, rows[_i].order), rows[_i].list >= 0);
	ck_assert_uint_eq(p.mm.counts.zone_allocs, rows[_i].list < 0);
	place_put(&p, page, rows[_i].order);
	ck_assert_uint_eq(p.mm.counts.zone_frees, rows[_i].list < 0);
	if (rows[_i].list >= 0) {
		ck_assert_uint_eq(order_to_pindex(&p.params, rows[_i].order, rows[_i].type), (unsigned)rows[_i].list);
		ck_assert_uint_eq(pindex_to_order(&p.params, (unsigned)rows[_i].list), rows[_i].order);
		ck_assert_uint_eq(place_lists(&p)->list[rows[_i].list].head, page_to_pfn(&p.mm, page));
	}
	place_assert_sound(&p);
	place_assert_counts(&p);
}
END_TEST

/* Refills without a free in between, under one hold each. */
START_TEST(a_refill_brings_what_the_release_says)
{
	static const struct {
		const char *release;
		unsigned order;
		uint32_t high; /* 0: the release's, which is tuned from 6.7 on */
		uint32_t blocks[8];
	} rows[] = {
		{"4.10", 0, 0, {31, 31, 31}}, {"4.19", 0, 0, {63, 63, 63}},
		{"5.14", 0, 0, {63, 63}}, {"5.14", 1, 0, {31, 31}}, {"5.14", 2, 0, {15}}, {"5.14", 3, 0, {7, 7}}, {"5.14", 9, 0, {2, 2}},
		{"6.6", 3, 0, {7, 7}}, {"6.8", 3, 0, {7, 7}}, {"6.8", 9, 0, {2, 2}},
		{"6.8", 0, 0, {63, 126, 252, 504, 1008, 2016, 2016, 2016}},
		/* No tuning: room for 780 - 63. */
		{"6.8", 0, 780, {63, 126, 252, 504, 717, 717}},
	};
	struct place p = place_release(rows[_i].release);

	p.params.pcp_high = rows[_i].high;
	place_set_up_socket(&p, 32, 64 * GIB);
	for (uint32_t i = 0; i < 8 && rows[_i].blocks[i]; i++) {
		uint64_t taken = place_lock_taken(&p), pages = p.mm.counts.refilled_pages;

		for (uint32_t n = 0; n < rows[_i].blocks[i]; n++)
			place_get(&p, rows[_i].order);
		ck_assert_uint_eq(place_lists(&p)->count, 0);
		ck_assert_uint_eq(place_lock_taken(&p), taken + 1);
		ck_assert_uint_eq(p.mm.counts.refilled_pages - pages, rows[_i].blocks[i] << rows[_i].order);
	}
	/* What does not fit does not grow. */
	ck_assert_uint_le(place_lists(&p)->alloc_factor, rows[_i].high ? 4 : 5);
	place_assert_sound(&p);
	place_assert_counts(&p);
}
END_TEST

/* Two allocations that a refill served leave a refill behind which is as large as the last, or half: a free halves the exponent. */
START_TEST(a_free_slows_the_growth_of_refills)
{
	struct place p;
	struct page *last = NULL;

	place_set_up_64(&p, "6.8");
	for (uint32_t i = 0; i < 63 + 126 + 252 + 504; i++)
		last = place_get(&p, 0);
	ck_assert_uint_eq(place_lists(&p)->alloc_factor, 4);
	place_put(&p, last, 0);
	ck_assert_uint_eq(place_lists(&p)->alloc_factor, 2);
	place_get(&p, 0);
	place_get(&p, 0);
	ck_assert_uint_eq(p.mm.counts.refilled_pages, 63 + 126 + 252 + 504 + 252);
}
END_TEST

/* Free blocks one after the other and note what each overflow gives back. */
static void expect_overflows(struct place *p, unsigned order, struct page **page, uint32_t n, const uint32_t *expected, uint32_t overflows)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < n && seen < overflows; i++) {
		uint64_t pages = p->mm.counts.drained_pages, taken = place_lock_taken(p), drains = p->mm.counts.drains;

		place_put(p, page[i], order);
		ck_assert_uint_eq(place_lock_taken(p) - taken, p->mm.counts.drains - drains);
		if (p->mm.counts.drains == drains)
			continue;
		ck_assert_msg(p->mm.counts.drained_pages - pages == expected[seen], "overflow %u after %u frees: %llu pages, expected %u", seen,
			      i + 1, (unsigned long long)(p->mm.counts.drained_pages - pages), expected[seen]);
		seen++;
	}
	ck_assert_uint_eq(seen, overflows);
	place_assert_sound(p);
	place_assert_counts(p);
}

START_TEST(overflows_in_a_row_give_back_what_the_release_says)
{
	static const struct {
		const char *release;
		uint32_t high; /* 0: the release's */
		uint32_t overflows, pages[6];
	} rows[] = {
		{"4.10", 0, 4, {31, 31, 31, 31}}, {"5.13", 0, 4, {63, 63, 63, 63}},
		{"5.14", 0, 6, {63, 126, 252, 504, 717, 717}}, {"5.19", 0, 6, {63, 126, 252, 504, 717, 717}},
		{"6.6", 0, 6, {63, 126, 252, 504, 717, 717}},
		/* No tuning: all of the row but a batch. */
		{"6.8", 780, 3, {717, 717, 717}},
		/* High grows to the row and a batch, the row counts to 2016. */
		{"6.8", 0, 6, {717, 780, 1560, 2016, 2016, 2016}}, {"7.1", 0, 6, {717, 780, 1560, 2016, 2016, 2016}},
		/* A list that is shorter than a batch. */
		{"5.14", 40, 3, {1, 1, 1}}, {"7.1", 40, 3, {1, 1, 1}},
	};
	struct place p = place_release(rows[_i].release);
	struct page **page;

	p.params.pcp_high = rows[_i].high;
	p.params.pcp_free_chunk = PCP_FREE_WHOLE;
	place_set_up_socket(&p, 32, 64 * GIB);
	page = place_take(&p, 0, 12000);
	expect_overflows(&p, 0, page, 12000, rows[_i].pages, rows[_i].overflows);
	free(page);
}
END_TEST

START_TEST(an_allocation_halves_the_row)
{
	static const uint32_t before[] = {63, 126, 252}, after[] = {126, 252}, again[] = {63, 126};
	struct place p;
	struct page **page;

	place_set_up_64(&p, "5.14");
	page = place_take(&p, 0, 12000);
	expect_overflows(&p, 0, page, 4000, before, 3);
	ck_assert_uint_eq(place_lists(&p)->free_factor, 3);
	place_get(&p, 0);
	ck_assert_uint_eq(place_lists(&p)->free_factor, 1);
	expect_overflows(&p, 0, page + 4000, 4000, after, 2);
	for (int i = 0; i < 2; i++)
		place_get(&p, 0);
	ck_assert_uint_eq(place_lists(&p)->free_factor, 0);
	expect_overflows(&p, 0, page + 8000, 4000, again, 2);
	free(page);
}
END_TEST

/* Doubling stops at what leaves a batch: the row is as long after many overflows as after five. */
START_TEST(a_row_grows_no_further_than_its_overflows)
{
	struct place p;
	struct page **page;

	place_set_up_64(&p, "5.14");
	page = place_take(&p, 0, 40000);
	for (uint32_t i = 0; i < 40000; i++)
		place_put(&p, page[i], 0);
	ck_assert_uint_gt(p.mm.counts.drains, 50);
	ck_assert_uint_eq(place_lists(&p)->free_factor, 4);
	free(page);
}
END_TEST

START_TEST(an_allocation_halves_the_count_of_frees)
{
	struct place p;
	struct page **page;

	place_set_up_64(&p, "6.8");
	page = place_take(&p, 0, 700);
	for (uint32_t i = 0; i < 700; i++)
		place_put(&p, page[i], 0);
	ck_assert_uint_eq(place_lists(&p)->free_count, 700);
	place_get(&p, 0);
	ck_assert_uint_eq(place_lists(&p)->free_count, 350);
	free(page);
}
END_TEST

START_TEST(lists_are_kept_short_while_kswapd_reclaims)
{
	/* At four batches; the row doubles up to what leaves a batch. */
	static const uint32_t free_factor[] = {63, 126, 189, 189};
	/* The row counts singly there. Each free takes what was freed in a row off the length, as far as high_min. */
	static const uint32_t tuned[] = {189, 189, 189};
	struct place p;
	struct page **page;

	place_set_up_64(&p, _i ? "6.8" : "5.14");
	page = place_take(&p, 0, 4000);
	p.zone->reclaim_active = true;
	if (_i) {
		place_lists(&p)->high = 2000;
		expect_overflows(&p, 0, page, 4000, tuned, 3);
		ck_assert_uint_eq(place_lists(&p)->high, 780);
	} else {
		expect_overflows(&p, 0, page, 4000, free_factor, 4);
	}
	free(page);
}
END_TEST

/* An allocation that finds less than the high watermark marks the zone; from then on overflows shrink the lists, and once the mark is met
 * again the flag goes. */
START_TEST(a_zone_below_its_high_watermark_shrinks_the_lists)
{
	struct place p;
	struct page **page;
	uint64_t mark;
	uint32_t i = 0;

	place_set_up_64(&p, "6.8");
	page = place_take(&p, 0, 4000);
	mark = p.zone->watermark_high;
	ck_assert(!p.zone->below_high);
	place_lists(&p)->high = 3000;
	p.zone->watermark_high = p.zone->free_pages + 10000;
	place_put(&p, place_get(&p, 0), 0);
	ck_assert(p.zone->below_high);
	/* The length goes down at each free, by what was freed in a row, and the lists overflow from high_min on. */
	while (!p.mm.counts.drains)
		place_put(&p, page[i++], 0);
	ck_assert_uint_eq(place_lists(&p)->high, 780);
	ck_assert_uint_eq(p.mm.counts.drained_pages, 717);
	ck_assert(p.zone->below_high);
	p.zone->watermark_high = mark;
	while (p.mm.counts.drains < 2)
		place_put(&p, page[i++], 0);
	ck_assert(!p.zone->below_high);
	place_assert_sound(&p);
	free(page);
}
END_TEST

/* From the second overflow in a row on, a block of order 1 to 3 empties the lists (5.19); before, it is like any other. */
START_TEST(a_row_of_larger_blocks_empties_the_lists)
{
	struct place p;
	struct page **page;
	uint32_t i = 0;

	place_set_up_64(&p, _i ? "5.19" : "5.14");
	page = place_take(&p, 3, 400);
	while (!p.mm.counts.drains)
		place_put(&p, page[i++], 3);
	ck_assert_uint_eq(i, 98); /* 784 pages */
	ck_assert_uint_eq(place_lists(&p)->count, 784 - 64); /* 63, in whole blocks */
	ck_assert_uint_eq(place_lists(&p)->free_factor, 1);
	place_put(&p, page[i++], 3);
	ck_assert_uint_eq(place_lists(&p)->count, _i ? 0 : 728);
	place_put(&p, page[i++], 3);
	ck_assert_uint_eq(place_lists(&p)->count, _i ? 0 : 736);
	/* An allocation ends the row. */
	place_get(&p, 3);
	ck_assert_uint_eq(place_lists(&p)->free_factor, 0);
	place_put(&p, page[i++], 3);
	ck_assert_uint_gt(place_lists(&p)->count, 0);
	place_assert_sound(&p);
	free(page);
}
END_TEST

/* Blocks of order 3 in a row: when `row` pages were freed before, the next one empties the lists. On a CPU with a large share of the cache
 * the lists hold a batch again before that repeats. */
START_TEST(tuned_lists_empty_after_a_batch_in_a_row)
{
	static const struct {
		const char *release;
		uint64_t llc; /* per CPU */
		uint32_t first, next; /* frees */
	} rows[] = {
		{"6.8", 512 << 10, 9, 1}, {"6.8", 2 << 20, 9, 8}, {"6.19", 512 << 10, 58, 1}, {"6.19", 2 << 20, 58, 8},
	};
	struct place p = place_release(rows[_i].release);
	struct page **page;
	uint32_t i = 0, first;

	p.params.pcp_free_chunk = PCP_FREE_WHOLE;
	place_set_up_socket(&p, 32, 64 * GIB);
	for (uint32_t c = 0; c < 32; c++) {
		p.machine.llc_size = 32 * rows[_i].llc;
		pcp_init(&p.mm, p.zone, &p.zone->pcp[c]);
	}
	page = place_take(&p, 3, 200);
	place_lists(&p)->high = 3000;
	while (!p.mm.counts.drains)
		place_put(&p, page[i++], 3);
	ck_assert_uint_eq(i, rows[_i].first);
	ck_assert_uint_eq(place_lists(&p)->high, 3000 - 2016);
	ck_assert_uint_eq(place_lists(&p)->count, 0);
	for (first = i; p.mm.counts.drains < 2;)
		place_put(&p, page[i++], 3);
	ck_assert_uint_eq(i - first, rows[_i].next);
	ck_assert_uint_eq(place_lists(&p)->count, 0);
	/* A single page in between, and the next block does not. */
	place_put(&p, place_get(&p, 0), 0);
	place_put(&p, page[i++], 3);
	ck_assert_uint_gt(place_lists(&p)->count, 8);
	free(page);
}
END_TEST

/* Unmovable, movable, reclaimable: 10 each; 10, 0, 3; and 10 of one. */
START_TEST(lists_are_drained_in_the_release_s_order)
{
	static const struct {
		const char *release;
		uint32_t on[3], drained;
		unsigned pindex;
		uint32_t left[3];
	} rows[] = {
		/* One of movable, one of reclaimable, ...; an empty list passes its turn on, and so does one that runs empty. */
		{"4.19", {10, 10, 10}, 6, 0, {8, 8, 8}}, {"4.19", {10, 10, 10}, 7, 0, {8, 7, 8}},
		{"4.19", {10, 0, 3}, 6, 0, {7, 0, 0}}, {"4.19", {10, 0, 0}, 6, 0, {4, 0, 0}},
		{"5.19", {10, 10, 10}, 6, 1, {10, 4, 10}}, {"5.19", {10, 10, 10}, 14, 1, {10, 0, 6}}, {"5.19", {10, 10, 10}, 14, 2, {6, 10, 0}},
		{"7.1", {10, 0, 3}, 6, 2, {7, 0, 0}}, {"7.1", {10, 0, 3}, 100, 2, {0, 0, 0}},
	};
	struct place p;

	place_set_up_64(&p, rows[_i].release);
	for (unsigned type = 0; type < 3; type++) {
		struct page *page[10];

		for (uint32_t i = 0; i < rows[_i].on[type]; i++)
			page[i] = alloc_pages(&p.hw.cpu[1], &p.mm, 0, (enum migratetype)type);
		for (uint32_t i = 0; i < rows[_i].on[type]; i++)
			place_put(&p, page[i], 0);
	}
	free_pcppages_bulk(p.cpu, &p.mm, p.zone, place_lists(&p), rows[_i].drained, rows[_i].pindex);
	for (unsigned type = 0; type < 3; type++)
		ck_assert_msg(place_lists(&p)->list[type].count == rows[_i].left[type], "type %u: %u left, expected %u", type,
			      place_lists(&p)->list[type].count, rows[_i].left[type]);
	place_assert_sound(&p);
}
END_TEST

START_TEST(blocks_up_to_order_3_stay_on_the_lists_since_5_14)
{
	static const char *const releases[] = {"5.13", "5.14", "5.19", "6.2", "6.8", "7.1"};
	struct place p;
	uint64_t before;

	place_set_up_64(&p, releases[_i]);
	for (unsigned order = 1; order <= 3; order++) {
		place_put(&p, place_get(&p, order), order);
		before = place_lock_taken(&p);
		for (int i = 0; i < 100; i++)
			place_put(&p, place_get(&p, order), order);
		ck_assert_uint_eq(place_lock_taken(&p) - before, _i ? 0 : 200);
	}
	place_assert_sound(&p);
	place_assert_counts(&p);
}
END_TEST

/* Counting costs the atomic each time here. */
START_TEST(a_block_past_the_lists_is_counted_behind_the_lock_until_5_13)
{
	struct place p = place_release(_i ? "5.14" : "5.13");

	place_set_up(&p, 1, 512 * MIB);
	p.machine.atomic = 100000;
	p.zone->stat_threshold = 0;
	place_get(&p, 4);
	ck_assert_int_eq(p.zone->lock.class->window[0].hold.max + p.zone->lock.class->window[1].hold.max >= 100000, _i);
	ck_assert_int_eq(p.zone->pcp[0].stat_diff, 0);
}
END_TEST

/* A refill is counted at once, an overflow block by block: 11 singles are past the threshold, twice in a batch of 31. */
START_TEST(an_overflow_is_counted_block_by_block)
{
	struct place p;
	struct page **page;

	place_set_up_64(&p, "4.10");
	page = place_take(&p, 0, 187);
	p.zone->stat_threshold = 10;
	for (uint32_t i = 0; i < 186; i++)
		place_put(&p, page[i], 0);
	ck_assert_uint_eq(p.mm.counts.drained_pages, 31);
	ck_assert_int_eq(place_lists(&p)->stat_diff, 31 - 2 * 11);
	free(page);
}
END_TEST

/* The zone is above its high watermark again with one page more than that. */
START_TEST(an_overflow_ends_the_shortage_with_a_page_above_the_mark)
{
	struct place p;
	struct page **page;

	place_set_up_64(&p, "6.8");
	page = place_take(&p, 0, 780);
	p.zone->below_high = true;
	p.zone->watermark_high = p.zone->free_pages + 717 - (unsigned)_i;
	for (uint32_t i = 0; i < 780; i++)
		place_put(&p, page[i], 0);
	ck_assert_uint_eq(p.mm.counts.drained_pages, 717);
	ck_assert_int_eq(p.zone->below_high, !_i);
	free(page);
}
END_TEST

START_TEST(an_overflow_goes_back_in_holds_of_a_batch_since_6_19)
{
	struct place p;
	struct page **page;
	uint64_t before;

	place_set_up_64(&p, _i ? "6.19" : "6.12");
	page = place_take(&p, 0, 780);
	before = place_lock_taken(&p);
	for (uint32_t i = 0; i < 780; i++)
		place_put(&p, page[i], 0);
	ck_assert_uint_eq(p.mm.counts.drained_pages, 717);
	ck_assert_uint_eq(p.mm.counts.drains, _i ? 12 : 1); /* 11 * 63 + 24 */
	ck_assert_uint_eq(place_lock_taken(&p) - before, _i ? 12 : 1);
	place_assert_sound(&p);
	free(page);
}
END_TEST

/* A block is larger than a batch: two of them go in two holds, and nothing is left to do in the other ten that 512 pages would take. */
START_TEST(holds_end_when_the_lists_are_empty)
{
	struct place p;
	struct page **page;
	uint64_t before;

	place_set_up_64(&p, "7.1");
	page = place_take(&p, 9, 2);
	before = place_lock_taken(&p);
	place_put(&p, page[0], 9);
	ck_assert_uint_eq(p.mm.counts.drains, 0);
	place_put(&p, page[1], 9);
	ck_assert_uint_eq(place_lists(&p)->count, 0);
	ck_assert_uint_eq(place_lock_taken(&p) - before, 2);
	free(page);
}
END_TEST

START_TEST(a_drain_gives_back_what_it_is_asked_for)
{
	struct place p;
	struct page **page;
	uint64_t before;

	place_set_up_64(&p, "4.19");
	page = place_take(&p, 0, 300);
	for (uint32_t i = 0; i < 300; i++)
		place_put(&p, page[i], 0);
	before = place_lock_taken(&p);
	pcp_drain(p.cpu, &p.mm, p.zone, p.cpu, 200, _i ? 63 : UINT32_MAX);
	ck_assert_uint_eq(place_lists(&p)->count, 100);
	ck_assert_uint_eq(place_lock_taken(&p) - before, _i ? 4 : 1);
	pcp_drain(p.cpu, &p.mm, p.zone, p.cpu, UINT32_MAX, _i ? 63 : UINT32_MAX);
	ck_assert_uint_eq(place_lists(&p)->count, 0);
	ck_assert_uint_eq(place_lock_taken(&p) - before, _i ? 6 : 2);
	/* Nothing there: nothing done. */
	pcp_drain(p.cpu, &p.mm, p.zone, p.cpu, 10, 10);
	ck_assert_uint_eq(place_lock_taken(&p) - before, _i ? 6 : 2);
	place_assert_sound(&p);
	free(page);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pcp");
	TCase *sizes = tcase_create("lengths"), *moves = tcase_create("refills and overflows");

	tcase_add_loop_test(sizes, every_release_has_its_lengths, 0, 13);
	tcase_add_loop_test(sizes, lengths_follow_memory_and_sysctls, 0, 10);
	tcase_add_loop_test(sizes, watermarks_are_clamped_by_release, 0, 2);
	tcase_add_loop_test(sizes, contradictions_are_refused, 0, 10);
	tcase_add_loop_test(sizes, orders_and_types_have_their_lists, 0, 14);
	suite_add_tcase(suite, sizes);
	tcase_add_loop_test(moves, a_refill_brings_what_the_release_says, 0, 12);
	tcase_add_test(moves, a_free_slows_the_growth_of_refills);
	tcase_add_loop_test(moves, overflows_in_a_row_give_back_what_the_release_says, 0, 10);
	tcase_add_test(moves, an_allocation_halves_the_row);
	tcase_add_test(moves, a_row_grows_no_further_than_its_overflows);
	tcase_add_test(moves, an_allocation_halves_the_count_of_frees);
	tcase_add_loop_test(moves, lists_are_kept_short_while_kswapd_reclaims, 0, 2);
	tcase_add_test(moves, a_zone_below_its_high_watermark_shrinks_the_lists);
	tcase_add_loop_test(moves, a_row_of_larger_blocks_empties_the_lists, 0, 2);
	tcase_add_loop_test(moves, tuned_lists_empty_after_a_batch_in_a_row, 0, 4);
	tcase_add_loop_test(moves, lists_are_drained_in_the_release_s_order, 0, 9);
	tcase_add_loop_test(moves, blocks_up_to_order_3_stay_on_the_lists_since_5_14, 0, 6);
	tcase_add_loop_test(moves, an_overflow_goes_back_in_holds_of_a_batch_since_6_19, 0, 2);
	tcase_add_test(moves, an_overflow_is_counted_block_by_block);
	tcase_add_loop_test(moves, an_overflow_ends_the_shortage_with_a_page_above_the_mark, 0, 2);
	tcase_add_test(moves, holds_end_when_the_lists_are_empty);
	tcase_add_loop_test(moves, a_block_past_the_lists_is_counted_behind_the_lock_until_5_13, 0, 2);
	tcase_add_loop_test(moves, a_drain_gives_back_what_it_is_asked_for, 0, 2);
	suite_add_tcase(suite, moves);
	return rig_main(suite);
}
