/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/buddy.h"

KFUNC(__rmqueue);
KFUNC(__rmqueue_fallback);
KFUNC(__free_one_page);

enum migratetype get_pageblock_migratetype(const struct memory *mm, const struct zone *zone, const struct page *page)
{
	return zone->pageblock[(page_to_pfn(mm, page) - zone->start) >> PAGEBLOCK_ORDER];
}

static void set_pageblocks(struct zone *zone, pfn_t pfn, unsigned order, enum migratetype type)
{
	for (pfn_t p = pfn; p < pfn + (1u << order); p += 1u << PAGEBLOCK_ORDER)
		zone->pageblock[(p - zone->start) >> PAGEBLOCK_ORDER] = (uint8_t)type;
}

/* Linking a block writes the list head, the block and the block that was first or last. */
static void add_to_free_list(struct cpu *cpu, struct memory *mm, struct zone *zone, pfn_t pfn, unsigned order,
			     enum migratetype type, bool tail)
{
	struct free_area *area = &zone->free_area[order];
	struct page_list *list = &area->list[type];
	struct page *page = pfn_to_page(mm, pfn);
	pfn_t neighbour = tail ? list->tail : list->head;

	cpu_touch(cpu, &area->line, zone->node);
	cpu_touch(cpu, &area->count_line, zone->node);
	page->zone = zone->number;
	page_touch(cpu, mm, page);
	if (neighbour != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, neighbour));
	page->state = PAGE_BUDDY;
	page->order = (uint8_t)order;
	page->migratetype = (uint8_t)type;
	if (tail)
		page_list_add_tail(mm, list, pfn);
	else
		page_list_add(mm, list, pfn);
}

static void del_from_free_list(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page)
{
	struct free_area *area = &zone->free_area[page->order];

	cpu_touch(cpu, &area->line, zone->node);
	cpu_touch(cpu, &area->count_line, zone->node);
	page_touch(cpu, mm, page);
	if (page->next != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, page->next));
	if (page->prev != PFN_NONE)
		page_touch(cpu, mm, pfn_to_page(mm, page->prev));
	page_list_del(mm, &area->list[page->migratetype], page_to_pfn(mm, page));
	page->state = PAGE_UNTOUCHED;
}

/* The next block of memory that was never used. */
static struct page *take_frontier(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	struct page *page = pfn_to_page(mm, zone->frontier);

	if (zone->frontier == zone->end)
		return NULL;
	page->zone = zone->number;
	page->order = MAX_ORDER;
	cpu_touch(cpu, &zone->free_area[MAX_ORDER].line, zone->node);
	cpu_touch(cpu, &zone->free_area[MAX_ORDER].count_line, zone->node);
	page_touch(cpu, mm, page);
	zone->frontier += 1u << MAX_ORDER;
	return page;
}

/* Split `page` of order `high` down to `low`; the upper halves go on the lists. */
static void expand(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, unsigned low, unsigned high,
		   enum migratetype type)
{
	pfn_t pfn = page_to_pfn(mm, page);

	while (high > low) {
		high--;
		cpu_work(cpu, mm->params->cost_expand);
		add_to_free_list(cpu, mm, zone, pfn + (1u << high), high, type, false);
		mm->counts.splits++;
	}
}

static struct page *__rmqueue_smallest(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order,
				       enum migratetype type)
{
	for (unsigned current = order; current <= MAX_ORDER; current++) {
		pfn_t pfn = zone->free_area[current].list[type].head;
		struct page *page = NULL;

		if (pfn != PFN_NONE) {
			page = pfn_to_page(mm, pfn);
			del_from_free_list(cpu, mm, zone, page);
		} else if (current == MAX_ORDER && type == MIGRATE_MOVABLE) {
			page = take_frontier(cpu, mm, zone);
		}
		if (!page)
			continue;
		expand(cpu, mm, zone, page, order, current, type);
		return page;
	}
	return NULL;
}

/* All free blocks of a pageblock change over to the new owner's lists. */
static void move_freepages_block(struct cpu *cpu, struct memory *mm, struct zone *zone, pfn_t pfn, enum migratetype type)
{
	pfn_t first = pfn & ~((1u << PAGEBLOCK_ORDER) - 1), end = first + (1u << PAGEBLOCK_ORDER);

	for (pfn_t p = first; p < end;) {
		struct page *page = pfn_to_page(mm, p);
		unsigned order = page->order;

		if (page->state != PAGE_BUDDY) {
			p++;
			continue;
		}
		del_from_free_list(cpu, mm, zone, page);
		add_to_free_list(cpu, mm, zone, p, order, type, false);
		p += 1u << order;
	}
	set_pageblocks(zone, first, PAGEBLOCK_ORDER, type);
}

