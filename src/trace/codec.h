/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a native trace: one event in a block, and the numbers around the blocks. docs/trace-format.md
 * describes them. */
#ifndef HZ_TRACE_CODEC_H
#define HZ_TRACE_CODEC_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "trace/event.h"

#define CODEC_VERSION 1
#define CODEC_MAGIC "\x89HZT\r\n\x1a\n" /* a transfer as text would change it */
#define CODEC_HEADER 64
#define CODEC_BLOCK_MAGIC 0x31425a48u  /* "HZB1" */
#define CODEC_FOOTER_MAGIC 0x31465a48u /* "HZF1" */
#define CODEC_BLOCK_HEADER 32
#define CODEC_BLOCK_RAW ((size_t)256 << 10) /* a block holds at most this much, unpacked */
#define CODEC_EVENT_MAX 64                  /* no event is longer */
#define CODEC_FOOTER_MAX ((size_t)1 << 20)

/* What the events so far lead to expect. Starts afresh with every block. */
struct codec {
	uint64_t time_ns;
	uint32_t cpu;
	uint32_t cpus;        /* contexts in use: of CPUs below this */
	struct codec_cpu {
		uint64_t pfn;
		int32_t pid;
	} at[TRACE_CPUS_MAX];
};

/* Begin a block whose first event is at `time_ns`. */
void codec_reset(struct codec *c, uint64_t time_ns);

/* Writes one event, at most CODEC_EVENT_MAX bytes; ev->time_ns must not be less than that of the event before.
 * Returns the end. */
unsigned char *codec_encode(struct codec *c, const struct trace_event *ev, unsigned char *p);

/* Reads one event from [p, end). Returns its end, or NULL when the bytes make no event. Every value is in the range
 * that trace/event.h promises, but device, which the caller must check. */
const unsigned char *codec_decode(struct codec *c, struct trace_event *ev, const unsigned char *p,
				  const unsigned char *end);

/* Little-endian numbers. */
static inline unsigned char *codec_put(unsigned char *p, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		*p++ = (unsigned char)(value >> 8 * i);
	return p;
}

static inline uint64_t codec_get(const unsigned char *p, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)p[i] << 8 * i;
	return value;
}

#endif
