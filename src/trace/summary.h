/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a whole trace adds up to. The same for the same events, whatever text they were imported from. */
#ifndef HZ_TRACE_SUMMARY_H
#define HZ_TRACE_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"

#define TRACE_DEVICES_MAX 4096

struct trace_device {
	char name[64];         /* as recorded; "(no_device)" for the backlog's NAPI */
	uint64_t polls;
	uint64_t packets;      /* sum of napi_poll's work */
};

struct trace_summary {
	uint64_t count[TRACE_TYPES];   /* events by type */
	uint64_t allocs;               /* pages handed out: TRACE_ALLOC that did not fail, and TRACE_SILENT_ALLOC */
	uint64_t alloc_frames;         /* the same, weighted by 2^order */
	uint64_t failed_allocs;
	uint64_t silent_allocs;        /* TRACE_POOL_HOLD taken as the allocation */
	uint64_t frees;
	uint64_t free_frames;
	uint64_t free_matched;         /* frees of a page that the trace handed out */
	uint64_t free_pretrace;        /* frees of a page never seen before */
	uint64_t free_unpaired;        /* frees of a page that was freed already */
	uint64_t alloc_unpaired;       /* allocations of a page that was still out */
	uint64_t order_differs;        /* frees with another order than the allocation */
	uint64_t live_end;             /* pages handed out in the trace and not given back */
	uint64_t live_end_frames;
	uint64_t live_peak;            /* most such pages at any time */
	uint64_t lost_events;          /* as far as the recorder said how many */
	uint64_t packets;              /* sum of napi_poll's work over all devices */
	struct trace_device *device;   /* heap */
	size_t devices;
};

/* The index of the device called `name`, added when new; TRACE_DEVICES_MAX when there are too many. A name longer
 * than its field is cut. */
uint32_t trace_summary_device(struct trace_summary *s, const char *name, size_t len);

void trace_summary_fini(struct trace_summary *s);

#endif
