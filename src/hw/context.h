/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a CPU can run: a pinned task, ksoftirqd, or the idle loop. Each is a stack of its own; one at a time runs. */
#ifndef HZ_HW_CONTEXT_H
#define HZ_HW_CONTEXT_H

#include "hw/cpu.h"

struct context {
	struct cpu *cpu;
	struct sim_actor *actor;
	struct kfunc name;      /* root of its call paths */
	void (*body)(struct cpu *cpu, void *arg);
	void *arg;
	bool runnable;
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

/* The same from another CPU, which is lined up; an idle CPU leaves its sleep at `when`. */
void context_wake_remote(struct context *c, cycles_t when);

/* The current context sleeps until it is woken. */
void context_sleep(struct cpu *cpu);

/* Let another runnable context have a turn. */
void context_yield(struct cpu *cpu);

/* A context that has used up its time slice gives way to another that can run (scheduler tick, cond_resched). No effect where preemption
 * is off: with interrupts or bottom halves off, or a lock held. The idle context looks for itself. */
void context_preempt(struct cpu *cpu);

#endif
