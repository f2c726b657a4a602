/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/arrival.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/text.h"

void arrival_start(struct arrival *a)
{
	a->capacity = 64;
	a->ahead = xcalloc(a->capacity, sizeof *a->ahead);
	/* A random phase: queues do not start in step. */
	a->next = stream_uniform(a->random) * a->gap;
}

void arrival_fini(struct arrival *a)
{
	free(a->ahead);
	stream_free(a->random);
}

static void step(struct arrival *a)
{
	switch (a->process) {
	case ARRIVAL_FIXED:
		a->next += a->period * stream_geometric(a->random, a->share);
		break;
	case ARRIVAL_POISSON:
		a->next += stream_exponential(a->random, a->gap);
		break;
	case ARRIVAL_BURSTS:
	case ARRIVAL_TRAINS:
		/* Back to back within a burst: the wire spaces them. */
		if (a->burst_left) {
			a->burst_left--;
			break;
		}
		a->burst_left = a->burst - 1;
		a->next += stream_exponential(a->random, a->gap * a->burst);
		break;
	}
}

static uint32_t draw_flow(struct arrival *a)
{
	bool first = a->process != ARRIVAL_TRAINS || a->burst_left + 1 == a->burst;

	if (a->flows <= 1)
		return a->flows ? a->flow[0] : 0;
	if (first)
		a->train_flow = a->flow[stream_index(a->random, a->flows)];
	return a->train_flow;
}

static void make(struct arrival *a)
{
	struct packet *p;
	double start, wire;

	if (a->count == a->capacity) {
		struct packet *wider = xcalloc(2 * (size_t)a->capacity, sizeof *wider);

		for (uint32_t i = 0; i < a->count; i++)
			wider[i] = a->ahead[(a->first + i) & (a->capacity - 1)];
		free(a->ahead);
		a->ahead = wider;
		a->capacity *= 2;
		a->first = 0;
	}
	p = &a->ahead[(a->first + a->count) & (a->capacity - 1)];
	step(a);
	p->len = sizes_draw(a->sizes, a->random);
	p->flow = draw_flow(a);
	wire = (p->len + a->overhead) * 8.0 * a->cycles_per_bit;
	start = a->next > a->wire_free ? a->next : a->wire_free;
	a->wire_free = start + wire;
	p->at = (cycles_t)a->wire_free;
	a->count++;
}

const struct packet *arrival_peek(struct arrival *a, uint32_t n)
{
	if (a->gap <= 0.0)
		return NULL;
	while (a->count <= n)
		make(a);
	return &a->ahead[(a->first + n) & (a->capacity - 1)];
}

void arrival_take(struct arrival *a)
{
	a->first = (a->first + 1) & (a->capacity - 1);
	a->count--;
}
