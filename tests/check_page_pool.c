/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_pool and its ring: what each release does with a page, in exact counts, and what a race of two users makes of it. */
#include <signal.h>

#include "base/text.h"
#include "hw/preempt.h"
#include "mm/page_alloc.h"
#include "net/channel.h"
#include "net/page_pool.h"
#include "place.h"
#include "plan/policies.h"
#include "release.h"
#include "sim/stream.h"

#define PAGES_MAX 4096

/* A pool of CPU 0's NAPI. */
struct pond {
	struct place place;
	struct page_pool_params params;
	struct napi napi;
	struct ptr_ring_locks locks;
	struct page_pool pool;
	struct page *page[PAGES_MAX]; /* that its user has */
	uint32_t pages;
};

static void set_up(struct pond *w, uint32_t sockets, uint32_t ring)
{
	if (!w->params.refcount)
		w->params = point_router().net.page_pool;
	w->place = place_419();
	w->place.params.bulk = &bulk_merged;
	place_set_up(&w->place, sockets, 512 * MIB);
	ptr_ring_locks_init(&w->locks, &w->place.hw);
	page_pool_init(&w->pool, &w->params, &w->place.mm, w->place.cpu, &w->napi, ring, &w->locks);
	softirq_enter(w->place.cpu);
}

/* A pond of one socket with the policies of a release. */
static struct pond pond_of(const struct page_pool_refill *refill, const struct page_pool_refcount *refcount, enum page_pool_slow slow)
{
	struct pond w = {.params = point_router().net.page_pool};

	w.params.refill = refill;
	w.params.refcount = refcount;
	w.params.slow = slow;
	w.params.consumer_lock = 1;
	return w;
}

static struct page *take(struct pond *w)
{
	struct page *page = page_pool_alloc_pages(w->place.cpu, &w->pool);

	ck_assert_ptr_nonnull(page);
	ck_assert_int_eq(page->refcount, 1);
	w->page[w->pages++] = page;
	return page;
}

static void take_many(struct pond *w, uint32_t n)
{
	while (n--)
		take(w);
}

static void put(struct pond *w, struct page *page, bool direct)
{
	page_pool_put_page(w->place.cpu, &w->pool, page, 1, direct);
}

static void put_many(struct pond *w, uint32_t n, bool direct)
{
	while (n--)
		put(w, w->page[--w->pages], direct);
}

/* All pages that are the pool's are in one of three places. */
static void assert_sums(const struct pond *w)
{
	const struct page_pool *pool = &w->pool;
	struct error e;

	ck_assert_uint_eq(page_pool_inflight(pool), pool->count + pool->ring.count + w->pages);
	ck_assert_msg(!page_pool_check(pool, &e), "%s", e.text);
}

/* A ring with `n` pages and nothing else in the pool. */
static void fill_ring(struct pond *w, uint32_t n)
{
	uint32_t left = w->pages;

	take_many(w, n);
	for (uint32_t i = left; i < w->pages; i++)
		put(w, w->page[i], false);
	w->pages = left;
	/* What a bulk call brought beyond that. */
	while (w->pool.count)
		page_pool_return_page(w->place.cpu, &w->pool, page_pool_pop(&w->pool));
	w->pool.counts = (struct page_pool_counts){0};
	ck_assert_uint_eq(w->pool.ring.count, n);
}

START_TEST(what_rests_in_a_pool_is_looked_at)
{
	struct pond w = {.pages = 0};
	struct page_pool *pool = &w.pool;
	struct error e;

	set_up(&w, 1, 64);
	take(&w);
	fill_ring(&w, 8);
	put_many(&w, 1, true);
	ck_assert_msg(!page_pool_check(pool, &e), "%s", e.text);
	switch (_i) {
	case 0: pool->cache[0]->refcount = 2; break;
	case 1: pool->cache[0]->state = PAGE_BUDDY; break;
	case 2: ((struct page *)pool->ring.slot[pool->ring.consumer_head])->refcount = 0; break;
	case 3: pool->release = pool->hold; break;
	case 4: pool->ring.size = 1; break;
	}
	ck_assert_int_eq(page_pool_check(pool, &e), HZ_RUN_FAILED);
}
END_TEST

