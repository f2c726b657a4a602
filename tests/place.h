/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small machine with its memory, for tests of the page allocator: model code runs before the clock starts, one call after the other. */
#ifndef HZ_TESTS_PLACE_H
#define HZ_TESTS_PLACE_H

#include "mm/memory.h"
#include "rig.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

struct place {
	struct machine_params machine;
	struct mm_params params;
	struct hw hw;
	struct memory mm;
	struct cpu *cpu;   /* CPU 0 */
	struct zone *zone; /* the first */
};

/* The allocators of 4.19 and 4.10 with costs of the right order; change `params` before place_set_up(). */
struct place place_419(void);
struct place place_410(void);

/* The allocator that models/kernels/ has for a release. */
struct place place_release(const char *release);

/* Two CPUs per socket; `memory` bytes per socket, of which `resident` are in use here and there. */
void place_set_up_resident(struct place *p, uint32_t sockets, uint64_t memory, uint64_t resident);
void place_set_up(struct place *p, uint32_t sockets, uint64_t memory);

/* The same on a machine of one socket that is all the test's. */
void place_set_up_socket(struct place *p, uint32_t cpus, uint64_t memory);

/* A release on 32 CPUs with one zone of 64 GiB, of whose low watermark each has 780 pages. */
void place_set_up_64(struct place *p, const char *release);

/* memory_check() finds nothing. */
void place_assert_sound(struct place *p);

/* What went through the lists and past them is what was allocated and freed. */
void place_assert_counts(const struct place *p);

/* CPU 0's lists of the first zone. */
struct per_cpu_pages *place_lists(struct place *p);

/* `n` blocks of 2^order, heap, taken by CPU 1: CPU 0's lists and what they are tuned to stay as they are. */
struct page **place_take(struct place *p, unsigned order, uint32_t n);

/* Acquisitions of the first zone's lock so far. */
uint64_t place_lock_taken(const struct place *p);

/* Allocate, which must succeed, and free by CPU 0. */
struct page *place_get(struct place *p, unsigned order);
void place_put(struct place *p, struct page *page, unsigned order);

/* Take every page of the first zone and free every second one: free pages, but no larger block. Watermarks are 0 from then on. */
void place_fragment(struct place *p);

#endif
