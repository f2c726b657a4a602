/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A swept key. */
struct axis {
	const struct assignment *values;
	const struct zip *zip;    /* or NULL */
	size_t dimension;
};

/* Axes that vary together; alone or zipped. */
struct span {
	size_t length;
	size_t index;             /* while counting through the points */
};

struct expansion {
	struct plan *plan;
	const struct plan_options *options;
	const char *file;
	struct axis *axis;
	size_t axes;
	struct span *dimension;
	size_t dimensions;
	struct error *e;
};

static const struct assignment *effective(const struct scenario *s, size_t key)
{
	const struct assignment *a = overrides_get(&s->set, key);

	return a ? a : overrides_get(&s->base, key);
}

static const struct zip *zip_of(const struct scenario *s, size_t key)
{
	for (size_t i = 0; i < s->zips; i++)
		for (size_t j = 0; j < s->zip[i].keys; j++)
			if (s->zip[i].key[j] == key)
				return &s->zip[i];
	return NULL;
}

static int add_axis(struct expansion *x, const struct assignment *a)
{
	struct axis *axis = &x->axis[x->axes];

	*axis = (struct axis){.values = a, .zip = zip_of(&x->plan->scenario, a->key), .dimension = x->dimensions};
	for (size_t i = 0; axis->zip && i < x->axes; i++) {
		if (x->axis[i].zip != axis->zip)
			continue;
		axis->dimension = x->axis[i].dimension;
		if (x->dimension[axis->dimension].length != a->choices)
			return place_error(&axis->zip->place, x->e,
					   "zip: %s has %zu values and %s has %zu; "
					   "keys that vary together need the same number",
					   keys[x->axis[i].values->key].path, x->dimension[axis->dimension].length,
					   keys[a->key].path, a->choices);
	}
	if (axis->dimension == x->dimensions)
		x->dimension[x->dimensions++].length = a->choices;
	x->axes++;
	return 0;
}

/* Every key of a zip group is swept, unless --set fixes it, and is in no other group. */
static int check_zips(struct expansion *x)
{
	const struct scenario *s = &x->plan->scenario;

	for (size_t i = 0; i < s->zips; i++)
		for (size_t j = 0; j < s->zip[i].keys; j++) {
			const struct assignment *a = overrides_get(&s->base, s->zip[i].key[j]);
			const char *path = keys[s->zip[i].key[j]].path;

			if (!overrides_get(&s->set, s->zip[i].key[j]) && (!a || !a->sweep))
				return place_error(&s->zip[i].place, x->e, "zip: %s has no list of values", path);
			if (zip_of(s, s->zip[i].key[j]) != &s->zip[i])
				return place_error(&s->zip[i].place, x->e, "zip: %s is in two groups", path);
			for (size_t l = 0; l < j; l++)
				if (s->zip[i].key[l] == s->zip[i].key[j])
					return place_error(&s->zip[i].place, x->e, "zip: %s is in the group twice",
							   path);
		}
	return 0;
}

static int check_policies(struct expansion *x)
{
	const struct scenario *s = &x->plan->scenario;

	for (size_t i = 0; i < s->policies; i++)
		for (size_t j = 0; j < s->policy[i].set.items; j++) {
			const struct assignment *a = &s->policy[i].set.item[j];
			const struct assignment *swept = overrides_get(&s->base, a->key);

			if (!overrides_get(&s->set, a->key) && swept && swept->sweep)
				return place_error(&a->place, x->e, "policy '%s' fixes %s, which line %lu sweeps",
						   s->policy[i].name, keys[a->key].path, swept->place.line);
		}
	return 0;
}

static int find_axes(struct expansion *x)
{
	const struct scenario *s = &x->plan->scenario;
	size_t points = s->policies ? s->policies : 1;
	int status = 0;

	x->axis = xcalloc(s->base.items + s->set.items + 1, sizeof *x->axis);
	x->dimension = xcalloc(s->base.items + s->set.items + 1, sizeof *x->dimension);
	for (size_t i = 0; i < s->base.items && !status; i++) {
		const struct assignment *a = effective(s, s->base.item[i].key);

		if (a->sweep)
			status = add_axis(x, a);
	}
	for (size_t i = 0; i < s->set.items && !status; i++)
		if (s->set.item[i].sweep && !overrides_get(&s->base, s->set.item[i].key))
			status = add_axis(x, &s->set.item[i]);
	for (size_t i = 0; i < x->dimensions && !status; i++) {
		points *= x->dimension[i].length;
		if (points > PLAN_POINTS_MAX)
			status = error_at(x->e, x->file, 0, 0, "more than %d points", PLAN_POINTS_MAX);
	}
	return status;
}

