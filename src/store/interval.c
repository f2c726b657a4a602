/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/interval.h"

#include <math.h>
#include <stdio.h>

int interval_decimals(double value, int digits)
{
	double magnitude = fabs(value);
	int decimals;

	if (!(magnitude > 0) || !isfinite(magnitude))
		return 0;
	decimals = digits - 1 - (int)floor(log10(magnitude));
	return decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
}

char *interval_format(char *text, double mean, double half_width)
{
	int decimals, most = interval_decimals(mean, 6);

	if (isnan(half_width)) {
		snprintf(text, INTERVAL_SIZE, "%.*f", interval_decimals(mean, 4), mean);
		return text;
	}
	decimals = half_width > 0 ? interval_decimals(half_width, 2) : interval_decimals(mean, 4);
	if (mean != 0 && decimals > most)
		decimals = most;
	/* Less than half a unit of the last place shown: say 0, not 0.000. */
	if (half_width < 0.5 * pow(10, -decimals))
		snprintf(text, INTERVAL_SIZE, "%.*f ±0", decimals, mean);
	else
		snprintf(text, INTERVAL_SIZE, "%.*f ±%.*f", decimals, mean, decimals, half_width);
	return text;
}

/* Hundredths of a percent at most: a model is never that exact. */
static int change_decimals(double value, int digits)
{
	int decimals = interval_decimals(value, digits);

	return decimals > 2 ? 2 : decimals;
}

/* With its sign, unless all its digits are 0. */
static void write_percent(char *text, size_t size, double percent, int decimals)
{
	if (fabs(percent) < 0.5 * pow(10, -decimals))
		snprintf(text, size, "%.*f", decimals, 0.0);
	else
		snprintf(text, size, "%+.*f", decimals, percent);
}

char *interval_format_change(char *text, const struct paired *pairs)
{
	double change, half_width;
	enum paired_verdict verdict = paired_judge(pairs, &change, &half_width);
	double percent = 100 * change, width = 100 * half_width;
	int decimals = isnan(half_width) ? change_decimals(percent, 3) : change_decimals(width, 2);
	char number[INTERVAL_SIZE / 2];

	write_percent(number, sizeof number, percent, width < 0.005 ? 2 : decimals);
	if (verdict == PAIRED_SAME)
		snprintf(text, INTERVAL_SIZE, "=");
	else if (isnan(change))
		snprintf(text, INTERVAL_SIZE, "from 0");
	else if (isnan(half_width))
		snprintf(text, INTERVAL_SIZE, "%s ?", number);
	else if (width <= 0)
		snprintf(text, INTERVAL_SIZE, "%s ±0", number);
	else
		snprintf(text, INTERVAL_SIZE, "%s%s ±%.*f", verdict == PAIRED_NOISE ? "~ " : "", number, decimals, width);
	return text;
}
