/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

KFUNC(_raw_spin_lock);
KFUNC(_raw_spin_trylock);

struct lock_class *lock_class_new(struct hw *hw, const struct lock_kind *kind, const char *name, struct stream *random)
{
	struct lock_class *class = xcalloc(1, sizeof *class);

	snprintf(class->name, sizeof class->name, "%s", name);
	class->kind = kind;
	class->id = lock_order_node(&hw->lockdep.classes, name);
	class->window = xcalloc(hw->windows + 1, sizeof *class->window);
	class->waited = xcalloc(PROFILE_NODES_MAX, sizeof *class->waited);
	class->random = random;
	class->next = hw->lock_class;
	hw->lock_class = class;
	return class;
}

void lock_classes_free(struct hw *hw)
{
	struct lock_class *next;

	for (struct lock_class *c = hw->lock_class; c; c = next) {
		next = c->next;
		free(c->window);
		free(c->waited);
		for (unsigned i = 0; i < LOCK_USAGES; i++)
			free(c->used_by[i]);
		stream_free(c->random);
		free(c);
	}
}

void lock_classes_clear(struct hw *hw)
{
	for (struct lock_class *c = hw->lock_class; c; c = c->next) {
		memset(c->window, 0, (hw->windows + 1) * sizeof *c->window);
		memset(c->waited, 0, PROFILE_NODES_MAX * sizeof *c->waited);
		for (struct lock *l = c->locks; l; l = l->next) {
			l->free_at = l->taken_at = 0;
			l->grants = 0;
		}
	}
}

void lock_init(struct lock *lock, struct lock_class *class, struct hw *hw)
{
	*lock = (struct lock){.class = class, .next = class->locks};
	class->locks = lock;
	lock->grant = xcalloc(hw->cpus + 1, sizeof *lock->grant);
	lock->queue = xcalloc(hw->cpus + 1, sizeof *lock->queue);
}

void lock_fini(struct lock *lock)
{
	free(lock->grant);
	free(lock->queue);
}

/* Waiters that were granted the lock for a time after `now`. */
static uint32_t spinning(struct lock *lock, uint32_t capacity, cycles_t now)
{
	while (lock->grants && lock->grant[lock->first_grant] <= now) {
		lock->first_grant = (lock->first_grant + 1) % capacity;
		lock->grants--;
	}
	return lock->grants;
}

static void note_grant(struct lock *lock, uint32_t capacity, cycles_t when)
{
	lock->grant[(lock->first_grant + lock->grants++) % capacity] = when;
}

static void own(struct cpu *cpu, struct lock *lock)
{
	line_own(cpu, &lock->word);
	lock->holder = cpu;
	lock->taken_at = cpu_now(cpu);
	if (lock->taken_at < lock->free_at)
		cpu_fail(cpu, "%s granted before its release: the model's order is broken", lock->class->name);
	cpu->held[cpu->held_count++] = (struct held_lock){lock, cpu->node};
	lock->class->window[cpu->window].acquisitions++;
}

static void account_wait(struct cpu *cpu, struct lock *lock, cycles_t since)
{
	struct lock_window *w = &lock->class->window[cpu->window];

	w->contended++;
	histogram_add(&w->wait, cpu_now(cpu) - since);
	if (lock->last_owner)
		w->handoff[cpu_distance(lock->last_owner, cpu)]++;
	lock->class->waited[cpu->node] += cpu_now(cpu) - since;
}

/* Wait by arithmetic: the release is known and every earlier request has its grant. */
static void wait_for_turn(struct cpu *cpu, struct lock *lock, const struct lock_kind *kind)
{
	uint32_t capacity = cpu->hw->cpus + 1;
	cycles_t now = cpu_now(cpu);
	uint32_t waiters = spinning(lock, capacity, now);
	cycles_t grant = lock->free_at + kind->hand_over(lock, cpu, waiters);
	cycles_t ready = now + kind->arrive(lock, cpu, waiters);

	if (grant < ready)
		grant = ready;
	note_grant(lock, capacity, grant);
	lock->holder = cpu;
	cpu_charge(cpu, grant - now);
}

/* Block until the holder, which is waiting for something itself, releases. */
static void wait_for_release(struct cpu *cpu, struct lock *lock, const struct lock_kind *kind)
{
	cycles_t now = cpu_now(cpu);

	lock->queue[lock->queued] = (struct lock_waiter){cpu, now, now + kind->arrive(lock, cpu, lock->queued)};
	lock->queued++;
	cpu->waits_for = lock;
	sim_block(cpu->lane);
	cpu->waits_for = NULL;
	cpu_charge_wait(cpu, now);
}

