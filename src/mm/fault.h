/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Anonymous memory of a task: a page comes with the first touch and goes with munmap (mm/memory.c). Of the task's own only: no sharing, so
 * locks of its page tables are not contended. */
#ifndef HZ_MM_FAULT_H
#define HZ_MM_FAULT_H

#include "mm/memory.h"

/* First touch of a page: exception, allocation, clearing, LRU. Returns the page, or NULL when there is no memory. */
struct page *do_page_fault(struct cpu *cpu, struct memory *mm);

/* Unmap pages that do_page_fault() gave, and free them in the batches of struct mmu_gather. At the end of a batch it may stop early when the
 * run is over. Returns how many are gone, from the first on. */
uint32_t zap_page_range(struct cpu *cpu, struct memory *mm, struct page *const *page, uint32_t nr);

#endif
