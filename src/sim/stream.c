/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/stream.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/text.h"

struct stream {
	gsl_rng *rng;
};

struct stream *stream_new(uint64_t seed, uint32_t repetition, const char *name)
{
	struct stream *s = xmalloc(sizeof *s);
	uint64_t mixed = XXH3_64bits_withSeed(name, strlen(name), seed);

	mixed = XXH3_64bits_withSeed(&repetition, sizeof repetition, mixed);
	s->rng = gsl_rng_alloc(gsl_rng_mt19937);
	/* mt19937 takes 32 bits and turns 0 into its default seed. */
	gsl_rng_set(s->rng, (uint32_t)(mixed >> 32 ^ mixed) | 1u);
	return s;
}

void stream_free(struct stream *s)
{
	if (!s)
		return;
	gsl_rng_free(s->rng);
	free(s);
}

double stream_uniform(struct stream *s)
{
	return gsl_rng_uniform(s->rng);
}

uint32_t stream_index(struct stream *s, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(s->rng, n);
}

double stream_exponential(struct stream *s, double mean)
{
	return -mean * log1p(-gsl_rng_uniform(s->rng));
}

double stream_geometric(struct stream *s, double p)
{
	if (p >= 1.0)
		return 1.0;
	return floor(log1p(-gsl_rng_uniform(s->rng)) / log1p(-p)) + 1.0;
}
