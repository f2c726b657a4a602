/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a point spends its busy cycles: call tree, and folded stacks for flamegraph.pl. */
#ifndef HZ_VIEW_PROFILE_H
#define HZ_VIEW_PROFILE_H

#include <stdio.h>

#include "base/error.h"
#include "store/store.h"
#include "view/selection.h"

struct profile_options {
	double percent_limit;       /* smallest share shown */
	const char *symbol;         /* root the tree at this function, callers merged; NULL: at the outermost ones */
};

/* One call tree per point, shares of its busy cycles, averaged over repetitions. Returns 0, HZ_USER for an unknown
 * symbol, HZ_NOTHING when no point has a profile, or what selection_find returns. */
int profile_print(struct store *s, const struct selection *which, const struct profile_options *options, FILE *out,
		  struct error *e);

/* "outer;inner cycles" lines, cycles averaged over repetitions. With several points the point's label is the outermost
 * frame. */
int profile_print_folded(struct store *s, const struct selection *which, FILE *out, struct error *e);

#endif
