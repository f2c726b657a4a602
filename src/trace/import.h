/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the text of a trace to a native trace, or only to its summary. */
#ifndef HZ_TRACE_IMPORT_H
#define HZ_TRACE_IMPORT_H

#include "base/error.h"
#include "trace/input.h"
#include "trace/pairing.h"
#include "trace/reader.h"

struct import_options {
	const char *input;                         /* path, or "-" */
	const char *output;                        /* native trace, or NULL: only check */
	enum trace_format format;
	bool skip_bad;
	const struct input_interrupt *interrupt;   /* may be NULL */
};

struct import {
	struct reader_counts text;      /* what the text held */
	struct trace_summary summary;   /* what its events add up to */
	enum trace_format format;       /* found, or asked for */
	uint64_t events;                /* kept, gaps included */
	uint64_t start_ns, end_ns;
	uint32_t cpus;
	uint64_t forgotten;             /* frames of which the pairing had to forget that they were freed */
	uint64_t bytes;                 /* size of the native trace */
};

/* Fills *im, which is the caller's to finish in every case: on failure it holds what was read so far. Returns 0, or
 * the code with *e filled: HZ_USER (empty input, no usable event, a line that does not parse), HZ_ENVIRONMENT,
 * HZ_INTERRUPTED. On failure no output is left behind and an older file of that name stays as it was. */
int import_run(struct import *im, const struct import_options *o, struct error *e);

void import_fini(struct import *im);

#endif
