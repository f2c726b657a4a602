/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario found, on one page: a row per point and the policies compared, or the impact matrix. */
#ifndef HZ_VIEW_SUMMARY_H
#define HZ_VIEW_SUMMARY_H

#include <stdio.h>

#include "base/error.h"
#include "store/store.h"
#include "view/selection.h"

enum summary_form {
	SUMMARY_DEFAULT,            /* the matrix where a scenario has workloads, else points and comparison */
	SUMMARY_POINTS,             /* a row per point and nothing else */
	SUMMARY_IMPACT,             /* the matrix */
};

/* Print the summary of each scenario. Returns 0; what selection_find returns; HZ_USER when a scenario shows a metric that no run
 * has, with everything else printed. */
int summary_print(struct store *s, const struct selection *which, enum summary_form form, FILE *out, struct error *e);

#endif
