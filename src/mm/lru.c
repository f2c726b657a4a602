/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/lru.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw/irq.h"
#include "hw/preempt.h"
#include "mm/page_alloc.h"

KFUNC(lru_cache_add);
KFUNC(lru_add_drain);
KFUNC(__pagevec_lru_add);
KFUNC(release_pages);

void lru_init(struct memory *mm, uint64_t seed, uint32_t repetition)
{
	struct lru *lru = xcalloc(1, sizeof *lru);

	mm->lru = lru;
	lru->node = xcalloc(mm->nodes, sizeof *lru->node);
	lru->add = xcalloc(mm->hw->cpus, sizeof *lru->add);
	for (uint32_t i = 0; i < mm->nodes; i++) {
		char label[48], stream[32];

		for (unsigned l = 0; l < LRU_LISTS; l++)
			page_list_init(&lru->node[i].list[l]);
		snprintf(label, sizeof label, "lru_lock (node %u)", i);
		snprintf(stream, sizeof stream, "lru lock %u", i);
		lock_init(&lru->node[i].lock, lock_class_new(mm->hw, mm->params->zone_lock, label, stream_new(seed, repetition, stream)), mm->hw);
	}
}

void lru_fini(struct memory *mm)
{
	if (!mm->lru)
		return;
	for (uint32_t i = 0; i < mm->nodes; i++)
		lock_fini(&mm->lru->node[i].lock);
	free(mm->lru->node);
	free(mm->lru->add);
	free(mm->lru);
	mm->lru = NULL;
}

/* lru_lock of the page's node instead of `held`'s: returns the lruvec that is locked now. */
static struct lruvec *relock(struct cpu *cpu, struct lruvec *held, struct lruvec *wanted)
{
	if (held == wanted)
		return held;
	if (held) {
		spin_unlock(cpu, &held->lock);
		local_irq_restore(cpu);
	}
	if (wanted) {
		local_irq_save(cpu);
		spin_lock(cpu, &wanted->lock);
	}
	return wanted;
}

void add_page_to_lru_list(struct cpu *cpu, struct memory *mm, struct page *page, enum lru_list list)
{
	struct lruvec *lruvec = page_lruvec(mm, page);
	struct page_list *l = &lruvec->list[list];

	cpu_work(cpu, mm->params->cost_lru_add);
	cpu_touch(cpu, &lruvec->line, page_to_nid(mm, page));
	page_touch(cpu, mm, page);
	if (l->head != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, l->head));
	page->lru = (uint8_t)list;
	page_list_add(mm, l, page_to_pfn(mm, page));
}

void del_page_from_lru_list(struct cpu *cpu, struct memory *mm, struct page *page)
{
	struct lruvec *lruvec = page_lruvec(mm, page);

	cpu_work(cpu, mm->params->cost_lru_del);
	cpu_touch(cpu, &lruvec->line, page_to_nid(mm, page));
	page_touch(cpu, mm, page);
	if (page->next != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, page->next));
	if (page->prev != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, page->prev));
	page_list_del(mm, &lruvec->list[page->lru], page_to_pfn(mm, page));
	page->lru = LRU_NONE;
}

/* The batch is this CPU's alone while preemption is off. */
static void __pagevec_lru_add(struct cpu *cpu, struct memory *mm, struct pagevec *pvec)
{
	struct lruvec *locked = NULL;
	uint32_t nr = pvec->nr;

	cpu_enter(cpu, &fn___pagevec_lru_add);
	cpu_work(cpu, mm->params->cost_pagevec_call);
	for (uint32_t i = 0; i < nr; i++) {
		struct page *page = pvec->page[i];

		locked = relock(cpu, locked, page_lruvec(mm, page));
		add_page_to_lru_list(cpu, mm, page, (enum lru_list)pvec->list[i]);
	}
	relock(cpu, locked, NULL);
	pvec->nr = 0;
	release_pages(cpu, mm, pvec->page, nr);
	cpu_leave(cpu);
}

