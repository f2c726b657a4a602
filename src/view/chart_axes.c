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

static struct words values_of(const struct selected_scenario *scenario, const char *key)
{
	struct words w = {0};

	for (size_t i = 0; i < scenario->points; i++)
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
	a->x_label = label.s;
	a->x_tics = xstrdup(text_str(&tics));
	text_fini(&tics);
	words_fini(&w);
}

/* Nothing but policies was compared: they stand along the x axis themselves. */
static void place_policies(struct chart_axes *a)
{
	struct text tics = {0};

	for (size_t i = 0; i < a->scenario->points; i++) {
		a->place[i].x = (double)i + 1;
		text_add(&tics, i ? ", " : "(");
		text_add_json(&tics, a->scenario->point[i].policy);
		text_add(&tics, " %zu", i + 1);
	}
	text_add(&tics, ")");
	a->x_label = xstrdup("policy");
	a->x_tics = tics.s;
}

static void place_panels(struct chart_axes *a, const char *key, const char *name)
{
	struct words w = {0};

	for (size_t i = 0; i < a->scenario->points; i++) {
		struct text title = {0};

		if (key)
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

		if (x_key)
			text_add(&name, "%s", p->policy);
		for (size_t k = 0; k < n; k++)
			if (keys[k] != x_key && keys[k] != panel_key)
				text_add(&name, "%s%s = %s", name.len ? ", " : "", selected_key_name(keys[k], keys, n),
					 value_of(p, keys[k]));
		a->place[i].series = word_index(&w, text_str(&name));
		text_fini(&name);
	}
	a->series = w.word;
	a->n_series = w.n;
}

int chart_axes_init(struct chart_axes *a, const struct selected_scenario *scenario, const char *wanted, struct error *e)
{
	const char **keys, *x_key = NULL, *panel_key = NULL;
	size_t n = selected_keys(scenario, &keys);

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
	for (size_t k = 0; k < n; k++)
		if (keys[k] != x_key && !panel_key && count_values(scenario, keys[k]) <= CHART_PANELS_MAX)
			panel_key = keys[k];
	a->place = xcalloc(scenario->points, sizeof *a->place);
	a->peak = xstrdup("");
	if (x_key)
		place_x(a, x_key, selected_key_name(x_key, keys, n));
	else
		place_policies(a);
	place_panels(a, panel_key, panel_key ? selected_key_name(panel_key, keys, n) : "");
	place_series(a, x_key, panel_key, keys, n);
	free(keys);
	return 0;
}

void chart_axes_peak(struct chart_axes *a)
{
	const struct selected_scenario *scenario = a->scenario;
	size_t last = a->panels - 1, at = 0;
	double most = -INFINITY;
	const char **keys;
	size_t n = selected_keys(scenario, &keys);
	struct text peak = {0};

	for (size_t i = 0; i < scenario->points; i++)
		if (a->place[i].panel == last && a->place[i].x > most) {
			most = a->place[i].x;
			at = i;
		}
	/* Policies along the x axis: each is a line of its own now. */
	if (!n)
		for (size_t i = 0; i < scenario->points; i++)
			a->place[i] = (struct chart_place){.series = i, .x = most};
	if (!n) {
		for (size_t i = 0; i < a->n_series; i++)
			free(a->series[i]);
		a->n_series = scenario->points;
		a->series = xrealloc(a->series, a->n_series * sizeof *a->series);
		for (size_t i = 0; i < a->n_series; i++)
			a->series[i] = xstrdup(scenario->point[i].policy);
	}
	for (size_t i = 0; i < scenario->points; i++) {
		a->place[i].left_out = a->place[i].panel != last || a->place[i].x < most;
		a->place[i].panel = 0;
	}
	for (size_t k = 0; k < n; k++)
		text_add(&peak, "%s%s = %s", k ? ", " : "", selected_key_name(keys[k], keys, n),
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
	free(a->peak);
	*a = (struct chart_axes){0};
}
