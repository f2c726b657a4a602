/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which swept key becomes the x axis of a chart, which its panels, and what tells the lines apart. */
#ifndef HZ_VIEW_CHART_AXES_H
#define HZ_VIEW_CHART_AXES_H

#include <stddef.h>

#include "base/error.h"
#include "view/selection.h"

#define CHART_PANELS_MAX 9

/* A logarithmic x axis: at least so many values, the last so many times the first, each so many times the one before it. */
#define CHART_LOG_VALUES 5
#define CHART_LOG_SPAN 32
#define CHART_LOG_STEP 1.3

/* Where a point goes. */
struct chart_place {
	size_t panel;               /* from 0 */
	size_t series;              /* from 0 */
	double x;
	int left_out;
};

struct chart_axes {
	const struct selected_scenario *scenario;
	struct chart_place *place;  /* of each point */
	char *x_label;              /* "rate (Gbit/s)" */
	char *x_tics;               /* "" or gnuplot's ("a" 1, "b" 2) */
	int x_log;                  /* logarithmic */
	char *left_out;             /* workloads that do not vary in the key on the x axis: "pages, faults" */
	char **panel;               /* "cpus = 14", or the workload; "" when there is only one */
	size_t panels;
	char **series;              /* policy, and the values of further swept keys */
	size_t n_series;
	char *peak;                 /* what chart_axes_peak chose: "rate = 80Gbit/s, cpus = 14"; "" before */
};

/* x_key NULL: the swept key with the most values. Returns 0, or HZ_USER when x_key was not swept. */
int chart_axes_init(struct chart_axes *a, const struct selected_scenario *scenario, const char *x_key, struct error *e);
/* Leave out all points but those with the largest x in the last panel; that panel stays alone. */
void chart_axes_peak(struct chart_axes *a);
/* Put the situations along the x axis, a line per policy but the one of comparison, all in one panel. */
void chart_axes_situations(struct chart_axes *a);
void chart_axes_fini(struct chart_axes *a);

#endif
