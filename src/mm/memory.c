/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "mm/drain.h"
#include "mm/lru.h"
#include "mm/pcp.h"
#include "mm/reclaim.h"
#include "mm/resident.h"
#include "mm/vmstat.h"

#define BLOCK_PAGES (1u << MAX_ORDER)

void page_list_init(struct page_list *l)
{
	*l = (struct page_list){PFN_NONE, PFN_NONE, 0};
}

void page_list_add(struct memory *mm, struct page_list *l, pfn_t pfn)
{
	struct page *page = pfn_to_page(mm, pfn);

	page->prev = PFN_NONE;
	page->next = l->head;
	if (l->head != PFN_NONE)
		pfn_to_page(mm, l->head)->prev = pfn;
	else
		l->tail = pfn;
	l->head = pfn;
	l->count++;
}

void page_list_add_tail(struct memory *mm, struct page_list *l, pfn_t pfn)
{
	struct page *page = pfn_to_page(mm, pfn);

	page->next = PFN_NONE;
	page->prev = l->tail;
	if (l->tail != PFN_NONE)
		pfn_to_page(mm, l->tail)->next = pfn;
	else
		l->head = pfn;
	l->tail = pfn;
	l->count++;
}

void page_list_del(struct memory *mm, struct page_list *l, pfn_t pfn)
{
	struct page *page = pfn_to_page(mm, pfn);

	if (page->prev != PFN_NONE)
		pfn_to_page(mm, page->prev)->next = page->next;
	else
		l->head = page->next;
	if (page->next != PFN_NONE)
		pfn_to_page(mm, page->next)->prev = page->prev;
	else
		l->tail = page->prev;
	l->count--;
}

/* min_free_kbytes = sqrt(16 * lowmem kB), shared by size; low and high lie a quarter of min or 0.1 % of the zone higher
 * (init_per_zone_wmark_min and __setup_per_zone_wmarks; watermark_scale_factor 10). */
static void set_watermarks(struct memory *mm, struct zone *zone)
{
	uint64_t managed = zone->end - zone->start;
	double lowmem_kb = (double)mm->pages * (PAGE_SIZE_BYTES / 1024.0);
	double min_kb = floor(sqrt(16.0 * lowmem_kb)), cap_kb = (double)mm->params->min_free_cap / 1024.0;
	uint64_t gap;

	if (min_kb < 128)
		min_kb = 128;
	if (min_kb > cap_kb)
		min_kb = cap_kb;
	zone->watermark_min = (uint64_t)(min_kb / (PAGE_SIZE_BYTES / 1024.0) * (double)managed / (double)mm->pages);
	gap = zone->watermark_min / 4;
	if (managed / 1000 > gap)
		gap = managed / 1000;
	zone->watermark_low = zone->watermark_min + gap;
	zone->watermark_high = zone->watermark_min + 2 * gap;
}

static void zone_init(struct memory *mm, uint32_t number, pfn_t start, pfn_t end, struct lock_class *class)
{
	struct zone *zone = &mm->zone[number];
	uint32_t per_node = mm->params->zones_per_node;

	zone->number = (uint8_t)number;
	zone->node = number / per_node;
	if (per_node == 1)
		snprintf(zone->name, sizeof zone->name, "node %u Normal", zone->node);
	else
		snprintf(zone->name, sizeof zone->name, "node %u Normal %u", zone->node, number % per_node);
	zone->start = zone->frontier = start;
	zone->end = end;
	zone->free_pages = end - start;
	for (unsigned order = 0; order <= MAX_ORDER; order++)
		for (unsigned type = 0; type < MIGRATE_TYPES; type++)
			page_list_init(&zone->free_area[order].list[type]);
	zone->pageblock = xmalloc(((end - start) >> PAGEBLOCK_ORDER) + 1);
	for (pfn_t i = 0; i <= (end - start) >> PAGEBLOCK_ORDER; i++)
		zone->pageblock[i] = MIGRATE_MOVABLE;
	lock_init(&zone->lock, class, mm->hw);
	set_watermarks(mm, zone);
	zone->stat_threshold = calculate_normal_threshold(machine_cpus(mm->hw->machine), end - start);
	zone->pcp = xcalloc(mm->hw->cpus, sizeof *zone->pcp);
	for (uint32_t i = 0; i < mm->hw->cpus; i++)
		pcp_init(mm, zone, &zone->pcp[i]);
}

