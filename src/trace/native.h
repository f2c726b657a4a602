/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a native trace (*.hzt) from its start to its end, in constant memory. docs/trace-format.md has the bytes. */
#ifndef HZ_TRACE_NATIVE_H
#define HZ_TRACE_NATIVE_H

#include <stdint.h>

#include "base/error.h"
#include "trace/event.h"
#include "trace/summary.h"

struct native_reader;

/* Facts about the whole trace, known before the first event is read. */
struct native_info {
	uint32_t cpus;                /* one more than the largest CPU number of an event */
	uint64_t events;
	uint64_t start_ns, end_ns;    /* times of the first and the last event */
	struct trace_summary summary; /* counts, pairing, packets and devices */
};

/* Opens and checks the header and the footer. On success returns 0 with *r set; otherwise *r is NULL, *e filled, and
 * the exit code returned: HZ_ENVIRONMENT when the file cannot be opened or read, HZ_USER when it is not a native
 * trace, is of a newer version, truncated or corrupt. */
int native_open(struct native_reader **r, const char *path, struct error *e);

/* Valid until native_close. */
const struct native_info *native_info(const struct native_reader *r);

/* The next event in order of time (events of equal time: in the recorder's order). Returns 1 with *event filled, 0
 * after the last, -1 with *e filled (code HZ_USER: a corrupt block; HZ_ENVIRONMENT: reading failed). Every block is
 * checked before its first event is handed out; the count of events is checked at the end. */
int native_next(struct native_reader *r, struct trace_event *event, struct error *e);

/* Back to the first event. */
void native_rewind(struct native_reader *r);

void native_close(struct native_reader *r); /* NULL is fine */

#endif
