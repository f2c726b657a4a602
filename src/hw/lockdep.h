/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order in which lock classes nest. A lock taken twice by one CPU, or an order that closes a circle, ends the run with a
 * report instead of a hang. */
#ifndef HZ_HW_LOCKDEP_H
#define HZ_HW_LOCKDEP_H

#include "base/types.h"

#define LOCKDEP_CLASSES_MAX 64

struct cpu;
struct lock;

struct lockdep {
	uint64_t after[LOCKDEP_CLASSES_MAX]; /* bit c of after[h]: c was taken while h was held */
	char *where[LOCKDEP_CLASSES_MAX][LOCKDEP_CLASSES_MAX]; /* first seen: CPU and call path, heap */
	const char *name[LOCKDEP_CLASSES_MAX];
};

void lockdep_init(struct lockdep *d);
void lockdep_fini(struct lockdep *d);

/* `cpu` is about to take `lock`. `trying`: a trylock, which cannot wait and so closes no circle.
 * Does not return when this is a deadlock. */
void lockdep_acquire(struct cpu *cpu, struct lock *lock, int trying);

/* `cpu` releases `lock`. */
void lockdep_release(struct cpu *cpu, struct lock *lock);

#endif
