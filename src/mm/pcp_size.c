/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists at the start: how long they may be, how much moves at a time, and their locks. */
#include <stdlib.h>

#include "hw/local_lock.h"
#include "mm/pcp.h"
#include "mm/pcp_guard.h"
#include "mm/pcp_rule.h"

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

uint32_t zone_highsize(const struct memory *mm, const struct zone *zone, uint32_t batch, uint32_t fraction)
{
	const struct machine_params *machine = mm->hw->machine;
	uint64_t total = fraction ? (zone->end - zone->start) / fraction : zone->watermark_low;
	uint64_t high = total / (machine->cores * machine->threads);

	return high > 4 * batch ? (uint32_t)high : 4 * batch;
}

static uint32_t batch_of(const struct mm_params *params, uint64_t managed)
{
	return params->pcp_batch ? params->pcp_batch : zone_batchsize(managed, params->pcp_batch_cap);
}

int pcp_check(const struct mm_params *params, uint64_t managed, struct error *e)
{
	const struct pcp_rule *rule = params->pcp_rule;
	uint32_t batch = batch_of(params, managed);

	if (params->pcp_high && batch > params->pcp_high)
		return error_set(e, HZ_USER, "kernel.pcp.batch is %u%s, above kernel.pcp.high of %u", batch,
				 params->pcp_batch ? "" : " by the release's rule", params->pcp_high);
	if (params->pcp_free_high > rule->free_high_most)
		return error_set(e, HZ_USER, "kernel.pcp.free_high is not off, and kernel.pcp.rule '%s' knows nothing like it", rule->policy.name);
	if (params->pcp_fraction && rule->high_from_watermark)
		return error_set(e, HZ_USER, "kernel.pcp.fraction is set; under kernel.pcp.rule '%s' it is kernel.pcp.high_fraction", rule->policy.name);
	if (params->pcp_high_fraction && !rule->high_from_watermark)
		return error_set(e, HZ_USER, "kernel.pcp.high_fraction is set; under kernel.pcp.rule '%s' it is kernel.pcp.fraction", rule->policy.name);
	if (params->pcp_high && (params->pcp_fraction || params->pcp_high_fraction))
		return error_set(e, HZ_USER, "kernel.pcp.high and kernel.pcp.%s both say how long the lists get",
				 params->pcp_fraction ? "fraction" : "high_fraction");
	if (params->pcp_batch && params->pcp_fraction)
		return error_set(e, HZ_USER, "kernel.pcp.fraction sets the batch too, and kernel.pcp.batch is set");
	return 0;
}

void pcp_init(const struct memory *mm, const struct zone *zone, struct per_cpu_pages *pcp)
{
	const struct machine_params *machine = mm->hw->machine;
	uint64_t slice = machine->llc_size / (machine->cores * machine->threads) / PAGE_SIZE_BYTES;

	for (unsigned i = 0; i < PCP_LISTS_MAX; i++)
		page_list_init(&pcp->list[i]);
	pcp->batch = batch_of(mm->params, zone->end - zone->start);
	mm->params->pcp_rule->size(mm, zone, pcp);
	if (mm->params->pcp_batch)
		pcp->batch = mm->params->pcp_batch;
	if (mm->params->pcp_high)
		pcp->high = pcp->high_min = pcp->high_max = mm->params->pcp_high;
	/* zone_pcp_update_cacheinfo @6.8 */
	pcp->free_high_batch = slice > 3 * pcp->batch;
}

/* One class for all CPUs; the order between them is watched by groups. */
void pcp_init_locks(struct memory *mm)
{
	unsigned locks = mm->params->pcp_guard->locks;
	struct lock_class *local = NULL, *class = NULL;

	if (locks == PCP_NO_LOCK)
		return;
	if (locks & PCP_LOCAL_LOCK) {
		local = lock_class_new(mm->hw, &lock_qspinlock, "pagesets.lock", NULL);
		mm->pagesets = xcalloc(mm->hw->cpus, sizeof *mm->pagesets);
	}
	if (locks & PCP_SPINLOCK)
		class = lock_class_new(mm->hw, &lock_qspinlock, "pcp->lock", NULL);
	for (uint32_t c = 0; c < mm->hw->cpus; c++) {
		uint16_t group = lockdep_group_new(&mm->hw->lockdep, "pagesets of CPU %u", c);

		if (local)
			local_lock_init(&mm->pagesets[c], local, group);
		for (uint32_t z = 0; z < mm->zones && class; z++) {
			struct lock *lock = &mm->zone[z].pcp[c].lock;

			lock->class = class;
			lock->group = group;
			lock->private_to_cpu = true;
		}
	}
}

void pcp_share(struct memory *mm)
{
	for (uint32_t z = 0; z < mm->zones; z++)
		for (uint32_t c = 0; c < mm->hw->cpus; c++) {
			struct lock *lock = &mm->zone[z].pcp[c].lock, as_it_is = *lock;

			if (!lock->private_to_cpu)
				continue;
			lock_init(lock, lock->class, mm->hw);
			lock->word = as_it_is.word;
			lock->group = as_it_is.group;
		}
}
