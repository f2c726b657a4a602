/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/fault.h"

#include "mm/lru.h"
#include "mm/page_alloc.h"

KFUNC(do_page_fault);
KFUNC(do_anonymous_page);
KFUNC(clear_page_erms);
KFUNC(zap_pte_range);
KFUNC(tlb_flush_mmu);

/* struct mmu_gather: a bundle inside it, then pages full of pointers, as many as make some 10,000 pages (asm-generic/tlb.h). */
#define MMU_GATHER_BUNDLE 8u
#define MAX_GATHER_BATCH 510u
#define MAX_GATHER_BATCH_COUNT 19u

#define PAGE_LINES (PAGE_SIZE_BYTES / 64)

struct page *do_page_fault(struct cpu *cpu, struct memory *mm)
{
	struct page *page;

	cpu_enter(cpu, &fn_do_page_fault);
	cpu_work(cpu, mm->params->cost_page_fault);
	cpu_enter(cpu, &fn_do_anonymous_page);
	cpu_work(cpu, mm->params->cost_anonymous_page);
	page = alloc_pages_node(cpu, mm, cpu->socket, 0, MIGRATE_MOVABLE, GFP_KERNEL);
	if (page) {
		cpu_enter(cpu, &fn_clear_page_erms);
		cpu_charge(cpu, cpu->hw->machine->clear_page);
		cpu_pollute(cpu, PAGE_LINES);
		cpu_leave(cpu);
		/* The page table's lock, which nobody else wants. */
		cpu_operate(cpu, cpu->hw->machine->atomic + cpu->hw->machine->unlock);
		lru_cache_add(cpu, mm, page, LRU_ANON);
	}
	cpu_leave(cpu);
	cpu_leave(cpu);
	return page;
}

/* tlb_batch_pages_flush: bundle by bundle. */
static uint32_t flush(struct cpu *cpu, struct memory *mm, struct page *const *page, uint32_t nr)
{
	uint32_t done = 0;

	cpu_enter(cpu, &fn_tlb_flush_mmu);
	while (done < nr && !cpu_run_is_over(cpu)) {
		uint32_t bundle = done ? MAX_GATHER_BATCH : MMU_GATHER_BUNDLE;

		if (bundle > nr - done)
			bundle = nr - done;
		lru_add_drain(cpu, mm);
		release_pages(cpu, mm, page + done, bundle);
		done += bundle;
	}
	cpu_leave(cpu);
	return done;
}

uint32_t zap_page_range(struct cpu *cpu, struct memory *mm, struct page *const *page, uint32_t nr)
{
	uint32_t done = 0;

	cpu_enter(cpu, &fn_zap_pte_range);
	while (done < nr) {
		uint32_t gathered = MMU_GATHER_BUNDLE + MAX_GATHER_BATCH_COUNT * MAX_GATHER_BATCH, flushed;

		if (gathered > nr - done)
			gathered = nr - done;
		for (uint32_t i = 0; i < gathered; i++) {
			cpu_work(cpu, mm->params->cost_zap_page);
			page_touch(cpu, mm, page[done + i]);
		}
		flushed = flush(cpu, mm, page + done, gathered);
		done += flushed;
		if (flushed < gathered)
			break;
	}
	cpu_leave(cpu);
	return done;
}
