/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts: a gnuplot template from the folder plots/, filled with what the database says.
 *
 * A template is a gnuplot script. Its second line says what the chart shows. Comment lines of these forms ask for
 * data:
 *   #points peak            only the points with the largest x value in the last panel (for charts without an x axis)
 *   #points situations      the points of every policy but that of comparison; x counts workloads and swept values together
 *   #data NAME [PANELS]     followed by
 *   #: SELECT ...           an SQL statement, one or more lines
 * The statement reads the temporary table chart_point (point, panel, series, x, metric, scale): metric is the one
 * that the user has named or the primary one of the point's load, scale what it is shown multiplied with. Its first two columns are panel
 * and series, counted from 1; the others become data block $NAME, where panel p and series s are index (p - 1) *
 * SERIES + s - 1. PANELS stands for a number of panels that the chart has whatever was swept.
 *
 * The script is given: OUTPUT, TERMINAL (for `set terminal @TERMINAL size W,H`), TITLE (of TITLE_LINES lines),
 * POINTS_TITLE (what #points peak chose), X_LABEL, X_TICS (empty, or the argument of `set xtics`), X_LOG (1: the axis
 * should be logarithmic), LEFT_OUT (workloads without the key on the x axis), PANELS, COLUMNS, ROWS (a grid for the panels),
 * SERIES, METRICS (how many metrics the panels show), LINES (of the scenario, for all panels), and the arrays PANEL_NAME, PANEL_Y
 * (name of the y axis), SERIES_NAME, LINE_PANEL, LINE_AT and LINE_LABEL. plots/style.gnuplot is run
 * before it: line styles by series. */
#ifndef HZ_VIEW_CHART_H
#define HZ_VIEW_CHART_H

#include "base/error.h"
#include "store/store.h"
#include "view/selection.h"

#define CHART_METRIC "cycles"

struct chart_options {
	const char *name;           /* of the template, or of a metric: then CHART_METRIC shows it */
	struct selection which;     /* one scenario */
	const char *x_key;          /* swept key on the x axis; NULL: the one with the most values */
	const char *output;         /* ends in .svg or .png; written under another name first */
};

/* Returns 0; HZ_USER for an unknown chart, scenario, point, key or file ending, or when the database has several
 * scenarios and none is named; HZ_ENVIRONMENT for gnuplot, the database or the output; HZ_NOTHING when there is
 * nothing to draw. */
int chart_draw(struct store *s, const struct chart_options *options, struct error *e);

#endif
