/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb_queue.h"

#include <stdlib.h>

#include "base/text.h"

#define SMALLEST 64u

void skb_queue_fini(struct skb_queue *q)
{
	free(q->skb);
	*q = (struct skb_queue){0};
}

static struct queued_skb *place(const struct skb_queue *q, uint32_t n)
{
	return &q->skb[(q->first + n) & (q->capacity - 1)];
}

static void grow(struct skb_queue *q)
{
	uint32_t capacity = q->capacity ? 2 * q->capacity : SMALLEST;
	struct queued_skb *wider = xcalloc(capacity, sizeof *wider);

	for (uint32_t i = 0; i < q->count; i++)
		wider[i] = *place(q, i);
	free(q->skb);
	q->skb = wider;
	q->capacity = capacity;
	q->first = 0;
}

static void integrate(struct skb_queue *q, cycles_t now)
{
	q->disorder |= now < q->last_change;
	q->area += (now - q->last_change) * q->count;
	q->last_change = now;
}

void skb_queue_tail(struct skb_queue *q, const struct sk_buff *skb, cycles_t now)
{
	integrate(q, now);
	if (q->count == q->capacity)
		grow(q);
	*place(q, q->count++) = (struct queued_skb){*skb, now};
}

struct sk_buff skb_dequeue(struct skb_queue *q, cycles_t now)
{
	struct queued_skb first = *place(q, 0);

	integrate(q, now);
	q->sojourn += now - first.since;
	q->taken++;
	q->first = (q->first + 1) & (q->capacity - 1);
	q->count--;
	return first.skb;
}

const struct sk_buff *skb_peek_tail(const struct skb_queue *q)
{
	return q->count ? &place(q, q->count - 1)->skb : NULL;
}

uint64_t skb_queue_segments(const struct skb_queue *q)
{
	uint64_t segments = 0;

	for (uint32_t i = 0; i < q->count; i++)
		segments += place(q, i)->skb.segments;
	return segments;
}

void skb_queue_splice_tail(struct skb_queue *from, struct skb_queue *to, cycles_t now)
{
	while (from->count) {
		struct sk_buff skb = skb_dequeue(from, now);

		skb_queue_tail(to, &skb, now);
	}
}

int skb_queue_check(const struct skb_queue *q)
{
	uint64_t waiting = 0;

	for (uint32_t i = 0; i < q->count; i++)
		waiting += q->last_change - place(q, i)->since;
	return q->disorder || q->area != q->sojourn + waiting;
}
