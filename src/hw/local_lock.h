/* SPDX-License-Identifier: GPL-3.0-or-later */
/* local_lock of one CPU (since 5.8), on a kernel without PREEMPT_RT: preemption or interrupts off, and no word that anybody could wait for.
 * Lock order and contexts are checked all the same. (include/linux/local_lock_internal.h @5.14.) */
#ifndef HZ_HW_LOCAL_LOCK_H
#define HZ_HW_LOCAL_LOCK_H

#include "hw/lock.h"
#include "hw/preempt.h"

/* Only that CPU's code takes it. */
struct local_lock {
	struct lock lock;
};

/* `group`: of lockdep_group_new(), or 0. */
static inline void local_lock_init(struct local_lock *l, struct lock_class *class, uint16_t group)
{
	l->lock = (struct lock){.class = class, .group = group};
}

static inline void local_lock_acquire(struct cpu *cpu, struct local_lock *l)
{
	lockdep_acquire(cpu, &l->lock, false);
	cpu->held[cpu->held_count++] = (struct held_lock){&l->lock, cpu->node};
}

static inline void local_lock(struct cpu *cpu, struct local_lock *l)
{
	preempt_disable(cpu);
	local_lock_acquire(cpu, l);
}

/* False when what this interrupt hit holds it. */
static inline bool local_trylock(struct cpu *cpu, struct local_lock *l)
{
	preempt_disable(cpu);
	for (unsigned i = 0; i < cpu->held_count; i++)
		if (cpu->held[i].lock == &l->lock) {
			preempt_enable(cpu);
			return false;
		}
	lockdep_acquire(cpu, &l->lock, true);
	cpu->held[cpu->held_count++] = (struct held_lock){&l->lock, cpu->node};
	return true;
}

static inline void local_unlock(struct cpu *cpu, struct local_lock *l)
{
	lockdep_release(cpu, &l->lock);
	preempt_enable(cpu);
}

static inline void local_lock_irqsave(struct cpu *cpu, struct local_lock *l)
{
	local_irq_save(cpu);
	local_lock_acquire(cpu, l);
}

static inline void local_unlock_irqrestore(struct cpu *cpu, struct local_lock *l)
{
	lockdep_release(cpu, &l->lock);
	local_irq_restore(cpu);
}

#endif