/* The settings that hold in the current point. */
static void choose(const struct expansion *x, const struct variant *policy, const struct setting **chosen)
{
	const struct scenario *s = &x->plan->scenario;

	for (size_t i = 0; i < s->base.items; i++)
		chosen[s->base.item[i].key] = &s->base.item[i].choice[0];
	for (size_t i = 0; policy && i < policy->set.items; i++)
		chosen[policy->set.item[i].key] = &policy->set.item[i].choice[0];
	for (size_t i = 0; i < s->set.items; i++)
		chosen[s->set.item[i].key] = &s->set.item[i].choice[0];
	for (size_t i = 0; i < x->axes; i++)
		chosen[x->axis[i].values->key] = &x->axis[i].values->choice[x->dimension[x->axis[i].dimension].index];
}

/* "rate" for load.rate, or the whole path where another axis ends in the same word. */
static const char *short_name(const struct expansion *x, size_t key)
{
	const char *dot = strrchr(keys[key].path, '.'), *name = dot ? dot + 1 : keys[key].path;

	for (size_t i = 0; i < x->axes; i++) {
		const char *path = keys[x->axis[i].values->key].path, *other = strrchr(path, '.');

		if (x->axis[i].values->key != key && !strcmp(other ? other + 1 : path, name))
			return keys[key].path;
	}
	return name;
}

static void describe(const struct expansion *x, const struct variant *policy, struct point *pt)
{
	struct text label = {0};

	pt->policy = xstrdup(policy ? policy->name : "");
	pt->axis = xcalloc(x->axes + 1, sizeof *pt->axis);
	if (policy)
		text_add(&label, "%s", policy->name);
	for (size_t i = 0; i < x->axes; i++) {
		size_t k = x->axis[i].values->key;
		const struct value *v = &pt->key[k].value;

		pt->axis[pt->axes++] = (struct point_axis){k, v->text,
							   v->quantity.dimension ? v->quantity.value : (double)NAN};
		text_add(&label, "%s%s=%s", label.len ? " " : "", short_name(x, k), v->text);
	}
	pt->label = label.s ? label.s : xstrdup(x->plan->scenario.name);
}

static int passes(const struct expansion *x, const struct point *pt, bool *pass)
{
	const struct scenario *s = &x->plan->scenario;
	struct where_point view = {.policy = pt->policy, .machine = &pt->params.machine};
	struct value *values;
	struct error why;
	int status;

	*pass = true;
	if (!s->where)
		return 0;
	values = xcalloc(keys_count, sizeof *values);
	for (size_t k = 0; k < keys_count; k++)
		values[k] = pt->key[k].value;
	view.value = values;
	status = where_test(s->where, &view, pass, &why);
	free(values);
	return status ? place_error(&s->where_place, x->e, "where: %s", why.text) : 0;
}

/* Resolve the current point and keep it if the filter lets it pass. */
static int add_point(struct expansion *x, const struct variant *policy)
{
	const struct setting **chosen = xcalloc(keys_count, sizeof *chosen);
	struct plan *plan = x->plan;
	struct point pt = {0};
	struct error why;
	bool pass = false;
	int status;

	choose(x, policy, chosen);
	status = point_resolve(&pt, chosen, &plan->shelf, x->file, x->e);
	free(chosen);
	if (!status) {
		describe(x, policy, &pt);
		status = passes(x, &pt, &pass);
	}
	if (!status && pass && x->options->check && x->options->check(&pt.params, &why))
		status = error_at(x->e, x->file, 0, 0, "point '%s': %s", pt.label, why.text);
	if (status || !pass) {
		plan->dropped += !status;
		point_fini(&pt);
		return status;
	}
	plan->point = xrealloc(plan->point, (plan->points + 1) * sizeof *plan->point);
	plan->point[plan->points++] = pt;
	return 0;
}

/* Next combination, the last dimension fastest; false after the last one. */
static bool advance(struct expansion *x)
{
	for (size_t i = x->dimensions; i-- > 0;) {
		if (++x->dimension[i].index < x->dimension[i].length)
			return true;
		x->dimension[i].index = 0;
	}
	return false;
}

