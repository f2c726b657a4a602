/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/rx_ring.h"

#include <stdlib.h>

#include "base/text.h"

void rx_ring_init(struct rx_ring *r, uint32_t size, cycles_t latency, uint32_t windows, cycles_t window_length)
{
	r->size = size;
	r->latency = latency;
	r->buffer = xcalloc(size, sizeof *r->buffer);
	r->completion = xcalloc(size, sizeof *r->completion);
	r->window = xcalloc(windows, sizeof *r->window);
	r->windows = windows;
	r->window_length = r->window_end = window_length;
}

void rx_ring_fini(struct rx_ring *r)
{
	arrival_fini(&r->arrival);
	free(r->buffer);
	free(r->completion);
	free(r->window);
}

static uint32_t place(const struct rx_ring *r, uint32_t first, uint32_t n)
{
	uint32_t i = first + n;

	return i >= r->size ? i - r->size : i;
}

void rx_ring_post(struct rx_ring *r, struct rx_buffer buffer)
{
	r->buffer[place(r, r->first_buffer, r->buffers++)] = buffer;
}

static void integrate(struct rx_ring *r, cycles_t when)
{
	r->area += (when - r->last_change) * r->completions;
	r->last_change = when;
}

static struct rx_window *window_of(struct rx_ring *r, const struct packet *p)
{
	for (; p->at >= r->window_end && r->current + 1 < r->windows; r->current++)
		r->window_end += r->window_length;
	return &r->window[r->current];
}

uint32_t rx_ring_catch_up(struct rx_ring *r, cycles_t now)
{
	const struct packet *p;

	while ((p = arrival_peek(&r->arrival, 0)) && p->at + r->latency <= now) {
		struct rx_window *window = window_of(r, p);

		window->packets++;
		window->bytes += p->len;
		if (r->completions < r->buffers) {
			integrate(r, p->at + r->latency);
			r->completion[place(r, r->first_completion, r->completions++)] = *p;
		} else {
			window->dropped++;
		}
		arrival_take(&r->arrival);
	}
	r->next = p ? p->at + r->latency : 0;
	return r->completions;
}

struct packet rx_ring_consume(struct rx_ring *r, cycles_t now, struct rx_buffer *buffer)
{
	struct packet p = r->completion[r->first_completion];

	integrate(r, now);
	r->sojourn += now - (p.at + r->latency);
	r->first_completion = place(r, r->first_completion, 1);
	r->completions--;
	*buffer = r->buffer[r->first_buffer];
	r->first_buffer = place(r, r->first_buffer, 1);
	r->buffers--;
	return p;
}

cycles_t rx_ring_interrupt(struct rx_ring *r, cycles_t now, cycles_t usecs_cycles, uint32_t frames)
{
	const struct packet *first, *full;
	cycles_t timer;

	if (rx_ring_advance(r, now))
		return now;
	first = arrival_peek(&r->arrival, 0);
	if (!first)
		return CYCLES_MAX;
	timer = first->at + r->latency + usecs_cycles;
	/* Packets past the posted buffers are dropped and complete nothing. */
	if (!frames || frames > r->buffers)
		return timer;
	full = arrival_peek(&r->arrival, frames - 1);
	return full->at + r->latency < timer ? full->at + r->latency : timer;
}

int rx_ring_check(const struct rx_ring *r)
{
	uint64_t waiting = 0;

	for (uint32_t i = 0; i < r->completions; i++)
		waiting += r->last_change - (r->completion[place(r, r->first_completion, i)].at + r->latency);
	return r->area != r->sojourn + waiting;
}
