/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The summary table: one row per point with what its repetitions say together. */
#ifndef HZ_VIEW_SUMMARY_H
#define HZ_VIEW_SUMMARY_H

#include <stdio.h>

#include "base/error.h"
#include "store/store.h"
#include "view/selection.h"

/* Print one table per scenario. Returns 0, or what selection_find returns. */
int summary_print(struct store *s, const struct selection *which, FILE *out, struct error *e);

#endif
