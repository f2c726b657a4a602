/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LRU lists: batches, holds of lru_lock, release of pages, anonymous memory. */
#include <string.h>

#include "hw/irq.h"
#include "mm/fault.h"
#include "mm/lru.h"
#include "mm/page_alloc.h"
#include "mm/pcp_guard.h"
#include "place.h"

/* Two nodes of two CPUs. */
static struct place set_up(void)
{
	return place_419();
}

static void start(struct place *p, uint32_t sockets)
{
	place_set_up(p, sockets, 64 * MIB);
	lru_init(&p->mm, 1, 0);
	/* A run that is over would stop what takes long. */
	for (uint32_t i = 0; i < p->hw.cpus; i++) {
		p->hw.cpu[i].window_end = CYCLES_MAX;
		irq_update(&p->hw.cpu[i]);
	}
}

static uint64_t lru_lock_taken(const struct place *p, uint32_t node)
{
	const struct lock_class *c = p->mm.lru->node[node].lock.class;

	return c->window[0].acquisitions + c->window[1].acquisitions;
}

static struct page *get(struct place *p, uint32_t node)
{
	struct page *page = alloc_pages_node(p->cpu, &p->mm, node, 0, MIGRATE_MOVABLE, GFP_ATOMIC);

	ck_assert_ptr_nonnull(page);
	return page;
}

static void assert_all_free(struct place *p)
{
	place_assert_sound(p);
	ck_assert_uint_eq(p->mm.allocated_pages, 0);
	ck_assert_uint_eq(lru_pages(&p->mm, LRU_ANON), 0);
	ck_assert_uint_eq(lru_pages(&p->mm, LRU_INACTIVE_FILE), 0);
}

START_TEST(a_full_batch_takes_the_lock_once)
{
	static const uint32_t sizes[] = {14, 15, 31};
	uint32_t size = sizes[_i];
	struct place p = set_up();
	struct page *page[31];

	p.params.pagevec = size;
	start(&p, 1);
	for (uint32_t i = 0; i < size; i++) {
		ck_assert_uint_eq(lru_lock_taken(&p, 0), 0);
		page[i] = get(&p, 0);
		lru_cache_add(p.cpu, &p.mm, page[i], LRU_ANON);
		ck_assert_uint_eq(lru_pages(&p.mm, LRU_ANON), i + 1);
	}
	ck_assert_uint_eq(lru_lock_taken(&p, 0), 1);
	ck_assert_uint_eq(p.mm.lru->node[0].list[LRU_ANON].count, size);
	/* The youngest is first, and the batch has let go of all. */
	for (uint32_t i = 0; i < size; i++) {
		ck_assert_int_eq(page[i]->refcount, 1);
		ck_assert_int_eq(page[i]->lru, LRU_ANON);
	}
	ck_assert_uint_eq(p.mm.lru->node[0].list[LRU_ANON].head, page_to_pfn(&p.mm, page[size - 1]));
	ck_assert_uint_eq(p.mm.lru->node[0].list[LRU_ANON].tail, page_to_pfn(&p.mm, page[0]));
	place_assert_sound(&p);
}
END_TEST

/* Each change of the node lets one lock go and takes the other. */
START_TEST(a_batch_of_two_nodes_takes_both_locks)
{
	struct place p = set_up();

	start(&p, 2);
	for (uint32_t i = 0; i < 15; i++)
		lru_cache_add(p.cpu, &p.mm, get(&p, i % 2), LRU_ANON);
	ck_assert_uint_eq(lru_lock_taken(&p, 0), 8);
	ck_assert_uint_eq(lru_lock_taken(&p, 1), 7);
	ck_assert_uint_eq(p.mm.lru->node[0].list[LRU_ANON].count, 8);
	ck_assert_uint_eq(p.mm.lru->node[1].list[LRU_ANON].count, 7);
	place_assert_sound(&p);
}
END_TEST