static int compare_hashes(const void *a, const void *b)
{
	const struct point *const *left = a, *const *right = b;

	return strcmp((*left)->hash, (*right)->hash);
}

static int check_distinct(const struct expansion *x)
{
	const struct plan *plan = x->plan;
	const struct point **sorted = xcalloc(plan->points, sizeof *sorted);
	int status = 0;

	for (size_t i = 0; i < plan->points; i++)
		sorted[i] = &plan->point[i];
	qsort(sorted, plan->points, sizeof *sorted, compare_hashes);
	for (size_t i = 1; i < plan->points && !status; i++)
		if (!strcmp(sorted[i - 1]->hash, sorted[i]->hash))
			status = error_at(x->e, x->file, 0, 0, "the points '%s' and '%s' are the same in every key",
					  sorted[i - 1]->label, sorted[i]->label);
	free(sorted);
	return status;
}

static int expand(struct expansion *x)
{
	const struct scenario *s = &x->plan->scenario;
	size_t policies = s->policies ? s->policies : 1;
	int status = check_zips(x);

	if (!status)
		status = check_policies(x);
	if (!status)
		status = find_axes(x);
	for (size_t i = 0; i < policies && !status; i++)
		do
			status = add_point(x, s->policies ? &s->policy[i] : NULL);
		while (advance(x) && !status);
	if (!status && !x->plan->points)
		status = place_error(&s->where_place, x->e, "where: no point passes");
	return status ? status : check_distinct(x);
}

int plan_load(struct plan *plan, const char *path, const struct plan_options *options, struct error *e)
{
	struct expansion x = {.plan = plan, .options = options, .file = path, .e = e};
	int status;

	*plan = (struct plan){.shelf.dir = options->models};
	status = scenario_read(&plan->scenario, path, e);
	for (size_t i = 0; i < options->sets && !status; i++)
		status = scenario_set(&plan->scenario, options->set[i], e);
	if (!status)
		status = expand(&x);
	free(x.axis);
	free(x.dimension);
	return status;
}

void plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < plan->points; i++)
		point_fini(&plan->point[i]);
	free(plan->point);
	model_shelf_fini(&plan->shelf);
	scenario_fini(&plan->scenario);
	*plan = (struct plan){0};
}

void plan_print(const struct plan *plan, FILE *out)
{
	const struct scenario *s = &plan->scenario;

	fprintf(out, "%s: %zu point%s, %u repetition%s each", s->name, plan->points, plan->points == 1 ? "" : "s",
		s->repetitions, s->repetitions == 1 ? "" : "s");
	if (plan->dropped)
		fprintf(out, "; %zu left out by 'where'", plan->dropped);
	fputc('\n', out);
	for (size_t i = 0; i < plan->points; i++)
		fprintf(out, "%4zu  %s\n", i + 1, plan->point[i].label);
}

/* As YAML: plain where that is unmistakable, else in double quotes as in JSON. */
static void add_yaml(struct text *t, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/%+-";

	if (*s && *s != '-' && *s != '%' && !s[strspn(s, plain)])
		text_add(t, "%s", s);
	else
		text_add_json(t, s);
}

static void print_key(const struct key *key, const struct resolved *r, FILE *out)
{
	struct text value = {0};

	add_yaml(&value, r->value.text);
	fprintf(out, "%s: %s  # %s", key->path, text_str(&value), r->from.place.file);
	if (r->from.place.line)
		fprintf(out, ":%lu", r->from.place.line);
	if (r->from.source)
		fprintf(out, " (%s%s", r->from.status ? r->from.status : "", r->from.status ? ": " : "");
	for (const char *c = r->from.source; c && *c; c++)
		fputc(*c == '\n' ? ' ' : *c, out);
	fputs(r->from.source ? ")\n" : "\n", out);
	text_fini(&value);
}

void plan_print_config(const struct plan *plan, FILE *out)
{
	struct text name = {0};

	add_yaml(&name, plan->scenario.name);
	for (size_t i = 0; i < plan->points; i++) {
		const struct point *pt = &plan->point[i];

		fprintf(out, "%s# point %zu of %zu: %s\n# hash: %s\nscenario: %s\nrepetitions: %u\n", i ? "---\n" : "",
			i + 1, plan->points, pt->label, pt->hash, text_str(&name), plan->scenario.repetitions);
		for (size_t k = 0; k < keys_count; k++)
			if (pt->key[k].value.text)
				print_key(&keys[k], &pt->key[k], out);
	}
	text_fini(&name);
}
