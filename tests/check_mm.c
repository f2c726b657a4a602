/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page allocator: per-CPU lists, buddy lists against a naive model, watermarks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "mm/buddy.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "mm/pcp.h"
#include "plan/policies.h"
#include "place.h"

START_TEST(batch_follows_the_formula)
{
	static const struct {
		uint64_t managed, cap;
		uint32_t batch;
	} rows[] = {
		{UINT64_C(64) << 18, 512 << 10, 31}, {UINT64_C(64) << 18, 1 << 20, 63}, /* 64 GiB under 4.10 and 4.19 */
		{1024, 1 << 20, 1}, {4096, 1 << 20, 1}, {8192, 1 << 20, 1}, {16384, 1 << 20, 3}, {32768, 1 << 20, 7},
		{65536, 1 << 20, 15}, {131072, 1 << 20, 31}, {131072, 512 << 10, 31}, {262144, 1 << 20, 63},
		{262144, 512 << 10, 31}, {0, 1 << 20, 1}, {43690, 1 << 20, 7}, {45056, 1 << 20, 15},
	};

	for (size_t i = 0; i < HZ_ARRAY_SIZE(rows); i++)
		ck_assert_msg(zone_batchsize(rows[i].managed, rows[i].cap) == rows[i].batch, "%llu pages: %u",
			      (unsigned long long)rows[i].managed, zone_batchsize(rows[i].managed, rows[i].cap));
	for (uint64_t managed = 1; managed < 3000000; managed += 997) {
		double b = floor(fmin(floor((double)managed / 1024), 256) / 4), whole = fmax(b, 1), batch;

		batch = exp2(floor(log2(whole + floor(whole / 2)))) - 1;
		ck_assert_uint_eq(zone_batchsize(managed, 1 << 20), (uint32_t)fmax(batch, 1));
	}
}
END_TEST

START_TEST(lists_have_the_release_s_sizes)
{
	struct place old = place_410(), p = place_419(), set = place_419();

	if (_i == 0) {
		place_set_up(&old, 1, 4096 * MIB);
		ck_assert_uint_eq(old.zone->pcp[1].batch, 31);
		ck_assert_uint_eq(old.zone->pcp[1].high, 186);
	} else if (_i == 1) {
		place_set_up(&p, 1, 4096 * MIB);
		ck_assert_uint_eq(p.zone->pcp[0].batch, 63);
		ck_assert_uint_eq(p.zone->pcp[0].high, 378);
	} else {
		set.params.pcp_batch = 10;
		set.params.pcp_high = 25;
		place_set_up(&set, 1, 4096 * MIB);
		ck_assert_uint_eq(set.zone->pcp[0].batch, 10);
		ck_assert_uint_eq(set.zone->pcp[0].high, 25);
	}
}
END_TEST

START_TEST(an_empty_list_is_refilled_with_a_batch_under_one_hold)
{
	struct place p = place_410();

	place_set_up(&p, 1, 4096 * MIB);
	for (uint32_t i = 0; i < 31 * 3; i++) {
		place_get(&p, 0);
		ck_assert_uint_eq(place_lock_taken(&p), i / 31 + 1);
		ck_assert_uint_eq(p.zone->pcp[0].count, 30 - i % 31);
	}
	ck_assert_uint_eq(p.mm.counts.refills, 3);
	ck_assert_uint_eq(p.mm.counts.refilled_pages, 93);
	ck_assert_uint_eq(p.zone->pcp[1].count, 0);
	place_assert_sound(&p);
}
END_TEST

START_TEST(a_full_list_gives_back_a_batch_under_one_hold)
{
	struct place p = place_410();
	struct page *page[186];
	uint64_t before;

	p.params.pcp_prefetch = (uint32_t)_i;
	place_set_up(&p, 1, 4096 * MIB);
	for (int i = 0; i < 186; i++)
		page[i] = place_get(&p, 0);
	ck_assert_uint_eq(p.zone->pcp[0].count, 0);
	before = place_lock_taken(&p);
	for (int i = 0; i < 185; i++)
		place_put(&p, page[i], 0);
	ck_assert_uint_eq(place_lock_taken(&p), before);
	ck_assert_uint_eq(p.zone->pcp[0].count, 185);
	place_put(&p, page[185], 0);
	ck_assert_uint_eq(place_lock_taken(&p), before + 1);
	ck_assert_uint_eq(p.zone->pcp[0].count, 155);
	ck_assert_uint_eq(p.mm.counts.drained_pages, 31);
	/* The coldest went: those that were freed first. */
	ck_assert_int_ne(page[0]->state, PAGE_PCP);
	ck_assert_int_ne(page[30]->state, PAGE_PCP);
	ck_assert_int_eq(page[31]->state, PAGE_PCP);
	ck_assert_int_eq(page[185]->state, PAGE_PCP);
	place_assert_sound(&p);
}
END_TEST

