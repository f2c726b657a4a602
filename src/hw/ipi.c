/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/ipi.h"

#include <assert.h>
#include <stdlib.h>

#include "hw/irq.h"
#include "hw/preempt.h"

KFUNC(smp_call_function_interrupt);
KFUNC(flush_smp_call_function_queue);
KFUNC(smp_call_function_single);
KFUNC(smp_call_function_many);
KFUNC(on_each_cpu_mask);

#define IPI_EVENT 0x495049u /* in the fingerprint */

/* A caller that spins. */
struct ipi_wait {
	struct cpu *cpu;
	uint32_t left;      /* targets that have not run the function */
	cycles_t done_at;   /* when the caller sees that the last one has */
	struct ipi_wait *outer; /* a wait that this one's caller interrupted */
};

struct ipi_call {
	ipi_function fn;
	void *arg;
	struct cpu *from;
	struct ipi_wait *wait; /* NULL: nobody waits */
	struct ipi_call *next;
};

/* A CPU's call_single_queue. */
struct ipi_queue {
	struct irq_line *irq;
	struct line line;
	struct ipi_call *first, **last;
	struct ipi_wait *waits; /* of this CPU */
};

static void done(struct ipi_call *call, struct cpu *target)
{
	struct ipi_wait *wait = call->wait;
	cycles_t seen;

	if (wait) {
		seen = cpu_now(target) + target->hw->transfer[cpu_distance(target, wait->cpu)];
		wait->left--;
		if (wait->done_at < seen)
			wait->done_at = seen;
		if (!wait->left)
			cpu_kick(wait->cpu, wait->done_at);
	}
	free(call);
}

static struct ipi_call *take_all(struct ipi_queue *q)
{
	struct ipi_call *first = q->first;

	q->first = NULL;
	q->last = &q->first;
	return first;
}

static void flush_queue(struct cpu *cpu, void *arg)
{
	struct ipi_queue *q = arg;
	struct ipi_call *call, *next;

	cpu_enter(cpu, &fn_flush_smp_call_function_queue);
	cpu_line_up(cpu, IPI_EVENT);
	cpu_touch(cpu, &q->line, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	for (call = take_all(q); call; call = next) {
		next = call->next;
		/* What the sender wrote: function and argument. */
		cpu_charge(cpu, cpu->hw->transfer[cpu_distance(cpu, call->from)]);
		call->fn(cpu, call->arg);
		done(call, cpu);
	}
	cpu_leave(cpu);
}

void ipi_init(struct hw *hw)
{
	hw->run_ahead = hw->machine->ipi_latency ? hw->machine->ipi_latency : 1;
	for (uint32_t i = 0; i < hw->cpus; i++) {
		struct cpu *cpu = &hw->cpu[i];
		struct ipi_queue *q;

		if (cpu->ipi)
			continue;
		q = xcalloc(1, sizeof *q);
		take_all(q);
		q->irq = irq_line_new(cpu, flush_queue, q);
		q->irq->entry = &fn_smp_call_function_interrupt;
		q->irq->from_cpu = true;
		cpu->ipi = q;
		cpu->sleeps_in_order = true;
		cpu->look_at = hw->run_ahead;
		irq_update(cpu);
	}
}

void ipi_fini(struct hw *hw)
{
	for (uint32_t i = 0; i < hw->cpus; i++) {
		struct ipi_call *next;

		if (!hw->cpu[i].ipi)
			continue;
		for (struct ipi_call *call = hw->cpu[i].ipi->first; call; call = next) {
			next = call->next;
			free(call);
		}
		free(hw->cpu[i].ipi);
	}
}

/* The interrupt is sent when the queue was empty: otherwise one is on its way. Nothing can come between the two. */
static void send(struct cpu *cpu, struct cpu *target, ipi_function fn, void *arg, struct ipi_wait *wait)
{
	const struct machine_params *m = cpu->hw->machine;
	struct ipi_queue *q = target->ipi;
	struct ipi_call *call = xcalloc(1, sizeof *call);
	cycles_t arrival;
	bool first;

	assert(q); /* ipi_init() */
	cpu_line_up(cpu, IPI_EVENT);
	cpu_touch(cpu, &q->line, target->socket);
	cpu_operate(cpu, m->atomic);
	cpu_line_up(cpu, IPI_EVENT);
	*call = (struct ipi_call){fn, arg, cpu, wait, NULL};
	if (target->finished) {
		done(call, target);
		return;
	}
	first = !q->first;
	*q->last = call;
	q->last = &call->next;
	if (!first)
		return;
	arrival = cpu_now(cpu) + m->ipi_send + m->ipi_latency;
	if (arrival < q->irq->due)
		irq_set(q->irq, arrival);
	cpu_operate(cpu, m->ipi_send);
}

static void call_here(struct cpu *cpu, ipi_function fn, void *arg)
{
	local_irq_save(cpu);
	fn(cpu, arg);
	local_irq_restore(cpu);
}

void ipi_call(struct cpu *cpu, struct cpu *target, ipi_function fn, void *arg)
{
	if (!cpu->hw->running) {
		fn(target, arg);
		return;
	}
	cpu_enter(cpu, &fn_smp_call_function_single);
	if (target == cpu)
		call_here(cpu, fn, arg);
	else
		send(cpu, target, fn, arg, NULL);
	cpu_leave(cpu);
}

/* The loop that reads the flags of the calls. Interrupts end a step of it. */
static void spin(struct cpu *cpu, struct ipi_wait *wait)
{
	while (wait->left || cpu_now(cpu) < wait->done_at) {
		cycles_t since = cpu_now(cpu), until = wait->left ? CYCLES_MAX : wait->done_at;

		if (!cpu->irq_off && !cpu->in_irq && cpu->next_irq < until)
			until = cpu->next_irq;
		sim_wait(cpu->lane, until);
		cpu_charge_wait(cpu, since);
	}
}

void ipi_call_wait(struct cpu *cpu, const struct cpumask *targets, ipi_function fn, void *arg)
{
	struct hw *hw = cpu->hw;
	struct ipi_wait wait = {.cpu = cpu};

	cpu_enter(cpu, &fn_on_each_cpu_mask);
	preempt_disable(cpu);
	cpu_enter(cpu, &fn_smp_call_function_many);
	for (uint32_t i = 0; i < hw->cpus; i++) {
		if (i == cpu->number || !cpumask_test_cpu(i, targets))
			continue;
		if (!hw->running) {
			fn(&hw->cpu[i], arg);
			continue;
		}
		wait.left++;
		send(cpu, &hw->cpu[i], fn, arg, &wait);
	}
	if (hw->running) {
		wait.outer = cpu->ipi->waits;
		cpu->ipi->waits = &wait;
		spin(cpu, &wait);
		cpu->ipi->waits = wait.outer;
	}
	cpu_leave(cpu);
	if (cpumask_test_cpu(cpu->number, targets))
		call_here(cpu, fn, arg);
	preempt_enable(cpu);
	cpu_leave(cpu);
}

void ipi_abandon(struct cpu *cpu)
{
	struct ipi_call *next;

	if (!cpu->ipi)
		return;
	for (struct ipi_call *call = take_all(cpu->ipi); call; call = next) {
		next = call->next;
		done(call, cpu);
	}
}

uint32_t ipi_waits_for(const struct cpu *cpu)
{
	return cpu->ipi && cpu->ipi->waits ? cpu->ipi->waits->left : 0;
}
