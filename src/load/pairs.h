/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads whose CPUs work in pairs: CPU n of the first half gives to CPU n of the second. */
#ifndef HZ_LOAD_PAIRS_H
#define HZ_LOAD_PAIRS_H

#include "base/error.h"
#include "load/params.h"

/* struct load's `cpus`: an even number. */
int pairs_cpus(const struct params *p, uint32_t *cpus, struct error *e);

#endif
