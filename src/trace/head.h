/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a trace line in front of the event's own text: who, where, when, what. */
#ifndef HZ_TRACE_HEAD_H
#define HZ_TRACE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/scan.h"

/* The two ways to write it:
 *   ftrace (tracefs and trace-cmd report)  COMM-PID [(TGID)] [CPU] [FLAGS] SECONDS: EVENT: TEXT
 *   perf script                            COMM [PID/]TID [CPU] SECONDS: SYSTEM:EVENT: TEXT */
enum head_kind { HEAD_FTRACE, HEAD_PERF, HEAD_KINDS };

struct head {
	uint64_t time_ns;
	uint32_t cpu;
	int32_t pid;
	const char *system;   /* perf: "kmem"; empty for ftrace */
	size_t system_len;
	const char *name;     /* "mm_page_free", or "(function)" for a line of the function tracer */
	size_t name_len;
	const char *text;     /* behind "EVENT:" and blanks, up to the end of the line */
};

/* Reads the head of the line [line, end). Returns false with *why filled when the line is not of this kind. The comm
 * may hold anything, blanks and brackets and dashes included. */
bool head_parse(struct head *h, enum head_kind kind, const char *line, const char *end, struct scan_error *why);

#endif
