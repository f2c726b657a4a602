/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/pcp.h"

#include "mm/buddy.h"

KFUNC(rmqueue_bulk);
KFUNC(free_pcppages_bulk);

uint32_t zone_batchsize(uint64_t managed, uint64_t cap)
{
	uint64_t batch = managed / 1024;
	uint32_t rounded = 1;

	if (batch * PAGE_SIZE_BYTES > cap)
		batch = cap / PAGE_SIZE_BYTES;
	batch /= 4;
	if (batch < 1)
		batch = 1;
	/* One less than a power of two, so that freed batches do not resonate with cache colours. */
	while (2u * rounded <= batch + batch / 2)
		rounded *= 2;
	return rounded > 1 ? rounded - 1 : 1;
}

void pcp_init(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp)
{
	for (unsigned type = 0; type < MIGRATE_TYPES; type++)
		page_list_init(&pcp->list[type]);
	pcp->batch = mm->params->pcp_batch ? mm->params->pcp_batch
					   : zone_batchsize(zone->end - zone->start, mm->params->pcp_batch_cap);
	pcp->high = mm->params->pcp_high ? mm->params->pcp_high : 6 * pcp->batch;
}

/* Refill: `batch` pages under one hold, appended at the tail. Returns how many came. */
static uint32_t rmqueue_bulk(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp,
			     enum migratetype type)
{
	uint32_t n;

	cpu_enter(cpu, &fn_rmqueue_bulk);
	cpu_work(cpu, mm->params->cost_bulk_call);
	spin_lock(cpu, &zone->lock);
	for (n = 0; n < pcp->batch; n++) {
		struct page *page = __rmqueue(cpu, mm, zone, 0, type);

		if (!page)
			break;
		cpu_work(cpu, mm->params->cost_refill_page);
		if (pcp->list[type].tail != PFN_NONE)
			page_touch(cpu, mm, pfn_to_page(mm, pcp->list[type].tail));
		page->state = PAGE_PCP;
		page->migratetype = (uint8_t)type;
		page_list_add_tail(mm, &pcp->list[type], page_to_pfn(mm, page));
	}
	__mod_zone_page_state(cpu, zone, -(int32_t)n);
	spin_unlock(cpu, &zone->lock);
	pcp->count += n;
	mm->counts.refills++;
	mm->counts.refilled_pages += n;
	cpu_leave(cpu);
	return n;
}

struct page *__rmqueue_pcplist(struct cpu *cpu, struct memory *mm, struct zone *zone, enum migratetype type)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu->number];
	struct page_list *list = &pcp->list[type];
	struct page *page;

	cpu_work(cpu, mm->params->cost_rmqueue_pcp);
	cpu_touch(cpu, &pcp->line, zone->node);
	if (!list->count && !rmqueue_bulk(cpu, mm, zone, pcp, type))
		return NULL;
	page = pfn_to_page(mm, list->head);
	page_touch(cpu, mm, page);
	if (page->next != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, page->next));
	page_list_del(mm, list, list->head);
	page->state = PAGE_UNTOUCHED;
	pcp->count--;
	return page;
}

/* The next page to give back. Lists take turns; an empty one passes its turn on, and what a list that runs empty leaves of its
 * turns goes to the next, so that fuller lists lose more. */
static struct page *pick_coldest(struct memory *mm, struct per_cpu_pages *pcp, unsigned *type, uint32_t *quota)
{
	uint32_t passed = *quota;
	pfn_t pfn;

	if (*quota && pcp->list[*type].count) {
		--*quota;
	} else {
		do {
			*type = (*type + 1) % MIGRATE_TYPES;
			passed++;
		} while (!pcp->list[*type].count);
		/* As many turns as there are lists: the kernel takes all the rest from there. */
		*quota = passed == MIGRATE_TYPES ? 1u << 30 : passed - 1;
	}
	pfn = pcp->list[*type].tail;
	page_list_del(mm, &pcp->list[*type], pfn);
	return pfn_to_page(mm, pfn);
}

void free_pcppages_bulk(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp, uint32_t count)
{
	pfn_t detached = PFN_NONE, last = PFN_NONE;
	unsigned type = 0;
	uint32_t quota = 0;

	cpu_enter(cpu, &fn_free_pcppages_bulk);
	cpu_work(cpu, mm->params->cost_bulk_call);
	/* Detached pages are chained through `next`. With prefetch, they and their buddies are touched before the lock is taken. */
	for (uint32_t i = 0; i < count; i++) {
		struct page *page = pick_coldest(mm, pcp, &type, &quota);
		pfn_t pfn = page_to_pfn(mm, page);

		if (mm->params->pcp_prefetch) {
			page_touch(cpu, mm, page);
			if (i < pcp->batch) {
				struct page *buddy = pfn_to_page(mm, pfn ^ 1u);

				buddy->zone = zone->number;
				page_read(cpu, mm, buddy);
			}
		}
		page->next = PFN_NONE;
		if (detached == PFN_NONE)
			detached = pfn;
		else
			pfn_to_page(mm, last)->next = pfn;
		last = pfn;
	}
	pcp->count -= count;
	spin_lock(cpu, &zone->lock);
	while (detached != PFN_NONE) {
		struct page *page = pfn_to_page(mm, detached);

		detached = page->next;
		page_touch(cpu, mm, page);
		cpu_work(cpu, mm->params->cost_drain_page);
		__free_one_page(cpu, mm, zone, page, 0, get_pageblock_migratetype(mm, zone, page));
	}
	__mod_zone_page_state(cpu, zone, (int32_t)count);
	spin_unlock(cpu, &zone->lock);
	mm->counts.drains++;
	mm->counts.drained_pages += count;
	cpu_leave(cpu);
}

void free_unref_page_commit(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, enum migratetype type)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu->number];
	struct page_list *list = &pcp->list[type];

	cpu_work(cpu, mm->params->cost_free_pcp);
	cpu_touch(cpu, &pcp->line, zone->node);
	page_touch(cpu, mm, page);
	if (list->head != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, list->head));
	page->state = PAGE_PCP;
	page->migratetype = (uint8_t)type;
	page_list_add(mm, list, page_to_pfn(mm, page));
	pcp->count++;
	if (pcp->count >= pcp->high)
		free_pcppages_bulk(cpu, mm, zone, pcp, pcp->batch < pcp->count ? pcp->batch : pcp->count);
}
