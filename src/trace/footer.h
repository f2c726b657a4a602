/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header and the footer of a native trace as bytes. */
#ifndef HZ_TRACE_FOOTER_H
#define HZ_TRACE_FOOTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/codec.h"
#include "trace/native.h"

/* The header for a trace whose footer starts at `footer_at`. */
void header_encode(unsigned char bytes[CODEC_HEADER], const struct native_info *info, uint64_t footer_at);

enum header_result { HEADER_OK, HEADER_FOREIGN, HEADER_NEWER, HEADER_CORRUPT };

/* Fills all of *info but its summary. *version is set unless the file is foreign. */
enum header_result header_decode(const unsigned char bytes[CODEC_HEADER], struct native_info *info, uint64_t *footer_at,
				 uint32_t *version);

/* Returns the footer on the heap, *len bytes. `chain` is the check of the last block, which depends on all before
 * it. */
unsigned char *footer_encode(const struct trace_summary *s, uint64_t chain, size_t *len);

/* False when the bytes are no footer. Then *s is empty, else it is the caller's to finish. */
bool footer_decode(const unsigned char *bytes, size_t len, struct trace_summary *s, uint64_t *chain);

#endif
