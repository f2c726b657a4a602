/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/bulk.h"

#include "mm/page_alloc.h"
#include "mm/pcp.h"
#include "mm/pcp_guard.h"

KFUNC(__alloc_pages_bulk);
KFUNC(free_pages_bulk);

int bulk_check(const struct mm_params *k, struct error *e)
{
	if (k->bulk->irqs_off && (k->pcp_guard->irqs_on || k->pcp_guard->locks & PCP_SPINLOCK))
		return error_set(e, HZ_USER, "kernel.bulk.api '%s' relies on interrupts being off, which kernel.pcp.guard '%s' does not",
				 k->bulk->policy.name, k->pcp_guard->policy.name);
	if ((k->bulk_list || k->bulk_skip_checks || k->bulk_skip_statistics) && !k->bulk->alloc)
		return error_set(e, HZ_USER, "kernel.bulk.%s is 1, but kernel.bulk.api '%s' has no bulk calls",
				 k->bulk_list ? "list" : k->bulk_skip_checks ? "skip_checks" : "skip_statistics", k->bulk->policy.name);
	if (k->bulk_skip_refcount && !k->bulk->frees)
		return error_set(e, HZ_USER, "kernel.bulk.skip_refcount is 1, but kernel.bulk.api '%s' has no free_pages_bulk()",
				 k->bulk->policy.name);
	if (k->cost_page_checks > k->cost_prep_new_page || k->cost_page_checks + k->cost_statistics > k->cost_free_pages ||
	    k->cost_statistics > k->cost_bulk_alloc)
		return error_set(e, HZ_USER, "kernel.cost.page_checks and kernel.cost.statistics are parts of kernel.cost.prep_new_page, "
				 "kernel.cost.free_pages and kernel.cost.bulk_alloc, but larger than those");
	return 0;
}

uint32_t bulk_populated(uint32_t nr, struct page **array)
{
	uint32_t n = 0;

	while (n < nr && array[n])
		n++;
	return n;
}

bool bulk_one_page(struct cpu *cpu, struct memory *mm, uint32_t node, struct page **array, uint32_t populated)
{
	array[populated] = alloc_pages_node(cpu, mm, node, 0, MIGRATE_UNMOVABLE, GFP_ATOMIC);
	return array[populated] != NULL;
}

uint32_t bulk_pop(struct cpu *cpu, struct memory *mm, struct zone *zone, uint32_t nr, struct page **array, uint32_t *populated)
{
	const struct mm_params *k = mm->params;
	cycles_t prepare = k->cost_prep_new_page - (k->bulk_skip_checks ? k->cost_page_checks : 0);
	uint32_t new = 0;

	cpu_work(cpu, k->cost_bulk_alloc - (k->bulk_skip_statistics ? k->cost_statistics : 0));
	for (; *populated < nr; ++*populated) {
		struct page *page;

		if (array[*populated])
			continue;
		page = __rmqueue_pcplist(cpu, mm, zone, 0, MIGRATE_UNMOVABLE);
		if (!page)
			break;
		prep_new_page(cpu, mm, page, 0, prepare);
		if (k->bulk_list)
			cpu_work(cpu, k->cost_bulk_list);
		array[*populated] = page;
		new++;
	}
	mm->counts.bulk_allocs += new;
	return new;
}

static uint32_t one_by_one(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	uint32_t n = 0;

	while (n < nr && (array[n] || bulk_one_page(cpu, mm, node, array, n)))
		n++;
	return n;
}

uint32_t alloc_pages_bulk(struct cpu *cpu, struct memory *mm, uint32_t node, uint32_t nr, struct page **array)
{
	uint32_t n;

	if (!mm->params->bulk->alloc)
		return one_by_one(cpu, mm, node, nr, array);
	cpu_enter(cpu, &fn___alloc_pages_bulk);
	n = mm->params->bulk->alloc(cpu, mm, node, nr, array);
	cpu_leave(cpu);
	return n;
}

/* Drop a page's reference, unless that is skipped, and put it back on the lists. */
static void bulk_free_page(struct cpu *cpu, struct memory *mm, struct page *page)
{
	const struct mm_params *k = mm->params;
	cycles_t skipped = (k->bulk_skip_checks ? k->cost_page_checks : 0) + (k->bulk_skip_statistics ? k->cost_statistics : 0);

	if (k->bulk_skip_refcount)
		page->refcount = 0;
	else if (!page_ref_sub_and_test(cpu, mm, page, 1))
		return;
	free_unref_page_work(cpu, mm, page, k->cost_free_pages - skipped);
}

void free_pages_bulk(struct cpu *cpu, struct memory *mm, uint32_t nr, struct page **array)
{
	bool bulk = mm->params->bulk->frees;

	if (bulk)
		cpu_enter(cpu, &fn_free_pages_bulk);
	for (uint32_t i = 0; i < nr; i++) {
		if (bulk)
			bulk_free_page(cpu, mm, array[i]);
		else
			__free_pages(cpu, mm, array[i], 0);
		array[i] = NULL;
	}
	if (bulk)
		cpu_leave(cpu);
}
