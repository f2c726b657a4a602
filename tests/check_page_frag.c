/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page fragments: where they are cut, when a page is used again, who frees it; against a map of every byte. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "mm/frag_direction.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "place.h"
#include "plan/policies.h"
#include "sim/stream.h"

enum { TOP_DOWN, BOTTOM_UP, DIRECTIONS };
static const struct frag_direction *const directions[] = {&frag_direction_top_down, &frag_direction_bottom_up};

static struct place place_of(int direction)
{
	struct place p = place_419();

	p.params.frag_direction = directions[direction];
	p.params.frag_oversize = FRAG_OVERSIZE_REFUSED;
	return p;
}

static struct page_frag cut(struct place *p, struct page_frag_cache *nc, uint32_t bytes, uint32_t align)
{
	struct page_frag f = page_frag_alloc_align(p->cpu, &p->mm, nc, bytes, align);

	ck_assert_ptr_nonnull(f.page);
	ck_assert_uint_eq(f.size, bytes);
	ck_assert_uint_eq(f.offset % align, 0);
	return f;
}

START_TEST(fragments_are_cut_one_after_the_other_and_a_page_is_used_again)
{
	int direction = _i % DIRECTIONS;
	struct place p = place_of(direction);
	struct page_frag_cache nc = {0};
	struct page *first = NULL;
	struct page_frag f;
	int32_t bias;

	p.params.frag_bias = (enum frag_bias)(_i / DIRECTIONS);
	bias = p.params.frag_bias == FRAG_BIAS_SIZE ? 32768 : 32769;
	place_set_up(&p, 1, 512 * MIB);
	for (uint32_t i = 0; i < 16; i++) {
		f = cut(&p, &nc, 2048, 1);
		if (!i)
			first = f.page;
		ck_assert_ptr_eq(f.page, first);
		ck_assert_uint_eq(f.offset, direction == BOTTOM_UP ? 2048 * i : 32768 - 2048 * (i + 1));
		ck_assert_int_eq(f.page->refcount, bias);
		ck_assert_int_eq(nc.pagecnt_bias, bias - (int32_t)i - 1);
	}
	ck_assert_uint_eq(first->order, 3);
	for (int i = 0; i < 16; i++)
		page_frag_free(p.cpu, &p.mm, first);
	ck_assert_int_eq(first->refcount, bias - 16);
	/* All pieces are back: the same page starts over, without the zone. */
	ck_assert_uint_eq(place_lock_taken(&p), 1);
	f = cut(&p, &nc, 100, FRAG_ALIGN);
	ck_assert_ptr_eq(f.page, first);
	ck_assert_uint_eq(f.offset, direction == BOTTOM_UP ? 0 : (32768 - 100) / 64 * 64);
	ck_assert_int_eq(first->refcount, bias);
	ck_assert_int_eq(nc.pagecnt_bias, bias - 1);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, 1);
	ck_assert_uint_eq(p.mm.counts.frag_refills, 1);
	ck_assert_uint_eq(place_lock_taken(&p), 1);
	place_assert_sound(&p);
}
END_TEST

/* How many fragments a fresh block yields. They stay out. */
static uint32_t capacity(struct place *p, uint32_t bytes, uint32_t align)
{
	struct page_frag_cache nc = {0};
	struct page *first = cut(p, &nc, bytes, align).page;
	uint32_t n = 1;

	for (; cut(p, &nc, bytes, align).page == first; n++)
		;
	return n;
}

START_TEST(a_block_yields_what_fits)
{
	struct place p = place_of(_i);

	place_set_up(&p, 1, 512 * MIB);
	for (p.params.frag_order = 0; p.params.frag_order <= FRAG_ORDER_MAX; p.params.frag_order++) {
		uint32_t size = 4096u << p.params.frag_order;

		for (uint32_t bytes = 900; bytes <= 4096; bytes += 133)
			for (uint32_t align = 1; align <= 64; align *= 64) {
				uint32_t step = (bytes + align - 1) / align * align;

				ck_assert_uint_eq(capacity(&p, bytes, align), size / step);
			}
	}
}
END_TEST

/* Top down, what alignment wastes lies behind a fragment, bottom up before it: with one alignment for all the same fits, with several
 * it depends on who comes first. */
