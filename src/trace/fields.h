/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of the events that a native trace keeps, as kernels from 4.10 on print it. */
#ifndef HZ_TRACE_FIELDS_H
#define HZ_TRACE_FIELDS_H

#include "trace/event.h"
#include "trace/head.h"
#include "trace/scan.h"

/* The type of an event that is kept; TRACE_TYPES for any other. */
enum trace_type fields_type(const struct head *h);

enum fields_result {
	FIELDS_OK,
	FIELDS_NO_PAGE, /* a page_pool event that names no page frame (before 5.14, or memory that is not pages) */
	FIELDS_BAD,     /* *why is filled */
};

/* Fills what belongs to ev->type from the event's text [text, end); the rest of *ev is the caller's. The device of a
 * napi_poll is returned as *device with its length, because only the caller knows the table. */
enum fields_result fields_parse(struct trace_event *ev, const char *text, const char *end, const char **device,
				size_t *device_len, struct scan_error *why);

#endif
