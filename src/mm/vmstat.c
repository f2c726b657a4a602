/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/vmstat.h"

#include <stdlib.h>

#include "base/text.h"
#include "hw/worker.h"
#include "mm/pcp.h"
#include "mm/pcp_rule.h"

KFUNC(vmstat_update);
KFUNC(refresh_cpu_vm_stats);

#define EXPIRE_ROUNDS 3

/* A CPU's vmstat_work. */
struct vmstat_work {
	struct delayed_work work;
	struct memory *mm;
};

static int32_t fls(uint64_t n)
{
	int32_t bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

int32_t calculate_normal_threshold(uint32_t cpus, uint64_t managed)
{
	int32_t threshold = 2 * fls(cpus) * (1 + fls(managed >> (27 - PAGE_SHIFT)));

	return threshold < 125 ? threshold : 125;
}

/* What the CPU has counted goes to the zone's counter. */
static void fold_diff(struct cpu *cpu, struct zone *zone)
{
	zone->pcp[cpu->number].stat_diff = 0;
	cpu_touch(cpu, &zone->stat_line, zone->node);
	cpu_operate(cpu, cpu->hw->machine->atomic);
}

void __mod_zone_page_state(struct cpu *cpu, struct zone *zone, int32_t pages)
{
	struct per_cpu_pages *pcp = &zone->pcp[cpu->number];

	pcp->stat_diff += pages;
	if (abs(pcp->stat_diff) > zone->stat_threshold)
		fold_diff(cpu, zone);
}

/* Lists of another node's zone that nothing was counted for: a batch goes back at the end of the last round. Returns the pages. */
static uint32_t expire(struct cpu *cpu, struct memory *mm, struct zone *zone, struct per_cpu_pages *pcp)
{
	if (!pcp->expire || !pcp->count)
		return 0;
	if (zone->node == cpu->socket)
		pcp->expire = 0;
	else if (!--pcp->expire)
		return pcp_drain(cpu, mm, zone, cpu, pcp->batch, pcp->batch);
	return 0;
}

void refresh_cpu_vm_stats(struct cpu *cpu, struct memory *mm)
{
	const struct pcp_rule *rule = mm->params->pcp_rule;

	cpu_enter(cpu, &fn_refresh_cpu_vm_stats);
	for (uint32_t z = 0; z < mm->zones; z++) {
		struct zone *zone = &mm->zone[z];
		struct per_cpu_pages *pcp = &zone->pcp[cpu->number];

		cpu_work(cpu, mm->params->cost_refresh_zone);
		cpu_touch(cpu, &pcp->lock.word, cpu->socket);
		if (pcp->stat_diff) {
			cpu_line_up(cpu, 0);
			fold_diff(cpu, zone);
			pcp->expire = EXPIRE_ROUNDS;
		}
		if (rule->decay)
			mm->counts.decayed_pages += pcp_drain(cpu, mm, zone, cpu, rule->decay(mm, pcp), pcp_free_chunk(mm->params, pcp));
		mm->counts.decayed_pages += expire(cpu, mm, zone, pcp);
	}
	cpu_leave(cpu);
}

static void vmstat_update(struct cpu *cpu, void *arg)
{
	struct vmstat_work *w = arg;

	cpu_enter(cpu, &fn_vmstat_update);
	refresh_cpu_vm_stats(cpu, w->mm);
	queue_delayed_work(cpu, &w->work, w->mm->params->vmstat_interval);
	cpu_leave(cpu);
}

void vmstat_init(struct memory *mm)
{
	worker_init_local(mm->hw);
	mm->vmstat = xcalloc(mm->hw->cpus, sizeof *mm->vmstat);
	for (uint32_t i = 0; i < mm->hw->cpus; i++) {
		mm->vmstat[i].mm = mm;
		delayed_work_init(&mm->vmstat[i].work, &mm->hw->cpu[i], true, vmstat_update, &mm->vmstat[i]);
	}
}

void vmstat_start(struct memory *mm)
{
	const struct mm_params *params = mm->params;

	for (uint32_t i = 0; i < mm->hw->cpus; i++)
		if (params->vmstat_isolated == VMSTAT_ALL || !cpumask_test_cpu(i, &mm->isolated))
			queue_delayed_work(&mm->hw->cpu[i], &mm->vmstat[i].work, params->vmstat_interval / mm->hw->cpus * (i + 1));
}

void vmstat_fini(struct memory *mm)
{
	free(mm->vmstat);
}
