/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/resident.h"

#include <math.h>
#include <stdio.h>

#include "sim/stream.h"

#define BLOCK_PAGES (1u << MAX_ORDER)

static void hold(struct memory *mm, struct zone *zone, pfn_t pfn)
{
	struct page *page = pfn_to_page(mm, pfn);

	page->zone = zone->number;
	page->state = PAGE_ALLOCATED;
	page->refcount = 1;
	zone->free_pages--;
	mm->allocated_pages++;
}

/* The free pages [from, end) as buddy blocks: each as large as its place and the rest allow. */
static void release(struct memory *mm, struct zone *zone, pfn_t from, pfn_t end, struct stream *random)
{
	while (from < end) {
		unsigned order = 0;
		struct page *page = pfn_to_page(mm, from);
		struct page_list *list;

		while (order < MAX_ORDER && !(from & ((2u << order) - 1)) && from + (2u << order) <= end)
			order++;
		list = &zone->free_area[order].list[MIGRATE_UNMOVABLE];
		page->zone = zone->number;
		page->state = PAGE_BUDDY;
		page->order = (uint8_t)order;
		page->migratetype = MIGRATE_UNMOVABLE;
		if (stream_index(random, 2))
			page_list_add_tail(mm, list, from);
		else
			page_list_add(mm, list, from);
		from += 1u << order;
	}
}

void resident_init(struct memory *mm, struct zone *zone, uint64_t bytes, uint64_t seed, uint32_t repetition)
{
	uint64_t blocks = bytes / PAGE_SIZE_BYTES / BLOCK_PAGES;
	struct stream *random;
	char name[32];

	if (blocks > (zone->end - zone->start) / BLOCK_PAGES)
		blocks = (zone->end - zone->start) / BLOCK_PAGES;
	snprintf(name, sizeof name, "resident %u", zone->number);
	random = stream_new(seed, repetition, name);
	for (uint64_t b = 0; b < blocks; b++) {
		pfn_t first = zone->start + (pfn_t)b * BLOCK_PAGES, end = first + BLOCK_PAGES, from = first;
		/* 1/2 to 1/1024, evenly on a logarithmic scale. */
		double share = exp2(-1.0 - (MAX_ORDER - 1) * stream_uniform(random));

		for (unsigned i = 0; i < BLOCK_PAGES >> PAGEBLOCK_ORDER; i++)
			zone->pageblock[((first - zone->start) >> PAGEBLOCK_ORDER) + i] = MIGRATE_UNMOVABLE;
		while (from < end) {
			double skip = stream_geometric(random, share) - 1.0;
			pfn_t held = skip < end - from ? from + (pfn_t)skip : end;

			release(mm, zone, from, held, random);
			if (held < end)
				hold(mm, zone, held);
			from = held + 1;
		}
	}
	zone->frontier = zone->start + (pfn_t)blocks * BLOCK_PAGES;
	stream_free(random);
}
