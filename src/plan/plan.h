/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario expanded into points. Order: policies outermost, then workloads, then the swept keys in file order with the
 * last varying fastest; keys zipped together vary as one, at the place of the first of them; keys that only --set sweeps
 * come last. A workload's points do not vary in keys that have no meaning under its load. The filter drops points, then
 * each of the rest is run as often as there are repetitions. */
#ifndef HZ_PLAN_PLAN_H
#define HZ_PLAN_PLAN_H

#include <stdio.h>

#include "plan/point.h"
#include "plan/scenario.h"

#define PLAN_POINTS_MAX 100000

/* Returns 0, or HZ_USER with *e filled, when the parameters contradict one another. */
typedef int plan_check_fn(const struct params *p, struct error *e);

struct plan_options {
	const char *const *set;   /* "path=value", in the order given */
	size_t sets;
	const char *models;       /* folder of the user's models, or NULL */
	plan_check_fn *check;     /* or NULL */
};

struct plan {
	struct scenario scenario;
	struct model_shelf shelf;
	struct point *point;
	size_t points;
	size_t dropped;           /* by the filter */
};

/* Read and expand. Returns 0 with at least one point, or the exit code with *e filled; the caller calls plan_fini
 * in every case. */
int plan_load(struct plan *plan, const char *path, const struct plan_options *options, struct error *e);
void plan_fini(struct plan *plan);

/* One line per point: number and label. */
void plan_print(const struct plan *plan, FILE *out);

/* Each point as a YAML document with all its keys and where each value comes from. One document is a scenario by
 * itself. */
void plan_print_config(const struct plan *plan, FILE *out);

#endif
