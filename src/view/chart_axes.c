/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/chart_axes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Growing list of distinct words in order of first appearance. */
struct words {
	char **word;
	size_t n;
};

static size_t word_index(struct words *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (!strcmp(w->word[i], word))
			return i;
	w->word = xrealloc(w->word, (w->n + 1) * sizeof *w->word);
	w->word[w->n] = xstrdup(word);
	return w->n++;
}

static void words_fini(struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->word[i]);
	free(w->word);
	*w = (struct words){0};
}

static const char *value_of(const struct selected_point *p, const char *key)
{
	const struct selected_axis *axis = key ? selected_axis(p, key) : NULL;

	return axis ? axis->value : "";
}

/* Of all points that have the key, or of all points when some point without a workload of its own has not. */
static struct words values_of(const struct selected_scenario *scenario, const char *key)
{
	struct words w = {0};

	for (size_t i = 0; i < scenario->points; i++)
		if (selected_axis(&scenario->point[i], key) || !*scenario->point[i].workload)
			word_index(&w, value_of(&scenario->point[i], key));
	return w;
}

static size_t count_values(const struct selected_scenario *scenario, const char *key)
{
	struct words w = values_of(scenario, key);
	size_t n = w.n;

	words_fini(&w);
	return n;
}

/* "25Gbit/s" is 25 and "Gbit/s". Returns 0 when it does not start with a number. */
static int split(const char *value, double *number, const char **unit)
{
	char *end;

	*number = strtod(value, &end);
	*unit = end + strspn(end, " ");
	return end != value && isfinite(*number);
}

