/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that locks are taken by. A lock taken twice by one CPU, an order that closes a circle, and a lock that an interrupt can find held by what
 * it hit end the run with a report instead of a hang.
 *
 * Order is kept between classes and between groups. A class is all locks of one purpose, so two of one class pass: their owner knows the
 * order. A group is the locks of one instance of something, over classes: what belongs to one CPU's page lists, say. Where CPU 1 waits for
 * CPU 2's while it holds its own, and CPU 2 the other way round, the classes are in order and the groups are not. */
#ifndef HZ_HW_LOCKDEP_H
#define HZ_HW_LOCKDEP_H

#include "hw/lock_order.h"

struct cpu;
struct lock;
struct lock_class;

/* What a class was seen in. Taken by a trylock, which cannot wait, does not count as taken; held does. */
enum lock_usage {
	LOCK_TAKEN_IN_HARDIRQ = 1, LOCK_TAKEN_IN_SOFTIRQ = 2, LOCK_HELD_WITH_HARDIRQ_ON = 4, LOCK_HELD_WITH_SOFTIRQ_ON = 8,
	LOCK_USAGES = 4,
};

struct lockdep {
	struct lock_order classes; /* node: the class's id */
	struct lock_order groups;  /* node + 1: the lock's group */
};

void lockdep_fini(struct lockdep *d);

/* A new group, for the `group` of its locks. */
uint16_t lockdep_group_new(struct lockdep *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* `cpu` is about to take `lock`. `trying`: a trylock, which cannot wait and so closes no circle.
 * Does not return when this is a deadlock. */
void lockdep_acquire(struct cpu *cpu, struct lock *lock, bool trying);

/* `cpu` releases `lock`. */
void lockdep_release(struct cpu *cpu, struct lock *lock);

/* `cpu` holds `lock`, or is about to, in what context it is in. Does not return when the class's uses contradict each other. */
void lockdep_use(struct cpu *cpu, struct lock *lock, bool trying);

/* Interrupts or bottom halves are on again while `cpu` holds locks. */
void lockdep_enabled(struct cpu *cpu);

#endif
