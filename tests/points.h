/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Machines and points that tests and benchmarks start from. */
#ifndef HZ_TESTS_POINTS_H
#define HZ_TESTS_POINTS_H

#include "load/params.h"

/* One socket of `cpus` cores on which nothing costs anything: time passes by cpu_work() alone. */
struct machine_params point_free_machine(uint32_t cpus);

/* Two sockets of 14 cores with two threads each, 2.6 GHz, with costs of the right order. */
struct machine_params point_server(void);

/* A whole point: a router of 28 CPUs on point_server() under 4.19 for half a millisecond. */
struct params point_router(void);

#endif