void lru_cache_add(struct cpu *cpu, struct memory *mm, struct page *page, enum lru_list list)
{
	struct pagevec *pvec = &mm->lru->add[cpu->number];

	cpu_enter(cpu, &fn_lru_cache_add);
	page_ref_add(cpu, mm, page, 1);
	preempt_disable(cpu);
	cpu_work(cpu, mm->params->cost_lru_cache_add);
	mm->lru->cached += list == LRU_INACTIVE_FILE;
	pvec->list[pvec->nr] = (uint8_t)list;
	pvec->page[pvec->nr++] = page;
	if (pvec->nr == mm->params->pagevec)
		__pagevec_lru_add(cpu, mm, pvec);
	preempt_enable(cpu);
	cpu_leave(cpu);
}

void lru_add_drain(struct cpu *cpu, struct memory *mm)
{
	struct pagevec *pvec = &mm->lru->add[cpu->number];

	cpu_enter(cpu, &fn_lru_add_drain);
	preempt_disable(cpu);
	if (pvec->nr)
		__pagevec_lru_add(cpu, mm, pvec);
	preempt_enable(cpu);
	cpu_leave(cpu);
}

void release_pages(struct cpu *cpu, struct memory *mm, struct page *const *page, uint32_t nr)
{
	struct page *free[RELEASE_PAGES_MAX];
	struct lruvec *locked = NULL;
	uint32_t first = RELEASE_PAGES_MAX, in_hold = 0;

	cpu_enter(cpu, &fn_release_pages);
	for (uint32_t i = 0; i < nr; i++) {
		cpu_work(cpu, mm->params->cost_release_page);
		/* Others get a turn, and interrupts. */
		if (locked && ++in_hold == mm->params->release_batch)
			locked = relock(cpu, locked, NULL);
		if (!page_ref_sub_and_test(cpu, mm, page[i], 1))
			continue;
		if (page[i]->lru) {
			if (locked != page_lruvec(mm, page[i]))
				in_hold = 0;
			locked = relock(cpu, locked, page_lruvec(mm, page[i]));
			del_page_from_lru_list(cpu, mm, page[i]);
		}
		/* list_add: the last comes first. */
		free[--first] = page[i];
	}
	relock(cpu, locked, NULL);
	free_unref_page_list(cpu, mm, free + first, RELEASE_PAGES_MAX - first);
	cpu_leave(cpu);
}

uint64_t lru_pages(const struct memory *mm, enum lru_list list)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < mm->nodes; i++)
		n += mm->lru->node[i].list[list].count;
	for (uint32_t i = 0; i < mm->hw->cpus; i++)
		for (uint32_t j = 0; j < mm->lru->add[i].nr; j++)
			n += mm->lru->add[i].list[j] == list;
	return n;
}

int lru_check(struct memory *mm, struct error *e)
{
	uint64_t cached = lru_pages(mm, LRU_INACTIVE_FILE);

	for (uint32_t i = 0; i < mm->nodes; i++) {
		const struct lruvec *lruvec = &mm->lru->node[i];

		cached += lruvec->isolated;
		for (unsigned l = 0; l < LRU_LISTS; l++) {
			if (page_list_walk(mm, &lruvec->list[l], PAGE_ALLOCATED, 0) == UINT64_MAX)
				return error_set(e, HZ_RUN_FAILED, "node %u: LRU list %u is damaged", i, l);
			for (pfn_t pfn = lruvec->list[l].head; pfn != PFN_NONE; pfn = mm->page[pfn].next)
				if (mm->page[pfn].lru != l || mm->page[pfn].refcount < 1 || page_to_nid(mm, &mm->page[pfn]) != i)
					return error_set(e, HZ_RUN_FAILED, "node %u: page frame %u on LRU list %u does not belong there",
							 i, pfn, l);
		}
	}
	if (cached != mm->lru->cached)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " pages of the page cache on LRU lists or on the way, counted %" PRIu64,
				 cached, mm->lru->cached);
	return 0;
}
