/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of an input, handed out in place. */
#ifndef HZ_TRACE_LINES_H
#define HZ_TRACE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/input.h"

#define LINES_LONGEST ((size_t)256 << 10)

struct lines {
	struct input *in;
	char *buf;
	size_t at, len;       /* buf[at..len) is not handed out yet */
	bool end;
	bool cut;             /* the line handed out last is the input's last and has no "\n" */
	unsigned long number; /* of the line handed out last, from 1 */
};

void lines_init(struct lines *l, struct input *in);

/* Returns 1 with *line and *line_end set (without "\n" or "\r\n"; valid until the next call), 0 after the last line,
 * -1 with *e filled: the input failed, or a line is longer than LINES_LONGEST (HZ_USER). */
int lines_next(struct lines *l, const char **line, const char **line_end, struct error *e);

void lines_fini(struct lines *l);

#endif