/* With high 186 and batch 31, a loop that frees up to 155 pages at a time leaves the zone alone; the knee comes after that. */
START_TEST(the_zone_lock_is_left_alone_up_to_the_knee)
{
	static const struct {
		uint32_t pages;
		bool takes;
	} rows[] = {{1, false}, {64, false}, {128, false}, {155, false}, {186, true}, {256, true}, {1024, true}};
	struct place p = place_410();
	struct page *page[1024];
	uint64_t before = 0;

	place_set_up(&p, 1, 4096 * MIB);
	for (int round = 0; round < 30; round++) {
		if (round == 10)
			before = place_lock_taken(&p);
		for (uint32_t i = 0; i < rows[_i].pages; i++)
			page[i] = place_get(&p, 0);
		for (uint32_t i = 0; i < rows[_i].pages; i++)
			place_put(&p, page[i], 0);
	}
	if (rows[_i].takes)
		ck_assert_uint_ge(place_lock_taken(&p), before + 20 * 2);
	else
		ck_assert_uint_eq(place_lock_taken(&p), before);
	place_assert_sound(&p);
}
END_TEST

START_TEST(what_was_freed_last_is_used_first)
{
	struct place p = place_419();
	struct page *page[20];

	place_set_up(&p, 1, 4096 * MIB);
	for (int i = 0; i < 20; i++)
		page[i] = place_get(&p, 0);
	for (int i = 0; i < 20; i++)
		place_put(&p, page[i], 0);
	for (int i = 20; i-- > 0;)
		ck_assert_ptr_eq(place_get(&p, 0), page[i]);
}
END_TEST

START_TEST(larger_blocks_go_to_the_zone_every_time)
{
	struct place p = place_419();

	place_set_up(&p, 1, 4096 * MIB);
	for (int i = 0; i < 10; i++)
		place_put(&p, place_get(&p, 3), 3);
	ck_assert_uint_eq(place_lock_taken(&p), 20);
	ck_assert_uint_eq(p.mm.counts.zone_allocs, 10);
	ck_assert_uint_eq(p.mm.counts.zone_frees, 10);
	ck_assert_uint_eq(p.mm.counts.refills, 0);
	place_assert_sound(&p);
}
END_TEST

/* A freed page goes to the lists of the CPU that frees it, for the zone that it is of. */
START_TEST(the_zone_s_counter_is_left_alone_up_to_the_threshold)
{
	/* 2 CPUs and 512 MiB: 2 * fls(2) * (1 + fls(4)); 4 CPUs and 64 GiB: 2 * 3 * (1 + 10) */
	static const struct {
		uint32_t sockets;
		uint64_t memory;
		int32_t threshold;
	} rows[] = {{1, 512 * MIB, 16}, {2, 65536 * MIB, 66}};
	struct place p = place_419();
	int32_t blocks = rows[_i].threshold / 8 + 1;

	place_set_up(&p, rows[_i].sockets, rows[_i].memory);
	ck_assert_int_eq(p.zone->stat_threshold, rows[_i].threshold);
	for (int32_t i = 1; i <= blocks; i++) {
		ck_assert_uint_eq(p.zone->stat_line.owner, 0);
		place_get(&p, 3);
	}
	ck_assert_uint_eq(p.zone->stat_line.owner, 1);
	ck_assert_int_eq(p.zone->pcp[0].stat_diff, 0);
}
END_TEST

