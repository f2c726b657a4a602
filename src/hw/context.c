/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/context.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/ipi.h"
#include "hw/irq.h"
#include "hw/isolation.h"

KFUNC(try_to_wake_up);
KFUNC(sched_ttwu_pending);

/* CFS gives two busy tasks turns of about sysctl_sched_latency / 2; 3 ms with the default of 6 ms. */
#define TIME_SLICE_MS 3.0

#define WAKE_UP 0x57414b45u /* in the fingerprint */

/* The current context's turn ends when another one can run. */
static void set_slice(struct cpu *cpu)
{
	double slice = TIME_SLICE_MS * 1e-3 * cpu->hw->machine->clock_hz;

	cpu->slice_end = CYCLES_MAX;
	for (const struct context *c = cpu->contexts; c; c = c->next)
		if (cpu->current && cpu->current != cpu->idle && c != cpu->current && c != cpu->idle && c->runnable) {
			cycles_t end = c->preempts && !cpu->current->preempts ? 0 : cpu->current->since + (cycles_t)slice;

			cpu->slice_end = end < cpu->slice_end ? end : cpu->slice_end;
		}
	irq_update(cpu);
}

static void start(void *arg)
{
	struct context *c = arg;
	struct cpu *cpu = c->cpu;

	cpu->busy = true;
	cpu_go_to(cpu, 0);
	cpu_enter(cpu, c->name);
	c->since = cpu_now(cpu);
	if (cpu->watch)
		isolation_switch(cpu, true);
	set_slice(cpu);
	c->body(cpu, c->arg);
	for (;;)
		context_sleep(cpu);
}

/* The name that contexts of other CPUs, or other threads of the same program, have already. NULL: this is the first. */
static struct kfunc *same_name(const struct hw *hw, const char *name)
{
	for (uint32_t i = 0; i < hw->cpus; i++)
		for (const struct context *c = hw->cpu[i].contexts; c; c = c->next)
			if (!strcmp(c->name->name, name))
				return c->name;
	return NULL;
}

struct context *context_new(struct cpu *cpu, const char *name, bool runnable, void (*body)(struct cpu *, void *), void *arg)
{
	struct context *c = xcalloc(1, sizeof *c), **last = &cpu->contexts;
	char label[96];

	c->cpu = cpu;
	c->name = same_name(cpu->hw, name);
	if (!c->name) {
		c->names = true;
		c->name = xcalloc(1, sizeof *c->name);
		c->name->name = xstrdup(name);
	}
	c->body = body;
	c->arg = arg;
	c->runnable = runnable;
	while (*last)
		last = &(*last)->next;
	*last = c;
	snprintf(label, sizeof label, "%s/%u", name, cpu->number);
	c->actor = sim_actor_new(cpu->lane, label, start, c);
	/* Its sibling may run before it. */
	cpu->busy |= runnable;
	if (runnable && (!cpu->current || !cpu->current->runnable)) {
		cpu->current = c;
		cpu->lane->current = c->actor;
	}
	return c;
}

static struct context *choose(struct cpu *cpu)
{
	struct context *from = cpu->current ? cpu->current->next : NULL, *c = from, *best = NULL;

	/* Round robin, starting behind the current one; idle only when nothing else can run. */
	do {
		if (!c)
			c = cpu->contexts;
		if (c->runnable && c != cpu->idle && (!best || (c->preempts && !best->preempts)))
			best = c;
		c = c->next;
	} while (c != from);
	return best ? best : cpu->idle;
}

static void switch_to(struct cpu *cpu, struct context *c)
{
	struct context *from = cpu->current;
	uint32_t node = cpu->node;

	if (c == from)
		return;
	if (cpu->watch)
		isolation_switch(cpu, false);
	cpu->slice_end = CYCLES_MAX;
	irq_update(cpu);
	/* Whom an interrupt wakes meanwhile has to wait for this switch. */
	cpu->preempt_off++;
	cpu_operate(cpu, cpu->hw->machine->context_switch);
	cpu->preempt_off--;
	c->since = cpu_now(cpu);
	cpu->current = c;
	set_slice(cpu);
	sim_switch(cpu->lane, c->actor);
	/* Back again. */
	if (cpu->watch)
		isolation_switch(cpu, true);
	cpu_go_to(cpu, node);
}

static void idle_body(struct cpu *cpu, void *arg)
{
	(void)arg;
	for (;;) {
		struct context *c = choose(cpu);

		/* Tasks first: one that the end of the run met halfway finishes what it is at, so that nothing is left half done. */
		if (c != cpu->idle) {
			switch_to(cpu, c);
			continue;
		}
		if (cpu_run_is_over(cpu))
			cpu_finish(cpu);
		cpu_sleep(cpu, CYCLES_MAX);
		cpu_idle_exit(cpu); /* and take the interrupt that ended the sleep */
	}
}

void context_new_idle(struct cpu *cpu)
{
	bool first = !cpu->current || !cpu->current->runnable;

	cpu->idle = context_new(cpu, "swapper", false, idle_body, NULL);
	cpu->idle->runnable = true;
	if (first) {
		cpu->current = cpu->idle;
		cpu->lane->current = cpu->idle->actor;
	}
}

void contexts_free(struct cpu *cpu)
{
	struct context *next;

	for (struct context *c = cpu->contexts; c; c = next) {
		next = c->next;
		if (c->names) {
			free((char *)(uintptr_t)c->name->name);
			free(c->name);
		}
		free(c);
	}
}

void context_wake(struct context *c)
{
	c->runnable = true;
	set_slice(c->cpu);
}

static void wake_here(struct cpu *cpu, void *arg)
{
	struct context *c = arg;

	cpu_enter(cpu, &fn_sched_ttwu_pending);
	c->waking = false;
	context_wake(c);
	cpu_leave(cpu);
}

void try_to_wake_up(struct cpu *cpu, struct context *c)
{
	struct cpu *target = c->cpu;

	if (c->runnable || c->waking)
		return;
	cpu_enter(cpu, &fn_try_to_wake_up);
	irq_hold(cpu);
	c->waking = true;
	cpu_operate(cpu, cpu->hw->machine->wake_up);
	if (target != cpu && cpu->hw->running)
		cpu_line_up(cpu, WAKE_UP);
	if (target == cpu || !cpu->hw->running) {
		c->waking = false;
		context_wake(c);
	} else if (!target->busy && target->current == target->idle) {
		assert(target->sleeps_in_order); /* ipi_init() */
		c->waking = false;
		context_wake(c);
		cpu_kick(target, cpu_now(cpu) + cpu->hw->transfer[cpu_distance(cpu, target)]);
	} else {
		ipi_call(cpu, target, wake_here, c);
	}
	irq_release(cpu);
	cpu_leave(cpu);
}

void context_sleep(struct cpu *cpu)
{
	if (cpu->held_count || cpu->preempt_off || cpu->bh_off || cpu->irq_off || cpu->in_irq)
		cpu_fail(cpu, "scheduling while atomic: a task sleeps with a lock held, or preemption, bottom halves or interrupts off");
	cpu->current->runnable = false;
	switch_to(cpu, choose(cpu));
}

void context_yield(struct cpu *cpu)
{
	struct context *c = choose(cpu);

	if (c != cpu->idle)
		switch_to(cpu, c);
}

void context_preempt(struct cpu *cpu)
{
	if (cpu_now(cpu) < cpu->slice_end || cpu->bh_off || cpu->irq_off || cpu->in_irq || cpu->preempt_off || cpu->held_count)
		return;
	context_yield(cpu);
}