START_TEST(a_ring_is_full_exactly_when_its_next_slot_is_in_use)
{
	struct pond w = {.params = {0}};
	struct ptr_ring *r = &w.pool.ring;
	struct cpu *cpu;
	int things[64];

	set_up(&w, 1, 64);
	cpu = w.place.cpu;
	ptr_ring_fini(r);
	ptr_ring_init(r, 64, _i ? 16 : 1, 0, false, &w.locks, &w.place.hw);
	for (int i = 0; i < 64; i++)
		ck_assert(__ptr_ring_produce(cpu, r, &things[i]));
	ck_assert(!__ptr_ring_produce(cpu, r, &things[0]));
	ck_assert_uint_eq(r->count, 64);
	for (int i = 0; i < 15; i++) {
		ck_assert_ptr_eq(__ptr_ring_consume(cpu, r), &things[i]);
		/* Cleared one by one, or 16 at a time: until then the producer sees a full ring. */
		ck_assert(__ptr_ring_produce(cpu, r, &things[i]) == !_i);
	}
	ck_assert_ptr_eq(__ptr_ring_consume(cpu, r), &things[15]);
	for (int i = _i ? 0 : 15; i < 16; i++)
		ck_assert(__ptr_ring_produce(cpu, r, &things[i]));
	ck_assert(!__ptr_ring_produce(cpu, r, &things[0]));
	for (int i = 16; i < 64; i++)
		ck_assert_ptr_eq(__ptr_ring_consume(cpu, r), &things[i]);
	/* Round the end: what was put in place of the first sixteen. */
	for (int i = 0; i < 16; i++)
		ck_assert_ptr_eq(__ptr_ring_consume(cpu, r), &things[i]);
	ck_assert_ptr_null(__ptr_ring_consume(cpu, r));
	ck_assert(__ptr_ring_empty(cpu, r));
	ck_assert_uint_eq(r->count, 0);
}
END_TEST

/* Sizes that lines and batches do not divide, and one slot. */
START_TEST(a_ring_is_a_queue)
{
	static const struct {
		uint32_t size, batch;
	} rows[] = {{1, 16}, {2, 1}, {7, 16}, {31, 16}, {32, 16}, {100, 16}, {1000, 1}, {1024, 16}};
	struct stream *random = stream_new(3, 0, "ring");
	struct pond w = {.params = {0}};
	struct ptr_ring *r = &w.pool.ring;
	char things[2048];
	uint32_t in = 0, out = 0, most = 0, fulls = 0;

	set_up(&w, 1, 64);
	ptr_ring_fini(r);
	ptr_ring_init(r, rows[_i].size, rows[_i].batch, 0, false, &w.locks, &w.place.hw);
	ck_assert_uint_eq(r->batch, rows[_i].batch <= rows[_i].size / 2 ? rows[_i].batch : 1);
	for (int i = 0; i < 100000; i++) {
		/* Tides, so that it runs full and empty. */
		bool produce = stream_index(random, 3) < (i / 6000 % 2 ? 1u : 2u);
		void *got;

		if (produce && __ptr_ring_produce(w.place.cpu, r, &things[in % 2048])) {
			in++;
		} else if (produce) {
			fulls++;
			ck_assert_uint_gt(in - out + r->batch, r->size);
		} else {
			got = __ptr_ring_consume(w.place.cpu, r);
			ck_assert_ptr_eq(got, in == out ? NULL : (void *)&things[out % 2048]);
			out += got != NULL;
		}
		ck_assert_uint_eq(r->count, in - out);
		if (in - out > most)
			most = in - out;
	}
	ck_assert_uint_eq(most, rows[_i].size);
	ck_assert_uint_gt(fulls, 0);
	stream_free(random);
}
END_TEST

/* 4.18's refill is the RFC's: 64 pages for the array, and the caller gets the one after them. */
START_TEST(the_rfc_s_refill_gives_the_65th_page)
{
	static const uint32_t ringed[] = {1, 64, 65, 100};
	struct pond w = pond_of(_i < 4 ? &page_pool_refill_rfc : &page_pool_refill_empty_ring_first, &page_pool_refcount_one,
				PAGE_POOL_SLOW_SINGLE);
	uint32_t n = ringed[_i % 4], allocs;
	struct page *next;

	set_up(&w, 1, 1024);
	fill_ring(&w, n);
	allocs = (uint32_t)w.place.mm.counts.allocs;
	next = n > 64 ? w.pool.ring.slot[64] : NULL;
	take(&w);
	ck_assert_uint_eq(w.pool.count, n < 64 ? n : 64);
	if (n > 64) {
		ck_assert_ptr_eq(w.page[0], next);
		ck_assert_uint_eq(w.pool.counts.refill, 1);
		ck_assert_uint_eq(w.pool.ring.count, n - 65);
		ck_assert_uint_eq(w.place.mm.counts.allocs, allocs);
	} else {
		/* The array has pages now, and still the page allocator is asked. */
		ck_assert_uint_eq(w.pool.counts.slow, 1);
		ck_assert_uint_eq(w.pool.counts.refill, 0);
		ck_assert_uint_eq(w.place.mm.counts.allocs, allocs + 1);
	}
	ck_assert_uint_eq(w.pool.counts.fast, 0);
	assert_sums(&w);
}
END_TEST

