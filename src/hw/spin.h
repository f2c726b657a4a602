/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CPU that spins on a line until another CPU has written it. */
#ifndef HZ_HW_SPIN_H
#define HZ_HW_SPIN_H

#include "hw/cpu.h"

struct spinner {
	struct cpu *cpu; /* NULL: nobody spins */
};

/* Spin until spin_changed(), or until something else makes this CPU look. The caller is lined up, has looked, and looks again afterwards. One
 * CPU at a time. */
static inline void spin_until_changed(struct cpu *cpu, struct spinner *s)
{
	cycles_t since = cpu_now(cpu);

	s->cpu = cpu;
	sim_block(cpu->lane);
	s->cpu = NULL;
	cpu_charge_wait(cpu, since);
	cpu_line_up(cpu, 0);
}

/* The line that others spin on is written, by this CPU, which is lined up. */
static inline void spin_changed(const struct cpu *cpu, struct spinner *s)
{
	if (s->cpu)
		cpu_kick(s->cpu, cpu_now(cpu) + cpu->hw->transfer[cpu_distance(cpu, s->cpu)]);
	s->cpu = NULL;
}

#endif
