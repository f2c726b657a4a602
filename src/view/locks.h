/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every lock of a point: the columns of `perf lock contention`, and what only a model can know: acquisitions, hold,
 * handoffs. */
#ifndef HZ_VIEW_LOCKS_H
#define HZ_VIEW_LOCKS_H

#include <stdio.h>

#include "base/error.h"
#include "store/store.h"
#include "view/selection.h"

/* One table per point, counts and totals per run. Returns 0, HZ_NOTHING when no point has a lock, or what
 * selection_find returns. */
int locks_print(struct store *s, const struct selection *which, FILE *out, struct error *e);

#endif