START_TEST(in_4_18_the_array_is_of_no_use_while_the_ring_is_empty)
{
	struct pond w = pond_of(_i ? &page_pool_refill_empty_ring_first : &page_pool_refill_rfc, &page_pool_refcount_sole,
				PAGE_POOL_SLOW_SINGLE);

	set_up(&w, 1, 1024);
	take_many(&w, 30);
	put_many(&w, 10, true);
	ck_assert_uint_eq(w.pool.count, 10);
	w.pool.counts = (struct page_pool_counts){0};
	take_many(&w, 5);
	ck_assert_uint_eq(w.pool.counts.fast, _i ? 0 : 5);
	ck_assert_uint_eq(w.pool.counts.slow, _i ? 5 : 0);
	ck_assert_uint_eq(w.pool.count, _i ? 10 : 5);
	/* One page on the ring, and the array serves again. */
	put_many(&w, 1, false);
	take_many(&w, 5);
	ck_assert_uint_eq(w.pool.counts.fast, _i ? 5 : 10);
	ck_assert_uint_eq(w.pool.ring.count, 1);
	assert_sums(&w);
}
END_TEST

START_TEST(since_5_4_a_refill_serves_its_caller_from_any_ring)
{
	static const uint32_t ringed[] = {1, 2, 64, 65, 100};
	bool numa = _i >= 5;
	struct pond w = pond_of(numa ? &page_pool_refill_numa_batch : &page_pool_refill_batch, &page_pool_refcount_sole,
				PAGE_POOL_SLOW_SINGLE);
	uint32_t n = ringed[_i % 5], popped = numa ? (n < 64 ? n : 64) : n < 65 ? n : 65;
	struct page *expected;

	set_up(&w, 1, 1024);
	fill_ring(&w, n);
	/* The first of them, or the last. */
	expected = w.pool.ring.slot[numa ? popped - 1 : 0];
	ck_assert_ptr_eq(take(&w), expected);
	ck_assert_uint_eq(w.pool.counts.refill, 1);
	ck_assert_uint_eq(w.pool.counts.slow, 0);
	ck_assert_uint_eq(w.pool.count, popped - 1);
	ck_assert_uint_eq(w.pool.ring.count, n - popped);
	take_many(&w, popped - 1);
	ck_assert_uint_eq(w.pool.counts.fast, popped - 1);
	ck_assert_uint_eq(w.pool.counts.refill, 1);
	assert_sums(&w);
}
END_TEST

START_TEST(an_empty_ring_is_counted)
{
	const struct page_pool_refill *refills[] = {&page_pool_refill_rfc, &page_pool_refill_empty_ring_first, &page_pool_refill_batch,
						    &page_pool_refill_numa_batch};
	struct pond w = pond_of(refills[_i], &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE);

	set_up(&w, 1, 1024);
	take_many(&w, 3);
	ck_assert_uint_eq(w.pool.counts.empty, 3);
	ck_assert_uint_eq(w.pool.counts.slow, 3);
	ck_assert_uint_eq(w.pool.hold, 3);
	assert_sums(&w);
}
END_TEST

START_TEST(the_slow_path_brings_64_pages_and_counts_once)
{
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_BULK);

	set_up(&w, 1, 1024);
	take(&w);
	ck_assert_uint_eq(w.pool.count, 63);
	ck_assert_uint_eq(w.place.mm.counts.bulk_allocs, 64);
	take_many(&w, 63);
	ck_assert_uint_eq(w.pool.counts.slow, 1);
	ck_assert_uint_eq(w.pool.counts.fast, 63);
	take(&w);
	ck_assert_uint_eq(w.pool.counts.slow, 2);
	ck_assert_uint_eq(w.pool.hold, 128);
	assert_sums(&w);
}
END_TEST

/* A pool of node 0 with pages of node 1 among those on its ring. */
START_TEST(a_page_of_another_node_leaves_and_ends_the_refill)
{
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE);
	struct page *fourth;

	set_up(&w, 2, 1024);
	take_many(&w, 4);
	page_pool_update_nid(&w.pool, 1);
	take(&w);
	ck_assert_uint_eq(w.page[4]->zone, 1);
	page_pool_update_nid(&w.pool, 0);
	take_many(&w, 5);
	fourth = w.page[3];
	for (uint32_t i = 0; i < 10; i++)
		put(&w, w.page[i], false);
	w.pages = 0;
	w.pool.counts = (struct page_pool_counts){0};
	ck_assert_ptr_eq(take(&w), fourth);
	ck_assert_uint_eq(w.pool.counts.waive, 1);
	ck_assert_uint_eq(w.pool.counts.refill, 1);
	ck_assert_uint_eq(w.pool.count, 3);
	ck_assert_uint_eq(w.pool.ring.count, 5);
	ck_assert_uint_eq(w.pool.release, 1);
	ck_assert_uint_eq(w.place.mm.allocated_pages, 9);
	/* All of the ring is of the wrong node now: one page per attempt, and a new one from the right node. */
	take_many(&w, 3);
	page_pool_update_nid(&w.pool, 1);
	for (uint32_t i = 0; i < 5; i++)
		ck_assert_uint_eq(take(&w)->zone, 1);
	ck_assert_uint_eq(w.pool.counts.waive, 6);
	ck_assert_uint_eq(w.pool.counts.slow, 5);
	ck_assert_uint_eq(w.pool.ring.count, 0);
	assert_sums(&w);
}
END_TEST

