/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Native traces made from a seed. */
#ifndef HZ_TESTS_RANDOM_TRACE_H
#define HZ_TESTS_RANDOM_TRACE_H

#include <stdint.h>

/* Blocks handed out and given back on `cpus` CPUs, by their own CPU or another; some were out before. Ends the program when the
 * file cannot be written. */
void random_trace(const char *path, uint32_t cpus, uint32_t events, uint64_t seed);

#endif
