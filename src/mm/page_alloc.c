/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_alloc.h"

#include "hw/irq.h"
#include "mm/buddy.h"
#include "mm/pcp.h"
#include "mm/pcp_guard.h"
#include "mm/pcp_rule.h"
#include "mm/slowpath.h"
#include "mm/vmstat.h"

KFUNC(__alloc_pages_nodemask);
KFUNC(get_page_from_freelist);
KFUNC(prep_new_page);
KFUNC(__free_pages);
KFUNC(put_page);
KFUNC(free_unref_page);
KFUNC(free_unref_page_list);
KFUNC(__free_pages_ok);
KFUNC(free_one_page);

void page_ref_add(struct cpu *cpu, struct memory *mm, struct page *page, int32_t n)
{
	page_touch(cpu, mm, page);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	page->refcount += n;
}

bool page_ref_sub_and_test(struct cpu *cpu, struct memory *mm, struct page *page, int32_t n)
{
	/* Whoever comes last frees the page: first hear of those who drop theirs before. */
	if (mm->shares_pages && page->refcount > n)
		cpu_line_up(cpu, 0);
	page_touch(cpu, mm, page);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	page->refcount -= n;
	if (page->state != PAGE_ALLOCATED || page->refcount < 0)
		cpu_fail(cpu, "bad page state: page frame %u freed %s", page_to_pfn(mm, page),
			 page->state == PAGE_ALLOCATED ? "more often than it was referenced" : "although it is not allocated");
	return page->refcount == 0;
}

/* A single block straight from the buddy lists. */
static struct page *rmqueue_buddy(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order, enum migratetype type)
{
	struct page *page;

	local_irq_save(cpu);
	spin_lock(cpu, &zone->lock);
	page = __rmqueue(cpu, mm, zone, order, type);
	if (page && mm->params->rmqueue_counts == RMQUEUE_COUNTS_LOCKED)
		__mod_zone_page_state(cpu, zone, -(1 << order));
	spin_unlock(cpu, &zone->lock);
	if (page && mm->params->rmqueue_counts == RMQUEUE_COUNTS_UNLOCKED)
		__mod_zone_page_state(cpu, zone, -(1 << order));
	local_irq_restore(cpu);
	mm->counts.zone_allocs += page != NULL;
	return page;
}

static struct page *rmqueue(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order, enum migratetype type)
{
	struct page *page;

	if (!pcp_allowed_order(mm->params, order))
		return rmqueue_buddy(cpu, mm, zone, order, type);
	if (!mm->params->pcp_guard->enter(cpu, mm, zone)) {
		page = rmqueue_buddy(cpu, mm, zone, order, type);
		mm->counts.pcp_busy += page != NULL;
		return page;
	}
	mm->params->pcp_rule->allocating(&zone->pcp[cpu->number]);
	page = __rmqueue_pcplist(cpu, mm, zone, order, type);
	mm->params->pcp_guard->leave(cpu, mm, zone);
	return page;
}

/* zone_watermark_fast() for the mark. A zone with less than its high watermark free is marked on the way. */
static bool zone_watermark_ok(const struct memory *mm, struct zone *zone, unsigned order, uint64_t mark)
{
	uint64_t block = UINT64_C(1) << order;

	if (mm->params->pcp_rule->watches_high_mark && zone->free_pages < zone->watermark_high + block)
		zone->below_high = true;
	return zone->free_pages >= mark + block;
}

/* A caller that cannot sleep gets half of what min keeps (__GFP_HIGH), and a quarter of the rest (ALLOC_HARDER; since 6.3 ALLOC_NON_BLOCK). */
static uint64_t pages_kept(const struct zone *zone, enum alloc_mark mark)
{
	uint64_t min = zone->watermark_min;

	switch (mark) {
	case ALLOC_WMARK_LOW:
		return zone->watermark_low;
	case ALLOC_WMARK_MIN:
		return min;
	default:
		min -= min / 2;
		return min - min / 4;
	}
}

struct page *get_page_from_freelist(struct cpu *cpu, struct memory *mm, uint32_t node, unsigned order, enum migratetype type,
				    enum alloc_mark mark)
{
	struct page *page = NULL;

	cpu_enter(cpu, &fn_get_page_from_freelist);
	for (uint32_t i = 0; i < mm->zones && !page; i++) {
		struct zone *zone = memory_zonelist(mm, cpu, node, i);

		if (zone_watermark_ok(mm, zone, order, pages_kept(zone, mark)))
			page = rmqueue(cpu, mm, zone, order, type);
	}
	cpu_leave(cpu);
	return page;
}

void prep_new_page(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order, cycles_t work)
{
	cpu_enter(cpu, &fn_prep_new_page);
	cpu_work(cpu, work);
	page_touch(cpu, mm, page);
	for (uint32_t i = 1; i < 1u << order; i++) {
		struct page *tail = page + i;

		tail->zone = page->zone;
		page_touch(cpu, mm, tail);
		cpu_work(cpu, mm->params->cost_compound_page);
	}
	page->state = PAGE_ALLOCATED;
	page->pfmemalloc = page_zone(mm, page)->free_pages < page_zone(mm, page)->watermark_min;
	page->order = (uint8_t)order;
	page->lru = LRU_NONE;
	page->refcount = 1;
	mm->counts.allocs++;
	mm->allocated_pages += 1u << order;
	cpu_leave(cpu);
}

struct page *alloc_pages_node(struct cpu *cpu, struct memory *mm, uint32_t node, unsigned order, enum migratetype type, enum gfp gfp)
{
	struct page *page;

