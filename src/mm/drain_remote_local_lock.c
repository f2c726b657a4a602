/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/local_lock.h"
#include "mm/drain.h"
#include "mm/pcp.h"

/* The order that the mail of 2022-03-10 takes back: the lock of the CPU that drains, then of the one that is drained. An allocation takes its
 * own CPU's local lock, then its own pcp->lock. Why this locks up is not written there. One reading, the one that is checked here: while a CPU
 * holds its own lock and waits for another's, the other does the same the other way round. */
static void drain(struct cpu *cpu, struct memory *mm, const struct cpumask *cpus)
{
	for (uint32_t i = 0; i < mm->hw->cpus; i++) {
		if (!cpumask_test_cpu(i, cpus))
			continue;
		local_lock(cpu, &mm->pagesets[cpu->number]);
		drain_pages(cpu, mm, &mm->hw->cpu[i]);
		local_unlock(cpu, &mm->pagesets[cpu->number]);
	}
}

const struct drain drain_remote_local_lock = {
	.policy = {"remote_local_lock", "as remote, but under the draining CPU's own local lock: a series of March 2022 before its fix"},
	.exclusive = true,
	.by_others = true,
	.local_lock = true,
	.init = pcp_share,
	.drain = drain,
};
