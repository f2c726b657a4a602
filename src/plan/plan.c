/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/axes.h"

struct expansion {
	struct plan *plan;
	const struct plan_options *options;
	const char *file;
	struct axes axes;
	unsigned loads;           /* mask of the load kinds seen so far */
	struct error *e;
};

/* Which policy and workload the current point has; NULL where the scenario names none. */
struct cell {
	const struct variant *policy, *workload;
	unsigned load;            /* mask of its load kind */
};

/* No variant fixes what the scenario sweeps. */
static int check_fixed(struct expansion *x, const char *what, const struct variants *v)
{
	const struct scenario *s = &x->plan->scenario;

	for (size_t i = 0; i < v->items; i++)
		for (size_t j = 0; j < v->item[i].set.items; j++) {
			const struct assignment *a = &v->item[i].set.item[j];
			const struct assignment *swept = overrides_get(&s->base, a->key);

			if (!overrides_get(&s->set, a->key) && swept && swept->sweep)
				return place_error(&a->place, x->e, "%s '%s' fixes %s, which line %lu%s%s sweeps", what,
						   v->item[i].name, keys[a->key].path, swept->place.line,
						   swept->place.file == a->place.file ? "" : " of ",
						   swept->place.file == a->place.file ? "" : swept->place.file);
		}
	return 0;
}

/* A key belongs to the policies or to the workloads: one inside the other would hide it. */
static int check_owners(struct expansion *x)
{
	const struct scenario *s = &x->plan->scenario;

	for (size_t i = 0; i < s->workloads.items; i++)
		for (size_t j = 0; j < s->workloads.item[i].set.items; j++) {
			const struct assignment *a = &s->workloads.item[i].set.item[j];

			for (size_t k = 0; k < s->policies.items; k++)
				if (overrides_get(&s->policies.item[k].set, a->key))
					return place_error(&a->place, x->e, "workload '%s' sets %s, which policy '%s' sets too",
							   s->workloads.item[i].name, keys[a->key].path, s->policies.item[k].name);
		}
	return 0;
}

static void choose_variant(const struct variant *v, const struct setting **chosen)
{
	for (size_t i = 0; v && i < v->set.items; i++)
		chosen[v->set.item[i].key] = &v->set.item[i].choice[0];
}

/* The settings that hold in the current point. */
static void choose(const struct expansion *x, const struct cell *cell, const struct setting **chosen)
{
	const struct scenario *s = &x->plan->scenario;

	for (size_t i = 0; i < s->base.items; i++)
		chosen[s->base.item[i].key] = &s->base.item[i].choice[0];
	choose_variant(cell->policy, chosen);
	choose_variant(cell->workload, chosen);
	for (size_t i = 0; i < s->set.items; i++)
		chosen[s->set.item[i].key] = &s->set.item[i].choice[0];
	axes_choose(&x->axes, chosen);
}

/* The chosen load kind as a mask; every load where none is chosen, which is for point_resolve to say. */
static unsigned load_of(const struct setting *const *chosen)
{
	size_t k = key_find("load.kind");
	unsigned load = (1u << LOAD_KINDS) - 1;
	struct error e;
	struct value v;

	if (chosen[k] && !key_parse(&keys[k], chosen[k]->text, &v, &e)) {
		load = KEY_USED_BY(v.quantity.whole);
		value_fini(&v);
	}
	return load;
}

/* With workloads, what the scenario, a policy or --set says is for those that use it. What a workload itself says must have a meaning. */
static int drop_unused(struct expansion *x, const struct cell *cell, const struct setting **chosen)
{
	for (size_t k = 0; k < keys_count; k++) {
		const struct assignment *own = overrides_get(&cell->workload->set, k);

		if (!chosen[k] || keys[k].used_by & cell->load)
			continue;
		if (own)
			return place_error(&own->place, x->e, "workload '%s': %s has no meaning under load: %s", cell->workload->name,
					   keys[k].path, chosen[key_find("load.kind")]->text);
		chosen[k] = NULL;
	}
	return 0;
}

static void describe(const struct expansion *x, const struct cell *cell, struct point *pt)
{
	struct text label = {0};

	pt->policy = xstrdup(cell->policy ? cell->policy->name : "");
	pt->workload = xstrdup(cell->workload ? cell->workload->name : "");
	pt->axis = xcalloc(x->axes.n + 1, sizeof *pt->axis);
	text_add(&label, "%s%s%s", pt->policy, *pt->policy && *pt->workload ? " " : "", pt->workload);
	for (size_t i = 0; i < x->axes.n; i++) {
		size_t k = x->axes.axis[i].values->key;
		const struct value *v = &pt->key[k].value;

		if (!v->text)
			continue;
		pt->axis[pt->axes++] = (struct point_axis){k, v->text,
							   v->quantity.dimension ? v->quantity.value : (double)NAN};
		text_add(&label, "%s%s=%s", label.len ? " " : "", axes_name(&x->axes, k), v->text);
	}
	if (!label.len)
		text_add(&label, "%s", x->plan->scenario.name);
	pt->label = label.s;
}

static int passes(const struct expansion *x, const struct point *pt, bool *pass)
{
	const struct scenario *s = &x->plan->scenario;
	struct where_point view = {.policy = pt->policy, .workload = pt->workload, .machine = &pt->params.machine};
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
	return status ? place_error(&s->where_place, x->e, "where: %s%s", why.text, *pt->workload ?
				    "; ask for the workload first: workload != a or ..." : "") : 0;
}

