/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a CPU can run: a pinned task, ksoftirqd, or the idle loop. Each is a stack of its own; one at a time runs. */
#ifndef HZ_HW_CONTEXT_H
#define HZ_HW_CONTEXT_H

#include "hw/cpu.h"

struct context {
	struct cpu *cpu;
	struct sim_actor *actor;
	struct kfunc *name;     /* root of its call paths; contexts of one name share it */
	bool names;             /* it is this one's to free */
	void (*body)(struct cpu *cpu, void *arg);
	void *arg;
	bool runnable;
	bool waking;            /* another CPU has woken it, and the interrupt that says so is on its way */
	bool preempts;          /* once woken, it takes the CPU from a task that runs (CFS does so for one that slept long) */
	cycles_t since;         /* when it last got the CPU */
	struct context *next;
};

/* A context that is runnable from the start or sleeps until context_wake(). Make the contexts of a CPU before hw_run(). The body must not
 * return unless it has nothing left to do for the rest of the run. */
struct context *context_new(struct cpu *cpu, const char *name, bool runnable, void (*body)(struct cpu *, void *), void *arg);
/* Every CPU of a run needs one; call it after the other contexts. */
void context_new_idle(struct cpu *cpu);
void contexts_free(struct cpu *cpu);

/* Let a context of this CPU run when the CPU next chooses. */
void context_wake(struct context *c);

/* Wake a context of whatever CPU, and pay for it. Another CPU hears of it at once when it idles (it watches the line that is written), by
 * an interrupt when it is busy. The caller is lined up, and ipi_init() has been called, when it may be another CPU's. */
void try_to_wake_up(struct cpu *cpu, struct context *c);

/* The current context sleeps until it is woken. */
void context_sleep(struct cpu *cpu);

/* Let another runnable context have a turn. */
void context_yield(struct cpu *cpu);

/* A context that has used up its time slice, or that a woken one takes the CPU from, gives way (scheduler tick, cond_resched). No effect where
 * preemption is off: with interrupts or bottom halves off, after preempt_disable, or a lock held. The idle context looks for itself. */
void context_preempt(struct cpu *cpu);

#endif