START_TEST(a_page_goes_to_the_freeing_cpu_s_lists_of_its_zone)
{
	struct place p = place_419();
	struct page *page;

	place_set_up(&p, 2, 512 * MIB);
	page = place_get(&p, 0);
	ck_assert_uint_eq(page->zone, 0);
	__free_pages(&p.hw.cpu[3], &p.mm, page, 0);
	ck_assert_uint_eq(p.mm.zone[0].pcp[3].count, 1);
	ck_assert_uint_eq(p.mm.zone[1].pcp[3].count, 0);
	place_assert_sound(&p);
}
END_TEST

/* Free memory is a set of base pages; merging as far as it goes cuts it into the largest aligned blocks, in one way only. */
struct naive {
	bool *taken;            /* by base page: allocated or on a per-CPU list */
	uint64_t blocks[MAX_ORDER + 1];
};

static bool all_free(const struct naive *n, pfn_t pfn, unsigned order)
{
	for (pfn_t i = pfn; i < pfn + (1u << order); i++)
		if (n->taken[i])
			return false;
	return true;
}

static void cut(struct naive *n, struct memory *mm, pfn_t pfn, unsigned order)
{
	if (all_free(n, pfn, order)) {
		n->blocks[order]++;
		if (pfn < mm->zone[0].frontier && (mm->page[pfn].state != PAGE_BUDDY || mm->page[pfn].order != order))
			ck_abort_msg("page frame %u heads no free block of order %u", pfn, order);
	} else if (order) {
		cut(n, mm, pfn, order - 1);
		cut(n, mm, pfn + (1u << (order - 1)), order - 1);
	}
}

/* Pages on per-CPU lists are taken, as the buddy lists see it. */
static void mark_lists(struct naive *n, const struct place *p, bool taken)
{
	for (uint32_t c = 0; c < p->hw.cpus; c++)
		for (unsigned list = 0; list < pcp_lists(&p->params); list++)
			for (pfn_t i = p->zone->pcp[c].list[list].head; i != PFN_NONE; i = p->mm.page[i].next)
				for (pfn_t page = i; page < i + (1u << p->mm.page[i].order); page++) {
					if (n->taken[page] == taken)
						ck_abort_msg("page frame %u is on a per-CPU list and in use", page);
					n->taken[page] = taken;
				}
}

static void compare(struct naive *n, struct place *p)
{
	struct zone *zone = p->zone;

	place_assert_sound(p);
	mark_lists(n, p, true);
	memset(n->blocks, 0, sizeof n->blocks);
	for (pfn_t pfn = 0; pfn < p->mm.pages; pfn += 1u << MAX_ORDER)
		cut(n, &p->mm, pfn, MAX_ORDER);
	for (unsigned order = 0; order <= MAX_ORDER; order++) {
		uint64_t found = order == MAX_ORDER ? (zone->end - zone->frontier) >> MAX_ORDER : 0;

		for (unsigned type = 0; type < MIGRATE_TYPES; type++)
			found += zone->free_area[order].list[type].count;
		ck_assert_msg(found == n->blocks[order], "order %u: %llu free blocks, expected %llu", order,
			      (unsigned long long)found, (unsigned long long)n->blocks[order]);
	}
	mark_lists(n, p, false);
}

struct held {
	struct page *page;
	unsigned order;
};

static void mark(struct naive *n, const struct place *p, struct held h, bool taken)
{
	pfn_t pfn = page_to_pfn(&p->mm, h.page);

	ck_assert_uint_eq(pfn & ((1u << h.order) - 1), 0);
	ck_assert_uint_le(pfn + (1u << h.order), p->mm.pages);
	for (pfn_t i = pfn; i < pfn + (1u << h.order); i++) {
		if (n->taken[i] == taken)
			ck_abort_msg("page frame %u is %s twice", i, taken ? "handed out" : "taken back");
		n->taken[i] = taken;
	}
}

