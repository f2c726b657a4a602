/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Follows every page from its allocation to its free, marks the events that pair unusually, and adds up the summary. */
#ifndef HZ_TRACE_PAIRING_H
#define HZ_TRACE_PAIRING_H

#include "trace/event.h"
#include "trace/live.h"
#include "trace/summary.h"

struct pairing {
	struct live live;
	struct trace_summary summary;
	uint64_t out, out_frames;    /* handed out in the trace and not given back */
};

void pairing_init(struct pairing *p);

/* The next event in order: sets the flags TRACE_SILENT_ALLOC, TRACE_PRETRACE, TRACE_UNPAIRED and TRACE_ORDER_DIFFERS
 * and counts it. For TRACE_NAPI_POLL, ev->device is an index of p->summary. Returns 0, or HZ_ENVIRONMENT with *e
 * filled: too many pages are out at once to follow them. */
int pairing_add(struct pairing *p, struct trace_event *ev, struct error *e);

/* Complete the summary. */
void pairing_finish(struct pairing *p);

void pairing_fini(struct pairing *p);

#endif
