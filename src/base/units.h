/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities as people write them: "64KiB", "5ms", "120cy", "25Gbit/s", "12Mpps", "2.6GHz", "10%", "42". */
#ifndef HZ_BASE_UNITS_H
#define HZ_BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* One bit each, so that a caller can accept several. The base unit is in brackets. */
enum dimension {
	DIM_COUNT = 1 << 0,       /* no unit, whole */
	DIM_NUMBER = 1 << 1,      /* no unit, decimals allowed */
	DIM_FRACTION = 1 << 2,    /* "10%" or "0.1" [1] */
	DIM_SIZE = 1 << 3,        /* [byte], whole */
	DIM_TIME = 1 << 4,        /* [second] */
	DIM_CYCLES = 1 << 5,      /* "120cy" or a bare whole number [cycle], whole */
	DIM_BIT_RATE = 1 << 6,    /* [bit/s] */
	DIM_PACKET_RATE = 1 << 7, /* [packet/s] */
	DIM_FREQUENCY = 1 << 8,   /* [Hz] */
	DIM_PERCENT = 1 << 9,     /* "130%" [percent], whole */
};

struct quantity {
	enum dimension dimension;
	double value;   /* in the base unit, correctly rounded */
	uint64_t whole; /* the same, exact; valid where the dimension is whole, 0 elsewhere */
};

/* Read all of `text` as a non-negative quantity of one of the dimensions in `accepted`. Returns 0, or HZ_USER with
 * *e saying what is wrong and what was expected: nothing is rounded away, cut off or guessed. */
int quantity_parse(const char *text, unsigned accepted, struct quantity *q, struct error *e);

/* Append the shortest text that reads back as the same quantity (a value of up to 15 digits; others as near as can
 * be), in the largest unit that keeps it at least 1. */
void quantity_format(const struct quantity *q, struct text *out);

/* What a quantity of these dimensions looks like: "a size such as 64KiB (B, KiB, MiB, GiB, TiB)". */
void quantity_expected(unsigned accepted, struct text *out);

#endif