void spin_lock_shared(struct cpu *cpu, struct lock *lock)
{
	const struct lock_kind *kind = lock->class->kind;
	cycles_t since, tried;

	cpu_line_up(cpu, lock->class->id);
	lockdep_acquire(cpu, lock, false);
	since = cpu_now(cpu);
	if (!lock->holder && !lock->queued && since >= lock->free_at) {
		/* Its own at once: an interrupt that is taken now may let others ask. */
		lock->holder = cpu;
		cpu_enter(cpu, &fn__raw_spin_lock);
		cpu_touch(cpu, &lock->word, cpu->socket);
		cpu_operate(cpu, cpu->hw->machine->atomic);
		cpu_leave(cpu);
	} else {
		/* The lock function's call jumps to the slow path, so that this shows beside it and not below; the atomic that failed is the
		 * lock function's. */
		cpu_enter(cpu, kind->slow_path);
		if (lock->holder || lock->queued || (!kind->known_ahead && cpu->hw->running))
			wait_for_release(cpu, lock, kind);
		else
			wait_for_turn(cpu, lock, kind);
		tried = cpu->cell->cycles < cpu->hw->machine->atomic ? cpu->cell->cycles : cpu->hw->machine->atomic;
		cpu->cell->cycles -= tried;
		cpu_leave(cpu);
		cpu_enter(cpu, &fn__raw_spin_lock);
		cpu->cell->cycles += tried;
		cpu_leave(cpu);
		account_wait(cpu, lock, since);
	}
	own(cpu, lock);
}

bool spin_trylock_shared(struct cpu *cpu, struct lock *lock)
{
	bool taken;

	cpu_line_up(cpu, lock->class->id);
	lockdep_acquire(cpu, lock, true);
	taken = !lock->holder && !lock->queued && cpu_now(cpu) >= lock->free_at;
	if (taken)
		lock->holder = cpu;
	cpu_enter(cpu, &fn__raw_spin_trylock);
	if (taken) {
		cpu_touch(cpu, &lock->word, cpu->socket);
		cpu_operate(cpu, cpu->hw->machine->atomic);
		cpu_leave(cpu);
		own(cpu, lock);
	} else {
		/* It looks before it tries. */
		cpu_read(cpu, &lock->word, cpu->socket);
		cpu_leave(cpu);
		lock->class->window[cpu->window].trylock_failures++;
	}
	return taken;
}

/* The release time is known now: the next of those that blocked goes on. */
static void grant_next(struct lock *lock, const struct lock_kind *kind)
{
	uint32_t pick = kind->next ? kind->next(lock) : 0;
	struct lock_waiter next = lock->queue[pick];
	cycles_t grant;

	lock->queued--;
	for (uint32_t i = pick; i < lock->queued; i++)
		lock->queue[i] = lock->queue[i + 1];
	grant = lock->free_at + kind->hand_over(lock, next.cpu, lock->queued);
	if (grant < next.ready)
		grant = next.ready;
	/* Reserved for it: whoever asks meanwhile queues. */
	lock->holder = next.cpu;
	sim_wake(next.cpu->lane, grant);
}

void spin_unlock_shared(struct cpu *cpu, struct lock *lock)
{
	const struct lock_kind *kind = lock->class->kind;

	cpu_operate(cpu, cpu->hw->machine->unlock);
	lockdep_release(cpu, lock);
	/* First hear of everybody who asked before this moment. */
	if (!kind->known_ahead)
		cpu_line_up(cpu, lock->class->id);
	histogram_add(&lock->class->window[cpu->window].hold, cpu_now(cpu) - lock->taken_at);
	lock->free_at = cpu_now(cpu);
	lock->last_owner = cpu;
	lock->holder = NULL;
	if (lock->queued)
		grant_next(lock, kind);
}

/* Whoever has interrupted the section finds `holder` set from its first instruction on. */
static void take_private(struct cpu *cpu, struct lock *lock, struct kfunc *fn)
{
	lock->holder = cpu;
	cpu_enter(cpu, fn);
	cpu_touch(cpu, &lock->word, cpu->socket);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	cpu_leave(cpu);
	cpu->held[cpu->held_count++] = (struct held_lock){lock, cpu->node};
	lock->class->window[cpu->window].acquisitions++;
}

void spin_lock_private(struct cpu *cpu, struct lock *lock)
{
	lockdep_acquire(cpu, lock, false);
	take_private(cpu, lock, &fn__raw_spin_lock);
}

bool spin_trylock_private(struct cpu *cpu, struct lock *lock)
{
	if (!lock->holder) {
		lockdep_acquire(cpu, lock, true);
		take_private(cpu, lock, &fn__raw_spin_trylock);
		return true;
	}
	cpu_enter(cpu, &fn__raw_spin_trylock);
	cpu_read(cpu, &lock->word, cpu->socket);
	cpu_leave(cpu);
	lock->class->window[cpu->window].trylock_failures++;
	return false;
}

void spin_unlock_private(struct cpu *cpu, struct lock *lock)
{
	cpu_operate(cpu, cpu->hw->machine->unlock);
	lockdep_release(cpu, lock);
	lock->holder = NULL;
}
