/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies side by side: a row per workload and combination of swept values, the load's primary metric under each policy and its
 * change against the policy of comparison, paired by repetition. */
#ifndef HZ_VIEW_COMPARISON_H
#define HZ_VIEW_COMPARISON_H

#include <stdio.h>

#include "base/error.h"
#include "store/store.h"
#include "view/measure.h"
#include "view/selection.h"

#define COMPARISON_WIDTH 80         /* of a table; one that would be wider is cut into several */

struct comparison {
	const struct selected_scenario *scenario;
	const struct measures *measures; /* of each point */
	int matrix;                 /* the impact matrix: the metric itself under the policy of comparison only, the others as changes */
};

/* Print nothing when there is nothing to put side by side: no second policy, no matrix asked for, no metric that the scenario shows.
 * Returns 0; HZ_USER, after printing, when no run has a metric that the scenario shows; or HZ_ENVIRONMENT. */
int comparison_print(const struct comparison *c, struct store *s, FILE *out, struct error *e);

#endif
