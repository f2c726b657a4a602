/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/worker.h"

#include <assert.h>
#include <stdlib.h>

#include "hw/ipi.h"

KFUNC(queue_work_on);
KFUNC(process_one_work);
KFUNC(flush_work);

#define WORK_EVENT 0x574f524bu /* in the fingerprint */

/* A context that waits for a work. */
struct flusher {
	struct context *context;
	uint64_t number;       /* of the work */
	bool woken;
	struct flusher *next;
};

/* A CPU's queue and the kworker that serves it. The pool's lock is its atomics and its line: nobody waits for it for long. */
struct worker {
	struct context *context;
	struct line line;
	struct work *first, **last;
	uint64_t queued, done; /* numbers of the last work queued, and run */
	struct flusher *flushers;
};

/* pool->lock taken and released. */
static void pool_access(struct cpu *cpu, const struct cpu *owner)
{
	cpu_touch(cpu, &owner->worker->line, owner->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic + cpu->hw->machine->unlock);
}

static void wake_flushers(struct cpu *cpu, struct worker *w)
{
	struct flusher **at = &w->flushers;

	while (*at) {
		struct flusher *f = *at;

		if (f->number > w->done) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		f->woken = true;
		try_to_wake_up(cpu, f->context);
	}
}

static void process_one_work(struct cpu *cpu, struct worker *w)
{
	struct work *work;
	uint64_t number;

	cpu_enter(cpu, &fn_process_one_work);
	pool_access(cpu, cpu);
	work = w->first;
	w->first = work->next;
	if (!w->first)
		w->last = &w->first;
	/* From here on it can be queued again. */
	work->pending = false;
	number = work->number;
	work->fn(cpu, work->arg);
	cpu_line_up(cpu, WORK_EVENT);
	w->done = number;
	wake_flushers(cpu, w);
	cpu_leave(cpu);
}

static void worker_body(struct cpu *cpu, void *arg)
{
	struct worker *w = arg;

	for (;;) {
		cpu_line_up(cpu, WORK_EVENT);
		while (w->first)
			process_one_work(cpu, w);
		context_sleep(cpu);
	}
}

void worker_init_local(struct hw *hw)
{
	for (uint32_t i = 0; i < hw->cpus; i++) {
		struct cpu *cpu = &hw->cpu[i];
		struct worker *w;

		if (cpu->worker)
			continue;
		w = xcalloc(1, sizeof *w);
		w->last = &w->first;
		w->context = context_new(cpu, "kworker", false, worker_body, w);
		w->context->preempts = true;
		cpu->worker = w;
	}
}

void worker_init(struct hw *hw)
{
	ipi_init(hw);
	worker_init_local(hw);
}

void worker_fini(struct hw *hw)
{
	for (uint32_t i = 0; i < hw->cpus; i++)
		free(hw->cpu[i].worker);
}

void work_init(struct work *work, void (*fn)(struct cpu *cpu, void *arg), void *arg)
{
	*work = (struct work){.fn = fn, .arg = arg};
}

bool queue_work_on(struct cpu *cpu, struct cpu *target, struct work *work)
{
	struct worker *w = target->worker;
	bool queued;

	assert(w);
	cpu_enter(cpu, &fn_queue_work_on);
	local_irq_save(cpu);
	cpu_line_up(cpu, WORK_EVENT);
	queued = !work->pending;
	if (queued) {
		work->pending = true;
		work->on = target;
		work->number = ++w->queued;
		work->next = NULL;
		*w->last = work;
		w->last = &work->next;
	}
	cpu_operate(cpu, cpu->hw->machine->atomic);
	if (queued) {
		pool_access(cpu, target);
		try_to_wake_up(cpu, w->context);
	}
	local_irq_restore(cpu);
	cpu_leave(cpu);
	return queued;
}

void flush_work(struct cpu *cpu, struct work *work)
{
	struct flusher f = {.context = cpu->current};
	struct worker *w;

	if (!work->on)
		return;
	cpu_enter(cpu, &fn_flush_work);
	cpu_line_up(cpu, WORK_EVENT);
	w = work->on->worker;
	f.number = work->number;
	f.woken = w->done >= f.number;
	if (!f.woken) {
		f.next = w->flushers;
		w->flushers = &f;
	}
	pool_access(cpu, w->context->cpu);
	while (!f.woken)
		context_sleep(cpu);
	cpu_leave(cpu);
}

static void delayed_work_timer_fn(struct cpu *cpu, void *arg)
{
	struct delayed_work *dwork = arg;

	queue_work_on(cpu, cpu, &dwork->work);
}

void delayed_work_init(struct delayed_work *dwork, struct cpu *cpu, bool deferrable, void (*fn)(struct cpu *cpu, void *arg),
		       void *arg)
{
	work_init(&dwork->work, fn, arg);
	dwork->timer = irq_timer_new(cpu, deferrable, delayed_work_timer_fn, dwork);
}

bool queue_delayed_work(struct cpu *cpu, struct delayed_work *dwork, cycles_t delay)
{
	if (dwork->work.pending || dwork->timer->due != CYCLES_MAX)
		return false;
	irq_set(dwork->timer, cpu_now(cpu) + delay);
	return true;
}