	cpu_enter(cpu, &fn___alloc_pages_nodemask);
	cpu_work(cpu, mm->params->cost_alloc_pages);
	page = get_page_from_freelist(cpu, mm, node, order, type, ALLOC_WMARK_LOW);
	if (!page)
		page = __alloc_pages_slowpath(cpu, mm, node, order, type, gfp);
	if (page)
		prep_new_page(cpu, mm, page, order, mm->params->cost_prep_new_page);
	else
		mm->counts.alloc_failures++;
	cpu_leave(cpu);
	return page;
}

/* What a free does to the block before it goes anywhere: every tail page of a compound block is checked and cleared. */
static void free_pages_prepare(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order)
{
	for (uint32_t i = 1; i < 1u << order; i++) {
		page_touch(cpu, mm, page + i);
		cpu_work(cpu, mm->params->cost_compound_page);
	}
}

/* The block leaves its owner, for a list: with interrupts off or inside the guard, so that it is always somewhere. */
static void uncharge(struct memory *mm, struct page *page, unsigned order)
{
	page->state = PAGE_UNTOUCHED;
	mm->counts.frees++;
	mm->allocated_pages -= 1u << order;
}

static void free_one_page(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, unsigned order)
{
	cpu_enter(cpu, &fn_free_one_page);
	spin_lock(cpu, &zone->lock);
	__free_one_page(cpu, mm, zone, page, order, get_pageblock_migratetype(mm, zone, page));
	__mod_zone_page_state(cpu, zone, 1 << order);
	spin_unlock(cpu, &zone->lock);
	mm->counts.zone_frees++;
	cpu_leave(cpu);
}

static void free_one_page_irqsave(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, unsigned order)
{
	local_irq_save(cpu);
	uncharge(mm, page, order);
	free_one_page(cpu, mm, zone, page, order);
	local_irq_restore(cpu);
}

void free_unref_page_work(struct cpu *cpu, struct memory *mm, struct page *page, cycles_t work)
{
	const struct pcp_guard *guard = mm->params->pcp_guard;
	struct zone *zone = page_zone(mm, page);

	cpu_enter(cpu, &fn_free_unref_page);
	cpu_work(cpu, work);
	free_pages_prepare(cpu, mm, page, page->order);
	if (guard->enter(cpu, mm, zone)) {
		uncharge(mm, page, page->order);
		if (free_unref_page_commit(cpu, mm, zone, page, get_pageblock_migratetype(mm, zone, page)))
			guard->leave(cpu, mm, zone);
	} else {
		mm->counts.pcp_busy++;
		free_one_page_irqsave(cpu, mm, zone, page, page->order);
	}
	cpu_leave(cpu);
}

static bool enter_list(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	const struct pcp_guard *guard = mm->params->pcp_guard;

	if (!guard->enter_list)
		return guard->enter(cpu, mm, zone);
	guard->enter_list(cpu, mm, zone);
	return true;
}

void free_unref_page_list(struct cpu *cpu, struct memory *mm, struct page *const *page, uint32_t nr)
{
	const struct pcp_guard *guard = mm->params->pcp_guard;
	struct zone *inside = NULL;
	uint32_t in_section = 0;

	cpu_enter(cpu, &fn_free_unref_page_list);
	for (uint32_t i = 0; i < nr; i++)
		cpu_work(cpu, mm->params->cost_free_pages);
	for (uint32_t i = 0; i < nr; i++) {
		struct zone *zone = page_zone(mm, page[i]);

		if (inside && (zone != inside || in_section == mm->params->pcp_list_section)) {
			guard->leave(cpu, mm, inside);
			inside = NULL;
		}
		if (!inside && enter_list(cpu, mm, zone)) {
			inside = zone;
			in_section = 0;
		}
		in_section++;
		if (!inside) {
			mm->counts.pcp_busy++;
			free_one_page_irqsave(cpu, mm, zone, page[i], 0);
			continue;
		}
		uncharge(mm, page[i], 0);
		if (!free_unref_page_commit(cpu, mm, zone, page[i], get_pageblock_migratetype(mm, zone, page[i])))
			inside = NULL;
	}
	if (inside)
		guard->leave(cpu, mm, inside);
	cpu_leave(cpu);
}

void __free_pages_ok(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order)
{
	cpu_enter(cpu, &fn___free_pages_ok);
	cpu_work(cpu, mm->params->cost_free_pages_ok);
	free_pages_prepare(cpu, mm, page, order);
	free_one_page_irqsave(cpu, mm, page_zone(mm, page), page, order);
	cpu_leave(cpu);
}

void free_the_page(struct cpu *cpu, struct memory *mm, struct page *page)
{
	if (pcp_allowed_order(mm->params, page->order))
		free_unref_page(cpu, mm, page);
	else
		__free_pages_ok(cpu, mm, page, page->order);
}

void __free_pages(struct cpu *cpu, struct memory *mm, struct page *page, unsigned order)
{
	bool last;

	cpu_enter(cpu, &fn___free_pages);
	last = page_ref_sub_and_test(cpu, mm, page, 1);
	if (page->order != order)
		cpu_fail(cpu, "bad page state: page frame %u of order %u freed as order %u", page_to_pfn(mm, page), page->order, order);
	if (last)
		free_the_page(cpu, mm, page);
	cpu_leave(cpu);
}

void put_page(struct cpu *cpu, struct memory *mm, struct page *page)
{
	bool last;

	cpu_enter(cpu, &fn_put_page);
	last = page_ref_sub_and_test(cpu, mm, page, 1);
	if (last)
		free_the_page(cpu, mm, page);
	cpu_leave(cpu);
}
