/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed lock system as one would first write it with SimGrid: what the engine is measured against. */
#ifndef HZ_TESTS_BENCH_NAIVE_H
#define HZ_TESTS_BENCH_NAIVE_H

#include <stdint.h>

/* `actors` actors, each `rounds` times: think 600 + U[0,100) cycles, take one mutex, hold it for 80. Draws are those of the
 * streams (seed, i, "think"). Returns the simulated time at the end. One call per process. */
double bench_naive(uint32_t actors, uint32_t rounds, uint64_t seed);

#endif
