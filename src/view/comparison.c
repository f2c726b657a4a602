/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/interval.h"
#include "store/statement.h"
#include "view/metric.h"
#include "view/table.h"

#define NOWHERE ((size_t)-1)

/* A metric that the scenario shows. */
struct shown {
	char *metric, *place;
};

/* The points, a row per situation and a column per policy. */
struct grid {
	const struct comparison *c;
	const char **policy;        /* the policy of comparison first */
	size_t policies;
	int based;                  /* policy[0] is it; else no point has it */
	size_t rows;
	size_t *point;              /* [row * policies + policy]: index, or NOWHERE */
	struct paired *pairs;       /* the same, with policy[0] */
	const char **keys;
	size_t n_keys;
	struct shown *shown;
	size_t n_shown;
	unsigned seen;              /* verdicts that a cell has shown, bit per enum paired_verdict */
	int intervals;              /* some cell has shown an interval */
};

enum column_kind { COLUMN_VALUE, COLUMN_CHANGE, COLUMN_SHOWN };

struct column {
	enum column_kind kind;
	size_t policy, shown;
};

static size_t find_word(const char *const *words, size_t n, const char *word)
{
	size_t i = 0;

	while (i < n && strcmp(words[i], word))
		i++;
	return i;
}

static void find_policies(struct grid *g)
{
	const struct selected_scenario *scenario = g->c->scenario;

	g->policy = xcalloc(scenario->points + 1, sizeof *g->policy);
	g->policy[0] = scenario->base_policy;
	for (size_t i = 0; i < scenario->points; i++)
		g->based |= !strcmp(scenario->point[i].policy, scenario->base_policy);
	g->policies = (size_t)g->based;
	for (size_t i = 0; i < scenario->points; i++)
		if (find_word(g->policy, g->policies, scenario->point[i].policy) == g->policies)
			g->policy[g->policies++] = scenario->point[i].policy;
}

static void find_rows(struct grid *g)
{
	const struct selected_scenario *scenario = g->c->scenario;
	const char **situation = xcalloc(scenario->points + 1, sizeof *situation);

	g->point = xcalloc(scenario->points * g->policies + 1, sizeof *g->point);
	for (size_t i = 0; i < scenario->points; i++) {
		const struct selected_point *p = &scenario->point[i];
		size_t row = find_word(situation, g->rows, p->situation);

		if (row == g->rows) {
			situation[g->rows++] = p->situation;
			for (size_t k = 0; k < g->policies; k++)
				g->point[row * g->policies + k] = NOWHERE;
		}
		g->point[row * g->policies + find_word(g->policy, g->policies, p->policy)] = i;
	}
	free(situation);
}

static const struct primary *primary_of(const struct grid *g, size_t point)
{
	return point == NOWHERE ? NULL : measures_primary(&g->c->measures[point], g->c->scenario->point[point].load);
}

/* What the row's cycles are per: that of the first point that has a metric. */
static const struct primary *primary_of_row(const struct grid *g, size_t row)
{
	const struct primary *found = NULL;

	for (size_t k = 0; !found && k < g->policies; k++)
		found = primary_of(g, g->point[row * g->policies + k]);
	return found;
}

static int pair_all(struct grid *g, struct store *s, struct error *e)
{
	int rc = 0;

	g->pairs = xcalloc(g->rows * g->policies + 1, sizeof *g->pairs);
	for (size_t i = 0; !rc && g->based && i < g->rows * g->policies; i++) {
		const struct primary *primary = primary_of(g, g->point[i]);

		if (primary && i % g->policies)
			rc = measures_pair(s, g->c->scenario->point[g->point[i]].id, primary->metric, &g->pairs[i], e);
	}
	return rc;
}

static int find_shown(struct grid *g, struct store *s, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, "read scenario",
		"SELECT metric, place FROM scenario_show WHERE scenario = ? ORDER BY ordinal", e);

	if (!rc)
		statement_bind_int(&st, 1, g->c->scenario->id);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		g->shown = xrealloc(g->shown, (g->n_shown + 1) * sizeof *g->shown);
		g->shown[g->n_shown++] = (struct shown){xstrdup(statement_text(&st, 0)), xstrdup(statement_text(&st, 1))};
	}
	statement_fini(&st);
	return rc;
}

/* Are all rows in cycles per one thing? */
static const char *common_unit(const struct grid *g)
{
	const char *per = NULL;

	for (size_t i = 0; i < g->rows; i++) {
		const struct primary *primary = primary_of_row(g, i);

		if (primary && per && strcmp(per, primary->per))
			return NULL;
		if (primary)
			per = primary->per;
	}
	return per;
}

