/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/drain.h"

#include <stdlib.h>

#include "mm/pcp.h"
#include "mm/pcp_guard.h"

KFUNC(drain_all_pages);
KFUNC(drain_pages);

#define DRAIN_EVENT 0x647261u /* in the fingerprint */

int drain_check(const struct mm_params *params, struct error *e)
{
	const struct drain *d = params->drain;
	const struct pcp_guard *guard = params->pcp_guard;

	if (d->by_others && !guard->lock)
		return error_set(e, HZ_USER, "kernel.drain is %s, which another CPU's lists need a lock for; kernel.pcp.guard is %s", d->policy.name,
				 guard->policy.name);
	if (d->in_interrupt && guard->irqs_on)
		return error_set(e, HZ_USER, "kernel.drain is %s, whose interrupt could find the lists in use; kernel.pcp.guard is %s, which leaves "
				 "interrupts on", d->policy.name, guard->policy.name);
	if (d->local_lock && !(guard->locks & PCP_LOCAL_LOCK))
		return error_set(e, HZ_USER, "kernel.drain is %s, which takes pagesets.lock; kernel.pcp.guard is %s, which has none", d->policy.name,
				 guard->policy.name);
	return 0;
}

void drain_init(struct memory *mm)
{
	mm->drains = xcalloc(1, sizeof *mm->drains);
	if (mm->params->drain->init)
		mm->params->drain->init(mm);
}

void drain_fini(struct memory *mm)
{
	if (!mm->drains)
		return;
	free(mm->drains->work);
	free(mm->drains);
	mm->drains = NULL;
}

void drain_pages(struct cpu *cpu, struct memory *mm, struct cpu *owner)
{
	cpu_enter(cpu, &fn_drain_pages);
	for (uint32_t z = 0; z < mm->zones; z++) {
		struct zone *zone = &mm->zone[z];
		struct per_cpu_pages *pcp = &zone->pcp[owner->number];
		uint32_t section = UINT32_MAX;

		/* drain_pages_zone() lets go in between since 6.11. */
		if (mm->params->drain_chunk == DRAIN_SCALED)
			section = pcp->batch << mm->params->pcp_batch_scale;
		if (owner != cpu)
			cpu_line_up(cpu, DRAIN_EVENT);
		pcp_drain(cpu, mm, zone, owner, UINT32_MAX, section);
	}
	cpu_leave(cpu);
}

/* mutex_trylock(&pcpu_drain_mutex), and its release. */
static bool mutex_trylock(struct cpu *cpu, struct drains *d)
{
	cpu_line_up(cpu, DRAIN_EVENT);
	cpu_touch(cpu, &d->line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	if (d->mutex)
		return false;
	d->mutex = true;
	return true;
}

static void mutex_unlock(struct cpu *cpu, struct drains *d)
{
	cpu_line_up(cpu, DRAIN_EVENT);
	cpu_touch(cpu, &d->line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	d->mutex = false;
}

/* The counts of other CPUs are read as they stand. Returns how many CPUs are chosen. */
static uint32_t choose(struct cpu *cpu, struct memory *mm, struct cpumask *chosen)
{
	uint32_t n = 0;

	*chosen = (struct cpumask){0};
	for (uint32_t i = 0; i < mm->hw->cpus; i++) {
		struct cpu *owner = &mm->hw->cpu[i];
		bool has_pages = false;

		cpu_work(cpu, mm->params->cost_drain_cpu);
		for (uint32_t z = 0; z < mm->zones && !has_pages; z++) {
			cpu_read(cpu, &mm->zone[z].pcp[i].lock.word, owner->socket);
			has_pages = mm->zone[z].pcp[i].count > 0;
		}
		if (!has_pages)
			continue;
		cpumask_set_cpu(i, chosen);
		n++;
	}
	return n;
}

void drain_all_pages(struct cpu *cpu, struct memory *mm)
{
	const struct drain *drain = mm->params->drain;
	cycles_t since = cpu_now(cpu);
	struct cpumask chosen;

	cpu_enter(cpu, &fn_drain_all_pages);
	if (drain->exclusive && !mutex_trylock(cpu, mm->drains)) {
		mm->counts.drains_given_up++;
		cpu_leave(cpu);
		return;
	}
	mm->counts.drains_all++;
	cpu_line_up(cpu, DRAIN_EVENT);
	mm->counts.drained_cpus += choose(cpu, mm, &chosen);
	drain->drain(cpu, mm, &chosen);
	if (drain->exclusive)
		mutex_unlock(cpu, mm->drains);
	histogram_add(&mm->drains->time, cpu_now(cpu) - since);
	cpu_leave(cpu);
}
