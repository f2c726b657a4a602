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

static struct sk_buff *place(const struct skb_queue *q, uint32_t n)
{
	return &q->skb[(q->first + n) & (q->capacity - 1)];
}

static void grow(struct skb_queue *q)
{
	uint32_t capacity = q->capacity ? 2 * q->capacity : SMALLEST;
	struct sk_buff *wider = xcalloc(capacity, sizeof *wider);

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
	struct sk_buff *last;

	integrate(q, now);
	if (q->count == q->capacity)
		grow(q);
	last = place(q, q->count++);
	*last = *skb;
	last->queued_at = now;
}

struct sk_buff skb_dequeue(struct skb_queue *q, cycles_t now)
{
	struct sk_buff skb = *place(q, 0);

	integrate(q, now);
	q->sojourn += now - skb.queued_at;
	q->taken++;
	q->first = (q->first + 1) & (q->capacity - 1);
	q->count--;
	return skb;
}

const struct sk_buff *skb_peek_tail(const struct skb_queue *q)
{
	return q->count ? place(q, q->count - 1) : NULL;
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
		waiting += q->last_change - place(q, i)->queued_at;
	return q->disorder || q->area != q->sojourn + waiting;
}
