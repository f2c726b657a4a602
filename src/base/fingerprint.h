/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running hash of what happened in a run: two runs with the same fingerprint took the same steps in the same order. */
#ifndef HZ_BASE_FINGERPRINT_H
#define HZ_BASE_FINGERPRINT_H

#define XXH_INLINE_ALL
#include <stdint.h>
#include <xxhash.h>

static inline uint64_t fingerprint_add(uint64_t hash, uint64_t when, uint32_t who, uint32_t what)
{
	uint64_t step[2] = {when, (uint64_t)who << 32 | what};

	return XXH3_64bits_withSeed(step, sizeof step, hash);
}

#endif
