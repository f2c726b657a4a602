/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What models/kernels/ has for a release. */
#ifndef HZ_TESTS_RELEASE_H
#define HZ_TESTS_RELEASE_H

#include "load/params.h"

/* A point of page_bench on desktop-4 under it. Fails the test when there is no such model. */
struct params release_params(const char *release);

/* The same of a load with a NIC, mlx5-2x100g. */
struct params release_host(const char *release, const char *load);

#endif
