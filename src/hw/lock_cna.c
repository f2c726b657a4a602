/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compact NUMA-aware lock: qspinlock whose waiters on the owner's socket go first, so that the lock word and what it protects stay there
 * ("Add NUMA-awareness to qspinlock", A. Kogan, v15 of 2021-05-14; never merged). Taking and handing over cost what they do with qspinlock:
 * the head of the queue sorts it while it waits. The series chooses when the owner before takes the lock; here it is at the release. */
#include "hw/lock.h"

KFUNC(__cna_queued_spin_lock_slowpath);

/* numa_spinlock_threshold_ns: who waits longer on another socket is next. */
#define THRESHOLD_MS 1.0

static cycles_t arrive(const struct lock *lock, const struct cpu *cpu, uint32_t waiters)
{
	return lock_qspinlock.arrive(lock, cpu, waiters);
}

static cycles_t hand_over(const struct lock *lock, const struct cpu *to, uint32_t waiters)
{
	return lock_qspinlock.hand_over(lock, to, waiters);
}

static uint32_t next(const struct lock *lock)
{
	const struct cpu *owner = lock->last_owner;

	if ((double)(lock->free_at - lock->queue[0].since) > THRESHOLD_MS * 1e-3 * owner->hw->machine->clock_hz)
		return 0;
	for (uint32_t i = 0; i < lock->queued; i++)
		if (lock->queue[i].cpu->socket == owner->socket)
			return i;
	return 0;
}

const struct lock_kind lock_cna = {
	.policy = {"cna", "qspinlock that prefers waiters on the owner's socket for up to 1 ms (proposed 2021, not merged)"},
	.slow_path = &fn___cna_queued_spin_lock_slowpath,
	.arrive = arrive,
	.hand_over = hand_over,
	.next = next,
};