START_TEST(a_drain_sends_on_what_there_is)
{
	struct place p = set_up();

	start(&p, 1);
	lru_add_drain(p.cpu, &p.mm);
	ck_assert_uint_eq(lru_lock_taken(&p, 0), 0);
	for (uint32_t i = 0; i < 4; i++)
		lru_cache_add(p.cpu, &p.mm, get(&p, 0), i % 2 ? LRU_ANON : LRU_INACTIVE_FILE);
	place_assert_sound(&p);
	lru_add_drain(&p.hw.cpu[1], &p.mm);
	ck_assert_uint_eq(p.mm.lru->add[0].nr, 4);
	lru_add_drain(p.cpu, &p.mm);
	ck_assert_uint_eq(p.mm.lru->add[0].nr, 0);
	ck_assert_uint_eq(p.mm.lru->node[0].list[LRU_ANON].count, 2);
	ck_assert_uint_eq(p.mm.lru->node[0].list[LRU_INACTIVE_FILE].count, 2);
	ck_assert_uint_eq(lru_lock_taken(&p, 0), 1);
	place_assert_sound(&p);
}
END_TEST

/* One hold for each SWAP_CLUSTER_MAX pages; the rest of the work is one list. */
START_TEST(release_takes_the_lock_once_for_a_batch)
{
	static const struct {
		uint32_t pages, batch, holds;
	} rows[] = {{1, 32, 1}, {32, 32, 1}, {33, 32, 2}, {100, 32, 4}, {512, 32, 16}, {100, 31, 4}, {93, 31, 3}, {5, 1, 5}};
	struct place p = set_up();
	struct page *page[RELEASE_PAGES_MAX];
	uint64_t before;

	p.params.release_batch = rows[_i].batch;
	start(&p, 1);
	for (uint32_t i = 0; i < rows[_i].pages; i++) {
		page[i] = get(&p, 0);
		lru_cache_add(p.cpu, &p.mm, page[i], LRU_ANON);
	}
	lru_add_drain(p.cpu, &p.mm);
	before = lru_lock_taken(&p, 0);
	release_pages(p.cpu, &p.mm, page, rows[_i].pages);
	ck_assert_uint_eq(lru_lock_taken(&p, 0) - before, rows[_i].holds);
	assert_all_free(&p);
}
END_TEST

/* Whoever has another reference keeps the page where it is. */
START_TEST(only_the_last_reference_takes_a_page_off)
{
	struct place p = set_up();
	struct page *page[2];

	start(&p, 1);
	for (uint32_t i = 0; i < 2; i++) {
		page[i] = get(&p, 0);
		lru_cache_add(p.cpu, &p.mm, page[i], LRU_ANON);
	}
	lru_add_drain(p.cpu, &p.mm);
	page_ref_add(p.cpu, &p.mm, page[0], 1);
	release_pages(p.cpu, &p.mm, page, 2);
	ck_assert_uint_eq(p.mm.lru->node[0].list[LRU_ANON].count, 1);
	ck_assert_int_eq(page[0]->lru, LRU_ANON);
	place_assert_sound(&p);
	release_pages(p.cpu, &p.mm, page, 1);
	assert_all_free(&p);
}
END_TEST

/* A page that is dropped on its way to the list still goes there, and from there at once. */
START_TEST(a_page_dropped_in_its_batch_is_freed_by_it)
{
	struct place p = set_up();
	struct page *page;

	start(&p, 1);
	page = get(&p, 0);
	lru_cache_add(p.cpu, &p.mm, page, LRU_ANON);
	release_pages(p.cpu, &p.mm, &page, 1);
	ck_assert_uint_eq(p.mm.allocated_pages, 1);
	lru_add_drain(p.cpu, &p.mm);
	assert_all_free(&p);
}
END_TEST

static uint32_t sections, depth;

static bool count_enter(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	(void)zone;
	ck_assert_uint_eq(depth++, 0);
	local_irq_save(cpu);
	sections++;
	return true;
}

static void count_leave(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	(void)zone;
	local_irq_restore(cpu);
	depth--;
}

static bool refuse(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)cpu;
	(void)mm;
	(void)zone;
	return false;
}

START_TEST(a_list_is_freed_in_sections)
{
	static const struct {
		uint32_t section, sections;
	} rows[] = {{1, 100}, {32, 4}, {100, 1}, {0, 1}};
	static const struct pcp_guard counting = {.enter = count_enter, .leave = count_leave};
	struct place p = set_up();
	struct page *page[100];

	p.params.pcp_list_section = rows[_i].section;
	p.params.pcp_guard = &counting;
	start(&p, 1);
	for (uint32_t i = 0; i < 100; i++) {
		page[i] = get(&p, 0);
		page[i]->refcount = 0;
	}
	sections = 0;
	free_unref_page_list(p.cpu, &p.mm, page, 100);
	ck_assert_uint_eq(sections, rows[_i].sections);
	assert_all_free(&p);
}
END_TEST

