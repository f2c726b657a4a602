/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/pairing.h"

#include <stdbool.h>

static uint64_t frames(unsigned order)
{
	return UINT64_C(1) << order;
}

void pairing_init(struct pairing *p)
{
	*p = (struct pairing){.out = 0};
	live_init(&p->live, LIVE_CHUNKS_MAX);
}

void pairing_fini(struct pairing *p)
{
	live_fini(&p->live);
	trace_summary_fini(&p->summary);
}

static void page_out(struct pairing *p, unsigned order)
{
	p->summary.allocs++;
	p->summary.alloc_frames += frames(order);
	p->out++;
	p->out_frames += frames(order);
	if (p->out > p->summary.live_peak)
		p->summary.live_peak = p->out;
}

static void page_back(struct pairing *p, unsigned order)
{
	p->out--;
	p->out_frames -= frames(order);
}

static int add_alloc(struct pairing *p, struct trace_event *ev, struct error *e)
{
	int old;

	if (ev->flags & TRACE_FAILED) {
		p->summary.failed_allocs++;
		return 0;
	}
	old = live_set(&p->live, ev->pfn, LIVE_ORDER0 + ev->order, e);
	if (old < 0)
		return e->code;
	if (old >= LIVE_ORDER0) {
		ev->flags |= TRACE_UNPAIRED;
		p->summary.alloc_unpaired++;
		page_back(p, (unsigned)old - LIVE_ORDER0);
	}
	page_out(p, ev->order);
	return 0;
}

static int add_free(struct pairing *p, struct trace_event *ev, struct error *e)
{
	int old = live_set(&p->live, ev->pfn, LIVE_FREED, e);

	if (old < 0)
		return e->code;
	p->summary.frees++;
	p->summary.free_frames += frames(ev->order);
	if (old == LIVE_UNKNOWN) {
		ev->flags |= TRACE_PRETRACE;
		p->summary.free_pretrace++;
	} else if (old == LIVE_FREED) {
		ev->flags |= TRACE_UNPAIRED;
		p->summary.free_unpaired++;
	} else {
		p->summary.free_matched++;
		page_back(p, (unsigned)old - LIVE_ORDER0);
		if (old - LIVE_ORDER0 != ev->order) {
			ev->flags |= TRACE_ORDER_DIFFERS;
			p->summary.order_differs++;
		}
	}
	return 0;
}

/* A page_pool page that is not out came from the bulk allocator, which says nothing; it hands out order 0 only. */
static int add_hold(struct pairing *p, struct trace_event *ev, struct error *e)
{
	int old = live_set(&p->live, ev->pfn, LIVE_ORDER0, e);

	if (old < 0)
		return e->code;
	if (old >= LIVE_ORDER0) {
		live_set(&p->live, ev->pfn, (unsigned)old, e);
		return 0;
	}
	ev->flags |= TRACE_SILENT_ALLOC;
	p->summary.silent_allocs++;
	page_out(p, 0);
	return 0;
}

int pairing_add(struct pairing *p, struct trace_event *ev, struct error *e)
{
	struct trace_device *d;

	p->summary.count[ev->type]++;
	switch ((enum trace_type)ev->type) {
	case TRACE_ALLOC:
		return add_alloc(p, ev, e);
	case TRACE_FREE:
		return add_free(p, ev, e);
	case TRACE_POOL_HOLD:
		return add_hold(p, ev, e);
	case TRACE_NAPI_POLL:
		d = &p->summary.device[ev->device];
		d->polls++;
		d->packets += ev->work;
		p->summary.packets += ev->work;
		return 0;
	case TRACE_LOST:
		p->summary.lost_events += ev->lost;
		return 0;
	default:
		return 0;
	}
}

void pairing_finish(struct pairing *p)
{
	p->summary.live_end = p->out;
	p->summary.live_end_frames = p->out_frames;
}
