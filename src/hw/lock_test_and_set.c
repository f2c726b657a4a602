/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test-and-test-and-set lock, as guests without paravirtual spinlocks use: whoever gets the line first wins. Unfair. */
#include "hw/lock.h"

KFUNC(test_and_set_spin_lock_wait);

static cycles_t arrive(const struct lock *lock, const struct cpu *cpu, uint32_t waiters)
{
	(void)waiters;
	return lock_transfer(lock, cpu) + cpu->hw->machine->atomic;
}

/* After a release all waiters read the word and all that saw it free try the atomic: the line goes round among them before the
 * lock settles (Anderson, "The performance of spin lock alternatives", 1990). */
static cycles_t hand_over(const struct lock *lock, const struct cpu *to, uint32_t waiters)
{
	cycles_t transfer = lock_transfer(lock, to);

	return 2 * transfer + to->hw->machine->atomic + transfer * waiters;
}

static uint32_t next(const struct lock *lock)
{
	return stream_index(lock->class->random, lock->queued);
}

const struct lock_kind lock_test_and_set = {
	.policy = {"test-and-set", "all spin on one word and any of them wins (guests without paravirtual spinlocks)"},
	.slow_path = &fn_test_and_set_spin_lock_wait,
	.arrive = arrive,
	.hand_over = hand_over,
	.next = next,
};