START_TEST(pages_fill_the_array_then_the_ring_then_leave)
{
	struct pond w = pond_of(&page_pool_refill_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE);

	set_up(&w, 1, 1000);
	take_many(&w, 1200);
	put_many(&w, 1200, true);
	ck_assert_uint_eq(w.pool.counts.cached, 128);
	ck_assert_uint_eq(w.pool.counts.cache_full, 1072);
	ck_assert_uint_eq(w.pool.counts.ring, 1000);
	ck_assert_uint_eq(w.pool.counts.ring_full, 72);
	ck_assert_uint_eq(w.pool.release, 72);
	ck_assert_uint_eq(w.place.mm.allocated_pages, 1128);
	assert_sums(&w);
	place_assert_sound(&w.place);
}
END_TEST

START_TEST(every_allocation_is_fast_a_refill_or_slow)
{
	const struct page_pool_refill *refills[] = {&page_pool_refill_rfc, &page_pool_refill_empty_ring_first, &page_pool_refill_batch,
						    &page_pool_refill_numa_batch};
	const struct page_pool_refcount *refcounts[] = {&page_pool_refcount_one, &page_pool_refcount_zero, &page_pool_refcount_sole,
							&page_pool_refcount_fragments};
	struct pond w = pond_of(refills[_i % 4], refcounts[_i / 4 % 4], _i / 16 ? PAGE_POOL_SLOW_BULK : PAGE_POOL_SLOW_SINGLE);
	struct stream *random = stream_new((uint64_t)_i, 0, "pool");
	uint64_t allocs = 0;

	set_up(&w, 1, 300);
	for (int i = 0; i < 20000; i++) {
		/* More out, then more back. */
		if (w.pages && (w.pages == 1000 || stream_index(random, 5) < (i / 1500 % 2 ? 2u : 3u))) {
			uint32_t k = stream_index(random, w.pages);
			struct page *page = w.page[k];

			w.page[k] = w.page[--w.pages];
			put(&w, page, stream_index(random, 2));
		} else {
			take(&w);
			allocs++;
		}
		assert_sums(&w);
	}
	ck_assert_uint_eq(w.pool.counts.fast + w.pool.counts.refill + w.pool.counts.slow, allocs);
	ck_assert_uint_gt(w.pool.counts.fast, 0);
	ck_assert_uint_gt(w.pool.counts.refill, 0);
	ck_assert_uint_gt(w.pool.counts.slow, 0);
	ck_assert_uint_eq(w.pool.counts.ring_full, w.pool.release);
	/* Nothing else has pages. */
	ck_assert_uint_eq(w.place.mm.allocated_pages, page_pool_inflight(&w.pool));
	place_assert_sound(&w.place);
	stream_free(random);
}
END_TEST

START_TEST(since_4_18_a_page_that_somebody_else_has_leaves_the_pool)
{
	struct pond w = pond_of(&page_pool_refill_batch, _i ? &page_pool_refcount_fragments : &page_pool_refcount_sole,
				PAGE_POOL_SLOW_SINGLE);
	struct page *page;

	set_up(&w, 1, 1024);
	page = take(&w);
	page_ref_add(w.place.cpu, &w.place.mm, page, 1);
	put_many(&w, 1, true);
	ck_assert_uint_eq(w.pool.counts.released_ref, 1);
	ck_assert_uint_eq(w.pool.release, 1);
	ck_assert_uint_eq(w.pool.count, 0);
	ck_assert_int_eq(page->refcount, 1);
	ck_assert_uint_eq(w.place.mm.allocated_pages, 1);
	put_page(w.place.cpu, &w.place.mm, page);
	ck_assert_uint_eq(w.place.mm.allocated_pages, 0);
	assert_sums(&w);
}
END_TEST

