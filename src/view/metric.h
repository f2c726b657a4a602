/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics as tables show them: in the unit that people speak of them in. */
#ifndef HZ_VIEW_METRIC_H
#define HZ_VIEW_METRIC_H

#include <stddef.h>

#include "view/measure.h"
#include "view/table.h"

struct metric_column {
	const char *name;
	const char *heading;        /* lines separated by '\n' */
	double scale;
	int decimals;
	int interval;               /* print the 95 % interval, with the decimals that it deserves */
};

/* The metrics that the summary has columns for, in order. To give a metric a column or a heading of its own, add its row here. */
extern const struct metric_column metric_columns[];
extern const size_t metric_columns_count;

/* The row of a metric, or NULL. */
const struct metric_column *metric_column_find(const char *name);

/* The next cell: the measure, NULL for none, as its metric's row says; NULL: with its interval, unscaled. */
void metric_cell(struct table *t, const struct metric_column *metric, const struct measure *m);

/* The next cell: a number, NAN for none. */
void metric_number_cell(struct table *t, double value, int decimals);

#endif
