/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/tx_ring.h"

#include <stdlib.h>

#include "base/text.h"

void tx_ring_init(struct tx_ring *t, uint32_t size, cycles_t latency, double cycles_per_bit, uint32_t overhead)
{
	*t = (struct tx_ring){.size = size, .latency = latency, .cycles_per_bit = cycles_per_bit, .overhead = overhead};
	t->entry = xcalloc(size, sizeof *t->entry);
}

void tx_ring_fini(struct tx_ring *t)
{
	free(t->entry);
}

static uint32_t place(const struct tx_ring *t, uint32_t n)
{
	uint32_t i = t->first + n;

	return i >= t->size ? i - t->size : i;
}

cycles_t tx_ring_send(struct tx_ring *t, cycles_t now, const struct sk_buff *skb)
{
	double start = (double)now;
	struct tx_entry *entry;

	if (t->count == t->size)
		return CYCLES_MAX;
	if (start < t->wire_free)
		start = t->wire_free;
	t->wire_free = start + (skb->len + t->overhead) * 8.0 * t->cycles_per_bit;
	entry = &t->entry[place(t, t->count++)];
	entry->skb = *skb;
	entry->done = (cycles_t)t->wire_free + t->latency;
	return entry->done;
}

const struct tx_entry *tx_ring_done(const struct tx_ring *t, cycles_t now)
{
	const struct tx_entry *entry = &t->entry[t->first];

	return t->count && entry->done <= now ? entry : NULL;
}

void tx_ring_pop(struct tx_ring *t)
{
	t->first = place(t, 1);
	t->count--;
}

cycles_t tx_ring_interrupt(const struct tx_ring *t, cycles_t usecs_cycles, uint32_t frames)
{
	cycles_t timer, full;

	if (!t->count)
		return CYCLES_MAX;
	timer = t->entry[t->first].done + usecs_cycles;
	if (!frames || t->count < frames)
		return timer;
	full = t->entry[place(t, frames - 1)].done;
	return full < timer ? full : timer;
}