static void add_row_columns(const struct grid *g, struct table *t)
{
	table_column(t, "workload", TABLE_LEFT);
	for (size_t i = 0; i < g->n_keys; i++)
		table_column(t, selected_key_name(g->keys[i], g->keys, g->n_keys), TABLE_RIGHT);
	table_column(t, "cycles\nper", TABLE_LEFT);
}

static void add_row_cells(const struct grid *g, struct table *t, size_t row)
{
	const struct primary *primary = common_unit(g) ? NULL : primary_of_row(g, row);
	const struct selected_point *p = NULL;

	for (size_t k = 0; !p && k < g->policies; k++)
		if (g->point[row * g->policies + k] != NOWHERE)
			p = &g->c->scenario->point[g->point[row * g->policies + k]];
	if (p->workload[0])
		table_cell(t, "%s", p->workload);
	else
		table_none(t);
	for (size_t i = 0; i < g->n_keys; i++) {
		const struct selected_axis *axis = selected_axis(p, g->keys[i]);

		if (axis)
			table_cell(t, "%s", axis->value);
		else
			table_none(t);
	}
	if (primary)
		table_cell(t, "%s", primary->per);
	else
		table_none(t);
}

/* What the column says, under the policy's name where there are several. */
static void add_column(const struct grid *g, struct table *t, const struct column *column)
{
	const char *policy = g->policy[column->policy], *what = column->kind == COLUMN_VALUE ? "cycles" : "change %";
	struct text heading = {0};

	if (column->kind == COLUMN_SHOWN) {
		const struct metric_column *metric = metric_column_find(g->shown[column->shown].metric);

		what = metric ? metric->heading : g->shown[column->shown].metric;
	}
	text_add(&heading, "%s%s%s", policy, *policy ? "\n" : "", what);
	table_column(t, heading.s, TABLE_RIGHT);
	text_fini(&heading);
}

/* A matrix has no row per point to mark. */
static const char *unsteady_mark(const struct grid *g, size_t point)
{
	return g->c->matrix && measures_mean(&g->c->measures[point], "steady") < 1 ? "! " : "";
}

static void value_cell(const struct grid *g, struct table *t, size_t point)
{
	const struct primary *primary = primary_of(g, point);
	const struct measure *m = primary ? measures_get(&g->c->measures[point], primary->metric) : NULL;
	char text[INTERVAL_SIZE];

	if (m)
		table_cell(t, "%s%s", unsteady_mark(g, point),
			   interval_format(text, m->mean * primary->scale, m->half_width * primary->scale));
	else
		table_none(t);
}

static void change_cell(struct grid *g, struct table *t, size_t at)
{
	const struct paired *pairs = &g->pairs[at];
	double change, half_width;
	char text[INTERVAL_SIZE];

	if (!pairs->n) {
		table_none(t);
		return;
	}
	table_cell(t, "%s%s", unsteady_mark(g, g->point[at]), interval_format_change(text, pairs));
	g->seen |= 1u << paired_judge(pairs, &change, &half_width);
	g->intervals |= !isnan(half_width);
}

static void add_cell(struct grid *g, struct table *t, const struct column *column, size_t row)
{
	size_t at = row * g->policies + column->policy, point = g->point[at];

	if (point == NOWHERE) {
		table_none(t);
		return;
	}
	switch (column->kind) {
	case COLUMN_VALUE:
		value_cell(g, t, point);
		break;
	case COLUMN_CHANGE:
		change_cell(g, t, at);
		break;
	case COLUMN_SHOWN:
		metric_cell(t, metric_column_find(g->shown[column->shown].metric),
			    measures_get(&g->c->measures[point], g->shown[column->shown].metric));
		break;
	}
}

static struct table make_table(struct grid *g, const struct column *column, size_t n)
{
	struct table t = {0};

	add_row_columns(g, &t);
	for (size_t i = 0; i < n; i++)
		add_column(g, &t, &column[i]);
	for (size_t row = 0; row < g->rows; row++) {
		add_row_cells(g, &t, row);
		for (size_t i = 0; i < n; i++)
			add_cell(g, &t, &column[i], row);
	}
	return t;
}

static int fits(struct grid *g, const struct column *column, size_t n)
{
	struct table t = make_table(g, column, n);
	size_t width = table_width(&t);

	table_fini(&t);
	return width <= COMPARISON_WIDTH;
}

/* Columns that say the same of each policy; a matrix has the value that the changes are of among them. */
static size_t group_length(const struct grid *g, const struct column *column, size_t n)
{
	size_t length = 1;

	while (length < n && column[length].shown == column->shown &&
	       (column[length].kind == column->kind || (g->c->matrix && column[length].kind != COLUMN_SHOWN)))
		length++;
	return length;
}

