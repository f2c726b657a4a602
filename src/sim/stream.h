/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random streams: one per model actor, derived from (seed, repetition, name), so that adding an actor shifts nobody else's
 * draws and two policies see the same arrivals. */
#ifndef HZ_SIM_STREAM_H
#define HZ_SIM_STREAM_H

#include "base/types.h"

struct stream; /* a GSL generator */

struct stream *stream_new(uint64_t seed, uint32_t repetition, const char *name);
void stream_free(struct stream *s);

double stream_uniform(struct stream *s);                  /* [0, 1) */
uint32_t stream_index(struct stream *s, uint32_t n);      /* 0 .. n-1, n >= 1 */
double stream_exponential(struct stream *s, double mean);
/* Number of trials up to and including the first success, each with probability 0 < p <= 1. */
double stream_geometric(struct stream *s, double p);

#endif