/* In the RFC it only counts down, and comes back with its last user. */
START_TEST(in_the_rfc_a_page_that_somebody_else_has_stays_the_pool_s)
{
	struct pond w = pond_of(&page_pool_refill_rfc, _i ? &page_pool_refcount_zero : &page_pool_refcount_one, PAGE_POOL_SLOW_SINGLE);
	struct page *page;

	set_up(&w, 1, 1024);
	page = take(&w);
	page_ref_add(w.place.cpu, &w.place.mm, page, 2);
	put(&w, page, false);
	put(&w, page, true);
	ck_assert_int_eq(page->refcount, 1);
	ck_assert_uint_eq(w.pool.release, 0);
	ck_assert_uint_eq(w.pool.ring.count + w.pool.count, 0);
	put_many(&w, 1, false);
	ck_assert_uint_eq(w.pool.ring.count, 1);
	/* On the ring a page has count 1, or 0. */
	ck_assert_int_eq(page->refcount, _i ? 0 : 1);
	assert_sums(&w);
	take_many(&w, 1);
	assert_sums(&w);
}
END_TEST

START_TEST(to_reach_zero_costs_an_atomic_and_the_page_s_line)
{
	struct pond one = pond_of(&page_pool_refill_rfc, &page_pool_refcount_one, PAGE_POOL_SLOW_SINGLE);
	struct pond zero = pond_of(&page_pool_refill_rfc, &page_pool_refcount_zero, PAGE_POOL_SLOW_SINGLE);
	struct pond *w = _i ? &zero : &one;
	struct cpu *cpu;
	cycles_t before, direct, ring, atomic;

	set_up(w, 1, 1024);
	cpu = w->place.cpu;
	atomic = w->place.machine.atomic;
	take_many(w, 2);
	before = cpu_now(cpu);
	put_many(w, 1, true);
	direct = cpu_now(cpu) - before;
	/* Neither has an atomic where the sole user of a page puts it into the array. */
	ck_assert_uint_eq(direct, 7 + 4);
	before = cpu_now(cpu);
	put_many(w, 1, false);
	ring = cpu_now(cpu) - before;
	/* Tests, the lock's word from memory and its pair, the ring; and the atomic. */
	ck_assert_uint_eq(ring, 7 + w->place.machine.dram_local + atomic + w->place.machine.unlock + 3 + (_i ? atomic : 0));
	ck_assert_int_eq(w->pool.ring.count, 1);
}
END_TEST

/* Two CPUs that have a reference each of one page, and drop it. */
struct race {
	struct pond *pond;
	struct page *page;
	cycles_t at[2];
};

static void drop_at(struct cpu *cpu, void *arg)
{
	struct race *race = arg;

	if (cpu->number)
		softirq_enter(cpu);
	cpu_work(cpu, race->at[cpu->number]);
	page_pool_put_page(cpu, &race->pond->pool, race->page, 1, false);
	cpu_finish(cpu);
}

static struct pond race(const struct page_pool_refcount *refcount, cycles_t apart)
{
	struct pond w = pond_of(&page_pool_refill_rfc, refcount, PAGE_POOL_SLOW_SINGLE);
	struct race race = {.at = {1000, 1000 + apart}};

	w.pool.shared = true;
	set_up(&w, 1, 1024);
	w.place.mm.shares_pages = true;
	race.pond = &w;
	race.page = page_pool_alloc_pages(w.place.cpu, &w.pool);
	page_ref_add(w.place.cpu, &w.place.mm, race.page, 1);
	hw_start_clock(&w.place.hw);
	for (uint32_t i = 0; i < 2; i++) {
		context_new(&w.place.hw.cpu[i], "put", true, drop_at, &race);
		context_new_idle(&w.place.hw.cpu[i]);
	}
	hw_run(&w.place.hw);
	ck_assert_msg(!w.place.hw.sim.failure, "%s", w.place.hw.sim.failure);
	return w;
}

/* Both read 2, both count down, and nobody finds the pool the page's owner. */
START_TEST(two_users_at_a_time_lose_a_page_where_count_1_owns)
{
	/* Together; as close as the first one's atomic; and after it. */
	static const struct {
		cycles_t apart;
		bool lost;
	} rows[] = {{0, true}, {1, true}, {5, true}, {2000, false}, {20000, false}};
	struct pond w = race(&page_pool_refcount_one, rows[_i].apart);

	ck_assert_uint_eq(w.pool.counts.races, rows[_i].lost);
	ck_assert_uint_eq(w.pool.release, rows[_i].lost);
	ck_assert_uint_eq(w.pool.ring.count, !rows[_i].lost);
	ck_assert_uint_eq(w.place.mm.allocated_pages, !rows[_i].lost);
	ck_assert_uint_eq(page_pool_inflight(&w.pool), w.pool.ring.count);
	place_assert_sound(&w.place);
}
END_TEST

START_TEST(two_users_at_a_time_lose_no_page_that_must_reach_0)
{
	static const cycles_t apart[] = {0, 1, 5, 2000};
	struct pond w = race(&page_pool_refcount_zero, apart[_i]);

	ck_assert_uint_eq(w.pool.counts.races, 0);
	ck_assert_uint_eq(w.pool.ring.count, 1);
	ck_assert_int_eq(((struct page *)w.pool.ring.slot[0])->refcount, 0);
}
END_TEST