/* Resolve the current point and keep it if the filter lets it pass. */
static int keep_point(struct expansion *x, const struct cell *cell, const struct setting *const *chosen)
{
	struct plan *plan = x->plan;
	struct point pt = {0};
	struct error why;
	bool pass = false;
	int status = point_resolve(&pt, chosen, &plan->shelf, x->file, x->e);

	if (!status) {
		describe(x, cell, &pt);
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

static int add_point(struct expansion *x, struct cell *cell)
{
	const struct setting **chosen = xcalloc(keys_count, sizeof *chosen);
	int status = 0;

	choose(x, cell, chosen);
	cell->load = load_of(chosen);
	x->loads |= cell->load;
	if (!cell->workload || !axes_repeat(&x->axes, cell->load)) {
		if (cell->workload)
			status = drop_unused(x, cell, chosen);
		if (!status)
			status = keep_point(x, cell, chosen);
	}
	free(chosen);
	return status;
}

/* A key that the scenario, a policy or --set names must have a meaning under the load of some workload. */
static int check_used(struct expansion *x, const struct overrides *o)
{
	const struct key *kind = &keys[key_find("load.kind")];

	for (size_t i = 0; i < o->items; i++) {
		struct text loads = {0};

		if (keys[o->item[i].key].used_by & x->loads)
			continue;
		for (size_t k = 0; k < LOAD_KINDS; k++)
			if (x->loads & KEY_USED_BY(k))
				text_add(&loads, "%s%s", loads.len ? ", " : "", key_word(kind, k));
		place_error(&o->item[i].place, x->e, "%s has no meaning under the load of any workload: %s",
			    keys[o->item[i].key].path, text_str(&loads));
		text_fini(&loads);
		return HZ_USER;
	}
	return 0;
}

static int check_all_used(struct expansion *x)
{
	const struct scenario *s = &x->plan->scenario;
	int status = check_used(x, &s->base);

	for (size_t i = 0; i < s->policies.items && !status; i++)
		status = check_used(x, &s->policies.item[i].set);
	return status ? status : check_used(x, &s->set);
}

static int compare_hashes(const void *a, const void *b)
{
	const struct point *const *left = a, *const *right = b;
	int order = strcmp((*left)->hash, (*right)->hash);

	return order ? order : *left < *right ? -1 : *left > *right;
}

/* Does the policy change a key that the point does not use? */
static bool changes_unused(const struct scenario *s, const struct point *pt, const char *policy)
{
	const struct overrides *set = &variants_get(&s->policies, policy)->set;

	for (size_t i = 0; i < set->items; i++)
		if (!pt->key[set->item[i].key].value.text)
			return true;
	return false;
}

/* Two points that are the same in every key although their policies differ: in what their workload does not use. */
static bool same_under_workload(const struct scenario *s, const struct point *a, const struct point *b)
{
	return *a->workload && !strcmp(a->workload, b->workload) && strcmp(a->policy, b->policy) != 0 &&
	       (changes_unused(s, a, a->policy) || changes_unused(s, b, b->policy));
}

static int check_distinct(const struct expansion *x)
{
	const struct plan *plan = x->plan;
	struct point **sorted = xcalloc(plan->points, sizeof *sorted);
	const struct point *first;
	int status = 0;

	for (size_t i = 0; i < plan->points; i++)
		sorted[i] = &plan->point[i];
	qsort(sorted, plan->points, sizeof *sorted, compare_hashes);
	first = sorted[0];
	for (size_t i = 1; i < plan->points && !status; i++) {
		if (strcmp(first->hash, sorted[i]->hash) != 0)
			first = sorted[i];
		else if (same_under_workload(&plan->scenario, first, sorted[i]))
			point_rename(sorted[i], sorted[i]->policy);
		else
			status = error_at(x->e, x->file, 0, 0, "the points '%s' and '%s' are the same in every key",
					  first->label, sorted[i]->label);
	}
	free(sorted);
	return status;
}

/* All points of one policy under one workload. */
static int expand_cell(struct expansion *x, struct cell *cell)
{
	int status;

	do
		status = add_point(x, cell);
	while (axes_advance(&x->axes) && !status);
	return status;
}

static int expand(struct expansion *x)
{
	const struct scenario *s = &x->plan->scenario;
	size_t policies = s->policies.items, workloads = s->workloads.items;
	int status = axes_check_zips(s, x->e);

	if (!status)
		status = check_fixed(x, "policy", &s->policies);
	if (!status)
		status = check_fixed(x, "workload", &s->workloads);
	if (!status)
		status = check_owners(x);
	if (!status)
		status = axes_find(&x->axes, s, x->e);
	if (!status && axes_points(&x->axes) > PLAN_POINTS_MAX / ((policies ? policies : 1) * (workloads ? workloads : 1)))
		status = error_at(x->e, x->file, 0, 0, "more than %d points", PLAN_POINTS_MAX);
	for (size_t i = 0; i < (policies ? policies : 1) && !status; i++)
		for (size_t j = 0; j < (workloads ? workloads : 1) && !status; j++)
			status = expand_cell(x, &(struct cell){.policy = policies ? &s->policies.item[i] : NULL,
							       .workload = workloads ? &s->workloads.item[j] : NULL});
	if (!status && workloads)
		status = check_all_used(x);
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
	axes_fini(&x.axes);
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
