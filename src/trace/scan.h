/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small steps over text that is not NUL-terminated. Every function stops at `end`. */
#ifndef HZ_TRACE_SCAN_H
#define HZ_TRACE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Why a line was refused: the place, and what should have stood there. */
struct scan_error {
	const char *at;
	const char *expected;
};

static inline bool scan_refuse(struct scan_error *why, const char *at, const char *expected)
{
	why->at = at;
	why->expected = expected;
	return false;
}

static inline bool scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool scan_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline int scan_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static inline const char *scan_blanks(const char *p, const char *end)
{
	while (p < end && scan_is_blank(*p))
		p++;
	return p;
}

/* The first blank at or after `p`, or `end`. */
static inline const char *scan_word(const char *p, const char *end)
{
	while (p < end && !scan_is_blank(*p))
		p++;
	return p;
}

/* A decimal number not above `max`. Returns the first character after it, NULL when there is none or it is too
 * large. */
static inline const char *scan_decimal(const char *p, const char *end, uint64_t max, uint64_t *value)
{
	const char *start = p;
	uint64_t v = 0;

	for (; p < end && scan_is_digit(*p); p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (v > (max - digit) / 10 || digit > max)
			return NULL;
		v = v * 10 + digit;
	}
	*value = v;
	return p > start ? p : NULL;
}

/* The same, or hexadecimal behind "0x". */
static inline const char *scan_number(const char *p, const char *end, uint64_t max, uint64_t *value)
{
	const char *start = p + 2;
	uint64_t v = 0;
	int digit;

	if (end - p < 3 || p[0] != '0' || (p[1] | 32) != 'x')
		return scan_decimal(p, end, max, value);
	for (p = start; p < end && (digit = scan_hex_value(*p)) >= 0; p++) {
		if (v > max >> 4)
			return NULL;
		v = v << 4 | (uint64_t)digit;
	}
	*value = v;
	return p > start && v <= max ? p : NULL;
}

static inline bool scan_is(const char *p, const char *end, const char *word, size_t len)
{
	return (size_t)(end - p) == len && !memcmp(p, word, len);
}

static inline bool scan_starts(const char *p, const char *end, const char *word, size_t len)
{
	return (size_t)(end - p) >= len && !memcmp(p, word, len);
}

/* scan_is and scan_starts with a literal. */
#define SCAN_IS(p, end, literal) scan_is(p, end, literal, sizeof(literal) - 1)
#define SCAN_STARTS(p, end, literal) scan_starts(p, end, literal, sizeof(literal) - 1)

#endif
