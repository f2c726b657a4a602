/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring of pointers between producers and a consumer, as include/linux/ptr_ring.h has it. A slot that holds a pointer is in use, so the
 * producer's side looks at the slot and never at the consumer's index. What it costs between CPUs is where the lines of its locks and
 * slots are. */
#ifndef HZ_NET_PTR_RING_H
#define HZ_NET_PTR_RING_H

#include "hw/lock.h"

#define PTR_RING_LINE_SLOTS 8u /* pointers in a cache line */

struct ptr_ring {
	uint32_t size, batch;     /* slots; slots that the consumer clears at a time */
	uint32_t producer;        /* next slot to fill */
	uint32_t consumer_head;   /* next slot to take */
	uint32_t consumer_tail;   /* taken from here on, and not yet cleared */
	uint32_t count;           /* pointers in it: only for those who check */
	uint32_t node;            /* of its memory */
	bool shared;              /* producers or consumers on several CPUs: they line up and take the locks for real */
	void **slot;              /* [size] */
	struct line *slot_line;   /* [size / PTR_RING_LINE_SLOTS], rounded up */
	struct lock producer_lock, consumer_lock;
};

/* The two classes that the locks of a run's rings belong to. */
struct ptr_ring_locks {
	struct lock_class *producer, *consumer;
};
void ptr_ring_locks_init(struct ptr_ring_locks *locks, struct hw *hw);

/* A ring in memory of `node`. Slots are cleared `batch` at a time, as long as that is no more than half the ring: 1 until 4.11, 16 since. */
void ptr_ring_init(struct ptr_ring *r, uint32_t size, uint32_t batch, uint32_t node, bool shared, const struct ptr_ring_locks *locks,
		   struct hw *hw);
void ptr_ring_fini(struct ptr_ring *r);

/* A ring's lock, or only its cost where no other CPU uses the ring. */
void ptr_ring_lock(struct cpu *cpu, const struct ptr_ring *r, struct lock *lock);
void ptr_ring_unlock(struct cpu *cpu, const struct ptr_ring *r, struct lock *lock);

/* With the producer's lock. False when the ring is full: the slot that is next is not yet cleared. */
bool __ptr_ring_produce(struct cpu *cpu, struct ptr_ring *r, void *ptr);

/* By the consumer. NULL when the ring is empty. */
void *__ptr_ring_consume(struct cpu *cpu, struct ptr_ring *r);

/* A look at the next slot, without a lock. */
bool __ptr_ring_empty(struct cpu *cpu, struct ptr_ring *r);

#endif