/* The zones of a node share its memory evenly, and a lock class. */
static void node_init(struct memory *mm, uint32_t node, pfn_t start, uint64_t pages, uint64_t seed, uint32_t repetition)
{
	uint32_t per_node = mm->params->zones_per_node;
	uint64_t blocks = pages / BLOCK_PAGES;
	struct lock_class *class;
	char label[48], stream[64];

	snprintf(label, sizeof label, "zone->lock (node %u Normal)", node);
	snprintf(stream, sizeof stream, "zone lock %u", node);
	class = lock_class_new(mm->hw, mm->params->zone_lock, label, stream_new(seed, repetition, stream));
	for (uint32_t i = 0; i < per_node; i++) {
		uint32_t number = node * per_node + i;

		zone_init(mm, number, start + (pfn_t)(blocks * i / per_node * BLOCK_PAGES),
			  start + (pfn_t)(blocks * (i + 1) / per_node * BLOCK_PAGES), class);
		resident_init(mm, &mm->zone[number], mm->hw->machine->memory_resident / per_node, seed, repetition);
	}
}

static uint64_t pages_per_node(const struct machine_params *machine)
{
	return machine->memory / PAGE_SIZE_BYTES / BLOCK_PAGES * BLOCK_PAGES;
}

int memory_check_size(const struct machine_params *machine, const struct mm_params *params, struct error *e)
{
	uint64_t per_node = pages_per_node(machine);

	if (machine->sockets > NODES_MAX)
		return error_set(e, HZ_USER, "machine has %u memory nodes, at most %d are modelled", machine->sockets, NODES_MAX);
	if (!per_node || per_node * machine->sockets >= PFN_NONE)
		return error_set(e, HZ_USER, "machine.memory is %" PRIu64 " bytes on each of %u nodes; expected at least 4MiB on each, and "
				 "less than 16TiB in all", machine->memory, machine->sockets);
	if (per_node / BLOCK_PAGES < params->zones_per_node)
		return error_set(e, HZ_USER, "kernel.zones_per_node is %u; a zone has at least 4MiB, and machine.memory is %" PRIu64 " bytes",
				 params->zones_per_node, machine->memory);
	return 0;
}

int memory_init(struct memory *mm, struct hw *hw, const struct mm_params *params, uint64_t seed, uint32_t repetition, struct error *e)
{
	uint64_t per_node = pages_per_node(hw->machine);
	int code = memory_check_size(hw->machine, params, e);

	*mm = (struct memory){.hw = hw, .params = params, .nodes = hw->machine->sockets, .pages = per_node * hw->machine->sockets};
	if (code)
		return code;
	mm->page = mmap(NULL, mm->pages * sizeof *mm->page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mm->page == MAP_FAILED) {
		mm->page = NULL;
		return error_errno(e, "reserve struct pages", "mmap");
	}
	mm->zones = mm->nodes * params->zones_per_node;
	for (uint32_t node = 0; node < mm->nodes; node++)
		node_init(mm, node, (pfn_t)(node * per_node), per_node, seed, repetition);
	pcp_init_locks(mm);
	return 0;
}

void memory_fini(struct memory *mm)
{
	reclaim_fini(mm);
	drain_fini(mm);
	lru_fini(mm);
	for (uint32_t i = 0; i < mm->zones; i++) {
		lock_fini(&mm->zone[i].lock);
		for (uint32_t c = 0; c < mm->hw->cpus; c++)
			lock_fini(&mm->zone[i].pcp[c].lock);
		free(mm->zone[i].pageblock);
		free(mm->zone[i].pcp);
	}
	vmstat_fini(mm);
	free(mm->pagesets);
	if (mm->page)
		munmap(mm->page, mm->pages * sizeof *mm->page);
}