/* Pages of two zones never share a section. */
START_TEST(a_list_of_two_zones_changes_sections)
{
	static const struct pcp_guard counting = {.enter = count_enter, .leave = count_leave};
	struct place p = set_up();
	struct page *page[20];

	p.params.pcp_list_section = 0;
	p.params.pcp_guard = &counting;
	start(&p, 2);
	for (uint32_t i = 0; i < 20; i++) {
		page[i] = get(&p, i >= 10);
		page[i]->refcount = 0;
	}
	sections = 0;
	free_unref_page_list(p.cpu, &p.mm, page, 20);
	ck_assert_uint_eq(sections, 2);
	assert_all_free(&p);
}
END_TEST

START_TEST(a_list_that_may_not_enter_goes_to_the_buddy)
{
	static const struct pcp_guard refusing = {.enter = refuse};
	struct place p = set_up();
	struct page *page[40];

	p.params.pcp_guard = &refusing;
	start(&p, 1);
	for (uint32_t i = 0; i < 40; i++) {
		page[i] = get(&p, 0);
		page[i]->refcount = 0;
	}
	free_unref_page_list(p.cpu, &p.mm, page, 40);
	ck_assert_uint_eq(p.mm.counts.zone_frees, 40);
	assert_all_free(&p);
}
END_TEST

START_TEST(damage_is_found)
{
	struct place p = set_up();
	struct error e = {0};
	struct page *page;

	start(&p, 2);
	for (uint32_t i = 0; i < 30; i++) {
		page = get(&p, 0);
		lru_cache_add(p.cpu, &p.mm, page, LRU_INACTIVE_FILE);
	}
	place_assert_sound(&p);
	switch (_i) {
	case 0: page->lru = LRU_ANON; break;
	case 1: p.mm.lru->cached++; break;
	case 2: page->refcount = 0; break;
	case 3: p.mm.lru->node[0].list[LRU_INACTIVE_FILE].count++; break;
	case 4: page->zone = 1; break;
	case 5: p.mm.lru->node[1].isolated = 1; break;
	}
	ck_assert_int_eq(memory_check(&p.mm, &e), HZ_RUN_FAILED);
	ck_assert_uint_gt(strlen(e.text), 10);
}
END_TEST

/* 2,000 pages are unmapped in a bundle of 8 and four of up to 510. What a batch of the CPU still holds goes to the list before the first. */
START_TEST(munmap_gives_everything_back)
{
	struct place p = set_up();
	struct page *page[2000];
	uint64_t before;

	start(&p, 1);
	for (uint32_t i = 0; i < 2000; i++) {
		page[i] = do_page_fault(p.cpu, &p.mm);
		ck_assert_ptr_nonnull(page[i]);
	}
	ck_assert_uint_eq(lru_pages(&p.mm, LRU_ANON), 2000);
	before = lru_lock_taken(&p, 0);
	ck_assert_uint_eq(before, 2000 / 15);
	ck_assert_uint_eq(zap_page_range(p.cpu, &p.mm, page, 2000), 2000);
	/* The last five pages; 8; three times 510 in 16 holds; 462 in 15. */
	ck_assert_uint_eq(lru_lock_taken(&p, 0) - before, 1 + 1 + 3 * 16 + 15);
	assert_all_free(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lru");
	TCase *tcase = tcase_create("lru");

	tcase_add_loop_test(tcase, a_full_batch_takes_the_lock_once, 0, 3);
	tcase_add_test(tcase, a_batch_of_two_nodes_takes_both_locks);
	tcase_add_test(tcase, a_drain_sends_on_what_there_is);
	tcase_add_loop_test(tcase, release_takes_the_lock_once_for_a_batch, 0, 8);
	tcase_add_test(tcase, only_the_last_reference_takes_a_page_off);
	tcase_add_test(tcase, a_page_dropped_in_its_batch_is_freed_by_it);
	tcase_add_loop_test(tcase, a_list_is_freed_in_sections, 0, 4);
	tcase_add_test(tcase, a_list_of_two_zones_changes_sections);
	tcase_add_test(tcase, a_list_that_may_not_enter_goes_to_the_buddy);
	tcase_add_loop_test(tcase, damage_is_found, 0, 6);
	tcase_add_test(tcase, munmap_gives_everything_back);
	suite_add_tcase(suite, tcase);
	return rig_main(suite);
}
