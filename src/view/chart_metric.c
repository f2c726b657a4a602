/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/chart_metric.h"

#include <string.h>

#include "store/primary.h"
#include "store/statement.h"
#include "view/metric.h"

static const char doing[] = "prepare chart";

/* What a metric is multiplied with, where tables do. */
static int set_scales(struct store *s, struct error *e)
{
	struct statement st;
	int rc = statement_prepare(&st, s, doing, "UPDATE temp.chart_point SET scale = ?2 WHERE metric = ?1", e);

	for (size_t i = 0; !rc && i < metric_columns_count; i++) {
		statement_bind_text(&st, 1, metric_columns[i].name);
		statement_bind_real(&st, 2, metric_columns[i].scale);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

int chart_metric_fill(struct store *s, const char *metric, struct error *e)
{
	struct statement st;
	int rc = statement_prepare(&st, s, doing,
		"UPDATE temp.chart_point SET scale = 1,"
		" metric = coalesce(?1, (SELECT metric FROM headline WHERE headline.point = chart_point.point))", e);

	if (!rc) {
		statement_bind_text(&st, 1, metric);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc ? rc : set_scales(s, e);
}

/* "cycles per packet", "slow path %", or the metric's name. */
static void add_axis_name(const char *load, const char *metric, struct text *out)
{
	const struct primary *primary = primary_find(load, metric);
	const struct metric_column *column = metric_column_find(metric);
	struct text name = {0};

	if (primary)
		text_add(&name, "cycles per %s", primary->per);
	else
		text_add(&name, "%s", column ? column->heading : metric);
	for (size_t i = 0; i < name.len; i++)
		if (name.s[i] == '\n')
			name.s[i] = ' ';
	text_add_json(out, text_str(&name));
	text_fini(&name);
}

/* The first point of a panel that has a metric names its axis. */
static int write_axis_names(struct store *s, const struct chart_axes *axes, struct text *out, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT c.panel, p.load, c.metric, min(p.position), (SELECT count(DISTINCT metric) FROM temp.chart_point)"
		" FROM temp.chart_point c JOIN points p USING (point) WHERE c.metric IS NOT NULL GROUP BY c.panel", e);

	text_add(out, "METRICS = 1\narray PANEL_Y[%zu]\n", axes->panels);
	for (size_t i = 0; i < axes->panels; i++)
		text_add(out, "PANEL_Y[%zu] = ''\n", i + 1);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		text_add(out, "METRICS = %lld\nPANEL_Y[%lld] = ", (long long)statement_int(&st, 4), (long long)statement_int(&st, 0));
		add_axis_name(statement_text(&st, 1), statement_text(&st, 2), out);
		text_add(out, "\n");
	}
	statement_fini(&st);
	return rc;
}

/* A line is in the panels that show its metric, one without a metric in those that show the primary one. */
static int write_lines(struct store *s, const struct chart_axes *axes, struct text *out, struct error *e)
{
	struct statement st;
	struct text lines = {0};
	size_t n = 0;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT c.panel, l.at * max(c.scale), l.label FROM scenario_line l JOIN temp.chart_point c"
		" ON c.metric = coalesce(l.metric, (SELECT metric FROM headline h WHERE h.point = c.point))"
		" WHERE l.scenario = ? GROUP BY c.panel, l.ordinal ORDER BY c.panel, l.ordinal", e);

	if (!rc)
		statement_bind_int(&st, 1, axes->scenario->id);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		n++;
		text_add(&lines, "LINE_PANEL[%zu] = %lld\nLINE_AT[%zu] = %.10g\nLINE_LABEL[%zu] = ", n, (long long)statement_int(&st, 0), n,
			 statement_real(&st, 1), n);
		text_add_json(&lines, statement_text(&st, 2));
		text_add(&lines, "\n");
	}
	statement_fini(&st);
	text_add(out, "LINES = %zu\narray LINE_PANEL[%zu]\narray LINE_AT[%zu]\narray LINE_LABEL[%zu]\n%s", n, n + 1, n + 1, n + 1,
		 text_str(&lines));
	text_fini(&lines);
	return rc;
}

int chart_metric_write(struct store *s, const struct chart_axes *axes, struct text *out, struct error *e)
{
	int rc = write_axis_names(s, axes, out, e);

	return rc ? rc : write_lines(s, axes, out, e);
}
