/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/slowpath.h"

#include "hw/context.h"
#include "mm/drain.h"
#include "mm/reclaim.h"

KFUNC(__alloc_pages_slowpath);
KFUNC(__alloc_pages_direct_reclaim);

/* Reclaim once, and try. */
static struct page *__alloc_pages_direct_reclaim(struct cpu *cpu, struct memory *mm, uint32_t node, unsigned order, enum migratetype type,
						 uint32_t *progress)
{
	struct page *page = NULL;

	cpu_enter(cpu, &fn___alloc_pages_direct_reclaim);
	*progress = try_to_free_pages(cpu, mm, node);
	if (*progress)
		page = get_page_from_freelist(cpu, mm, node, order, type, ALLOC_WMARK_MIN);
	/* What was freed may be on the lists of CPUs, where it does not count as free. */
	if (*progress && !page) {
		drain_all_pages(cpu, mm);
		page = get_page_from_freelist(cpu, mm, node, order, type, ALLOC_WMARK_MIN);
	}
	cpu_leave(cpu);
	return page;
}

/* Whether another round can bring anything: something is left to reclaim, and not all rounds of late were in vain. Who has had no luck
 * so far lets others run. */
static bool should_reclaim_retry(struct cpu *cpu, struct memory *mm, uint32_t progress, uint32_t *in_vain)
{
	*in_vain = progress ? 0 : *in_vain + 1;
	if (*in_vain > MAX_RECLAIM_RETRIES || !mm->lru->cached)
		return false;
	context_preempt(cpu);
	return true;
}

struct page *__alloc_pages_slowpath(struct cpu *cpu, struct memory *mm, uint32_t node, unsigned order, enum migratetype type, enum gfp gfp)
{
	enum alloc_mark mark = gfp == GFP_ATOMIC ? ALLOC_HARDER : ALLOC_WMARK_MIN;
	uint32_t in_vain = 0, progress;
	struct page *page;
	cycles_t since;

	if (gfp == GFP_KERNEL && (cpu->in_irq || cpu->in_softirq || cpu->bh_off || cpu->irq_off || cpu->preempt_off || cpu->held_count))
		cpu_fail(cpu, "sleeping function called from invalid context: an allocation that may reclaim");
	cpu_enter(cpu, &fn___alloc_pages_slowpath);
	cpu_work(cpu, mm->params->cost_slowpath);
	if (mm->reclaim)
		wake_all_kswapds(cpu, mm);
	page = get_page_from_freelist(cpu, mm, node, order, type, mark);
	if (!page && mm->reclaim && gfp == GFP_KERNEL) {
		since = cpu_now(cpu);
		do {
			wake_all_kswapds(cpu, mm);
			page = get_page_from_freelist(cpu, mm, node, order, type, mark);
			if (!page)
				page = __alloc_pages_direct_reclaim(cpu, mm, node, order, type, &progress);
		} while (!page && should_reclaim_retry(cpu, mm, progress, &in_vain));
		histogram_add(&mm->reclaim->stall, cpu_now(cpu) - since);
	}
	cpu_leave(cpu);
	return page;
}
