/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/ptr_ring.h"

#include <stdlib.h>

#include "base/text.h"

void ptr_ring_locks_init(struct ptr_ring_locks *locks, struct hw *hw)
{
	locks->producer = lock_class_new(hw, &lock_qspinlock, "ptr_ring->producer_lock", NULL);
	locks->consumer = lock_class_new(hw, &lock_qspinlock, "ptr_ring->consumer_lock", NULL);
}

void ptr_ring_init(struct ptr_ring *r, uint32_t size, uint32_t batch, uint32_t node, bool shared, const struct ptr_ring_locks *locks,
		   struct hw *hw)
{
	*r = (struct ptr_ring){.size = size, .batch = batch && batch <= size / 2 ? batch : 1, .node = node, .shared = shared};
	r->slot = xcalloc(size, sizeof *r->slot);
	r->slot_line = xcalloc((size + PTR_RING_LINE_SLOTS - 1) / PTR_RING_LINE_SLOTS, sizeof *r->slot_line);
	lock_init(&r->producer_lock, locks->producer, hw);
	lock_init(&r->consumer_lock, locks->consumer, hw);
}

void ptr_ring_fini(struct ptr_ring *r)
{
	lock_fini(&r->producer_lock);
	lock_fini(&r->consumer_lock);
	free(r->slot);
	free(r->slot_line);
}

void ptr_ring_lock(struct cpu *cpu, const struct ptr_ring *r, struct lock *lock)
{
	if (r->shared) {
		spin_lock(cpu, lock);
		return;
	}
	cpu_touch(cpu, &lock->word, r->node);
	cpu_operate(cpu, cpu->hw->machine->atomic);
}

void ptr_ring_unlock(struct cpu *cpu, const struct ptr_ring *r, struct lock *lock)
{
	if (r->shared)
		spin_unlock(cpu, lock);
	else
		cpu_operate(cpu, cpu->hw->machine->unlock);
}

static struct line *line_of(const struct ptr_ring *r, uint32_t slot)
{
	return &r->slot_line[slot / PTR_RING_LINE_SLOTS];
}

bool __ptr_ring_produce(struct cpu *cpu, struct ptr_ring *r, void *ptr)
{
	/* One look, one store: the line is fetched once, for writing where the slot turns out to be free. */
	if (r->slot[r->producer]) {
		cpu_read(cpu, line_of(r, r->producer), r->node);
		return false;
	}
	cpu_touch(cpu, line_of(r, r->producer), r->node);
	r->slot[r->producer] = ptr;
	r->producer = r->producer + 1 < r->size ? r->producer + 1 : 0;
	r->count++;
	return true;
}

/* Clear what was taken, from the last slot down, so that the producer finds its next slot free only when all are. */
static void clear_taken(struct cpu *cpu, struct ptr_ring *r)
{
	while (r->consumer_tail < r->consumer_head) {
		uint32_t last = r->consumer_head - 1, line = last / PTR_RING_LINE_SLOTS;
		uint32_t first = line * PTR_RING_LINE_SLOTS;

		if (first < r->consumer_tail)
			first = r->consumer_tail;
		cpu_touch(cpu, line_of(r, last), r->node);
		for (uint32_t i = first; i <= last; i++)
			r->slot[i] = NULL;
		r->consumer_head = first;
	}
}

/* __ptr_ring_discard_one */
static void discard_one(struct cpu *cpu, struct ptr_ring *r)
{
	uint32_t next = r->consumer_head + 1;

	r->consumer_head = next;
	if (next - r->consumer_tail >= r->batch || next >= r->size) {
		clear_taken(cpu, r);
		r->consumer_head = r->consumer_tail = next >= r->size ? 0 : next;
	}
}

void *__ptr_ring_consume(struct cpu *cpu, struct ptr_ring *r)
{
	void *ptr = r->slot[r->consumer_head];

	cpu_read(cpu, line_of(r, r->consumer_head), r->node);
	if (ptr) {
		discard_one(cpu, r);
		r->count--;
	}
	return ptr;
}

bool __ptr_ring_empty(struct cpu *cpu, struct ptr_ring *r)
{
	cpu_read(cpu, line_of(r, r->consumer_head), r->node);
	return !r->slot[r->consumer_head];
}