START_TEST(with_several_alignments_the_order_decides)
{
	static const struct {
		uint32_t bytes[2], align[2];
		bool fits[DIRECTIONS];
	} rows[] = {
		{{4064, 32}, {1, 64}, {true, false}},
		{{32, 4064}, {64, 1}, {false, true}},
		{{4000, 96}, {1, 1}, {true, true}},
		{{4000, 97}, {1, 1}, {false, false}},
		{{2048, 2048}, {64, 64}, {true, true}},
	};
	struct place p = place_of(_i);

	p.params.frag_order = 0;
	place_set_up(&p, 1, 64 * MIB);
	for (size_t r = 0; r < HZ_ARRAY_SIZE(rows); r++) {
		struct page_frag_cache nc = {0};
		struct page *first = cut(&p, &nc, rows[r].bytes[0], rows[r].align[0]).page;

		ck_assert_msg((cut(&p, &nc, rows[r].bytes[1], rows[r].align[1]).page == first) == rows[r].fits[_i], "row %zu", r);
	}
}
END_TEST

START_TEST(an_exhausted_page_is_left_to_its_last_fragment)
{
	struct place p = place_of(_i);
	struct page_frag_cache nc = {0};
	struct page *first;
	struct page_frag f;
	uint64_t before;

	place_set_up(&p, 1, 512 * MIB);
	first = cut(&p, &nc, 20000, 1).page;
	f = cut(&p, &nc, 20000, 1);
	ck_assert_ptr_ne(f.page, first);
	ck_assert_uint_eq(p.mm.counts.frag_refills, 2);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, 0);
	ck_assert_int_eq(first->refcount, 1);
	before = place_lock_taken(&p);
	page_frag_free(p.cpu, &p.mm, first);
	ck_assert_int_ne(first->state, PAGE_ALLOCATED);
	ck_assert_uint_eq(place_lock_taken(&p), before + 1);
	page_frag_free(p.cpu, &p.mm, f.page);
	ck_assert_int_eq(f.page->state, PAGE_ALLOCATED);
	page_frag_cache_drain(p.cpu, &p.mm, &nc);
	ck_assert_ptr_null(nc.page);
	ck_assert_uint_eq(p.mm.allocated_pages, 0);
	place_assert_sound(&p);
}
END_TEST

/* All fragments are back when the page is exhausted. */
START_TEST(a_drained_page_and_one_from_the_reserves_are_replaced)
{
	static const struct {
		enum frag_exhausted exhausted;
		enum frag_pfmemalloc pfmemalloc;
		bool short_of_memory;
		bool reused;
	} rows[] = {
		{FRAG_REUSE, FRAG_RESERVE_REUSED, false, true}, {FRAG_DRAIN, FRAG_RESERVE_REUSED, false, false},
		{FRAG_REUSE, FRAG_RESERVE_REUSED, true, true}, {FRAG_REUSE, FRAG_RESERVE_FREED, false, true},
		{FRAG_REUSE, FRAG_RESERVE_FREED, true, false}, {FRAG_DRAIN, FRAG_RESERVE_FREED, true, false},
	};
	struct place p = place_of(_i % DIRECTIONS);
	int row = _i / DIRECTIONS;
	struct page_frag_cache nc = {0};
	uint64_t frees;
	struct page *first;

	p.params.frag_exhausted = rows[row].exhausted;
	p.params.frag_pfmemalloc = rows[row].pfmemalloc;
	place_set_up(&p, 1, 512 * MIB);
	if (rows[row].short_of_memory)
		p.zone->watermark_min = p.zone->free_pages;
	first = cut(&p, &nc, 20000, 1).page;
	ck_assert_int_eq(first->pfmemalloc, rows[row].short_of_memory);
	p.zone->watermark_min = 0;
	page_frag_free(p.cpu, &p.mm, first);
	frees = p.mm.counts.frees;
	cut(&p, &nc, 20000, 1);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, rows[row].reused);
	ck_assert_uint_eq(p.mm.counts.frag_refills, rows[row].reused ? 1 : 2);
	ck_assert_uint_eq(p.mm.counts.frees, frees + !rows[row].reused);
	ck_assert_uint_eq(p.mm.allocated_pages, 8);
	place_assert_sound(&p);
}
END_TEST

