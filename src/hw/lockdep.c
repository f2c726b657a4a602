/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/lockdep.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "hw/cpu.h"
#include "hw/lock.h"

void lockdep_fini(struct lockdep *d)
{
	lock_order_fini(&d->classes);
	lock_order_fini(&d->groups);
}

uint16_t lockdep_group_new(struct lockdep *d, const char *format, ...)
{
	char name[96];
	va_list args;

	va_start(args, format);
	vsnprintf(name, sizeof name, format, args);
	va_end(args);
	return (uint16_t)(lock_order_node(&d->groups, name) + 1);
}

static void whereabouts(const struct cpu *cpu, struct text *out)
{
	text_add(out, "CPU %u at cycle %" PRIu64 " in ", cpu->number, cpu_now(cpu));
	profile_path(&cpu->hw->profile, cpu->node, out);
}

static void report_circle(struct cpu *cpu, const struct lock_order *o, uint32_t held, uint32_t wanted, const uint16_t *via,
			  uint32_t length)
{
	struct text chain = {0};

	text_add(&chain, "possible circular locking dependency: %s is taken while %s is held, and the other way round:",
		 o->name[wanted], o->name[held]);
	for (uint32_t i = 0; i + 1 < length; i++)
		text_add(&chain, "\n  %s then %s: first by %s", o->name[via[i]], o->name[via[i + 1]],
			 lock_order_where(o, via[i], via[i + 1]));
	cpu_fail(cpu, "%s", chain.s);
}

static void add_edge(struct cpu *cpu, struct lock_order *o, uint32_t held, uint32_t wanted, const struct lock *holds,
		     const struct lock *wants)
{
	uint16_t via[LOCK_ORDER_NODES_MAX];
	uint32_t length = lock_order_path(o, wanted, held, via);
	struct text where = {0};

	if (length)
		report_circle(cpu, o, held, wanted, via, length);
	whereabouts(cpu, &where);
	if (o == &cpu->hw->lockdep.groups)
		text_add(&where, " (%s while it holds %s)", wants->class->name, holds->class->name);
	lock_order_add(o, held, wanted, where.s);
}

static const char *const usage_name[LOCK_USAGES] = {
	"taken in interrupt context", "taken in softirq context", "held with interrupts on", "held with softirqs on",
};

static void report_usage(struct cpu *cpu, const struct lock_class *class, unsigned in)
{
	cpu_fail(cpu, "inconsistent lock state: %s is %s, first by %s,\n  and %s, first by %s:\n  an interrupt can find it held by what it hit",
		 class->name, usage_name[in], class->used_by[in], usage_name[in + 2], class->used_by[in + 2]);
}

void lockdep_use(struct cpu *cpu, struct lock *lock, bool trying)
{
	struct lock_class *class = lock->class;
	unsigned usage = 0, fresh;

	if (!trying)
		usage = (cpu->in_irq ? LOCK_TAKEN_IN_HARDIRQ : 0u) | (cpu->in_softirq ? LOCK_TAKEN_IN_SOFTIRQ : 0u);
	if (!cpu->irq_off && !cpu->in_irq)
		usage |= LOCK_HELD_WITH_HARDIRQ_ON | (cpu->bh_off ? 0u : LOCK_HELD_WITH_SOFTIRQ_ON);
	fresh = usage & ~class->usage;
	/* What sets the run up does so in no context at all. */
	if (!fresh || !cpu->hw->running)
		return;
	for (unsigned i = 0; i < LOCK_USAGES; i++)
		if (fresh >> i & 1) {
			struct text where = {0};

			whereabouts(cpu, &where);
			class->used_by[i] = where.s;
		}
	class->usage |= fresh;
	for (unsigned i = 0; i < 2; i++)
		if (class->usage >> i & class->usage >> (i + 2) & 1)
			report_usage(cpu, class, i);
}

void lockdep_enabled(struct cpu *cpu)
{
	for (unsigned i = 0; i < cpu->held_count; i++)
		lockdep_use(cpu, cpu->held[i].lock, true);
}

void lockdep_acquire(struct cpu *cpu, struct lock *lock, bool trying)
{
	struct lockdep *d = &cpu->hw->lockdep;
	const struct lock_class *wanted = lock->class;

	lockdep_use(cpu, lock, trying);
	for (unsigned i = 0; i < cpu->held_count; i++) {
		const struct lock *held = cpu->held[i].lock;

		if (trying)
			break;
		if (held == lock)
			cpu_fail(cpu, "possible recursive locking: this CPU already holds %s", wanted->name);
		/* Two locks of one class nest in an order that only their owner knows. */
		if (held->class != wanted && !lock_order_has(&d->classes, held->class->id, wanted->id))
			add_edge(cpu, &d->classes, held->class->id, wanted->id, held, lock);
		if (held->group && lock->group && held->group != lock->group &&
		    !lock_order_has(&d->groups, held->group - 1u, lock->group - 1u))
			add_edge(cpu, &d->groups, held->group - 1u, lock->group - 1u, held, lock);
	}
	if (cpu->held_count == CPU_LOCKS_HELD_MAX)
		cpu_fail(cpu, "more than %d locks held by one CPU", CPU_LOCKS_HELD_MAX);
}

void lockdep_release(struct cpu *cpu, struct lock *lock)
{
	for (unsigned i = cpu->held_count; i-- > 0;) {
		if (cpu->held[i].lock != lock)
			continue;
		for (; i + 1 < cpu->held_count; i++)
			cpu->held[i] = cpu->held[i + 1];
		cpu->held_count--;
		return;
	}
	cpu_fail(cpu, "release of %s, which this CPU does not hold", lock->class->name);
}