/* Mostly small blocks, with all of memory in use now and then. */
START_TEST(the_buddy_lists_are_those_of_a_naive_model)
{
	enum { OPERATIONS = 100000, MOST = 20000 };
	static const char *const releases[] = {"4.10", "4.19", "5.14", "5.19", "6.2", "6.8", "7.1"};
	struct stream *random = stream_new(11, (uint32_t)_i, "operations");
	struct place p = place_release(releases[_i]);
	struct held *held = xcalloc(MOST, sizeof *held);
	struct naive n = {0};
	uint32_t count = 0;
	uint64_t failures = 0;

	p.params.pcp_batch = 7;
	p.params.pcp_high = 20;
	place_set_up(&p, 1, 64 * MIB);
	p.zone->watermark_low = p.zone->watermark_min = 0;
	n.taken = xcalloc(p.mm.pages, sizeof *n.taken);
	for (uint32_t i = 1; i <= OPERATIONS; i++) {
		/* Memory fills up and empties in turns. */
		double bias = i / 20000 % 2 ? 0.35 : 0.65;
		struct cpu *cpu = &p.hw.cpu[stream_index(random, 2)];

		if (count < MOST && (!count || stream_uniform(random) < bias)) {
			unsigned order = stream_index(random, 2) ? 0 : stream_index(random, MAX_ORDER + 1);
			struct held h = {NULL, order};

			h.page = alloc_pages(cpu, &p.mm, order, (enum migratetype)stream_index(random, MIGRATE_TYPES));
			if (h.page) {
				ck_assert_uint_eq(h.page->order, order);
				mark(&n, &p, h, true);
				held[count++] = h;
			} else {
				failures++;
			}
		} else {
			uint32_t which = stream_index(random, count);

			mark(&n, &p, held[which], false);
			__free_pages(cpu, &p.mm, held[which].page, held[which].order);
			held[which] = held[--count];
		}
		if (i % 1000 == 0)
			compare(&n, &p);
	}
	ck_assert_uint_gt(failures, 100);
	ck_assert_uint_eq(p.mm.counts.alloc_failures, failures);
	ck_assert_uint_gt(p.mm.counts.fallbacks, 100);
	while (count--) {
		mark(&n, &p, held[count], false);
		__free_pages(p.cpu, &p.mm, held[count].page, held[count].order);
	}
	compare(&n, &p);
	ck_assert_uint_eq(p.mm.allocated_pages, 0);
	ck_assert_uint_eq(p.mm.counts.allocs, p.mm.counts.frees);
	ck_assert_uint_eq(p.mm.counts.pcp_hits + p.mm.counts.pcp_misses + p.mm.counts.zone_allocs, p.mm.counts.allocs);
	ck_assert_uint_eq(p.mm.counts.pcp_frees + p.mm.counts.zone_frees, p.mm.counts.frees);
	free(held);
	free(n.taken);
	stream_free(random);
}
END_TEST

START_TEST(a_fresh_block_is_split_and_merges_again)
{
	struct place p = place_419();
	struct page *page;

	place_set_up(&p, 1, 64 * MIB);
	page = __rmqueue(p.cpu, &p.mm, p.zone, 2, MIGRATE_MOVABLE);
	ck_assert_uint_eq(page_to_pfn(&p.mm, page), 0);
	ck_assert_uint_eq(p.mm.counts.splits, MAX_ORDER - 2);
	for (unsigned order = 0; order <= MAX_ORDER; order++)
		ck_assert_uint_eq(p.zone->free_area[order].list[MIGRATE_MOVABLE].count, order >= 2 && order < MAX_ORDER);
	ck_assert_uint_eq(p.zone->free_pages, p.mm.pages - 4);
	__free_one_page(p.cpu, &p.mm, p.zone, page, 2, MIGRATE_MOVABLE);
	ck_assert_uint_eq(p.mm.counts.merges, MAX_ORDER - 2);
	ck_assert_uint_eq(p.zone->free_area[MAX_ORDER].list[MIGRATE_MOVABLE].count, 1);
	place_assert_sound(&p);
}
END_TEST

