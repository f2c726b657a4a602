/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mean and its 95 % interval as a person reads it. */
#ifndef HZ_STORE_INTERVAL_H
#define HZ_STORE_INTERVAL_H

#include <stddef.h>

#include "base/stats.h"

#define INTERVAL_SIZE 64

/* "2431 ±12", "0.1034 ±0.0021": the half-width with two significant digits, the mean as exact as that, never more
 * than six significant digits. Without a half-width (NAN) the mean alone with four. Returns `text`, of
 * INTERVAL_SIZE bytes. */
char *interval_format(char *text, double mean, double half_width);

/* A change in percent: "-12.3 ±0.4"; "~ +0.1 ±0.3" when the interval contains 0; "=" when no pair differs; "-12.3 ?" when there are too
 * few pairs for an interval; "from 0" when the change is not defined. Returns `text`, of INTERVAL_SIZE bytes. */
char *interval_format_change(char *text, const struct paired *pairs);

/* Decimals that show `value` with `digits` significant digits, 0..9. */
int interval_decimals(double value, int digits);

#endif