/* Another type's largest block is taken over; with it the whole pageblock, so that later allocations of this type stay together. */
static bool __rmqueue_fallback(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order, enum migratetype type)
{
	static const enum migratetype fallbacks[MIGRATE_TYPES][MIGRATE_TYPES - 1] = {
		[MIGRATE_UNMOVABLE] = {MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE},
		[MIGRATE_MOVABLE] = {MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE},
		[MIGRATE_RECLAIMABLE] = {MIGRATE_UNMOVABLE, MIGRATE_MOVABLE},
	};

	for (unsigned current = MAX_ORDER + 1; current-- > order;) {
		for (unsigned i = 0; i < MIGRATE_TYPES - 1; i++) {
			enum migratetype from = fallbacks[type][i];
			pfn_t pfn = zone->free_area[current].list[from].head;
			struct page *page;

			if (pfn == PFN_NONE && !(current == MAX_ORDER && from == MIGRATE_MOVABLE && zone->frontier < zone->end))
				continue;
			mm->counts.fallbacks++;
			if (pfn != PFN_NONE && current < PAGEBLOCK_ORDER) {
				move_freepages_block(cpu, mm, zone, pfn, type);
				return true;
			}
			if (pfn == PFN_NONE) {
				page = take_frontier(cpu, mm, zone);
				pfn = page_to_pfn(mm, page);
			} else {
				del_from_free_list(cpu, mm, zone, pfn_to_page(mm, pfn));
			}
			set_pageblocks(zone, pfn, current, type);
			add_to_free_list(cpu, mm, zone, pfn, current, type, false);
			return true;
		}
	}
	return false;
}

struct page *__rmqueue(struct cpu *cpu, struct memory *mm, struct zone *zone, unsigned order, enum migratetype type)
{
	struct page *page;

	cpu_enter(cpu, &fn___rmqueue);
	cpu_work(cpu, mm->params->cost_rmqueue);
	page = __rmqueue_smallest(cpu, mm, zone, order, type);
	if (!page) {
		bool found;

		cpu_enter(cpu, &fn___rmqueue_fallback);
		found = __rmqueue_fallback(cpu, mm, zone, order, type);
		cpu_leave(cpu);
		if (found)
			page = __rmqueue_smallest(cpu, mm, zone, order, type);
	}
	if (page) {
		page->order = (uint8_t)order;
		page->zone = zone->number;
		zone->free_pages -= 1u << order;
	}
	cpu_leave(cpu);
	return page;
}

static bool page_is_buddy(const struct zone *zone, const struct page *buddy, pfn_t pfn, unsigned order)
{
	return pfn >= zone->start && pfn < zone->frontier && buddy->state == PAGE_BUDDY && buddy->order == order;
}

/* When the next larger pair is likely to complete soon, the block goes to the tail, where it is used last. */
static bool buddy_merge_likely(struct cpu *cpu, struct memory *mm, struct zone *zone, pfn_t pfn, unsigned order)
{
	pfn_t higher;

	if (order >= MAX_ORDER - 1)
		return false;
	higher = (pfn & ~(1u << order)) ^ (1u << (order + 1));
	if (higher < zone->start || higher >= zone->frontier)
		return false;
	pfn_to_page(mm, higher)->zone = zone->number;
	page_read(cpu, mm, pfn_to_page(mm, higher));
	return page_is_buddy(zone, pfn_to_page(mm, higher), higher, order + 1);
}

void __free_one_page(struct cpu *cpu, struct memory *mm, struct zone *zone, struct page *page, unsigned order,
		     enum migratetype type)
{
	pfn_t pfn = page_to_pfn(mm, page);

	cpu_enter(cpu, &fn___free_one_page);
	cpu_work(cpu, mm->params->cost_free_one_page);
	zone->free_pages += 1u << order;
	page->state = PAGE_UNTOUCHED;
	for (; order < MAX_ORDER; order++) {
		pfn_t other = pfn ^ (1u << order);
		struct page *buddy = pfn_to_page(mm, other);

		buddy->zone = zone->number;
		page_read(cpu, mm, buddy);
		if (!page_is_buddy(zone, buddy, other, order))
			break;
		del_from_free_list(cpu, mm, zone, buddy);
		cpu_work(cpu, mm->params->cost_merge);
		mm->counts.merges++;
		pfn &= ~(1u << order);
	}
	add_to_free_list(cpu, mm, zone, pfn, order, type, buddy_merge_likely(cpu, mm, zone, pfn, order));
	cpu_leave(cpu);
}