/* Blocks lie between pages of others: a block that is taken and freed finds its like on the list and its buddy in use. */
START_TEST(memory_that_was_in_use_is_neither_split_nor_merged)
{
	struct place p = place_419();
	struct memory_counts before;
	struct page *page[8];
	uint64_t held;

	place_set_up_resident(&p, 1, 512 * MIB, 256 * MIB);
	place_assert_sound(&p);
	held = p.mm.allocated_pages;
	ck_assert_uint_gt(held, 256 * MIB / PAGE_SIZE_BYTES / 20);
	ck_assert_uint_lt(held, 256 * MIB / PAGE_SIZE_BYTES / 4);
	ck_assert_uint_eq(p.zone->free_pages, p.mm.pages - held);
	ck_assert_uint_eq(p.zone->frontier, 256 * MIB / PAGE_SIZE_BYTES);
	for (unsigned order = 0; order < PAGEBLOCK_ORDER; order++) {
		const struct page_list *list = &p.zone->free_area[order].list[MIGRATE_UNMOVABLE];

		ck_assert_uint_ge(list->count, 8);
		for (pfn_t pfn = list->head; pfn != PFN_NONE; pfn = p.mm.page[pfn].next)
			ck_assert_int_eq(get_pageblock_migratetype(&p.mm, p.zone, &p.mm.page[pfn]), MIGRATE_UNMOVABLE);
	}
	before = p.mm.counts;
	for (int i = 0; i < 8; i++)
		page[i] = place_get(&p, 3);
	for (int i = 0; i < 8; i++)
		place_put(&p, page[i], 3);
	ck_assert_uint_eq(p.mm.counts.merges, before.merges);
	ck_assert_uint_eq(p.mm.counts.splits, before.splits);
	ck_assert_uint_eq(p.mm.allocated_pages, held);
	place_assert_sound(&p);
}
END_TEST

START_TEST(all_memory_can_have_been_in_use)
{
	struct place p = place_419();

	place_set_up_resident(&p, 2, 16 * MIB, 512 * MIB);
	place_assert_sound(&p);
	for (int i = 0; i < 2; i++)
		ck_assert_uint_eq(p.mm.zone[i].frontier, p.mm.zone[i].end);
	/* Each node's pages lie elsewhere. */
	ck_assert_uint_ne(p.mm.zone[0].free_pages, p.mm.zone[1].free_pages);
}
END_TEST

START_TEST(a_type_without_blocks_takes_over_another_s_pageblock)
{
	struct place p = place_419();
	struct page *page, *other;

	place_set_up(&p, 1, 64 * MIB);
	page = __rmqueue(p.cpu, &p.mm, p.zone, 0, MIGRATE_UNMOVABLE);
	ck_assert_uint_eq(p.mm.counts.fallbacks, 1);
	ck_assert_int_eq(get_pageblock_migratetype(&p.mm, p.zone, page), MIGRATE_UNMOVABLE);
	/* The largest block was taken: both of its pageblocks changed over, the next did not. */
	ck_assert_int_eq(get_pageblock_migratetype(&p.mm, p.zone, page + 512), MIGRATE_UNMOVABLE);
	ck_assert_int_eq(get_pageblock_migratetype(&p.mm, p.zone, page + 1024), MIGRATE_MOVABLE);
	/* The rest of it serves the next of this type. */
	other = __rmqueue(p.cpu, &p.mm, p.zone, 0, MIGRATE_UNMOVABLE);
	ck_assert_ptr_eq(other, page + 1);
	ck_assert_uint_eq(p.mm.counts.fallbacks, 1);
	/* Movable memory is left for those that ask for it. */
	other = __rmqueue(p.cpu, &p.mm, p.zone, 0, MIGRATE_MOVABLE);
	ck_assert_ptr_eq(other, page + 1024);
	ck_assert_uint_eq(p.mm.counts.fallbacks, 1);
}
END_TEST

START_TEST(a_part_of_a_pageblock_moves_with_all_that_is_free_of_it)
{
	struct place p = place_419();
	struct page *page;

	place_set_up(&p, 1, 16 * MIB);
	/* All of memory movable and taken, but for two pieces of one pageblock. */
	while ((page = __rmqueue(p.cpu, &p.mm, p.zone, MAX_ORDER, MIGRATE_MOVABLE)))
		;
	page = p.mm.page;
	__free_one_page(p.cpu, &p.mm, p.zone, page + 16, 3, MIGRATE_MOVABLE);
	__free_one_page(p.cpu, &p.mm, p.zone, page + 64, 4, MIGRATE_MOVABLE);
	page = __rmqueue(p.cpu, &p.mm, p.zone, 0, MIGRATE_RECLAIMABLE);
	ck_assert_ptr_eq(page, p.mm.page + 16); /* the smallest that fits, once both have changed over */
	ck_assert_uint_eq(p.zone->free_area[4].list[MIGRATE_RECLAIMABLE].count, 1);
	for (unsigned order = 0; order <= MAX_ORDER; order++)
		ck_assert_uint_eq(p.zone->free_area[order].list[MIGRATE_MOVABLE].count, 0);
	ck_assert_int_eq(get_pageblock_migratetype(&p.mm, p.zone, page), MIGRATE_RECLAIMABLE);
	ck_assert_int_eq(get_pageblock_migratetype(&p.mm, p.zone, p.mm.page + 512), MIGRATE_MOVABLE);
}
END_TEST

