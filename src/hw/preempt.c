/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/preempt.h"

KFUNC(do_softirq);

void local_bh_enable(struct cpu *cpu)
{
	cycles_t whole = cpu->hw->machine->bh;

	cpu_operate(cpu, whole - whole / 2);
	if (--cpu->bh_off)
		return;
	if (cpu->held_count)
		lockdep_enabled(cpu);
	if (cpu->softirq_pending && !cpu->in_irq && !cpu->irq_off && cpu->do_softirq) {
		cpu_enter(cpu, &fn_do_softirq);
		cpu->do_softirq(cpu);
		cpu_leave(cpu);
	}
	if (cpu->slice_end != CYCLES_MAX)
		irq_rearm(cpu);
}
