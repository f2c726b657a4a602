/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spinlocks. One body serves all kinds; a kind says what taking and handing over cost and who is next (lock_<kind>.c).
 *
 * A first-come lock needs no waiting stack: requesters arrive in time order because they line up, and the holder has usually run ahead to
 * its release, so grant and release are arithmetic. Only when the holder had to line up again inside its critical section, or the kind
 * must see at the release who waits, does a requester block until then. */
#ifndef HZ_HW_LOCK_H
#define HZ_HW_LOCK_H

#include "hw/cpu.h"
#include "hw/lock_kind.h"
#include "sim/stream.h"

/* Accounts of a class in one window. */
struct lock_window {
	uint64_t acquisitions, contended, trylock_failures;
	uint64_t handoff[DISTANCE_KINDS]; /* contended acquisitions by distance from the last owner */
	struct histogram hold, wait;      /* cycles; wait of contended acquisitions only */
};

/* Locks that are reported and ordered together. */
struct lock_class {
	char name[48];
	const struct lock_kind *kind;
	unsigned id;
	struct lock_window *window;  /* [windows] */
	cycles_t *waited;            /* [PROFILE_NODES_MAX] by the call path that waited */
	struct stream *random;       /* which waiter wins, where that is not determined */
	struct lock *locks;          /* list */
	unsigned usage;              /* enum lock_usage, ored */
	char *used_by[LOCK_USAGES];  /* first seen, heap */
	struct lock_class *next;
};

struct lock_waiter {
	struct cpu *cpu;
	cycles_t since;     /* when it asked */
	cycles_t ready;     /* earliest time at which it could own the lock, whatever the release */
};

struct lock {
	struct lock_class *class;
	struct line word;
	uint16_t group;           /* of lockdep_group_new(), or 0 */
	/* One CPU alone takes this lock in the whole run: it never waits, and is found held only by what interrupts its section. Set after
	 * lock_init(). Holds and waits are not accounted. */
	bool private_to_cpu;
	struct cpu *holder;       /* set while the holder's release time is not known, NULL otherwise */
	cycles_t taken_at;
	cycles_t free_at;         /* the last release that is known */
	struct cpu *last_owner;

	/* Grants given out for the future: who is spinning at a given time. A ring of cpus entries. */
	cycles_t *grant;
	uint32_t grants, first_grant;

	struct lock_waiter *queue; /* blocked requesters, [cpus], in order of arrival */
	uint32_t queued;
	struct lock *next;         /* of its class */
};

/* What bringing the lock word from its last owner costs. */
static inline cycles_t lock_transfer(const struct lock *lock, const struct cpu *to)
{
	return to->hw->transfer[lock->last_owner ? cpu_distance(lock->last_owner, to) : DISTANCE_SELF];
}

struct lock_class *lock_class_new(struct hw *hw, const struct lock_kind *kind, const char *name, struct stream *random);
void lock_classes_free(struct hw *hw);
/* Accounts and known releases back to 0. */
void lock_classes_clear(struct hw *hw);

void lock_init(struct lock *lock, struct lock_class *class, struct hw *hw);
void lock_fini(struct lock *lock);

/* Halves of the calls below for locks that several CPUs take. */
void spin_lock_shared(struct cpu *cpu, struct lock *lock);
bool spin_trylock_shared(struct cpu *cpu, struct lock *lock);
void spin_unlock_shared(struct cpu *cpu, struct lock *lock);
/* ... and for private ones. */
void spin_lock_private(struct cpu *cpu, struct lock *lock);
bool spin_trylock_private(struct cpu *cpu, struct lock *lock);
void spin_unlock_private(struct cpu *cpu, struct lock *lock);

/* _raw_spin_lock: line up, wait, own. Interrupts that fall due while it waits are taken at the grant. */
static inline void spin_lock(struct cpu *cpu, struct lock *lock)
{
	if (lock->private_to_cpu)
		spin_lock_private(cpu, lock);
	else
		spin_lock_shared(cpu, lock);
}

/* Own the lock if no bit of it is set (nobody holds, is pending, or queues); never waits, never overtakes. */
static inline bool spin_trylock(struct cpu *cpu, struct lock *lock)
{
	return lock->private_to_cpu ? spin_trylock_private(cpu, lock) : spin_trylock_shared(cpu, lock);
}

static inline void spin_unlock(struct cpu *cpu, struct lock *lock)
{
	if (lock->private_to_cpu)
		spin_unlock_private(cpu, lock);
	else
		spin_unlock_shared(cpu, lock);
}

#endif
