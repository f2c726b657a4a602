/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"

#include <stdio.h>
#include <string.h>

#include "base/types.h"

/* A quantity in this unit is multiply/divide base units. */
struct unit {
	const char *suffix;
	uint64_t multiply, divide;
};

struct system {
	enum dimension dimension;
	bool whole;
	const char *noun, *example;
	struct unit unit[7]; /* ascending, ended by a row without a suffix */
};

static const struct system systems[] = {
	{DIM_COUNT, true, "a whole number", "64", {{"", 1, 1}}},
	{DIM_NUMBER, false, "a number", "0.5", {{"", 1, 1}}},
	{DIM_FRACTION, false, "a fraction", "10%", {{"%", 1, 100}, {"", 1, 1}}},
	{DIM_PERCENT, true, "a percentage", "130%", {{"%", 1, 1}}},
	{DIM_SIZE, true, "a size", "64KiB",
		{{"B", 1, 1}, {"KiB", 1 << 10, 1}, {"MiB", 1 << 20, 1}, {"GiB", 1 << 30, 1}, {"TiB", 1ULL << 40, 1}}},
	{DIM_TIME, false, "a time", "5ms",
		{{"ns", 1, 1000000000}, {"us", 1, 1000000}, {"ms", 1, 1000}, {"s", 1, 1}, {"min", 60, 1}, {"h", 3600, 1}}},
	{DIM_CYCLES, true, "cycles", "120cy", {{"cy", 1, 1}, {"", 1, 1}}},
	{DIM_BIT_RATE, false, "a bit rate", "25Gbit/s",
		{{"bit/s", 1, 1}, {"kbit/s", 1000, 1}, {"Mbit/s", 1000000, 1}, {"Gbit/s", 1000000000, 1},
		 {"Tbit/s", 1000000000000, 1}}},
	{DIM_PACKET_RATE, false, "a packet rate", "12Mpps", {{"pps", 1, 1}, {"kpps", 1000, 1}, {"Mpps", 1000000, 1}}},
	{DIM_FREQUENCY, false, "a frequency", "2.6GHz",
		{{"Hz", 1, 1}, {"kHz", 1000, 1}, {"MHz", 1000000, 1}, {"GHz", 1000000000, 1}}},
};

/* "12.50" as digits 125, decimals 1. */
struct decimal {
	uint64_t digits;
	uint64_t scale; /* 10 to the number of decimals */
};

static void add_units(struct text *out, const struct system *s)
{
	const char *separator = " (";

	for (const struct unit *u = s->unit; u->suffix && *u->suffix; u++) {
		text_add(out, "%s%s", separator, u->suffix);
		separator = ", ";
	}
	if (!strcmp(separator, ", "))
		text_add(out, ")");
}

void quantity_expected(unsigned accepted, struct text *out)
{
	const char *separator = "";

	for (size_t i = 0; i < HZ_ARRAY_SIZE(systems); i++) {
		if (!(systems[i].dimension & accepted))
			continue;
		text_add(out, "%s%s such as %s", separator, systems[i].noun, systems[i].example);
		add_units(out, &systems[i]);
		separator = " or ";
	}
}

static int reject(const char *text, unsigned accepted, const char *why, struct error *e)
{
	struct text expected = {0};

	quantity_expected(accepted, &expected);
	error_set(e, HZ_USER, "'%s'%s%s; expected %s", text, *why ? ": " : "", why, text_str(&expected));
	text_fini(&expected);
	return HZ_USER;
}

/* Returns the first character after the number; NULL when there is none or it has too many digits (*why says). */
static const char *decimal_read(const char *s, struct decimal *d, const char **why)
{
	const char *start = s;
	bool point = false;

	*d = (struct decimal){0, 1};
	*why = "this is not a number";
	if (*s == '-' && s[1] >= '0' && s[1] <= '9')
		*why = "it must not be negative";
	for (; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
		if (*s == '.') {
			if (s == start)
				return NULL;
			point = true;
			continue;
		}
		if (__builtin_mul_overflow(d->digits, 10, &d->digits) ||
		    __builtin_add_overflow(d->digits, (uint64_t)(*s - '0'), &d->digits) ||
		    (point && __builtin_mul_overflow(d->scale, 10, &d->scale))) {
			*why = "it has too many digits";
			return NULL;
		}
	}
	if (s == start || s[-1] == '.')
		return NULL;
	for (; d->scale > 1 && d->digits % 10 == 0; d->scale /= 10)
		d->digits /= 10;
	return s;
}

