/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sections without preemption or bottom halves, with what they cost. */
#ifndef HZ_HW_PREEMPT_H
#define HZ_HW_PREEMPT_H

#include "hw/context.h"
#include "hw/irq.h"
#include "hw/isolation.h"

/* No other context runs on this CPU until the matching preempt_enable; interrupts and softirqs do. */
static inline void preempt_disable(struct cpu *cpu)
{
	cpu->preempt_off++;
	cpu_operate(cpu, cpu->hw->machine->preempt / 2);
}

static inline void preempt_enable(struct cpu *cpu)
{
	cycles_t whole = cpu->hw->machine->preempt;

	cpu_operate(cpu, whole - whole / 2);
	if (!--cpu->preempt_off && cpu->slice_end != CYCLES_MAX)
		irq_rearm(cpu);
}

/* No softirq and no other context runs on this CPU until the matching local_bh_enable; interrupts do. */
static inline void local_bh_disable(struct cpu *cpu)
{
	cpu->bh_off++;
	cpu_operate(cpu, cpu->hw->machine->bh / 2);
}

/* The outermost one runs what has become pending meanwhile. */
void local_bh_enable(struct cpu *cpu);

/* Around the softirqs that run: bottom halves are off, and in_softirq says why. */
static inline void softirq_enter(struct cpu *cpu)
{
	cpu->bh_off++;
	cpu->in_softirq = true;
	if (cpu->watch)
		isolation_begin(cpu, DISTURBED_BY_SOFTIRQ);
}

static inline void softirq_exit(struct cpu *cpu)
{
	cpu->in_softirq = false;
	cpu->bh_off--;
	if (cpu->watch)
		isolation_look(cpu);
	if (cpu->slice_end != CYCLES_MAX)
		irq_update(cpu);
}

#endif
