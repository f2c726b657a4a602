/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A set of CPUs. */
#ifndef HZ_HW_CPUMASK_H
#define HZ_HW_CPUMASK_H

#include <stdbool.h>

#include "hw/machine.h"

struct cpumask {
	uint64_t bits[MACHINE_CPUS_MAX / 64];
};

static inline void cpumask_set_cpu(uint32_t cpu, struct cpumask *mask)
{
	mask->bits[cpu / 64] |= UINT64_C(1) << cpu % 64;
}

static inline void cpumask_clear_cpu(uint32_t cpu, struct cpumask *mask)
{
	mask->bits[cpu / 64] &= ~(UINT64_C(1) << cpu % 64);
}

static inline bool cpumask_test_cpu(uint32_t cpu, const struct cpumask *mask)
{
	return mask->bits[cpu / 64] >> cpu % 64 & 1;
}

#endif
