/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log-linear histogram of integers: exact below 32, then 16 buckets per power of two (at most 6.25 % wide). */
#ifndef HZ_BASE_HISTOGRAM_H
#define HZ_BASE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS 976 /* 32 + 59 * 16: covers every uint64_t */

struct histogram {
	uint64_t count;
	uint64_t sum;
	uint64_t max;
	uint32_t bucket[HISTOGRAM_BUCKETS];
};

/* Index of the bucket that holds `value`, and that bucket's least value and first value after it (saturating). */
unsigned histogram_bucket(uint64_t value);
uint64_t histogram_low(unsigned bucket);
uint64_t histogram_high(unsigned bucket);

void histogram_add(struct histogram *h, uint64_t value);
void histogram_merge(struct histogram *into, const struct histogram *from);

/* Mean of the values added, 0 when there are none. */
double histogram_mean(const struct histogram *h);

/* Smallest bucket middle below which a share `q` (0..1) of the values lies; never above the largest value added;
 * 0 when empty. */
double histogram_quantile(const struct histogram *h, double q);

#endif
