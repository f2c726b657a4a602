/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interrupt lines of a CPU: taken on the stack of whatever runs, deferred while interrupts are off. */
#ifndef HZ_HW_IRQ_H
#define HZ_HW_IRQ_H

#include "hw/cpu.h"

struct irq_line {
	struct cpu *cpu;
	cycles_t due;    /* CYCLES_MAX: not raised */
	void (*handler)(struct cpu *cpu, void *arg);
	void *arg;
	struct irq_line *next;
};

struct irq_line *irq_line_new(struct cpu *cpu, void (*handler)(struct cpu *, void *), void *arg);
void irq_lines_free(struct cpu *cpu);

/* The line is raised at `due`, CYCLES_MAX for not at all. A time that has passed means now. From another CPU only when the caller is
 * lined up; a target that has run ahead of `due` takes it late, and the delay is counted. */
void irq_set(struct irq_line *line, cycles_t due);

/* Recompute when cpu_work() must stop next. */
void irq_update(struct cpu *cpu);

/* Take the line that is due first. Interrupts are on, and one is due. */
void irq_take(struct cpu *cpu);

static inline void local_irq_save(struct cpu *cpu)
{
	cpu->irq_off++;
	cpu->next_event = cpu->window_end;
	cpu_operate(cpu, cpu->hw->machine->irq_save_restore / 2);
}

static inline void local_irq_restore(struct cpu *cpu)
{
	cycles_t whole = cpu->hw->machine->irq_save_restore;

	cpu_operate(cpu, whole - whole / 2);
	if (--cpu->irq_off)
		return;
	if (cpu->next_irq < cpu->next_event)
		cpu->next_event = cpu->next_irq;
	if (cpu->slice_end < cpu->next_event)
		cpu->next_event = cpu->slice_end;
	if (cpu->lane->now >= cpu->next_event)
		cpu_event(cpu);
}

#endif