START_TEST(fragments_come_back_with_the_last_one)
{
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_BULK);
	struct page *page;

	set_up(&w, 1, 1024);
	page = take(&w);
	page->pp_ref_count = 64;
	w.pool.count = 0;
	/* Three are out, the driver gives up the rest; then they come back in turn. */
	put(&w, page, false);
	page_pool_put_page(w.place.cpu, &w.pool, page, 61, true);
	put(&w, page, false);
	ck_assert_int_eq(page->pp_ref_count, 1);
	ck_assert_uint_eq(w.pool.count + w.pool.ring.count, 0);
	put(&w, page, true);
	ck_assert_uint_eq(w.pool.count, 1);
	ck_assert_int_eq(page->pp_ref_count, 1);
	ck_assert_int_eq(page->refcount, 1);
}
END_TEST

START_TEST(whoever_holds_all_that_is_left_needs_no_atomic)
{
	static const struct {
		int32_t count, drops;
		bool atomic;
	} rows[] = {{1, 1, false}, {64, 64, false}, {2, 1, true}, {64, 63, true}};
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_SINGLE);
	struct cpu *cpu;
	struct page *page;
	cycles_t before;
	bool last = rows[_i].count == rows[_i].drops;

	set_up(&w, 1, 1024);
	cpu = w.place.cpu;
	page = take(&w);
	page->pp_ref_count = rows[_i].count;
	before = cpu_now(cpu);
	page_pool_put_page(cpu, &w.pool, page, rows[_i].drops, true);
	ck_assert_uint_eq(cpu_now(cpu) - before, (last ? 7u + 4u : 0u) + (rows[_i].atomic ? w.place.machine.atomic : 0u));
	ck_assert_int_eq(page->pp_ref_count, last ? 1 : rows[_i].count - rows[_i].drops);
}
END_TEST

START_TEST(where_a_packet_s_page_goes_by_release)
{
	/* Into the array: the rule, the CPU that frees, in a softirq, with the pool's NAPI scheduled, by somebody who says so. */
	static const struct {
		const struct page_pool_skb_recycle *rule;
		uint32_t cpu;
		bool in_softirq, scheduled, napi_safe, direct;
	} rows[] = {
		{&page_pool_skb_recycle_ring, 0, true, true, true, false},
		{&page_pool_skb_recycle_napi_safe, 0, true, true, true, true},
		{&page_pool_skb_recycle_napi_safe, 0, true, true, false, false},
		{&page_pool_skb_recycle_napi_safe, 0, true, false, true, false},
		{&page_pool_skb_recycle_napi_safe, 0, false, true, true, false},
		{&page_pool_skb_recycle_napi_safe, 1, true, true, true, false},
		{&page_pool_skb_recycle_softirq, 0, true, true, false, true},
		{&page_pool_skb_recycle_softirq, 0, true, false, true, false},
		{&page_pool_skb_recycle_softirq, 0, false, true, true, false},
		{&page_pool_skb_recycle_softirq, 1, true, true, true, false},
		{&page_pool_skb_recycle_pool, 0, true, true, false, true},
		{&page_pool_skb_recycle_pool, 1, true, true, true, false},
	};
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE);
	struct cpu *cpu;

	w.params.skb_recycle = rows[_i].rule;
	set_up(&w, 1, 1024);
	take(&w);
	cpu = &w.place.hw.cpu[rows[_i].cpu];
	if (rows[_i].in_softirq && rows[_i].cpu)
		softirq_enter(cpu);
	if (!rows[_i].in_softirq)
		softirq_exit(cpu);
	w.napi.scheduled = rows[_i].scheduled;
	page_pool_return_skb_page(cpu, &w.pool, w.page[--w.pages], rows[_i].napi_safe);
	ck_assert_uint_eq(w.pool.counts.cached, rows[_i].direct);
	ck_assert_uint_eq(w.pool.counts.ring, !rows[_i].direct);
	/* Since 6.11 the pool asks for whatever is put. */
	w.pool.counts = (struct page_pool_counts){0};
	softirq_enter(w.place.cpu);
	w.napi.scheduled = true;
	take(&w);
	put_many(&w, 1, false);
	ck_assert_uint_eq(w.pool.counts.cached, rows[_i].rule == &page_pool_skb_recycle_pool);
	assert_sums(&w);
}
END_TEST

static uint64_t acquisitions(const struct lock_class *c)
{
	return c->window[0].acquisitions + c->window[1].acquisitions;
}