START_TEST(a_block_whose_neighbours_are_free_goes_to_the_tail)
{
	struct place p = place_419();
	struct page *base;

	place_set_up(&p, 1, 64 * MIB);
	base = __rmqueue(p.cpu, &p.mm, p.zone, 3, MIGRATE_MOVABLE);
	__free_one_page(p.cpu, &p.mm, p.zone, base + 6, 0, MIGRATE_MOVABLE);
	__free_one_page(p.cpu, &p.mm, p.zone, base + 2, 0, MIGRATE_MOVABLE);
	__free_one_page(p.cpu, &p.mm, p.zone, base + 3, 0, MIGRATE_MOVABLE);
	/* Pages 2 and 3 are one block: when page 1 comes back too, 0 to 3 will be one. */
	__free_one_page(p.cpu, &p.mm, p.zone, base + 0, 0, MIGRATE_MOVABLE);
	__free_one_page(p.cpu, &p.mm, p.zone, base + 4, 0, MIGRATE_MOVABLE);
	ck_assert_ptr_eq(__rmqueue(p.cpu, &p.mm, p.zone, 0, MIGRATE_MOVABLE), base + 4);
	ck_assert_ptr_eq(__rmqueue(p.cpu, &p.mm, p.zone, 0, MIGRATE_MOVABLE), base + 6);
	ck_assert_ptr_eq(__rmqueue(p.cpu, &p.mm, p.zone, 0, MIGRATE_MOVABLE), base + 0);
}
END_TEST

START_TEST(the_next_node_helps_out_until_both_are_at_their_marks)
{
	struct place p = place_419();
	uint64_t from[2] = {0}, left;
	struct page *page;

	place_set_up(&p, 2, 64 * MIB);
	ck_assert_uint_gt(p.zone->watermark_min, 0);
	ck_assert_uint_gt(p.zone->watermark_low, p.zone->watermark_min);
	ck_assert_uint_gt(p.zone->watermark_high, p.zone->watermark_low);
	left = p.zone->free_pages;
	while ((page = alloc_pages(p.cpu, &p.mm, 0, MIGRATE_UNMOVABLE))) {
		if (!from[1] && page->zone == 1) {
			/* Node 0 is left at its low mark, but for what a refill took at a time. */
			ck_assert_uint_le(p.zone->free_pages, p.zone->watermark_low);
			ck_assert_uint_ge(p.zone->free_pages + p.zone->pcp[0].batch, p.zone->watermark_low);
			left = p.zone->free_pages;
		}
		from[page->zone]++;
	}
	ck_assert_uint_gt(from[1], 10000);
	ck_assert_uint_lt(p.zone->free_pages, left);
	for (int i = 0; i < 2; i++) {
		uint64_t half = p.mm.zone[i].watermark_min - p.mm.zone[i].watermark_min / 2, mark = half - half / 4;

		/* What a caller that cannot sleep may take of the reserves is gone. */
		ck_assert_uint_le(p.mm.zone[i].free_pages, mark);
		ck_assert_uint_ge(p.mm.zone[i].free_pages + p.zone->pcp[0].batch, mark);
	}
	ck_assert_uint_eq(p.mm.counts.alloc_failures, 1);
	place_assert_sound(&p);
	/* A large block is refused earlier. */
	ck_assert_ptr_null(alloc_pages(p.cpu, &p.mm, 5, MIGRATE_UNMOVABLE));
	/* CPUs of the other node start at their own. */
	__free_pages_ok(p.cpu, &p.mm, p.mm.page + p.mm.zone[1].start, 0);
	ck_assert_uint_eq(p.mm.zone[1].pcp[2].count, 0);
}
END_TEST

