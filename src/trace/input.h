/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of a file or of standard input, decompressed on the way when they are zstd, gzip or xz. */
#ifndef HZ_TRACE_INPUT_H
#define HZ_TRACE_INPUT_H

#include <signal.h>
#include <stddef.h>

#include "base/error.h"

struct input;

/* How the caller hears of Ctrl-C: handlers of `signals` set *stop. Reading looks at it without a gap, so that a wait
 * for input always ends. */
struct input_interrupt {
	sigset_t signals;
	volatile sig_atomic_t *stop;
};

/* `path` "-" is standard input. `interrupt` may be NULL and must outlive the input. The compression is told by the
 * first bytes, not by the name. Returns 0, or the code with *e filled: HZ_ENVIRONMENT (open or read failed), HZ_USER
 * (a binary recording, with a hint how to make text of it), HZ_INTERRUPTED. */
int input_open(struct input **in, const char *path, const struct input_interrupt *interrupt, struct error *e);

/* What messages call it: the path, or "stdin". */
const char *input_name(const struct input *in);

/* Up to `room` bytes into `buf`; *got is 0 only at the end. Returns 0, or the code with *e filled: HZ_ENVIRONMENT,
 * HZ_USER (compressed data that is damaged or ends too early), HZ_INTERRUPTED. */
int input_read(struct input *in, void *buf, size_t room, size_t *got, struct error *e);

void input_close(struct input *in); /* NULL is fine */

#endif