START_TEST(a_bulk_goes_into_the_ring_under_one_hold)
{
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE);

	w.pool.shared = true;
	set_up(&w, 1, 20);
	take_many(&w, 36);
	/* One of them is somebody else's too. */
	page_ref_add(w.place.cpu, &w.place.mm, w.page[35], 1);
	w.pages -= 16;
	page_pool_put_page_bulk(w.place.cpu, &w.pool, &w.page[w.pages], 16);
	ck_assert_uint_eq(acquisitions(w.locks.producer), 1);
	ck_assert_uint_eq(w.pool.counts.ring, 15);
	ck_assert_uint_eq(w.pool.counts.released_ref, 1);
	/* Room for five more. */
	w.pages -= 16;
	page_pool_put_page_bulk(w.place.cpu, &w.pool, &w.page[w.pages], 16);
	ck_assert_uint_eq(acquisitions(w.locks.producer), 2);
	ck_assert_uint_eq(w.pool.counts.ring, 20);
	ck_assert_uint_eq(w.pool.counts.ring_full, 11);
	ck_assert_uint_eq(w.pool.release, 12);
	assert_sums(&w);
}
END_TEST

START_TEST(the_consumer_s_lock_is_taken_until_5_16)
{
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE);

	w.params.consumer_lock = (uint32_t)_i;
	w.pool.shared = true;
	set_up(&w, 1, 1024);
	fill_ring(&w, 200);
	take_many(&w, 128);
	ck_assert_uint_eq(w.pool.counts.refill, 2);
	ck_assert_uint_eq(acquisitions(w.locks.consumer), _i ? 2 : 0);
	ck_assert_uint_eq(acquisitions(w.locks.producer), 200);
}
END_TEST

/* 64 pages that CPU 0 took from the pool are put back by one CPU. */
struct freer {
	struct pond *pond;
	uint32_t cpu;
	cycles_t cost;
};

static void free_all(struct cpu *cpu, void *arg)
{
	struct freer *f = arg;

	if (cpu->number == f->cpu) {
		if (cpu->number)
			softirq_enter(cpu);
		cpu_work(cpu, 10000);
		f->cost = cpu_now(cpu);
		for (uint32_t i = 0; i < 64; i++)
			page_pool_put_page(cpu, &f->pond->pool, f->pond->page[i], 1, false);
		f->cost = cpu_now(cpu) - f->cost;
	}
	cpu_finish(cpu);
}

static void cost_of_freeing(const void *cpu, void *cost)
{
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE);
	struct freer f = {.pond = &w, .cpu = *(const uint32_t *)cpu};

	w.pool.shared = true;
	set_up(&w, 1, 64);
	fill_ring(&w, 64);
	take_many(&w, 64);
	hw_start_clock(&w.place.hw);
	for (uint32_t i = 0; i < 2; i++) {
		context_new(&w.place.hw.cpu[i], "free", true, free_all, &f);
		context_new_idle(&w.place.hw.cpu[i]);
	}
	hw_run(&w.place.hw);
	*(cycles_t *)cost = w.place.hw.sim.failure ? 0 : f.cost;
}

START_TEST(another_cpu_pays_for_the_lines_that_it_fetches)
{
	cycles_t here, there;

	ck_assert(rig_child(cost_of_freeing, &(uint32_t){0}, &here, sizeof here, 10));
	ck_assert(rig_child(cost_of_freeing, &(uint32_t){1}, &there, sizeof there, 10));
	/* 64 struct pages, the 8 lines of their slots, and the lock. */
	ck_assert_uint_eq(there - here, (64 + 8 + 1) * point_server().transfer_socket);
}
END_TEST

START_TEST(more_fragments_than_there_are_end_the_run)
{
	struct pond w = pond_of(&page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_SINGLE);

	set_up(&w, 1, 64);
	take(&w);
	w.page[0]->pp_ref_count = 2;
	/* Before the clock runs there is no run to end. */
	page_pool_put_page(w.place.cpu, &w.pool, w.page[0], 3, false);
}
END_TEST