START_TEST(a_single_page_serves_when_there_is_no_larger_block)
{
	struct place p = place_of(_i % DIRECTIONS);
	struct page_frag_cache nc = {0};
	struct page_frag f;

	p.params.frag_bias = (enum frag_bias)(_i / DIRECTIONS);
	place_set_up(&p, 1, 16 * MIB);
	place_fragment(&p);
	f = cut(&p, &nc, 1024, 1);
	ck_assert_uint_eq(f.page->order, 0);
	ck_assert_uint_eq(f.offset, _i % DIRECTIONS == BOTTOM_UP ? 0 : 3072);
	ck_assert_int_eq(f.page->refcount, p.params.frag_bias == FRAG_BIAS_SIZE ? 4096 : 32769);
	ck_assert_uint_eq(p.mm.counts.frag_fallbacks, 1);
	ck_assert_uint_eq(p.mm.counts.frag_refills, 1);
	place_assert_sound(&p);
}
END_TEST

/* 5000 bytes while only single pages are to be had; the first page has given 1024 bytes, which are still out or back. */
START_TEST(more_than_a_page_depends_on_the_release)
{
	static const struct {
		enum frag_oversize oversize;
		bool back;
		uint64_t refills, reuses, refused, overruns;
		bool given;
	} rows[] = {
		{FRAG_OVERSIZE_OVERRUN, false, 2, 0, 0, 1, true}, {FRAG_OVERSIZE_OVERRUN, true, 1, 1, 0, 1, true},
		{FRAG_OVERSIZE_REFUSED, false, 2, 0, 1, 0, false}, {FRAG_OVERSIZE_REFUSED, true, 1, 1, 1, 0, false},
		{FRAG_OVERSIZE_REFUSED_AT_ONCE, false, 1, 0, 1, 0, false}, {FRAG_OVERSIZE_REFUSED_AT_ONCE, true, 1, 0, 1, 0, false},
	};
	struct place p = place_of(_i % DIRECTIONS);
	int row = _i / DIRECTIONS;
	struct page_frag_cache nc = {0};
	struct page *first;
	struct page_frag f;

	p.params.frag_oversize = rows[row].oversize;
	place_set_up(&p, 1, 16 * MIB);
	place_fragment(&p);
	first = cut(&p, &nc, 1024, 1).page;
	if (rows[row].back)
		page_frag_free(p.cpu, &p.mm, first);
	f = page_frag_alloc(p.cpu, &p.mm, &nc, 5000);
	ck_assert_int_eq(f.page != NULL, rows[row].given);
	ck_assert_uint_eq(p.mm.counts.frag_refills, rows[row].refills);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, rows[row].reuses);
	ck_assert_uint_eq(p.mm.counts.frag_refused, rows[row].refused);
	ck_assert_uint_eq(p.mm.counts.frag_overruns, rows[row].overruns);
	/* The page stays for requests that it can serve. */
	ck_assert_ptr_nonnull(nc.page);
	cut(&p, &nc, 2048, 1);
	place_assert_sound(&p);
}
END_TEST

