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
	struct kfunc *entry; /* root of its call paths */
	bool deferrable; /* does not end an idle CPU's sleep: taken when something else does */
	bool from_cpu;   /* an inter-processor interrupt */
	struct irq_line *next;
};

/* A device's line. */
struct irq_line *irq_line_new(struct cpu *cpu, void (*handler)(struct cpu *, void *), void *arg);
/* A timer of the CPU: irq_set() says when it goes off. */
struct irq_line *irq_timer_new(struct cpu *cpu, bool deferrable, void (*handler)(struct cpu *, void *), void *arg);
void irq_lines_free(struct cpu *cpu);

/* The line is raised at `due`, CYCLES_MAX for not at all. A time that has passed means now. From another CPU only when the caller is
 * lined up; a target that has run ahead of `due` takes it late, and the delay is counted. */
void irq_set(struct irq_line *line, cycles_t due);

/* Recompute when cpu_work() must stop next. */
void irq_update(struct cpu *cpu);

/* When an idle CPU's sleep ends by itself. */
cycles_t irq_next_wake(const struct cpu *cpu);

/* Something that held back interrupts or preemption is over: stop when the next is due, which may be now. */
static inline void irq_rearm(struct cpu *cpu)
{
	cycles_t next = cpu->window_end;

	if (!cpu->irq_off && !cpu->in_irq) {
		if (cpu->next_irq < next)
			next = cpu->next_irq;
		if (cpu->look_at < next)
			next = cpu->look_at;
		if (cpu->slice_end < next && !cpu->bh_off && !cpu->preempt_off)
			next = cpu->slice_end;
	}
	cpu->next_event = next;
	if (cpu->lane->now >= next)
		cpu_event(cpu);
}

/* Take the line that is due first. Interrupts are on, and one is due. */
void irq_take(struct cpu *cpu);

/* Interrupts off and on again where that is part of what another cost stands for. */
static inline void irq_hold(struct cpu *cpu)
{
	cpu->irq_off++;
	cpu->next_event = cpu->window_end;
}

static inline void irq_release(struct cpu *cpu)
{
	if (--cpu->irq_off)
		return;
	if (cpu->held_count)
		lockdep_enabled(cpu);
	irq_rearm(cpu);
}

static inline void local_irq_save(struct cpu *cpu)
{
	irq_hold(cpu);
	cpu_operate(cpu, cpu->hw->machine->irq_save_restore / 2);
}

static inline void local_irq_restore(struct cpu *cpu)
{
	cycles_t whole = cpu->hw->machine->irq_save_restore;

	cpu_operate(cpu, whole - whole / 2);
	irq_release(cpu);
}

#endif
