/* SPDX-License-Identifier: GPL-3.0-or-later */
/* qspinlock: locked byte, pending bit, MCS queue. The second contender sets the pending bit and spins on the lock word; later ones spin
 * on a node of their own, and the head of the queue spins on the word. First come, first served.
 * (kernel/locking/qspinlock.c, 4.2 and later.) */
#include "hw/lock.h"

KFUNC(queued_spin_lock_slowpath);

/* A contender has to get the word first: it was last written by the owner or by the contender before it. The pending bit is one
 * atomic; queueing is a second one (the tail) and a store to the predecessor's node, whose line comes from that CPU. */
static cycles_t arrive(const struct lock *lock, const struct cpu *cpu, uint32_t waiters)
{
	cycles_t word = lock_transfer(lock, cpu), atomic = cpu->hw->machine->atomic;

	if (!waiters)
		return word + atomic;
	return 2 * word + 2 * atomic;
}

/* The releasing store takes the word away from the one CPU that spins on it (pending waiter or head of the queue), and that CPU's next
 * read brings it back: two transfers. The promotion of the next head happens meanwhile, during the critical section. */
static cycles_t hand_over(const struct lock *lock, const struct cpu *to, uint32_t waiters)
{
	(void)waiters;
	return 2 * lock_transfer(lock, to);
}

const struct lock_kind lock_qspinlock = {
	.policy = {"qspinlock", "an MCS queue behind a pending bit; first come, first served (x86 since 4.2)"},
	.slow_path = &fn_queued_spin_lock_slowpath,
	.known_ahead = true,
	.arrive = arrive,
	.hand_over = hand_over,
};
