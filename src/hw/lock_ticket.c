/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ticket lock: one atomic takes a number; everybody spins on the same word. First come, first served. */
#include "hw/lock.h"

KFUNC(ticket_spin_lock_wait);

static cycles_t arrive(const struct lock *lock, const struct cpu *cpu, uint32_t waiters)
{
	(void)waiters;
	return lock_transfer(lock, cpu) + cpu->hw->machine->atomic;
}

/* A release invalidates every spinning copy, and the readers are served one after the other; the next owner is on average in the
 * middle of them (Boyd-Wickizer et al., "Non-scalable locks are dangerous", 2012). */
static cycles_t hand_over(const struct lock *lock, const struct cpu *to, uint32_t waiters)
{
	cycles_t transfer = lock_transfer(lock, to);

	return 2 * transfer + transfer * waiters / 2;
}

const struct lock_kind lock_ticket = {
	.policy = {"ticket", "all spin on one word; first come, first served (x86 until 4.1)"},
	.slow_path = &fn_ticket_spin_lock_wait,
	.arrive = arrive,
	.hand_over = hand_over,
};
