/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/drain.h"
#include "mm/pcp.h"

static void drain(struct cpu *cpu, struct memory *mm, const struct cpumask *cpus)
{
	for (uint32_t i = 0; i < mm->hw->cpus; i++)
		if (cpumask_test_cpu(i, cpus))
			drain_pages(cpu, mm, &mm->hw->cpu[i]);
}

const struct drain drain_remote = {
	.policy = {"remote", "the caller takes the pcp->lock of every CPU with pages on its lists and empties them itself (since 6.0)"},
	.exclusive = true,
	.by_others = true,
	.init = pcp_share,
	.drain = drain,
};