/* What models/kernels/ has, row by row. */
START_TEST(what_each_release_has)
{
	static const struct {
		const char *release;
		const struct page_pool_skb_recycle *skb_recycle;
		const struct page_pool_refill *refill;
		const struct page_pool_refcount *refcount;
		enum page_pool_slow slow;
		uint32_t consumer_lock, ring_batch, ring, xdp_return_bulk;
	} rows[] = {
		{"4.10", &page_pool_skb_recycle_ring, &page_pool_refill_rfc, &page_pool_refcount_one, PAGE_POOL_SLOW_SINGLE, 1, 1, 2000, 1},
		{"4.19", &page_pool_skb_recycle_none, &page_pool_refill_empty_ring_first, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE, 1, 16, 0, 1},
		{"5.0", &page_pool_skb_recycle_none, &page_pool_refill_empty_ring_first, &page_pool_refcount_sole, PAGE_POOL_SLOW_SINGLE, 1, 16, 0, 1},
		{"5.13", &page_pool_skb_recycle_none, &page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_BULK, 1, 16, 0, 16},
		{"5.14", &page_pool_skb_recycle_ring, &page_pool_refill_numa_batch, &page_pool_refcount_sole, PAGE_POOL_SLOW_BULK, 1, 16, 0, 16},
		{"5.19", &page_pool_skb_recycle_ring, &page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_BULK, 0, 16, 0, 16},
		{"6.2", &page_pool_skb_recycle_ring, &page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_BULK, 0, 16, 0, 16},
		{"6.6", &page_pool_skb_recycle_softirq, &page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_BULK, 0, 16, 0, 16},
		{"6.8", &page_pool_skb_recycle_softirq, &page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_BULK, 0, 16, 0, 16},
		{"6.12", &page_pool_skb_recycle_pool, &page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_BULK, 0, 16, 0, 16},
		{"7.1", &page_pool_skb_recycle_pool, &page_pool_refill_numa_batch, &page_pool_refcount_fragments, PAGE_POOL_SLOW_BULK, 0, 16, 0, 16},
	};
	struct net_params k = release_host(rows[_i].release, "xdp").net;

	ck_assert_ptr_eq(k.page_pool.skb_recycle, rows[_i].skb_recycle);
	ck_assert_ptr_eq(k.page_pool.refill, rows[_i].refill);
	ck_assert_ptr_eq(k.page_pool.refcount, rows[_i].refcount);
	ck_assert_int_eq(k.page_pool.slow, rows[_i].slow);
	ck_assert_uint_eq(k.page_pool.consumer_lock, rows[_i].consumer_lock);
	ck_assert_uint_eq(k.page_pool.ring_batch, rows[_i].ring_batch);
	ck_assert_uint_eq(k.page_pool.ring, rows[_i].ring);
	ck_assert_uint_eq(k.page_pool.cache, 128);
	ck_assert_uint_eq(k.xdp_return_bulk, rows[_i].xdp_return_bulk);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("page_pool");
	TCase *ring = tcase_create("ptr_ring"), *pool = tcase_create("pool"), *puts = tcase_create("put");

	tcase_add_loop_test(ring, a_ring_is_full_exactly_when_its_next_slot_is_in_use, 0, 2);
	tcase_add_loop_test(ring, a_ring_is_a_queue, 0, 8);
	suite_add_tcase(suite, ring);
	tcase_add_loop_test(pool, what_rests_in_a_pool_is_looked_at, 0, 5);
	tcase_add_loop_test(pool, the_rfc_s_refill_gives_the_65th_page, 0, 8);
	tcase_add_loop_test(pool, in_4_18_the_array_is_of_no_use_while_the_ring_is_empty, 0, 2);
	tcase_add_loop_test(pool, since_5_4_a_refill_serves_its_caller_from_any_ring, 0, 10);
	tcase_add_loop_test(pool, an_empty_ring_is_counted, 0, 4);
	tcase_add_test(pool, the_slow_path_brings_64_pages_and_counts_once);
	tcase_add_test(pool, a_page_of_another_node_leaves_and_ends_the_refill);
	tcase_add_test(pool, pages_fill_the_array_then_the_ring_then_leave);
	tcase_add_loop_test(pool, every_allocation_is_fast_a_refill_or_slow, 0, 32);
	tcase_add_loop_test(pool, the_consumer_s_lock_is_taken_until_5_16, 0, 2);
	suite_add_tcase(suite, pool);
	tcase_add_loop_test(puts, since_4_18_a_page_that_somebody_else_has_leaves_the_pool, 0, 2);
	tcase_add_loop_test(puts, in_the_rfc_a_page_that_somebody_else_has_stays_the_pool_s, 0, 2);
	tcase_add_loop_test(puts, to_reach_zero_costs_an_atomic_and_the_page_s_line, 0, 2);
	tcase_add_loop_test(puts, two_users_at_a_time_lose_a_page_where_count_1_owns, 0, 5);
	tcase_add_loop_test(puts, two_users_at_a_time_lose_no_page_that_must_reach_0, 0, 4);
	tcase_add_test(puts, fragments_come_back_with_the_last_one);
	tcase_add_loop_test(puts, whoever_holds_all_that_is_left_needs_no_atomic, 0, 4);
	tcase_add_test_raise_signal(puts, more_fragments_than_there_are_end_the_run, SIGABRT);
	tcase_add_loop_test(puts, where_a_packet_s_page_goes_by_release, 0, 12);
	tcase_add_test(puts, a_bulk_goes_into_the_ring_under_one_hold);
	tcase_add_test(puts, another_cpu_pays_for_the_lines_that_it_fetches);
	tcase_add_loop_test(puts, what_each_release_has, 0, 11);
	suite_add_tcase(suite, puts);
	return rig_main(suite);
}
