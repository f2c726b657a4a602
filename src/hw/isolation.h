/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What interrupts a task that should have its CPU for itself: how often, for how long, by what. */
#ifndef HZ_HW_ISOLATION_H
#define HZ_HW_ISOLATION_H

#include "hw/cpu.h"

enum disturbance {
	DISTURBED_BY_IRQ,      /* a device or a timer */
	DISTURBED_BY_IPI,
	DISTURBED_BY_SOFTIRQ,
	DISTURBED_BY_TASK,     /* another context, from the first cycle of the switch to the last of the switch back */
	DISTURBANCES,
};

/* An interruption is a stretch in which the CPU does something else than the task, however many causes follow each other without a cycle
 * between. It belongs to the window in which it began. While the task sleeps nothing interrupts it. */
struct isolation_window {
	uint64_t count;
	cycles_t total, longest;
	uint64_t times[DISTURBANCES];   /* interrupts, softirq runs, switches */
	cycles_t cycles[DISTURBANCES];  /* sum: total */
};

struct isolation {
	const struct context *task;
	struct isolation_window *window; /* [windows + 1] */

	/* The interruption that goes on, or went on last and may yet be continued. */
	struct isolation_window open;
	cycles_t began, ended;
	bool going_on;
	enum disturbance by, irq;       /* by: what goes on; irq: the interrupt that is being taken */
	cycles_t since;                 /* when `by` began */
	bool asleep, away;              /* the task sleeps, or does not have the CPU */
};

/* Watch one task of a CPU, from before the run or from now on if it has the CPU. One per CPU; freed with the machine. */
struct isolation *isolation_watch(struct context *task);
void isolation_free(struct cpu *cpu);

/* Windows [from, windows). After the run. */
struct isolation_window isolation_sum(const struct isolation *watch, const struct hw *hw, uint32_t from);

/* Another task's, or another window's, is added; the longest is that of either. */
void isolation_add(struct isolation_window *sum, const struct isolation_window *w);

/* The rest is for what switches and interrupts; only where cpu->watch is set. */

/* An interrupt or a softirq begins. */
void isolation_begin(struct cpu *cpu, enum disturbance by);
/* The current context begins to give the CPU to another, or has it back. */
void isolation_switch(struct cpu *cpu, bool back);
/* Something has begun or ended: see what the CPU does now. */
void isolation_look(struct cpu *cpu);
/* The run is over. */
void isolation_end(struct cpu *cpu);

#endif
