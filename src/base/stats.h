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

/* What a change does, from pairs of a value without it and one with it under the same circumstances: the same repetition, so the same
 * arrivals. Zero-initialise. */
struct paired {
	size_t n;             /* pairs */
	size_t equal;         /* of them, no difference at all */
	struct stats change;  /* (after - before) / before, of the pairs in which it is defined */
};

/* Fewer pairs than this say nothing about their spread. */
#define PAIRED_MIN 4

enum paired_verdict {
	PAIRED_UNKNOWN,       /* fewer than PAIRED_MIN pairs, or something came out of nothing */
	PAIRED_SAME,          /* equal in every pair */
	PAIRED_NOISE,         /* the interval contains 0 */
	PAIRED_LESS,
	PAIRED_MORE,
};

void paired_add(struct paired *p, double before, double after);

/* Judge the pairs. *change is the mean relative change, -0.1 for 10 % less: NAN without pairs, or when some value was 0 before and is
 * not any more. *half_width is that of its 95 % Student interval, NAN for fewer than PAIRED_MIN pairs. */
enum paired_verdict paired_judge(const struct paired *p, double *change, double *half_width);

/* "unknown", "same", "noise", "less", "more". */
const char *paired_verdict_name(enum paired_verdict verdict);

/* Where the start-up transient of a series of equal batches ends, by the MSER rule (White 1997): the cut that minimises the squared
 * standard error of the rest. Returns the number of leading batches to drop, at most n/2. *steady is set to 0 when the minimum
 * lies at that limit and the two halves of the rest differ, by more than two standard errors and by more than 1 %: the series never
 * settled. NAN entries are batches without observations and are ignored. */
size_t stats_mser(const double *batch, size_t n, int *steady);

#endif
