/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/reclaim.h"

#include <stdio.h>
#include <stdlib.h>

#include "hw/context.h"
#include "hw/ipi.h"
#include "hw/irq.h"
#include "mm/drain.h"
#include "mm/page_alloc.h"

KFUNC(try_to_free_pages);
KFUNC(shrink_node);
KFUNC(shrink_inactive_list);
KFUNC(isolate_lru_pages);
KFUNC(shrink_page_list);
KFUNC(balance_pgdat);
KFUNC(wakeup_kswapd);

#define DEF_PRIORITY 12           /* the first pass scans 1/4096 of a list */

#define KSWAPD_EVENT 0x6b737764u  /* in the fingerprint */

/* Take pages off the old end of the list, with a reference. Under lru_lock. */
static uint32_t isolate_lru_pages(struct cpu *cpu, struct memory *mm, struct lruvec *lruvec, uint32_t nr, struct page **isolated)
{
	const struct page_list *list = &lruvec->list[LRU_INACTIVE_FILE];
	uint32_t n = 0;

	cpu_enter(cpu, &fn_isolate_lru_pages);
	while (n < nr && list->tail != PFN_NONE) {
		struct page *page = pfn_to_page(mm, list->tail);

		cpu_work(cpu, mm->params->cost_isolate_page);
		page_ref_add(cpu, mm, page, 1);
		del_page_from_lru_list(cpu, mm, page);
		isolated[n++] = page;
	}
	lruvec->isolated += n;
	cpu_leave(cpu);
	return n;
}

/* Give up those pages that only the page cache and this function have a reference of. They come first afterwards; returns how many. */
static uint32_t shrink_page_list(struct cpu *cpu, struct memory *mm, struct page **page, uint32_t nr)
{
	uint32_t freed = 0;

	cpu_enter(cpu, &fn_shrink_page_list);
	for (uint32_t i = 0; i < nr; i++) {
		struct page *p = page[i];

		cpu_work(cpu, mm->params->cost_shrink_page);
		page_touch(cpu, mm, p);
		/* page_ref_freeze, and the lock of the file's pages, which nobody else wants. */
		cpu_operate(cpu, 2 * cpu->hw->machine->atomic + cpu->hw->machine->unlock);
		if (p->refcount != 2)
			continue;
		p->refcount = 0;
		page[i] = page[freed];
		page[freed++] = p;
	}
	cpu_leave(cpu);
	return freed;
}

/* Returns how many pages were freed; *scanned counts those that were looked at. */
static uint32_t shrink_inactive_list(struct cpu *cpu, struct memory *mm, struct lruvec *lruvec, uint32_t nr, uint64_t *scanned)
{
	struct page *page[SWAP_CLUSTER_MAX];
	uint32_t taken, freed;

	cpu_enter(cpu, &fn_shrink_inactive_list);
	cpu_work(cpu, mm->params->cost_shrink_call);
	lru_add_drain(cpu, mm);
	local_irq_save(cpu);
	spin_lock(cpu, &lruvec->lock);
	taken = isolate_lru_pages(cpu, mm, lruvec, nr, page);
	spin_unlock(cpu, &lruvec->lock);
	local_irq_restore(cpu);
	freed = shrink_page_list(cpu, mm, page, taken);
	/* Those that are in use go back to the young end. */
	local_irq_save(cpu);
	spin_lock(cpu, &lruvec->lock);
	for (uint32_t i = freed; i < taken; i++) {
		add_page_to_lru_list(cpu, mm, page[i], LRU_INACTIVE_FILE);
		page_ref_sub_and_test(cpu, mm, page[i], 1);
	}
	lruvec->isolated -= taken;
	mm->lru->cached -= freed;
	spin_unlock(cpu, &lruvec->lock);
	local_irq_restore(cpu);
	free_unref_page_list(cpu, mm, page, freed);
	mm->counts.pages_scanned += taken;
	mm->counts.pages_reclaimed += freed;
	*scanned += taken;
	cpu_leave(cpu);
	return freed;
}

/* Scan a part of the node's list, SWAP_CLUSTER_MAX pages at a time, until `wanted` pages are freed. A short list is scanned as far as
 * SWAP_CLUSTER_MAX pages at every priority. */
static uint32_t shrink_node(struct cpu *cpu, struct memory *mm, uint32_t node, int priority, uint64_t wanted, uint64_t *scanned)
{
	struct lruvec *lruvec = &mm->lru->node[node];
	uint64_t size = lruvec->list[LRU_INACTIVE_FILE].count, to_scan = size >> priority, freed = 0, seen = 0;

	if (to_scan < SWAP_CLUSTER_MAX)
		to_scan = size < SWAP_CLUSTER_MAX ? size : SWAP_CLUSTER_MAX;
	cpu_enter(cpu, &fn_shrink_node);
	while (seen < to_scan && freed < wanted) {
		uint64_t before = seen, left = to_scan - seen;

		freed += shrink_inactive_list(cpu, mm, lruvec, left < SWAP_CLUSTER_MAX ? (uint32_t)left : SWAP_CLUSTER_MAX, &seen);
		if (seen == before)
			break;
		context_preempt(cpu);
	}
	*scanned += seen;
	cpu_leave(cpu);
	return (uint32_t)freed;
}

