/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How spinlocks of a kind are taken and handed over: kernel.zone_lock. Distances and transfers come from the machine. */
#ifndef HZ_HW_LOCK_KIND_H
#define HZ_HW_LOCK_KIND_H

#include <stdbool.h>

#include "base/policy.h"
#include "base/types.h"

struct cpu;
struct kfunc;
struct lock;

struct lock_kind {
	struct policy policy;
	struct kfunc *slow_path; /* what a contended acquisition is charged to */
	/* Owner and hand-over follow from what is known when one asks: first come, first served. Otherwise from who waits at the release. */
	bool known_ahead;
	/* From the request to the point where a waiter could own the lock. `waiters` were there before it. */
	cycles_t (*arrive)(const struct lock *lock, const struct cpu *cpu, uint32_t waiters);
	/* From the release by lock->last_owner to ownership by `to`, with `waiters` others left spinning. */
	cycles_t (*hand_over)(const struct lock *lock, const struct cpu *to, uint32_t waiters);
	/* Which of those in lock->queue is next; NULL: the first. */
	uint32_t (*next)(const struct lock *lock);
};

/* What every spinlock is that no policy says otherwise of. */
extern const struct lock_kind lock_qspinlock;

#endif
