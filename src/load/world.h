/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A world is built from one set of parameters, runs once, and dies with its process. */
#ifndef HZ_LOAD_WORLD_H
#define HZ_LOAD_WORLD_H

#include "base/error.h"
#include "load/params.h"
#include "load/result.h"

/* Part of a run's identity: raised whenever the same parameters can give other results than before. */
#define HZ_MODEL_VERSION 5

/* Contradictions between parameters that no single key shows (more CPUs than the machine has, ...).
 * Returns 0, or HZ_USER with *e filled. */
int world_check(const struct params *p, struct error *e);

/* Simulate and fill *r (zeroed by the caller). Call once per process, in a child made for it: SimGrid's engine cannot be built
 * twice. Returns 0 also when the model ended the run early: then r->failure says why. */
int world_run(const struct params *p, struct result *r, struct error *e);

#endif
