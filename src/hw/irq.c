/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/irq.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "hw/context.h"
#include "hw/isolation.h"

KFUNC(do_IRQ);
KFUNC(irq_exit);
KFUNC(smp_apic_timer_interrupt);

struct irq_line *irq_line_new(struct cpu *cpu, void (*handler)(struct cpu *, void *), void *arg)
{
	struct irq_line *line = xcalloc(1, sizeof *line);

	line->cpu = cpu;
	line->due = CYCLES_MAX;
	line->handler = handler;
	line->arg = arg;
	line->entry = &fn_do_IRQ;
	line->next = cpu->irq;
	cpu->irq = line;
	return line;
}

struct irq_line *irq_timer_new(struct cpu *cpu, bool deferrable, void (*handler)(struct cpu *, void *), void *arg)
{
	struct irq_line *line = irq_line_new(cpu, handler, arg);

	line->entry = &fn_smp_apic_timer_interrupt;
	line->deferrable = deferrable;
	return line;
}

void irq_lines_free(struct cpu *cpu)
{
	struct irq_line *next;

	for (struct irq_line *l = cpu->irq; l; l = next) {
		next = l->next;
		free(l);
	}
}

void irq_update(struct cpu *cpu)
{
	cpu->next_irq = CYCLES_MAX;
	for (const struct irq_line *l = cpu->irq; l; l = l->next)
		if (l->due < cpu->next_irq)
			cpu->next_irq = l->due;
	cpu->next_event = cpu->window_end;
	if (cpu->irq_off || cpu->in_irq)
		return;
	if (cpu->next_irq < cpu->next_event)
		cpu->next_event = cpu->next_irq;
	if (cpu->look_at < cpu->next_event)
		cpu->next_event = cpu->look_at;
	if (cpu->slice_end < cpu->next_event && !cpu->bh_off && !cpu->preempt_off)
		cpu->next_event = cpu->slice_end;
}

cycles_t irq_next_wake(const struct cpu *cpu)
{
	cycles_t next = CYCLES_MAX;

	for (const struct irq_line *l = cpu->irq; l; l = l->next)
		if (l->due < next && !l->deferrable)
			next = l->due;
	return next;
}

void irq_set(struct irq_line *line, cycles_t due)
{
	struct cpu *cpu = line->cpu;

	line->due = due;
	irq_update(cpu);
	/* A CPU that spins for a lock goes on when it is granted, and takes the interrupt then. */
	if (due != CYCLES_MAX)
		cpu_kick(cpu, due);
}

static struct irq_line *first_due(const struct cpu *cpu)
{
	struct irq_line *first = NULL;

	for (struct irq_line *l = cpu->irq; l; l = l->next)
		if (!first || l->due < first->due)
			first = l;
	return first;
}

void irq_take(struct cpu *cpu)
{
	struct irq_line *line = first_due(cpu);
	uint32_t interrupted = cpu->node;

	assert(line && line->due <= cpu->lane->now);
	histogram_add(&cpu->irq_delay, cpu->lane->now - line->due);
	line->due = CYCLES_MAX;
	cpu->in_irq = true;
	if (cpu->watch)
		isolation_begin(cpu, line->from_cpu ? DISTURBED_BY_IPI : DISTURBED_BY_IRQ);
	irq_update(cpu);
	/* perf would show the interrupted function above; a path of its own keeps the tree readable. */
	cpu_go_to(cpu, 0);
	cpu_enter(cpu, line->entry);
	cpu_operate(cpu, cpu->hw->machine->irq_entry);
	line->handler(cpu, line->arg);
	cpu->in_irq = false;
	irq_update(cpu);
	if (cpu->softirq_pending && !cpu->bh_off && cpu->do_softirq) {
		cpu_enter(cpu, &fn_irq_exit);
		cpu->do_softirq(cpu);
		cpu_leave(cpu);
	}
	cpu_go_to(cpu, interrupted);
	if (cpu->watch)
		isolation_look(cpu);
	irq_update(cpu);
	context_preempt(cpu);
}