uint32_t try_to_free_pages(struct cpu *cpu, struct memory *mm, uint32_t node)
{
	uint64_t scanned = 0;
	uint32_t freed = 0;

	cpu_enter(cpu, &fn_try_to_free_pages);
	cpu_work(cpu, mm->params->cost_direct_reclaim);
	mm->counts.direct_reclaims++;
	for (int priority = DEF_PRIORITY; priority >= 0 && freed < SWAP_CLUSTER_MAX; priority--)
		for (uint32_t i = 0; i < mm->nodes; i++)
			freed += shrink_node(cpu, mm, (node + i) % mm->nodes, priority, SWAP_CLUSTER_MAX, &scanned);
	if (freed)
		mm->reclaim->kswapd[node].failures = 0;
	cpu_leave(cpu);
	return freed;
}

/* Some zone of the node meets its high watermark, so that an allocation finds one. */
static bool pgdat_balanced(const struct memory *mm, uint32_t node)
{
	for (uint32_t i = 0; i < mm->zones; i++)
		if (mm->zone[i].node == node && mm->zone[i].free_pages >= mm->zone[i].watermark_high + 1)
			return true;
	return false;
}

static void set_reclaim_active(struct memory *mm, uint32_t node, bool active)
{
	for (uint32_t i = 0; i < mm->zones; i++)
		if (mm->zone[i].node == node)
			mm->zone[i].reclaim_active = active;
}

static uint64_t high_wmark_pages(const struct memory *mm, uint32_t node)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < mm->zones; i++)
		sum += mm->zone[i].node == node ? mm->zone[i].watermark_high : 0;
	return sum;
}

/* Reclaim until the node is balanced, ever larger parts of the list as long as a pass finds too little to scan, or nothing comes. */
static void balance_pgdat(struct cpu *cpu, struct memory *mm, struct kswapd *k)
{
	uint64_t wanted = high_wmark_pages(mm, k->node);
	int priority = DEF_PRIORITY;
	uint64_t all = 0;

	cpu_enter(cpu, &fn_balance_pgdat);
	set_reclaim_active(mm, k->node, true);
	while (priority >= 1 && !pgdat_balanced(mm, k->node) && !cpu_run_is_over(cpu)) {
		uint64_t scanned = 0;
		uint32_t freed;

		cpu_work(cpu, mm->params->cost_shrink_call);
		freed = shrink_node(cpu, mm, k->node, priority, wanted, &scanned);
		all += freed;
		if (scanned < wanted || !freed)
			priority--;
		context_preempt(cpu);
	}
	k->failures = all ? 0 : k->failures + 1;
	cpu_line_up(cpu, KSWAPD_EVENT);
	set_reclaim_active(mm, k->node, false);
	cpu_leave(cpu);
}

static void kswapd_body(struct cpu *cpu, void *arg)
{
	struct kswapd *k = arg;

	while (!cpu_run_is_over(cpu)) {
		cpu_line_up(cpu, KSWAPD_EVENT);
		if (pgdat_balanced(k->mm, k->node) || k->failures >= MAX_RECLAIM_RETRIES) {
			k->waiting = true;
			context_sleep(cpu);
			continue;
		}
		balance_pgdat(cpu, k->mm, k);
	}
}

/* kernel.reclaim.kswapd_cpu of the node's CPUs that take part and are not isolated, or the last of them; of a node without any, the last such CPU
 * of the run. */
static struct cpu *kswapd_cpu(const struct memory *mm, uint32_t node)
{
	struct hw *hw = mm->hw;
	struct cpu *found = NULL, *any = hw->cpu;
	uint32_t seen = 0;

	for (uint32_t i = 0; i < hw->cpus && (!seen || seen != mm->params->kswapd_cpu); i++) {
		if (cpumask_test_cpu(i, &mm->isolated))
			continue;
		any = &hw->cpu[i];
		if (any->socket != node)
			continue;
		found = any;
		seen++;
	}
	return found ? found : any;
}

void kswapd_run(struct memory *mm)
{
	struct reclaim *r = xcalloc(1, sizeof *r);

	mm->reclaim = r;
	r->kswapd = xcalloc(mm->nodes, sizeof *r->kswapd);
	ipi_init(mm->hw);
	drain_init(mm);
	for (uint32_t node = 0; node < mm->nodes; node++) {
		struct kswapd *k = &r->kswapd[node];
		char name[32];

		snprintf(name, sizeof name, "kswapd%u", node);
		*k = (struct kswapd){.mm = mm, .node = node, .waiting = true};
		k->task = context_new(kswapd_cpu(mm, node), name, false, kswapd_body, k);
		k->task->preempts = true;
	}
}

void reclaim_fini(struct memory *mm)
{
	if (!mm->reclaim)
		return;
	free(mm->reclaim->kswapd);
	free(mm->reclaim);
	mm->reclaim = NULL;
}

static void wakeup_kswapd(struct cpu *cpu, struct memory *mm, struct kswapd *k)
{
	if (!k->waiting || k->failures >= MAX_RECLAIM_RETRIES || pgdat_balanced(mm, k->node))
		return;
	cpu_enter(cpu, &fn_wakeup_kswapd);
	cpu_line_up(cpu, KSWAPD_EVENT);
	if (k->waiting) {
		k->waiting = false;
		mm->counts.kswapd_wakeups++;
		try_to_wake_up(cpu, k->task);
	}
	cpu_leave(cpu);
}

void wake_all_kswapds(struct cpu *cpu, struct memory *mm)
{
	/* Before the run it could not go to work. */
	for (uint32_t node = 0; node < mm->nodes && cpu->hw->running; node++)
		wakeup_kswapd(cpu, mm, &mm->reclaim->kswapd[node]);
}