static int number_order(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* Values that grow by a factor, over a wide range, stand on a logarithmic axis with a tic at each. */
static void find_scale(struct chart_axes *a, struct text *tics)
{
	double *x = xcalloc(a->scenario->points + 1, sizeof *x);
	size_t n = 0, distinct = 0;

	for (size_t i = 0; i < a->scenario->points; i++)
		if (!a->place[i].left_out)
			x[n++] = a->place[i].x;
	qsort(x, n, sizeof *x, number_order);
	for (size_t i = 0; i < n; i++)
		if (!distinct || x[i] > x[distinct - 1])
			x[distinct++] = x[i];
	a->x_log = distinct >= CHART_LOG_VALUES && x[0] > 0 && x[distinct - 1] >= CHART_LOG_SPAN * x[0];
	for (size_t i = 1; a->x_log && i < distinct; i++)
		a->x_log = x[i] >= CHART_LOG_STEP * x[i - 1];
	for (size_t i = 0; a->x_log && i < distinct; i++)
		text_add(tics, "%s%.10g%s", i ? ", " : "(", x[i], i + 1 == distinct ? ")" : "");
	free(x);
}

/* Put the x axis on the number in front of the unit when every value has the same unit, else on the number in the
 * key's base unit scaled to the first value's, else on the order of appearance with the values as labels. */
static void place_x(struct chart_axes *a, const char *key, const char *name)
{
	const struct selected_scenario *scenario = a->scenario;
	const char *unit = NULL, *own;
	double scale = NAN, number;
	int numeric = 1, same_unit = 1;
	struct text label = {0}, tics = {0};
	struct words w = values_of(scenario, key);

	for (size_t i = 0; i < scenario->points; i++) {
		const struct selected_axis *axis = selected_axis(&scenario->point[i], key);

		if (a->place[i].left_out)
			continue;
		if (!axis || !split(axis->value, &number, &own)) {
			numeric = 0;
			break;
		}
		if (!unit) {
			unit = own;
			scale = axis->number / number;
		}
		same_unit &= !strcmp(unit, own);
		numeric &= same_unit || (isfinite(scale) && scale > 0 && isfinite(axis->number));
	}
	for (size_t i = 0; i < scenario->points; i++) {
		const struct selected_axis *axis = selected_axis(&scenario->point[i], key);

		if (a->place[i].left_out)
			continue;
		if (numeric && same_unit)
			split(axis->value, &a->place[i].x, &own);
		else if (numeric)
			a->place[i].x = axis->number / scale;
		else
			a->place[i].x = (double)word_index(&w, value_of(&scenario->point[i], key)) + 1;
	}
	text_add(&label, "%s", name);
	if (numeric && *unit)
		text_add(&label, " (%s)", unit);
	for (size_t i = 0; !numeric && i < w.n; i++) {
		text_add(&tics, i ? ", " : "(");
		text_add_json(&tics, w.word[i]);
		text_add(&tics, " %zu%s", i + 1, i + 1 == w.n ? ")" : "");
	}
	if (numeric)
		find_scale(a, &tics);
	a->x_label = label.s;
	a->x_tics = xstrdup(text_str(&tics));
	text_fini(&tics);
	words_fini(&w);
}

/* Nothing was swept: the policies stand along the x axis themselves. */
static void place_policies(struct chart_axes *a)
{
	struct words w = {0};
	struct text tics = {0};

	for (size_t i = 0; i < a->scenario->points; i++)
		a->place[i].x = (double)word_index(&w, a->scenario->point[i].policy) + 1;
	for (size_t i = 0; i < w.n; i++) {
		text_add(&tics, i ? ", " : "(");
		text_add_json(&tics, w.word[i]);
		text_add(&tics, " %zu", i + 1);
	}
	text_add(&tics, ")");
	a->x_label = xstrdup("policy");
	a->x_tics = tics.s;
	words_fini(&w);
}

/* A panel for each workload, since their metrics differ, else for each value of a key. */
static void place_panels(struct chart_axes *a, int workloads, const char *key, const char *name)
{
	struct words w = {0};

	for (size_t i = 0; i < a->scenario->points; i++) {
		struct text title = {0};

		if (a->place[i].left_out)
			continue;
		if (workloads)
			text_add(&title, "%s", a->scenario->point[i].workload);
		else if (key)
			text_add(&title, "%s = %s", name, value_of(&a->scenario->point[i], key));
		a->place[i].panel = word_index(&w, text_str(&title));
		text_fini(&title);
	}
	a->panel = w.word;
	a->panels = w.n;
}

static void place_series(struct chart_axes *a, const char *x_key, const char *panel_key, const char **keys, size_t n)
{
	struct words w = {0};

	for (size_t i = 0; i < a->scenario->points; i++) {
		const struct selected_point *p = &a->scenario->point[i];
		struct text name = {0};

		if (a->place[i].left_out)
			continue;
		if (x_key)
			text_add(&name, "%s", p->policy);
		for (size_t k = 0; k < n; k++)
			if (keys[k] != x_key && keys[k] != panel_key && (selected_axis(p, keys[k]) || !*p->workload))
				text_add(&name, "%s%s = %s", name.len ? ", " : "", selected_key_name(keys[k], keys, n),
					 value_of(p, keys[k]));
		a->place[i].series = word_index(&w, text_str(&name));
		text_fini(&name);
	}
	a->series = w.word;
	a->n_series = w.n;
}

/* A workload that does not vary in the key on the x axis has no place there. */
static void leave_out(struct chart_axes *a, const char *x_key)
{
	struct words w = {0};
	struct text names = {0};

	for (size_t i = 0; i < a->scenario->points; i++) {
		const struct selected_point *p = &a->scenario->point[i];

		a->place[i].left_out = *p->workload && !selected_axis(p, x_key);
		if (a->place[i].left_out)
			word_index(&w, p->workload);
	}
	for (size_t i = 0; i < w.n; i++)
		text_add(&names, "%s%s", i ? ", " : "", w.word[i]);
	free(a->left_out);
	a->left_out = xstrdup(text_str(&names));
	text_fini(&names);
	words_fini(&w);
}

static int several_workloads(const struct selected_scenario *scenario)
{
	for (size_t i = 1; i < scenario->points; i++)
		if (strcmp(scenario->point[i].workload, scenario->point[0].workload))
			return 1;
	return 0;
}

int chart_axes_init(struct chart_axes *a, const struct selected_scenario *scenario, const char *wanted, struct error *e)
{
	const char **keys, *x_key = NULL, *panel_key = NULL;
	size_t n = selected_keys(scenario, &keys);
	int workloads = several_workloads(scenario);

	*a = (struct chart_axes){.scenario = scenario};
	for (size_t k = 0; k < n; k++) {
		const char *name = selected_key_name(keys[k], keys, n);

		if (wanted ? !strcmp(wanted, keys[k]) || !strcmp(wanted, name) :
		    !x_key || count_values(scenario, keys[k]) > count_values(scenario, x_key))
			x_key = keys[k];
	}
	if (wanted && !x_key) {
		const char *near = text_nearest(wanted, keys, n);

		error_set(e, HZ_USER, "%s was not swept in %s%s%s%s", wanted, scenario->name,
			  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		free(keys);
		return HZ_USER;
	}
	for (size_t k = 0; k < n && !workloads; k++)
		if (keys[k] != x_key && !panel_key && count_values(scenario, keys[k]) <= CHART_PANELS_MAX)
			panel_key = keys[k];
	a->place = xcalloc(scenario->points, sizeof *a->place);
	a->peak = xstrdup("");
	a->left_out = xstrdup("");
	if (x_key)
		leave_out(a, x_key);
	if (x_key)
		place_x(a, x_key, selected_key_name(x_key, keys, n));
	else
		place_policies(a);
	place_panels(a, workloads, panel_key, panel_key ? selected_key_name(panel_key, keys, n) : "");
	place_series(a, x_key, panel_key, keys, n);
	free(keys);
	return 0;
}

/* The policies that stood along the x axis are lines of their own now. */
static void policies_to_series(struct chart_axes *a)
{
	struct words w = {0};

	for (size_t i = 0; i < a->n_series; i++)
		free(a->series[i]);
	free(a->series);
	for (size_t i = 0; i < a->scenario->points; i++) {
		a->place[i].series = word_index(&w, a->scenario->point[i].policy);
		a->place[i].x = 1;
	}
	a->series = w.word;
	a->n_series = w.n;
}

void chart_axes_peak(struct chart_axes *a)
{
	const struct selected_scenario *scenario = a->scenario;
	size_t last = a->panels - 1, at = 0;
	double most = -INFINITY;
	const char **keys;
	size_t n = selected_keys(scenario, &keys);
	struct text peak = {0};

	if (!n)
		policies_to_series(a);
	for (size_t i = 0; i < scenario->points; i++)
		if (!a->place[i].left_out && a->place[i].panel == last && a->place[i].x > most) {
			most = a->place[i].x;
			at = i;
		}
	for (size_t i = 0; i < scenario->points; i++) {
		a->place[i].left_out = a->place[i].left_out || a->place[i].panel != last || a->place[i].x < most;
		a->place[i].panel = 0;
	}
	if (several_workloads(scenario))
		text_add(&peak, "workload = %s", scenario->point[at].workload);
	for (size_t k = 0; k < n; k++)
		if (selected_axis(&scenario->point[at], keys[k]) || !*scenario->point[at].workload)
			text_add(&peak, "%s%s = %s", peak.len ? ", " : "", selected_key_name(keys[k], keys, n),
				 value_of(&scenario->point[at], keys[k]));
	for (size_t i = 0; i < a->panels; i++)
		free(a->panel[i]);
	a->panel[0] = xstrdup("");
	a->panels = 1;
	free(a->peak);
	a->peak = xstrdup(text_str(&peak));
	text_fini(&peak);
	free(keys);
}

void chart_axes_situations(struct chart_axes *a)
{
	const struct selected_scenario *scenario = a->scenario;
	struct words situations = {0}, policies = {0};
	struct text tics = {0};

	for (size_t i = 0; i < scenario->points; i++) {
		const struct selected_point *p = &scenario->point[i];

		a->place[i].panel = 0;
		a->place[i].x = (double)word_index(&situations, *p->situation ? p->situation : scenario->name) + 1;
		a->place[i].left_out = !strcmp(p->policy, scenario->base_policy);
		if (!a->place[i].left_out)
			a->place[i].series = word_index(&policies, p->policy);
	}
	for (size_t i = 0; i < situations.n; i++) {
		text_add(&tics, i ? ", " : "(");
		text_add_json(&tics, situations.word[i]);
		text_add(&tics, " %zu%s", i + 1, i + 1 == situations.n ? ")" : "");
	}
	for (size_t i = 0; i < a->n_series; i++)
		free(a->series[i]);
	free(a->series);
	a->series = policies.word;
	a->n_series = policies.n;
	free(a->x_tics);
	a->x_tics = tics.s;
	free(a->x_label);
	a->x_label = xstrdup("");
	free(a->left_out);
	a->left_out = xstrdup("");
	for (size_t i = 0; i < a->panels; i++)
		free(a->panel[i]);
	a->panel[0] = xstrdup("");
	a->panels = 1;
	words_fini(&situations);
}

void chart_axes_fini(struct chart_axes *a)
{
	for (size_t i = 0; i < a->panels; i++)
		free(a->panel[i]);
	for (size_t i = 0; i < a->n_series; i++)
		free(a->series[i]);
	free(a->panel);
	free(a->series);
	free(a->place);
	free(a->x_label);
	free(a->x_tics);
	free(a->left_out);
	free(a->peak);
	*a = (struct chart_axes){0};
}
