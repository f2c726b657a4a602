/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/summary.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/types.h"
#include "store/interval.h"
#include "view/measure.h"
#include "view/table.h"

/* One column of the summary: a metric, in the unit that people speak of it in. */
static const struct {
	const char *metric;
	const char *heading;
	double scale;
	int decimals;
	int interval;               /* print the 95 % interval, with the decimals that it deserves */
} columns[] = {
	{"offered_pps", "offered\nMpps", 1e-6, 3, 0},
	{"achieved_pps", "achieved\nMpps", 1e-6, 3, 0},
	{"offered_bps", "offered\nGbit/s", 1e-9, 2, 0},
	{"achieved_bps", "achieved\nGbit/s", 1e-9, 2, 0},
	{"drops_rx_out_of_buffer", "rx\ndrops", 1, 0, 0},
	{"drops_tx_ring_full", "tx\ndrops", 1, 0, 0},
	{"ops_per_second", "Mop/s", 1e-6, 3, 0},
	{"replayed_allocs", "allocs", 1, 0, 0},
	{"replayed_frees", "frees", 1, 0, 0},
	{"cycles_per_packet", "cycles\nper packet", 1, 0, 1},
	{"cycles_per_pair", "cycles\nper pair", 1, 0, 1},
	{"cycles_per_op", "cycles\nper op", 1, 0, 1},
	{"cycles_per_alloc", "cycles\nper alloc", 1, 0, 1},
	{"cycles_per_free", "cycles\nper free", 1, 0, 1},
	{"busy_share", "busy\n%", 100, 1, 0},
	{"txcompletion_share", "tx compl.\n%", 100, 2, 0},
	{"slowpath_share", "slow path\n%", 100, 2, 0},
};

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
	for (size_t i = 0; i < view->n_keys; i++)
		table_column(t, selected_key_name(view->keys[i], view->keys, view->n_keys), TABLE_RIGHT);
}

static void add_point_cells(struct table *t, const struct summary *view, size_t i)
{
	const struct selected_point *p = &view->scenario->point[i];

	table_cell(t, "%u%s", p->position, !view->unsteady ? "" : is_steady(&view->measures[i]) ? " " : "!");
	if (p->policy[0])
		table_cell(t, "%s", p->policy);
	else
		table_none(t);
	for (size_t k = 0; k < view->n_keys; k++) {
		const struct selected_axis *axis = selected_axis(p, view->keys[k]);

		if (axis)
			table_cell(t, "%s", axis->value);
		else
			table_none(t);
	}
}

static void number_cell(struct table *t, double value, int decimals)
{
	if (isnan(value))
		table_none(t);
	else
		table_cell(t, "%.*f", decimals, value);
}

static void print_metrics(const struct summary *view, FILE *out)
{
	struct table t = {0};

	add_point_columns(&t, view);
	table_column(&t, "runs", TABLE_RIGHT);
	for (size_t c = 0; c < HZ_ARRAY_SIZE(columns); c++)
		table_column(&t, columns[c].heading, TABLE_RIGHT);
	for (size_t i = 0; i < view->scenario->points; i++) {
		const struct selected_point *p = &view->scenario->point[i];

		add_point_cells(&t, view, i);
		table_cell(&t, "%u/%u", p->done, p->planned);
		for (size_t c = 0; c < HZ_ARRAY_SIZE(columns); c++) {
			const struct measure *m = measures_get(&view->measures[i], columns[c].metric);
			char text[INTERVAL_SIZE];

			if (m && columns[c].interval)
				table_cell(&t, "%s", interval_format(text, m->mean * columns[c].scale,
								     m->half_width * columns[c].scale));
			else
				number_cell(&t, m ? m->mean * columns[c].scale : NAN, columns[c].decimals);
		}
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
	number_cell(t, d->mean * scale, decimals);
	number_cell(t, d->p50 * scale, decimals);
	number_cell(t, d->p99 * scale, decimals);
	number_cell(t, d->max * scale, decimals);
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
		number_cell(&t, isnan(z->acquisitions) && view->scenario->point[i].done ? 0 : z->acquisitions, 0);
		number_cell(&t, z->acquisitions > 0 ? 100 * z->contended / z->acquisitions : NAN, 2);
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

static int print_scenario(struct store *s, const struct selected_scenario *scenario, FILE *out, struct error *e)
{
	struct summary view = {.scenario = scenario};
	int rc = 0;

	view.measures = xcalloc(scenario->points, sizeof *view.measures);
	view.n_keys = selected_keys(scenario, &view.keys);
	for (size_t i = 0; !rc && i < scenario->points; i++)
		rc = measures_load(s, scenario->point[i].id, &view.measures[i], e);
	for (size_t i = 0; i < scenario->points; i++)
		view.unsteady += !is_steady(&view.measures[i]);
	if (!rc) {
		fprintf(out, "%s%s%s\n\n", scenario->name, scenario->title[0] ? ": " : "", scenario->title);
		print_metrics(&view, out);
		print_zone_lock(&view, out);
		print_notes(&view, out);
	}
	for (size_t i = 0; i < scenario->points; i++)
		measures_fini(&view.measures[i]);
	free(view.measures);
	free(view.keys);
	return rc;
}

int summary_print(struct store *s, const struct selection *which, FILE *out, struct error *e)
{
	struct selected found;
	int rc = selection_find(which, s, &found, e);

	for (size_t i = 0; !rc && i < found.scenarios; i++) {
		if (i)
			fputc('\n', out);
		rc = print_scenario(s, &found.scenario[i], out, e);
	}
	selected_fini(&found);
	return rc;
}
