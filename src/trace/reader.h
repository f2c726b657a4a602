/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events out of the text of perf script, trace-cmd report, or tracefs' trace and trace_pipe. */
#ifndef HZ_TRACE_READER_H
#define HZ_TRACE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "trace/event.h"
#include "trace/head.h"
#include "trace/lines.h"
#include "trace/summary.h"

enum trace_format {
	TRACE_FORMAT_AUTO,     /* told by the first line that can be only one of them */
	TRACE_FORMAT_PERF,
	TRACE_FORMAT_TRACE_CMD,
	TRACE_FORMAT_TRACEFS,
	TRACE_FORMAT_FTRACE,   /* found, not asked for: trace-cmd or tracefs, which differ only in blanks */
};

/* "perf", "trace-cmd", "tracefs", ...; and back for those that can be asked for (TRACE_FORMAT_AUTO: no such name). */
const char *trace_format_name(enum trace_format format);
enum trace_format trace_format_find(const char *name);

struct reader_skipped {
	char name[48];
	uint64_t count;
};

struct reader_lost {
	uint32_t cpu;
	uint64_t gaps;           /* places where events were lost */
	uint64_t events;         /* as far as the recorder said how many */
	uint64_t unknown;        /* gaps of which it did not say */
	bool pending;            /* no TRACE_LOST was handed out yet for the latest */
	uint64_t pending_events;
};

/* What the text held, beside the events that were handed out. */
struct reader_counts {
	uint64_t lines;
	uint64_t comments;       /* headers, blank lines, call chains */
	uint64_t skipped;        /* events of other kinds */
	uint64_t no_page;        /* page_pool events without a page frame, counted in `skipped` too */
	uint64_t bad;            /* lines left out with skip_bad */
	char first_bad[256];     /* the message of the first of them */
	uint64_t backwards;      /* events with a time before that of the event in front; they got its time */
	uint64_t backwards_most_ns;
	uint64_t announced;      /* events that the header of tracefs says are in the text; 0 without it */
	uint64_t overwritten;    /* older events that the ring buffer had no room for, by the same header */
	struct reader_skipped *skip;
	size_t skips;
	struct reader_lost *lost; /* by CPU number */
	size_t losts;
};

struct reader {
	struct lines lines;
	enum trace_format format;
	bool kind_known;
	enum head_kind kind;
	bool skip_bad;
	struct reader_counts counts;
	size_t last_skip;
	size_t pending;          /* lost entries that are pending */
	bool held;               /* `event` waits behind pending TRACE_LOST */
	struct trace_event event;
	uint64_t time_ns;        /* of the event handed out last */
	bool any;
};

/* With `skip_bad` lines that do not parse are counted instead of ending the reading. A last line without its end is
 * such a line too: nobody can tell where its numbers were cut. */
void reader_init(struct reader *r, struct input *in, enum trace_format format, bool skip_bad);

/* The next event that a native trace keeps; napi devices become indices of *devices. Time never runs backwards. A
 * TRACE_LOST comes in front of the first event that was read after the gap. Returns 1, 0 at the end, -1 with *e
 * filled. */
int reader_next(struct reader *r, struct trace_event *event, struct trace_summary *devices, struct error *e);

void reader_fini(struct reader *r);

#endif
