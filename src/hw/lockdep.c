/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/lockdep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hw/cpu.h"
#include "hw/lock.h"

void lockdep_init(struct lockdep *d)
{
	memset(d, 0, sizeof *d);
}

void lockdep_fini(struct lockdep *d)
{
	for (unsigned i = 0; i < LOCKDEP_CLASSES_MAX; i++)
		for (unsigned j = 0; j < LOCKDEP_CLASSES_MAX; j++)
			free(d->where[i][j]);
}

/* Depth-first: fills `via` with the classes on a path from `from` to `to`. Returns the path's length, 0 when there is none. */
static unsigned find_path(const struct lockdep *d, unsigned from, unsigned to, uint64_t *seen, unsigned *via)
{
	*seen |= UINT64_C(1) << from;
	via[0] = from;
	if (from == to)
		return 1;
	for (unsigned next = 0; next < LOCKDEP_CLASSES_MAX; next++) {
		unsigned length;

		if (!(d->after[from] >> next & 1) || (*seen >> next & 1))
			continue;
		length = find_path(d, next, to, seen, via + 1);
		if (length)
			return length + 1;
	}
	return 0;
}

static void report_circle(struct cpu *cpu, unsigned held, unsigned wanted, const unsigned *via, unsigned length)
{
	const struct lockdep *d = &cpu->hw->lockdep;
	struct text chain = {0};

	text_add(&chain, "possible circular locking dependency: %s is taken while %s is held, and the other way round:",
		 d->name[wanted], d->name[held]);
	for (unsigned i = 0; i + 1 < length; i++)
		text_add(&chain, "\n  %s then %s: first by %s", d->name[via[i]], d->name[via[i + 1]], d->where[via[i]][via[i + 1]]);
	cpu_fail(cpu, "%s", chain.s);
}

static void add_edge(struct cpu *cpu, const struct lock_class *held, const struct lock_class *wanted)
{
	struct lockdep *d = &cpu->hw->lockdep;
	unsigned via[LOCKDEP_CLASSES_MAX], length;
	struct text where = {0};
	uint64_t seen = 0;

	length = find_path(d, wanted->id, held->id, &seen, via);
	if (length)
		report_circle(cpu, held->id, wanted->id, via, length);
	d->after[held->id] |= UINT64_C(1) << wanted->id;
	text_add(&where, "CPU %u at cycle %" PRIu64 " in ", cpu->number, cpu_now(cpu));
	profile_path(&cpu->hw->profile, cpu->node, &where);
	d->where[held->id][wanted->id] = where.s;
}

void lockdep_acquire(struct cpu *cpu, struct lock *lock, int trying)
{
	struct lockdep *d = &cpu->hw->lockdep;
	const struct lock_class *wanted = lock->class;

	d->name[wanted->id] = wanted->name;
	for (unsigned i = 0; i < cpu->held_count; i++) {
		const struct lock *held = cpu->held[i].lock;

		if (held == lock) {
			if (trying)
				continue;
			cpu_fail(cpu, "possible recursive locking: this CPU already holds %s", wanted->name);
		}
		d->name[held->class->id] = held->class->name;
		/* Two locks of one class nest in an order that only their owner knows. */
		if (held->class == wanted || trying || (d->after[held->class->id] >> wanted->id & 1))
			continue;
		add_edge(cpu, held->class, wanted);
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
