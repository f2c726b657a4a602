/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantities that every room speaks of. The unit is in the type's name. */
#ifndef HZ_BASE_TYPES_H
#define HZ_BASE_TYPES_H

#include <stddef.h>
#include <stdint.h>

/* Simulated time or work, in cycles of the machine's time-stamp counter. */
typedef uint64_t cycles_t;
#define CYCLES_MAX UINT64_MAX

/* Page frame number, counted from the start of simulated memory. */
typedef uint32_t pfn_t;
#define PFN_NONE UINT32_MAX

#define HZ_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
