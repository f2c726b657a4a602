/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running mean and variance, and the interval that goes with a mean. */
#ifndef HZ_BASE_STATS_H
#define HZ_BASE_STATS_H

#include <stddef.h>

struct stats {
	size_t n;
	double mean;
	double m2; /* sum of squared deviations from the mean */
};

void stats_add(struct stats *s, double value);

/* Sample standard deviation; 0 for fewer than two values. */
double stats_stddev(const struct stats *s);

/* Half-width of the 95 % Student interval of the mean; NAN for fewer than two values. */
double stats_half_width95(const struct stats *s);

/* Where the start-up transient of a series of equal batches ends, by the MSER rule (White 1997): the cut that minimises the squared
 * standard error of the rest. Returns the number of leading batches to drop, at most n/2. *steady is set to 0 when the minimum
 * lies at that limit and the two halves of the rest differ, by more than two standard errors and by more than 1 %: the series never
 * settled. NAN entries are batches without observations and are ignored. */
size_t stats_mser(const double *batch, size_t n, int *steady);

#endif
