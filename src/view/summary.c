/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/summary.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/types.h"
#include "view/comparison.h"
#include "view/measure.h"
#include "view/metric.h"
#include "view/table.h"

struct summary {
	const struct selected_scenario *scenario;
	struct measures *measures;  /* of each point */
	const char **keys;
	size_t n_keys;
	unsigned unsteady;          /* points marked with '!' */
};

static int is_steady(const struct measures *m)
{
	double steady = measures_mean(m, "steady");

	return isnan(steady) || steady >= 1;
}

static void add_point_columns(struct table *t, const struct summary *view)
{
	table_column(t, "#", TABLE_RIGHT);
	table_column(t, "policy", TABLE_LEFT);
	table_column(t, "workload", TABLE_LEFT);
	for (size_t i = 0; i < view->n_keys; i++)
		table_column(t, selected_key_name(view->keys[i], view->keys, view->n_keys), TABLE_RIGHT);
}

static void word_cell(struct table *t, const char *word)
{
	if (*word)
		table_cell(t, "%s", word);
	else
		table_none(t);
}

static void add_point_cells(struct table *t, const struct summary *view, size_t i)
{
	const struct selected_point *p = &view->scenario->point[i];

	table_cell(t, "%u%s", p->position, !view->unsteady ? "" : is_steady(&view->measures[i]) ? " " : "!");
	word_cell(t, p->policy);
	word_cell(t, p->workload);
	for (size_t k = 0; k < view->n_keys; k++) {
		const struct selected_axis *axis = selected_axis(p, view->keys[k]);

		if (axis)
			table_cell(t, "%s", axis->value);
		else
			table_none(t);
	}
}

static void print_metrics(const struct summary *view, FILE *out)
{
	struct table t = {0};

	add_point_columns(&t, view);
	table_column(&t, "runs", TABLE_RIGHT);
	for (size_t c = 0; c < metric_columns_count; c++)
		table_column(&t, metric_columns[c].heading, TABLE_RIGHT);
	for (size_t i = 0; i < view->scenario->points; i++) {
		const struct selected_point *p = &view->scenario->point[i];

		add_point_cells(&t, view, i);
		table_cell(&t, "%u/%u", p->done, p->planned);
		for (size_t c = 0; c < metric_columns_count; c++)
			metric_cell(&t, &metric_columns[c], measures_get(&view->measures[i], metric_columns[c].name));
	}
	table_print(&t, out, 0);
	table_fini(&t);
}

static void add_distribution_columns(struct table *t, const char *what, const char *unit)
{
	static const char *const names[] = {"mean", "p50", "p99", "max"};

	for (size_t i = 0; i < HZ_ARRAY_SIZE(names); i++) {
		struct text heading = {0};

		if (i)
			text_add(&heading, "%s", names[i]);
		else
			text_add(&heading, "%s\n%s\n%s", what, unit, names[i]);
		table_column(t, heading.s, TABLE_RIGHT);
		text_fini(&heading);
	}
}

static void add_distribution_cells(struct table *t, const struct distribution *d, double scale, int decimals)
{
	metric_number_cell(t, d->mean * scale, decimals);
	metric_number_cell(t, d->p50 * scale, decimals);
	metric_number_cell(t, d->p99 * scale, decimals);
	metric_number_cell(t, d->max * scale, decimals);
}

static void print_zone_lock(const struct summary *view, FILE *out)
{
	struct table t = {0};
	int any = 0;

	add_point_columns(&t, view);
	table_column(&t, "acquired\nper run", TABLE_RIGHT);
	table_column(&t, "contended\n%", TABLE_RIGHT);
	add_distribution_columns(&t, "hold", "cycles");
	add_distribution_columns(&t, "hold", "ns");
	add_distribution_columns(&t, "wait", "cycles");
	add_distribution_columns(&t, "wait", "ns");
	for (size_t i = 0; i < view->scenario->points; i++) {
		const struct zone_lock *z = &view->measures[i].zone;
		double ns = 1e9 / measures_mean(&view->measures[i], "clock_hz");

		any |= !isnan(z->acquisitions);
		add_point_cells(&t, view, i);
		/* Runs that never took the lock have no row for it. */
		metric_number_cell(&t, isnan(z->acquisitions) && view->scenario->point[i].done ? 0 : z->acquisitions, 0);
		metric_number_cell(&t, z->acquisitions > 0 ? 100 * z->contended / z->acquisitions : NAN, 2);
		add_distribution_cells(&t, &z->hold, 1, 0);
		add_distribution_cells(&t, &z->hold, ns, 0);
		add_distribution_cells(&t, &z->wait, 1, 0);
		add_distribution_cells(&t, &z->wait, ns, 0);
	}
	if (any) {
		fprintf(out, "\nzone->lock, all nodes and zones; wait of contended acquisitions only\n\n");
		table_print(&t, out, 0);
	}
	table_fini(&t);
}

static void print_notes(const struct summary *view, FILE *out)
{
	unsigned planned = 0, done = 0, failed = 0;

	for (size_t i = 0; i < view->scenario->points; i++) {
		const struct selected_point *p = &view->scenario->point[i];

		planned += p->planned;
		done += p->done;
		failed += p->failed;
	}
	if (view->unsteady)
		fprintf(out, "\n! not steady: the start-up transient does not end within half of the run; "
			"take a longer run.duration\n");
	if (failed)
		fprintf(out, "\n%u of %u runs failed; 'hotzone query failures' says why\n", failed, planned);
	if (done + failed < planned)
		fprintf(out, "\n%u of %u runs are missing; 'hotzone run' continues\n", planned - done - failed,
			planned);
}

/* Row per point, and what became of each of its repetitions' locks. */
static void print_points(const struct summary *view, FILE *out)
{
	print_metrics(view, out);
	print_zone_lock(view, out);
}

static int print_scenario(struct store *s, const struct selected_scenario *scenario, enum summary_form form, FILE *out,
			  struct error *e)
{
	struct summary view = {.scenario = scenario};
	struct comparison c = {.scenario = scenario, .matrix = form == SUMMARY_IMPACT || (!form && scenario->point[0].workload[0])};
	int rc = 0;

	view.measures = xcalloc(scenario->points, sizeof *view.measures);
	view.n_keys = selected_keys(scenario, &view.keys);
	for (size_t i = 0; !rc && i < scenario->points; i++)
		rc = measures_load(s, scenario->point[i].id, &view.measures[i], e);
	for (size_t i = 0; i < scenario->points; i++)
		view.unsteady += !is_steady(&view.measures[i]);
	c.measures = view.measures;
	if (!rc) {
		fprintf(out, "%s%s%s\n\n", scenario->name, scenario->title[0] ? ": " : "", scenario->title);
		if (!c.matrix)
			print_points(&view, out);
		if (form != SUMMARY_POINTS)
			rc = comparison_print(&c, s, out, e);
		print_notes(&view, out);
	}
	for (size_t i = 0; i < scenario->points; i++)
		measures_fini(&view.measures[i]);
	free(view.measures);
	free(view.keys);
	return rc;
}

int summary_print(struct store *s, const struct selection *which, enum summary_form form, FILE *out, struct error *e)
{
	struct selected found;
	int rc = selection_find(which, s, &found, e);

	for (size_t i = 0; !rc && i < found.scenarios; i++) {
		if (i)
			fputc('\n', out);
		rc = print_scenario(s, &found.scenario[i], form, out, e);
	}
	selected_fini(&found);
	return rc;
}
