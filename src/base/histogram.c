/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/histogram.h"

#include <math.h>

unsigned histogram_bucket(uint64_t value)
{
	unsigned exponent;

	if (value < 32)
		return (unsigned)value;
	exponent = 63u - (unsigned)__builtin_clzll(value);
	return 32 + (exponent - 5) * 16 + (unsigned)((value >> (exponent - 4)) & 15);
}

uint64_t histogram_low(unsigned bucket)
{
	unsigned exponent;

	if (bucket < 32)
		return bucket;
	exponent = 5 + (bucket - 32) / 16;
	return (uint64_t)(16 + (bucket - 32) % 16) << (exponent - 4);
}

uint64_t histogram_high(unsigned bucket)
{
	return bucket + 1 < HISTOGRAM_BUCKETS ? histogram_low(bucket + 1) : UINT64_MAX;
}

void histogram_add(struct histogram *h, uint64_t value)
{
	h->count++;
	h->sum += value;
	if (value > h->max)
		h->max = value;
	h->bucket[histogram_bucket(value)]++;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	into->count += from->count;
	into->sum += from->sum;
	if (from->max > into->max)
		into->max = from->max;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		into->bucket[i] += from->bucket[i];
}

double histogram_mean(const struct histogram *h)
{
	return h->count ? (double)h->sum / (double)h->count : 0.0;
}

double histogram_quantile(const struct histogram *h, double q)
{
	uint64_t rank, seen = 0;

	if (!h->count)
		return 0.0;
	rank = (uint64_t)ceil(q * (double)h->count);
	if (rank < 1)
		rank = 1;
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		double low, middle;

		seen += h->bucket[i];
		if (seen < rank)
			continue;
		low = (double)histogram_low(i);
		middle = i < 32 ? low : low + ((double)histogram_high(i) - low - 1.0) / 2.0;
		return middle < (double)h->max ? middle : (double)h->max;
	}
	return (double)h->max;
}
