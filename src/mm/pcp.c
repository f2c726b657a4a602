/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/pcp.h"

#include "hw/irq.h"
#include "mm/buddy.h"
#include "mm/pcp_guard.h"
#include "mm/pcp_rule.h"
#include "mm/vmstat.h"

KFUNC(rmqueue_bulk);
KFUNC(free_pcppages_bulk);

/* zone->lock, with interrupts off: the section of the lists has them off already, or the lock brings that along. */
static void lock_zone(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	if (mm->params->pcp_guard->irqs_on)
		local_irq_save(cpu);
	spin_lock(cpu, &zone->lock);
}

static void unlock_zone(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	spin_unlock(cpu, &zone->lock);
	if (mm->params->pcp_guard->irqs_on)
		local_irq_restore(cpu);
}

/* Refill: `blocks` of 2^order under one hold, appended at the tail. Returns how many came. */
static uint32_t rmqueue_bulk(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp, unsigned order,
			     uint32_t blocks, enum migratetype type)
{
	struct page_list *list = &pcp->list[order_to_pindex(mm->params, order, type)];
	uint32_t n;

	cpu_enter(cpu, &fn_rmqueue_bulk);
	cpu_work(cpu, mm->params->cost_bulk_call);
	lock_zone(cpu, mm, zone);
	for (n = 0; n < blocks; n++) {
		struct page *page = __rmqueue(cpu, mm, zone, order, type);

		if (!page)
			break;
		cpu_work(cpu, mm->params->cost_refill_page);
		if (list->tail != PFN_NONE)
			page_touch(cpu, mm, pfn_to_page(mm, list->tail));
		page->state = PAGE_PCP;
		page->migratetype = (uint8_t)type;
		page_list_add_tail(mm, list, page_to_pfn(mm, page));
	}
	__mod_zone_page_state(cpu, zone, -(int32_t)(n << order));
	unlock_zone(cpu, mm, zone);
	pcp->count += n << order;
	mm->counts.refills++;
	mm->counts.refilled_pages += n << order;
	cpu_leave(cpu);
	return n;
}

struct page *__rmqueue_pcplist(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order, enum migratetype type)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu->number];
	struct page_list *list = &pcp->list[order_to_pindex(mm->params, order, type)];
	struct page *page;

	cpu_work(cpu, mm->params->cost_rmqueue_pcp);
	cpu_touch(cpu, &pcp->lock.word, cpu->socket);
	if (list->count) {
		mm->counts.pcp_hits++;
	} else {
		if (!rmqueue_bulk(cpu, mm, zone, pcp, order, mm->params->pcp_rule->refill(mm, zone, pcp, order), type))
			return NULL;
		mm->counts.pcp_misses++;
	}
	page = pfn_to_page(mm, list->head);
	page_touch(cpu, mm, page);
	if (page->next != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, page->next));
	page_list_del(mm, list, list->head);
	page->state = PAGE_UNTOUCHED;
	pcp->count -= 1u << order;
	return page;
}

/* Where the next block to give back comes from. */
struct drain_cursor {
	unsigned pindex;
	uint32_t quota;
};

/* Lists take turns; an empty one passes its turn on, and what a list that runs empty leaves of its turns goes to the next, so that fuller
 * lists lose more. */
static void rotate(const struct per_cpu_pages *pcp, unsigned lists, struct drain_cursor *at)
{
	uint32_t passed = at->quota;

	if (at->quota && pcp->list[at->pindex].count) {
		at->quota--;
		return;
	}
	do {
		at->pindex = (at->pindex + 1) % lists;
		passed++;
	} while (!pcp->list[at->pindex].count);
	at->quota = passed - 1;
}

static void empty_each(const struct per_cpu_pages *pcp, unsigned lists, struct drain_cursor *at)
{
	while (!pcp->list[at->pindex].count)
		at->pindex = (at->pindex + 1) % lists;
}

/* Take the coldest block of the next list. */
static struct page *detach_coldest(struct memory *mm, struct per_cpu_pages *pcp, struct drain_cursor *at)
{
	unsigned lists = pcp_lists(mm->params);
	struct page *page;
	pfn_t pfn;

	if (mm->params->pcp_drain_order == PCP_DRAIN_ROTATE)
		rotate(pcp, lists, at);
	else
		empty_each(pcp, lists, at);
	pfn = pcp->list[at->pindex].tail;
	page = pfn_to_page(mm, pfn);
	page_list_del(mm, &pcp->list[at->pindex], pfn);
	pcp->count -= 1u << page->order;
	return page;
}