START_TEST(failed_allocations_are_not_counted_as_allocations)
{
	struct place p = place_419();
	struct page *page;
	uint64_t done;

	place_set_up(&p, 1, 16 * MIB);
	p.zone->watermark_low = p.zone->watermark_min = 0;
	while ((page = alloc_pages(p.cpu, &p.mm, 0, MIGRATE_UNMOVABLE)))
		;
	/* Free pages, but no two in a row. */
	for (pfn_t i = 0; i < p.mm.pages; i += 2)
		__free_pages_ok(p.cpu, &p.mm, &p.mm.page[i], 0);
	done = p.mm.counts.allocs;
	ck_assert_ptr_null(alloc_pages(p.cpu, &p.mm, 1, MIGRATE_UNMOVABLE));
	ck_assert_uint_eq(p.mm.counts.allocs, done);
	ck_assert_uint_eq(p.mm.counts.zone_allocs, 0);
	ck_assert_uint_eq(p.mm.counts.alloc_failures, 2);
	place_assert_sound(&p);
}
END_TEST

/* What a program must not do; each ends the run. */
static void free_twice(struct cpu *cpu, struct memory *mm)
{
	struct page *page = alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE);

	__free_pages(cpu, mm, page, 0);
	__free_pages(cpu, mm, page, 0);
}

static void free_block_twice(struct cpu *cpu, struct memory *mm)
{
	struct page *page = alloc_pages(cpu, mm, 4, MIGRATE_UNMOVABLE);

	__free_pages(cpu, mm, page, 4);
	__free_pages(cpu, mm, page, 4);
}

static void free_fragment_twice(struct cpu *cpu, struct memory *mm)
{
	struct page *page = alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE);

	page_frag_free(cpu, mm, page);
	page_frag_free(cpu, mm, page);
}

static void free_inside(struct cpu *cpu, struct memory *mm)
{
	put_page(cpu, mm, alloc_pages(cpu, mm, 2, MIGRATE_UNMOVABLE) + 1);
}

static void free_fresh(struct cpu *cpu, struct memory *mm)
{
	put_page(cpu, mm, &mm->page[12345]);
}

static void drop_too_many(struct cpu *cpu, struct memory *mm)
{
	page_ref_sub_and_test(cpu, mm, alloc_pages(cpu, mm, 0, MIGRATE_UNMOVABLE), 2);
}

static const struct {
	void (*act)(struct cpu *, struct memory *);
	const char *text, *path;
} misuses[] = {
	{free_twice, "although it is not allocated", "misuse;__free_pages"},
	{free_block_twice, "although it is not allocated", "misuse;__free_pages"},
	{free_fragment_twice, "although it is not allocated", "misuse;page_frag_free"},
	{free_inside, "although it is not allocated", "misuse;put_page"},
	{free_fresh, "bad page state: page frame 12345 freed although it is not allocated", "misuse;put_page"},
	{drop_too_many, "more often than it was referenced", "misuse"},
};

struct misuse {
	struct memory *mm;
	int which;
	bool survived;
};

static void misuse_body(struct cpu *cpu, void *arg)
{
	struct misuse *m = arg;

	cpu_work(cpu, 1000);
	misuses[m->which].act(cpu, m->mm);
	m->survived = true;
}

START_TEST(a_wrong_free_ends_the_run_with_a_report)
{
	struct place p = place_419();
	struct misuse m = {&p.mm, _i, false};
	char where[64];

	place_set_up(&p, 1, 512 * MIB);
	context_new(p.cpu, "misuse", true, misuse_body, &m);
	context_new_idle(p.cpu);
	context_new_idle(&p.hw.cpu[1]);
	hw_run(&p.hw);
	ck_assert(!m.survived);
	ck_assert_ptr_nonnull(p.hw.sim.failure);
	ck_assert_msg(strstr(p.hw.sim.failure, misuses[_i].text) != NULL, "%s", p.hw.sim.failure);
	ck_assert_msg(strstr(p.hw.sim.failure, "CPU 0 at cycle ") != NULL, "%s", p.hw.sim.failure);
	snprintf(where, sizeof where, " in %s\n", misuses[_i].path);
	ck_assert_msg(strstr(p.hw.sim.failure, where) != NULL, "%s", p.hw.sim.failure);
}
END_TEST