uint64_t page_list_walk(struct memory *mm, const struct page_list *l, enum page_state state, int order)
{
	uint64_t n = 0;
	pfn_t prev = PFN_NONE;

	for (pfn_t pfn = l->head; pfn != PFN_NONE; pfn = mm->page[pfn].next) {
		const struct page *page = &mm->page[pfn];

		if (page->state != state || page->prev != prev || (order >= 0 && page->order != order) || n > l->count)
			return UINT64_MAX;
		prev = pfn;
		n++;
	}
	return n == l->count && l->tail == prev ? n : UINT64_MAX;
}

/* Every page frame that was ever used is in one block: free, on a per-CPU list, or with somebody who has a reference, or keeps it without. */
static int check_frames(struct memory *mm, const struct zone *zone, uint64_t *allocated, struct error *e)
{
	for (pfn_t pfn = zone->start; pfn < zone->frontier; pfn += 1u << mm->page[pfn].order) {
		const struct page *page = &mm->page[pfn];

		if (page->state == PAGE_UNTOUCHED)
			return error_set(e, HZ_RUN_FAILED, "%s: page frame %u is nowhere", zone->name, pfn);
		if (page->state != PAGE_ALLOCATED)
			continue;
		if (page->refcount < 0 || (!page->refcount && !mm->rests_at_zero))
			return error_set(e, HZ_RUN_FAILED, "%s: page frame %u is allocated and nobody has a reference", zone->name, pfn);
		*allocated += 1u << page->order;
	}
	return 0;
}

int memory_check(struct memory *mm, struct error *e)
{
	uint64_t allocated = 0;
	uint64_t accounted = mm->allocated_pages;

	for (uint32_t z = 0; z < mm->zones; z++) {
		struct zone *zone = &mm->zone[z];
		uint64_t buddy = zone->end - zone->frontier;

		for (unsigned order = 0; order <= MAX_ORDER; order++)
			for (unsigned type = 0; type < MIGRATE_TYPES; type++) {
				uint64_t n = page_list_walk(mm, &zone->free_area[order].list[type], PAGE_BUDDY, (int)order);

				if (n == UINT64_MAX)
					return error_set(e, HZ_RUN_FAILED, "%s: free list of order %u is damaged", zone->name,
							 order);
				buddy += n << order;
			}
		if (buddy != zone->free_pages)
			return error_set(e, HZ_RUN_FAILED, "%s: %" PRIu64 " pages on the free lists, counted %" PRIu64,
					 zone->name, buddy, zone->free_pages);
		accounted += buddy;
		if (check_frames(mm, zone, &allocated, e))
			return HZ_RUN_FAILED;
		for (uint32_t i = 0; i < mm->hw->cpus; i++) {
			struct per_cpu_pages *pcp = &zone->pcp[i];
			uint64_t count = 0;

			for (unsigned list = 0; list < pcp_lists(mm->params); list++) {
				unsigned order = pindex_to_order(mm->params, list);

				count += page_list_walk(mm, &pcp->list[list], PAGE_PCP, (int)order) << order;
			}
			if (count != pcp->count)
				return error_set(e, HZ_RUN_FAILED, "%s: CPU %u has %" PRIu64 " pages on its lists, counted %u",
						 zone->name, i, count, pcp->count);
			accounted += count;
		}
	}
	if (accounted != mm->pages)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " pages free or held, of %" PRIu64, accounted, mm->pages);
	if (allocated != mm->allocated_pages)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " pages are allocated, counted %" PRIu64, allocated, mm->allocated_pages);
	return mm->lru ? lru_check(mm, e) : 0;
}
