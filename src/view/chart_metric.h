/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which metric a chart shows of each point, what its axis is called, and the lines across it. */
#ifndef HZ_VIEW_CHART_METRIC_H
#define HZ_VIEW_CHART_METRIC_H

#include "base/error.h"
#include "base/text.h"
#include "store/store.h"
#include "view/chart_axes.h"

/* Fill metric and scale of temp.chart_point: the one named, or with NULL the primary one of each point. */
int chart_metric_fill(struct store *s, const char *metric, struct error *e);

/* Append to the script: METRICS, how many different ones there are, the array PANEL_Y with the name of each panel's y axis, and LINES,
 * LINE_PANEL, LINE_AT and LINE_LABEL for the lines of the scenario. */
int chart_metric_write(struct store *s, const struct chart_axes *axes, struct text *out, struct error *e);

#endif