START_TEST(memory_that_cannot_be_modelled_is_refused)
{
	static const struct {
		uint32_t sockets;
		uint64_t memory;
		uint32_t zones; /* per node */
	} rows[] = {{1, 1 << 20, 1}, {17, 64 << 20, 1}, {2, UINT64_C(1) << 44, 1}, {1, 16 << 20, 5}};
	struct machine_params m = point_free_machine(1);
	struct mm_params params = point_router().mm;
	struct memory mm;
	struct error e = {0};
	struct hw hw;

	m.sockets = rows[_i].sockets;
	m.memory = rows[_i].memory;
	params.zones_per_node = rows[_i].zones;
	rig_hw(&hw, &m, 1, 1, 1000);
	ck_assert_int_eq(memory_init(&mm, &hw, &params, 1, 0, &e), HZ_USER);
	ck_assert_uint_gt(strlen(e.text), 10);
}
END_TEST

START_TEST(every_page_frame_is_looked_at_in_the_end)
{
	struct place p = place_419();
	struct page *page, *other;
	struct error e;

	place_set_up(&p, 1, 64 * MIB);
	page = place_get(&p, 2);
	other = place_get(&p, 0);
	place_assert_sound(&p);
	switch (_i) {
	case 0: page->refcount = 0; break;                 /* its user forgot to free it */
	case 1: other->state = PAGE_UNTOUCHED; break;      /* it left its list and came nowhere */
	case 2: page->order = 1; break;                    /* half of it is lost */
	case 3: other->refcount = -1; break;
	}
	ck_assert_int_eq(memory_check(&p.mm, &e), HZ_RUN_FAILED);
	/* Where pages of a page_pool may rest with count 0, one is nobody's fault. */
	p.mm.rests_at_zero = true;
	ck_assert_int_eq(memory_check(&p.mm, &e), _i ? HZ_RUN_FAILED : 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mm");
	TCase *pcp = tcase_create("per-CPU lists"), *buddy = tcase_create("buddy"), *limits = tcase_create("limits");

	tcase_add_test(pcp, batch_follows_the_formula);
	tcase_add_loop_test(pcp, lists_have_the_release_s_sizes, 0, 3);
	tcase_add_test(pcp, an_empty_list_is_refilled_with_a_batch_under_one_hold);
	tcase_add_loop_test(pcp, a_full_list_gives_back_a_batch_under_one_hold, 0, 2);
	tcase_add_loop_test(pcp, the_zone_lock_is_left_alone_up_to_the_knee, 0, 7);
	tcase_add_test(pcp, what_was_freed_last_is_used_first);
	tcase_add_test(pcp, larger_blocks_go_to_the_zone_every_time);
	tcase_add_loop_test(pcp, the_zone_s_counter_is_left_alone_up_to_the_threshold, 0, 2);
	tcase_add_test(pcp, a_page_goes_to_the_freeing_cpu_s_lists_of_its_zone);
	suite_add_tcase(suite, pcp);
	tcase_add_loop_test(buddy, the_buddy_lists_are_those_of_a_naive_model, 0, 7);
	tcase_add_test(buddy, a_fresh_block_is_split_and_merges_again);
	tcase_add_test(buddy, memory_that_was_in_use_is_neither_split_nor_merged);
	tcase_add_test(buddy, all_memory_can_have_been_in_use);
	tcase_add_test(buddy, a_type_without_blocks_takes_over_another_s_pageblock);
	tcase_add_test(buddy, a_part_of_a_pageblock_moves_with_all_that_is_free_of_it);
	tcase_add_test(buddy, a_block_whose_neighbours_are_free_goes_to_the_tail);
	suite_add_tcase(suite, buddy);
	tcase_add_test(limits, the_next_node_helps_out_until_both_are_at_their_marks);
	tcase_add_test(limits, failed_allocations_are_not_counted_as_allocations);
	tcase_add_loop_test(limits, every_page_frame_is_looked_at_in_the_end, 0, 4);
	tcase_add_loop_test(limits, a_wrong_free_ends_the_run_with_a_report, 0, (int)HZ_ARRAY_SIZE(misuses));
	tcase_add_loop_test(limits, memory_that_cannot_be_modelled_is_refused, 0, 4);
	suite_add_tcase(suite, limits);
	return rig_main(suite);
}