static void prefetch_buddy(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page)
{
	struct page *buddy = pfn_to_page(mm, page_to_pfn(mm, page) ^ (1u << page->order));

	buddy->zone = zone->number;
	page_read(cpu, mm, buddy);
}

uint32_t free_pcppages_bulk(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp, uint32_t count,
			    unsigned pindex)
{
	struct drain_cursor at = {mm->params->pcp_drain_order == PCP_DRAIN_ROTATE ? 0 : pindex, 0};
	pfn_t detached = PFN_NONE, last = PFN_NONE;
	uint32_t pages = 0;

	cpu_enter(cpu, &fn_free_pcppages_bulk);
	cpu_work(cpu, mm->params->cost_bulk_call);
	/* Detached blocks are chained through `next`. With prefetch, they and their buddies are touched before the lock is taken. */
	for (uint32_t i = 0; pages < count && pcp->count; i++) {
		struct page *page = detach_coldest(mm, pcp, &at);
		pfn_t pfn = page_to_pfn(mm, page);

		if (mm->params->pcp_prefetch) {
			page_touch(cpu, mm, page);
			if (i < pcp->batch)
				prefetch_buddy(cpu, mm, zone, page);
		}
		pages += 1u << page->order;
		page->next = PFN_NONE;
		if (detached == PFN_NONE)
			detached = pfn;
		else
			pfn_to_page(mm, last)->next = pfn;
		last = pfn;
	}
	lock_zone(cpu, mm, zone);
	while (detached != PFN_NONE) {
		struct page *page = pfn_to_page(mm, detached);

		detached = page->next;
		page_touch(cpu, mm, page);
		cpu_work(cpu, mm->params->cost_drain_page);
		/* __free_one_page() counts each block, where a refill counts all of its own at once. */
		__mod_zone_page_state(cpu, zone, 1 << page->order);
		__free_one_page(cpu, mm, zone, page, page->order, get_pageblock_migratetype(mm, zone, page));
	}
	unlock_zone(cpu, mm, zone);
	mm->counts.drains++;
	mm->counts.drained_pages += pages;
	cpu_leave(cpu);
	return pages;
}

uint32_t pcp_drain(struct cpu *cpu, struct memory *mm, struct zone *zone, struct cpu *owner, uint32_t pages, uint32_t section)
{
	struct per_cpu_pages *pcp = &zone->pcp[owner->number];
	bool more = pcp->count > 0;
	uint32_t drained = 0;

	while (pages && more) {
		uint32_t n = pages < section ? pages : section;

		pcp_lock(cpu, mm, zone, owner);
		cpu_touch(cpu, &pcp->lock.word, owner->socket);
		/* What there is now: the first look was outside the section. */
		if (pcp->count)
			drained += free_pcppages_bulk(cpu, mm, zone, pcp, n, 0);
		more = pcp->count > 0;
		pcp_unlock(cpu, mm, zone, owner);
		pages -= n;
	}
	return drained;
}

/* `pages` go back, in one hold or in several with the section left in between. Returns whether the section is still held. */
static bool give_back(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp, uint32_t pages, unsigned pindex)
{
	const struct pcp_guard *guard = mm->params->pcp_guard;
	uint32_t chunk = pcp_free_chunk(mm->params, pcp);

	for (;;) {
		free_pcppages_bulk(cpu, mm, zone, pcp, pages < chunk ? pages : chunk, pindex);
		if (pages <= chunk || !pcp->count)
			return true;
		pages -= chunk;
		guard->leave(cpu, mm, zone);
		if (!guard->enter(cpu, mm, zone))
			return false;
	}
}

bool free_unref_page_commit(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, enum migratetype type)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu->number];
	unsigned pindex = order_to_pindex(mm->params, page->order, type);
	struct page_list *list = &pcp->list[pindex];
	bool held = true;
	uint32_t pages;

	cpu_work(cpu, mm->params->cost_free_pcp);
	cpu_touch(cpu, &pcp->lock.word, cpu->socket);
	page_touch(cpu, mm, page);
	if (list->head != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, list->head));
	page->state = PAGE_PCP;
	page->migratetype = (uint8_t)type;
	page_list_add(mm, list, page_to_pfn(mm, page));
	pcp->count += 1u << page->order;
	mm->counts.pcp_frees++;
	pages = mm->params->pcp_rule->overflow(mm, zone, pcp, page->order);
	if (pages) {
		held = give_back(cpu, mm, zone, pcp, pages, pindex);
		if (zone->below_high && zone->free_pages > zone->watermark_high)
			zone->below_high = false;
	}
	return held;
}