static const struct unit *unit_find(const char *suffix, unsigned accepted, const struct system **system)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(systems); i++) {
		if (!(systems[i].dimension & accepted))
			continue;
		for (const struct unit *u = systems[i].unit; u->suffix; u++)
			if (!strcmp(u->suffix, suffix)) {
				*system = &systems[i];
				return u;
			}
	}
	return NULL;
}

static const char *whole_value(struct decimal d, const struct unit *u, uint64_t *whole)
{
	uint64_t product;

	if (__builtin_mul_overflow(d.digits, u->multiply, &product))
		return "it is too large";
	if (product % d.scale)
		return "it must be whole";
	*whole = product / d.scale;
	return NULL;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* One division of integers that a double holds exactly (up to 15 digits), so the quotient is correctly rounded. */
static double decimal_value(struct decimal d, const struct unit *u)
{
	uint64_t common = common_divisor(u->multiply, d.scale);

	return (double)d.digits * (double)(u->multiply / common) / ((double)(d.scale / common) * (double)u->divide);
}

int quantity_parse(const char *text, unsigned accepted, struct quantity *q, struct error *e)
{
	const struct system *system = NULL;
	const struct unit *u;
	struct decimal d;
	const char *why, *end = decimal_read(text, &d, &why);

	*q = (struct quantity){0};
	if (!end)
		return reject(text, accepted, why, e);
	u = unit_find(end, accepted, &system);
	if (!u) {
		char message[64];

		if (!*end)
			return reject(text, accepted, "it needs a unit", e);
		if (unit_find(end, ~0u, &system))
			snprintf(message, sizeof message, "this is %s", system->noun);
		else
			snprintf(message, sizeof message, "no unit '%.24s'", end);
		return reject(text, accepted, message, e);
	}
	q->dimension = system->dimension;
	if (system->whole) {
		why = whole_value(d, u, &q->whole);
		if (why)
			return reject(text, accepted, why, e);
		q->value = (double)q->whole;
	} else {
		q->value = decimal_value(d, u);
	}
	return 0;
}

static void format_whole(const struct system *s, uint64_t whole, struct text *out)
{
	const struct unit *best = s->unit;

	for (const struct unit *u = s->unit; u->suffix; u++)
		if (whole && *u->suffix && whole % u->multiply == 0)
			best = u;
	text_add(out, "%llu%s", (unsigned long long)(whole / best->multiply), best->suffix);
}

static void format_decimal(const struct system *s, double value, struct text *out)
{
	const struct unit *best = s->unit;
	char number[64] = "", longer[64];

	for (const struct unit *u = s->unit; u->suffix; u++)
		if (value * (double)u->divide >= (double)u->multiply)
			best = u;
	if (s->dimension == DIM_FRACTION)
		best = &s->unit[0];
	for (int decimals = 0; decimals <= 18; decimals++) {
		struct quantity back;

		snprintf(longer, sizeof longer, "%.*f%s", decimals,
			 value * (double)best->divide / (double)best->multiply, best->suffix);
		if (quantity_parse(longer, (unsigned)s->dimension, &back, NULL))
			break;
		memcpy(number, longer, sizeof number);
		if (back.value == value)
			break;
	}
	text_add(out, "%s", number);
}

void quantity_format(const struct quantity *q, struct text *out)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(systems); i++) {
		if (systems[i].dimension != q->dimension)
			continue;
		if (systems[i].whole)
			format_whole(&systems[i], q->whole, out);
		else
			format_decimal(&systems[i], q->value, out);
	}
}