/* A writer takes what there is and says afterwards how much it was. */
START_TEST(a_piece_of_unknown_length_is_committed_afterwards)
{
	struct place p = place_of(BOTTOM_UP);
	struct page_frag_cache nc = {0};
	struct page_frag f;
	struct page *first;

	p.params.frag_bias = FRAG_BIAS_FIXED;
	place_set_up(&p, 1, 512 * MIB);
	f = page_frag_refill_prepare(p.cpu, &p.mm, &nc, 32);
	first = f.page;
	ck_assert_uint_eq(f.offset, 0);
	ck_assert_uint_eq(f.size, 32768);
	/* Nothing is taken yet. */
	f = page_frag_refill_prepare(p.cpu, &p.mm, &nc, 32);
	ck_assert_uint_eq(f.offset, 0);
	page_frag_commit(&nc, 1000, true);
	ck_assert_int_eq(nc.pagecnt_bias, 32768);
	f = page_frag_refill_prepare(p.cpu, &p.mm, &nc, 32);
	ck_assert_uint_eq(f.offset, 1000);
	ck_assert_uint_eq(f.size, 31768);
	page_frag_commit(&nc, 31737, false);
	ck_assert_int_eq(nc.pagecnt_bias, 32768);
	ck_assert_int_eq(first->refcount, 32769);
	/* 31 bytes are left: fewer than are wanted, and the fragment is out. */
	f = page_frag_refill_prepare(p.cpu, &p.mm, &nc, 32);
	ck_assert_ptr_ne(f.page, first);
	ck_assert_uint_eq(f.size, 32768);
	ck_assert_int_eq(first->refcount, 1);
	page_frag_free(p.cpu, &p.mm, first);
	ck_assert_uint_eq(p.mm.allocated_pages, 8);
	/* Of this one everything is back: it starts over. */
	page_frag_commit(&nc, 32768, true);
	page_frag_free(p.cpu, &p.mm, f.page);
	first = f.page;
	f = page_frag_refill_prepare(p.cpu, &p.mm, &nc, 1);
	ck_assert_ptr_eq(f.page, first);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, 1);
	place_assert_sound(&p);
}
END_TEST

/* Random fragments, held for random times. A byte map per block says who has each byte. */
START_TEST(no_two_fragments_share_a_byte_and_no_block_goes_too_soon)
{
	enum { LIVE = 40, STEPS = 4000, BLOCK = 32768 };
	struct place p = place_of(_i % DIRECTIONS);
	struct stream *random = stream_new(41, (uint32_t)_i, "fragments");
	struct page_frag_cache nc = {0};
	struct page_frag live[LIVE];
	uint8_t *map;
	uint32_t n = 0;

	p.params.frag_bias = (enum frag_bias)(_i / DIRECTIONS);
	place_set_up(&p, 1, 32 * MIB);
	map = xcalloc(p.mm.pages, 4096);
	for (int step = 0; step < STEPS; step++) {
		if (n < LIVE && (!n || stream_index(random, 40) >= n)) {
			uint32_t bytes = 1 + stream_index(random, stream_index(random, 8) ? 2048 : 9000);
			struct page_frag f = cut(&p, &nc, bytes, 1u << stream_index(random, 7));
			uint8_t *from = map + (size_t)page_to_pfn(&p.mm, f.page) * 4096 + f.offset;

			ck_assert_uint_le(f.offset + f.size, BLOCK);
			for (uint32_t i = 0; i < f.size; i++)
				ck_assert_uint_eq(from[i], 0);
			memset(from, 1, f.size);
			live[n++] = f;
		} else {
			uint32_t which = stream_index(random, n);
			struct page_frag f = live[which];

			ck_assert_int_eq(f.page->state, PAGE_ALLOCATED);
			memset(map + (size_t)page_to_pfn(&p.mm, f.page) * 4096 + f.offset, 0, f.size);
			page_frag_free(p.cpu, &p.mm, f.page);
			live[which] = live[--n];
		}
	}
	while (n)
		page_frag_free(p.cpu, &p.mm, live[--n].page);
	page_frag_cache_drain(p.cpu, &p.mm, &nc);
	ck_assert_uint_eq(p.mm.allocated_pages, 0);
	ck_assert_uint_gt(p.mm.counts.frag_refills, 10);
	ck_assert_uint_eq(p.mm.counts.frag_refills, p.mm.counts.allocs);
	place_assert_sound(&p);
	free(map);
	stream_free(random);
}
END_TEST

START_TEST(the_direction_s_arithmetic_is_paid_for)
{
	struct place p = place_of(_i);
	struct page_frag_cache nc = {0};
	cycles_t since, cost;

	place_set_up(&p, 1, 512 * MIB);
	p.params.cost_frag_top_down = 1000;
	p.params.cost_frag_bottom_up = 5000;
	cut(&p, &nc, 64, 1);
	since = cpu_now(p.cpu);
	cut(&p, &nc, 64, 1);
	cost = cpu_now(p.cpu) - since;
	ck_assert_uint_eq(cost, (_i == BOTTOM_UP ? 5000 : 1000) + p.params.cost_page_frag_alloc);
}
END_TEST

