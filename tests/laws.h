/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every result keeps to, whatever was run. The run itself checks pages, lists, cycles, queues and locks (verify() of each room). */
#ifndef HZ_TESTS_LAWS_H
#define HZ_TESTS_LAWS_H

#include <stdbool.h>

#include "base/text.h"
#include "load/result.h"

/* Sums of metrics that belong together. */
struct law {
	const char *what;
	const char *left[6], *right[6]; /* metrics, ended by NULL */
	bool at_most;                   /* left <= right; else left == right */
};

extern const struct law laws[];
extern const size_t laws_count;

/* Whether the result of a run that did not fail keeps to all; else appends to `why`. Adds 1 to applied[i] where the result has the metrics
 * of laws[i]. */
bool result_is_lawful(const struct result *r, uint32_t *applied, struct text *why);

/* Whether two results are the same to the last bit; else appends the first difference. */
bool results_are_same(const struct result *a, const struct result *b, struct text *difference);

#endif
