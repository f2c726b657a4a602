/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work queues: functions that a CPU's kworker runs, a context that takes the CPU from a running task when it is woken and gives way to
 * interrupts and softirqs (kernel/workqueue.c: a bound queue with one worker per CPU). */
#ifndef HZ_HW_WORKER_H
#define HZ_HW_WORKER_H

#include "hw/context.h"
#include "hw/irq.h"

struct work {
	void (*fn)(struct cpu *cpu, void *arg);
	void *arg;
	struct cpu *on;       /* where it was queued last */
	uint64_t number;      /* its place in that CPU's queue, from 1; 0: never queued */
	bool pending;         /* queued, not yet begun */
	struct work *next;
};

/* A work that a timer of one CPU queues there. */
struct delayed_work {
	struct work work;
	struct irq_line *timer;
};

/* A kworker for every CPU: before the run, by what queues work. Again: no effect. */
void worker_init(struct hw *hw);
/* The same where each CPU queues work for itself alone: CPUs may run ahead as ever (see ipi_init). */
void worker_init_local(struct hw *hw);
void worker_fini(struct hw *hw);

void work_init(struct work *work, void (*fn)(struct cpu *cpu, void *arg), void *arg);

/* `target` runs the work, once its kworker gets the CPU. Returns false when the work is pending already: then nothing happens. */
bool queue_work_on(struct cpu *cpu, struct cpu *target, struct work *work);

/* Sleep until the work has run that was queued before; other contexts have the CPU meanwhile. By a task, with nothing held. */
void flush_work(struct cpu *cpu, struct work *work);

/* The timer is `cpu`'s; a deferrable one does not end its sleep. */
void delayed_work_init(struct delayed_work *dwork, struct cpu *cpu, bool deferrable, void (*fn)(struct cpu *cpu, void *arg),
		       void *arg);

/* Queue the work on its CPU in `delay` cycles, by that CPU (or before the run). Returns false when that is already to happen. */
bool queue_delayed_work(struct cpu *cpu, struct delayed_work *dwork, cycles_t delay);

#endif
