/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a native trace. Under its name there is the whole trace or what was there before, never a part. */
#ifndef HZ_TRACE_NATIVE_WRITE_H
#define HZ_TRACE_NATIVE_WRITE_H

#include "base/error.h"
#include "trace/event.h"
#include "trace/summary.h"

struct native_writer;

/* Begins in a temporary file beside `path`. Returns 0, or the code with *e filled: HZ_ENVIRONMENT, or HZ_USER when
 * `path` is something else than a regular file, which must not be replaced. */
int native_create(struct native_writer **w, const char *path, struct error *e);

/* The next event; its time must not be less than that of the event before. Returns 0, or HZ_ENVIRONMENT with *e
 * filled. */
int native_write(struct native_writer *w, const struct trace_event *ev, struct error *e);

/* Writes what is left, puts the file under its name and frees `w`, also on failure (then nothing is left behind).
 * At least one event must have been written. *bytes is the file's size. */
int native_finish(struct native_writer *w, const struct trace_summary *s, uint64_t *bytes, struct error *e);

/* Leaves nothing behind and frees `w`; NULL is fine. */
void native_abandon(struct native_writer *w);

#endif
