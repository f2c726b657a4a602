/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/isolation.h"

#include <stdlib.h>

#include "hw/context.h"

struct isolation *isolation_watch(struct context *task)
{
	struct isolation *w = xcalloc(1, sizeof *w);

	w->task = task;
	w->window = xcalloc(task->cpu->hw->windows + 1, sizeof *w->window);
	/* Away until it first gets the CPU. */
	w->asleep = w->away = !task->cpu->hw->running || task->cpu->current != task;
	task->cpu->watch = w;
	return w;
}

void isolation_free(struct cpu *cpu)
{
	if (!cpu->watch)
		return;
	free(cpu->watch->window);
	free(cpu->watch);
}

void isolation_add(struct isolation_window *sum, const struct isolation_window *w)
{
	sum->count += w->count;
	sum->total += w->total;
	if (sum->longest < w->longest)
		sum->longest = w->longest;
	for (unsigned i = 0; i < DISTURBANCES; i++) {
		sum->times[i] += w->times[i];
		sum->cycles[i] += w->cycles[i];
	}
}

struct isolation_window isolation_sum(const struct isolation *watch, const struct hw *hw, uint32_t from)
{
	struct isolation_window sum = {0};

	for (uint32_t i = from; i < hw->windows; i++)
		isolation_add(&sum, &watch->window[i]);
	return sum;
}

/* The last interruption is over: nothing has continued it. */
static void close_last(const struct cpu *cpu, struct isolation *w)
{
	uint64_t window = w->began / cpu->hw->window_length;

	w->open.count = w->ended > w->began;
	w->open.total = w->open.longest = w->ended - w->began;
	isolation_add(&w->window[window < cpu->hw->windows ? window : cpu->hw->windows], &w->open);
	w->open = (struct isolation_window){0};
}

static bool disturbed(const struct cpu *cpu, const struct isolation *w, enum disturbance *by)
{
	if (w->asleep)
		return false;
	if (cpu->in_irq)
		*by = w->irq;
	else if (cpu->in_softirq)
		*by = DISTURBED_BY_SOFTIRQ;
	else if (w->away)
		*by = DISTURBED_BY_TASK;
	else
		return false;
	return true;
}

void isolation_look(struct cpu *cpu)
{
	struct isolation *w = cpu->watch;
	cycles_t now = cpu_now(cpu);
	enum disturbance by;
	bool going_on = disturbed(cpu, w, &by);

	if (w->going_on) {
		w->open.cycles[w->by] += now - w->since;
		w->ended = now;
	} else if (going_on && now != w->ended) {
		close_last(cpu, w);
		w->began = w->ended = now;
	}
	w->going_on = going_on;
	if (going_on)
		w->by = by;
	w->since = now;
}

void isolation_begin(struct cpu *cpu, enum disturbance by)
{
	struct isolation *w = cpu->watch;

	if (by == DISTURBED_BY_IRQ || by == DISTURBED_BY_IPI)
		w->irq = by;
	isolation_look(cpu);
	w->open.times[by] += w->going_on;
}

void isolation_switch(struct cpu *cpu, bool back)
{
	struct isolation *w = cpu->watch;

	if (cpu->current != w->task)
		return;
	w->away = !back;
	w->asleep = !back && !w->task->runnable;
	isolation_look(cpu);
	w->open.times[DISTURBED_BY_TASK] += w->going_on && !back;
}

void isolation_end(struct cpu *cpu)
{
	struct isolation *w = cpu->watch;
	cycles_t end = cpu_now(cpu) < cpu->hw->end ? cpu_now(cpu) : cpu->hw->end;

	if (w->going_on && w->since < end) {
		w->open.cycles[w->by] += end - w->since;
		w->ended = end;
	}
	close_last(cpu, w);
}
