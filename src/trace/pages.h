/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages that must be out already when a trace starts. */
#ifndef HZ_TRACE_PAGES_H
#define HZ_TRACE_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "trace/native.h"

struct trace_page {
	uint64_t pfn;
	uint32_t cpu;    /* where it is freed */
	uint8_t order;
};

struct trace_pages {
	struct trace_page *page; /* heap, in the order in which the trace frees them */
	size_t n;
};

/* Every page that the trace frees without having handed it out (TRACE_PRETRACE): one pass over the whole trace,
 * after which the reader stands at its first event again. It also checks every block, so a corrupt file is found
 * before a replay begins. Returns 0, or the exit code with *e filled and *pages empty. */
int trace_pages_before(struct native_reader *r, struct trace_pages *pages, struct error *e);

void trace_pages_fini(struct trace_pages *pages);

#endif