START_TEST(a_dropped_fragment_s_page_goes_where_the_policy_says)
{
	struct place p = place_419();
	struct page *page, *large;
	uint64_t before;

	p.params.page_frag_free = _i ? &frag_release_pcp : &frag_release_buddy;
	place_set_up(&p, 1, 512 * MIB);
	page = place_get(&p, 0);
	large = place_get(&p, 3);
	before = place_lock_taken(&p);
	for (int i = 1; i <= 25; i++) { /* no more than one refill holds */
		page_frag_free(p.cpu, &p.mm, page);
		ck_assert_uint_eq(place_lock_taken(&p), before + (_i ? 0 : (uint64_t)i));
		ck_assert_int_eq(page->state == PAGE_PCP, _i);
		page = place_get(&p, 0);
	}
	/* Larger pages go to the buddy lists under either. */
	before = place_lock_taken(&p);
	page_frag_free(p.cpu, &p.mm, large);
	ck_assert_uint_eq(place_lock_taken(&p), before + 1);
	/* __free_pages() never was in question. */
	place_put(&p, page, 0);
	ck_assert_int_eq(page->state, PAGE_PCP);
	place_assert_sound(&p);
}
END_TEST

struct dropper {
	struct memory *mm;
	struct page *page;
	cycles_t after;
};

static void drop_body(struct cpu *cpu, void *arg)
{
	struct dropper *d = arg;

	cpu_work(cpu, d->after);
	page_frag_free(cpu, d->mm, d->page);
}

/* CPU 0 runs ahead to its free, which is later than that of CPU 1. */
START_TEST(the_cpu_that_drops_last_in_time_frees_the_page)
{
	struct place p = place_419();
	struct page *page;
	struct dropper dropper[2];

	p.params.page_frag_free = &frag_release_pcp;
	place_set_up(&p, 1, 512 * MIB);
	page = place_get(&p, 0);
	page_ref_add(p.cpu, &p.mm, page, 1);
	p.mm.shares_pages = true;
	hw_start_clock(&p.hw);
	for (unsigned i = 0; i < 2; i++) {
		dropper[i] = (struct dropper){&p.mm, page, i ? 1000 : 50000};
		context_new(&p.hw.cpu[i], "drop", true, drop_body, &dropper[i]);
		context_new_idle(&p.hw.cpu[i]);
	}
	hw_run(&p.hw);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_int_eq(page->state, PAGE_PCP);
	ck_assert_uint_eq(p.zone->pcp[1].count, 0);
	place_assert_sound(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("page_frag");
	TCase *cutting = tcase_create("cutting"), *end = tcase_create("end of a page");

	tcase_add_loop_test(cutting, fragments_are_cut_one_after_the_other_and_a_page_is_used_again, 0, 2 * DIRECTIONS);
	tcase_add_loop_test(cutting, a_block_yields_what_fits, 0, DIRECTIONS);
	tcase_add_loop_test(cutting, with_several_alignments_the_order_decides, 0, DIRECTIONS);
	tcase_add_test(cutting, a_piece_of_unknown_length_is_committed_afterwards);
	tcase_add_loop_test(cutting, no_two_fragments_share_a_byte_and_no_block_goes_too_soon, 0, 2 * DIRECTIONS);
	tcase_add_loop_test(cutting, the_direction_s_arithmetic_is_paid_for, 0, DIRECTIONS);
	suite_add_tcase(suite, cutting);
	tcase_add_loop_test(end, an_exhausted_page_is_left_to_its_last_fragment, 0, DIRECTIONS);
	tcase_add_loop_test(end, a_drained_page_and_one_from_the_reserves_are_replaced, 0, 6 * DIRECTIONS);
	tcase_add_loop_test(end, a_single_page_serves_when_there_is_no_larger_block, 0, 2 * DIRECTIONS);
	tcase_add_loop_test(end, more_than_a_page_depends_on_the_release, 0, 6 * DIRECTIONS);
	tcase_add_loop_test(end, a_dropped_fragment_s_page_goes_where_the_policy_says, 0, 2);
	tcase_add_test(end, the_cpu_that_drops_last_in_time_frees_the_page);
	suite_add_tcase(suite, end);
	return rig_main(suite);
}
