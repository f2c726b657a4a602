/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inter-processor interrupts: functions that one CPU makes others run (kernel/smp.c). They come machine.ipi_latency after they were sent and
 * are taken like any interrupt: on the stack of what runs, late where interrupts are off, and end an idle CPU's sleep. */
#ifndef HZ_HW_IPI_H
#define HZ_HW_IPI_H

#include "hw/cpu.h"
#include "hw/cpumask.h"

typedef void (*ipi_function)(struct cpu *cpu, void *arg);

/* Let CPUs send each other interrupts: before the run, by what wants to. From then on no CPU with interrupts on runs ahead by more than
 * machine.ipi_latency, and none sleeps ahead: an interrupt comes in time. Again: no effect. */
void ipi_init(struct hw *hw);
void ipi_fini(struct hw *hw);

/* smp_call_function_single without waiting: `target` runs fn(target, arg) in interrupt context. A target that has left the run never
 * does. Before the run `fn` is called at once. */
void ipi_call(struct cpu *cpu, struct cpu *target, ipi_function fn, void *arg);

/* on_each_cpu_mask: every CPU of `targets` runs fn(it, arg), the caller itself too when it is one of them. The caller spins until all have;
 * it takes interrupts meanwhile if they are on. What has left the run is not waited for. */
void ipi_call_wait(struct cpu *cpu, const struct cpumask *targets, ipi_function fn, void *arg);

/* `cpu` leaves the run: nobody waits for it any more. */
void ipi_abandon(struct cpu *cpu);

/* Whether `cpu` waits for others that it sent an interrupt to, and for how many. */
uint32_t ipi_waits_for(const struct cpu *cpu);

#endif