/* How many of the columns go into the next table: whole groups as long as they fit, or what fits of the first. */
static size_t next_table(struct grid *g, const struct column *column, size_t n)
{
	size_t take = group_length(g, column, n);

	if (!fits(g, column, take)) {
		while (take > 1 && !fits(g, column, take))
			take--;
		return take;
	}
	while (take < n && fits(g, column, take + group_length(g, &column[take], n - take)))
		take += group_length(g, &column[take], n - take);
	return take;
}

static void print_columns(struct grid *g, const struct column *column, size_t n, FILE *out)
{
	for (size_t first = 0, take; first < n; first += take) {
		struct table t;

		take = next_table(g, &column[first], n - first);
		t = make_table(g, &column[first], take);
		fprintf(out, "\n");
		table_print(&t, out, 0);
		table_fini(&t);
	}
}

/* Values first, so that they stand beside each other; of a matrix only those that the changes are of. */
static size_t list_columns(const struct grid *g, struct column **columns)
{
	struct column *list = xcalloc(g->policies * (2 + g->n_shown) + 1, sizeof *list);
	size_t n = 0;

	for (size_t k = 0; k < g->policies; k++)
		if (!g->c->matrix || !k || !g->based)
			list[n++] = (struct column){.kind = COLUMN_VALUE, .policy = k};
	for (size_t k = 1; g->based && k < g->policies; k++)
		list[n++] = (struct column){.kind = COLUMN_CHANGE, .policy = k};
	for (size_t i = 0; i < g->n_shown; i++)
		for (size_t k = 0; k < g->policies; k++)
			list[n++] = (struct column){.kind = COLUMN_SHOWN, .policy = k, .shown = i};
	*columns = list;
	return n;
}

static void print_legend(const struct grid *g, FILE *out)
{
	if (!g->seen)
		return;
	fputc('\n', out);
	if (g->intervals)
		fprintf(out, "change: mean over the repetitions, paired, with its 95 %% interval\n");
	if (g->seen & 1u << PAIRED_NOISE)
		fprintf(out, "~  the interval contains 0: within the noise\n");
	if (g->seen & 1u << PAIRED_SAME)
		fprintf(out, "=  the same in every repetition\n");
	if (g->seen & 1u << PAIRED_UNKNOWN)
		fprintf(out, "?  fewer than %d pairs of repetitions: no interval, so no claim\n", PAIRED_MIN);
}

static void print_grid(struct grid *g, FILE *out)
{
	const char *per = common_unit(g);
	struct column *column;
	size_t n = list_columns(g, &column);

	fprintf(out, "%scycles%s%s", g->c->matrix ? "" : "\n", per ? " per " : "", per ? per : "");
	if (g->based && g->policies > 1)
		fprintf(out, ", and the change against %s", g->policy[0]);
	else if (g->policies > 1)
		fprintf(out, "; no point has %s, the policy of comparison", g->c->scenario->base_policy);
	fputc('\n', out);
	print_columns(g, column, n, out);
	print_legend(g, out);
	free(column);
}

/* Every metric that the scenario shows must be there, unless nothing is: then it is too early to tell. */
static int check_shown(const struct grid *g, struct store *s, struct error *e)
{
	struct metric_names names = {0};
	int rc = metric_names_load(s, g->c->scenario->id, &names, e);

	for (size_t i = 0; !rc && names.n && i < g->n_shown; i++) {
		const char *word = g->shown[i].metric, *near = metric_names_nearest(&names, word);

		if (!metric_names_have(&names, word))
			rc = error_set(e, HZ_USER, "%s: show: no run of %s has a metric '%s'%s%s%s", g->shown[i].place,
				       g->c->scenario->name, word, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	}
	metric_names_fini(&names);
	return rc;
}

int comparison_print(const struct comparison *c, struct store *s, FILE *out, struct error *e)
{
	struct grid g = {.c = c};
	int rc = find_shown(&g, s, e);

	find_policies(&g);
	find_rows(&g);
	g.n_keys = selected_keys(c->scenario, &g.keys);
	if (!rc)
		rc = pair_all(&g, s, e);
	if (!rc && (c->matrix || g.policies > 1 || g.n_shown)) {
		print_grid(&g, out);
		rc = check_shown(&g, s, e);
	}
	for (size_t i = 0; i < g.n_shown; i++) {
		free(g.shown[i].metric);
		free(g.shown[i].place);
	}
	free(g.shown);
	free(g.keys);
	free(g.pairs);
	free(g.point);
	free(g.policy);
	return rc;
}
