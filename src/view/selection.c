/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/selection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/statement.h"

static const char doing[] = "read points";

static void *grow(void *rows, size_t n, size_t size)
{
	return xrealloc(rows, (n + 1) * size);
}

static int find_axes(struct store *s, struct selected_point *p, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT key, value, number FROM point_axis WHERE point = ? AND key <> 'policy' ORDER BY ordinal", e);

	if (!rc)
		statement_bind_int(&st, 1, p->id);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		p->axis = grow(p->axis, p->axes, sizeof *p->axis);
		p->axis[p->axes++] = (struct selected_axis){
			.key = xstrdup(statement_text(&st, 0)),
			.value = xstrdup(statement_text(&st, 1)),
			.number = statement_real(&st, 2),
		};
	}
	statement_fini(&st);
	return rc;
}

static int find_points(struct store *s, struct selected_scenario *found, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT point, position, label, policy, planned, done, failed, workload, situation, load FROM points"
		" WHERE scenario = ? ORDER BY position", e);

	if (!rc)
		statement_bind_text(&st, 1, found->name);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		found->point = grow(found->point, found->points, sizeof *found->point);
		found->point[found->points++] = (struct selected_point){
			.id = statement_int(&st, 0),
			.scenario = found->id,
			.position = (uint32_t)statement_int(&st, 1),
			.label = xstrdup(statement_text(&st, 2)),
			.policy = xstrdup(statement_text(&st, 3)),
			.planned = (uint32_t)statement_int(&st, 4),
			.done = (uint32_t)statement_int(&st, 5),
			.failed = (uint32_t)statement_int(&st, 6),
			.workload = xstrdup(statement_text(&st, 7)),
			.situation = xstrdup(statement_text(&st, 8)),
			.load = xstrdup(statement_text(&st, 9)),
		};
		rc = find_axes(s, &found->point[found->points - 1], e);
	}
	statement_fini(&st);
	return rc;
}

/* Where the scenario names no policy of comparison, it is the first point's. */
static void default_base(struct selected_scenario *found)
{
	if (*found->base_policy || !found->points)
		return;
	free(found->base_policy);
	found->base_policy = xstrdup(found->point[0].policy);
}

static int find_scenarios(struct store *s, const char *wanted, struct selected *out, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT id, name, title, baseline FROM scenario WHERE (?1 IS NULL OR name = ?1 OR path = ?1)"
		" AND EXISTS (SELECT 1 FROM point WHERE scenario = scenario.id AND position IS NOT NULL)"
		" ORDER BY id", e);

	if (!rc)
		statement_bind_text(&st, 1, wanted);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		out->scenario = grow(out->scenario, out->scenarios, sizeof *out->scenario);
		out->scenario[out->scenarios++] = (struct selected_scenario){
			.id = statement_int(&st, 0),
			.name = xstrdup(statement_text(&st, 1)),
			.title = xstrdup(statement_text(&st, 2)),
			.base_policy = xstrdup(statement_text(&st, 3)),
		};
		rc = find_points(s, &out->scenario[out->scenarios - 1], e);
		if (!rc)
			default_base(&out->scenario[out->scenarios - 1]);
	}
	statement_fini(&st);
	return rc;
}

/* An error for `word` that none of the names is; `what` and `where` make the sentence. */
static int unknown(const char *what, const char *word, const char *const *names, size_t n, struct store *s,
		   struct error *e)
{
	const char *near = text_nearest(word, names, n);

	if (near)
		return error_set(e, HZ_USER, "no %s '%s' in %s; did you mean '%s'?", what, word, store_path(s), near);
	if (n == 1)
		return error_set(e, HZ_USER, "no %s '%s' in %s; there is '%s'", what, word, store_path(s), names[0]);
	return error_set(e, HZ_USER, "no %s '%s' in %s; there are %zu, the first is '%s'", what, word, store_path(s), n,
			 names[0]);
}

static int unknown_scenario(const char *word, struct store *s, struct error *e)
{
	struct selected all = {0};
	const char **names;
	int rc = find_scenarios(s, NULL, &all, e);

	names = xcalloc(all.scenarios + 1, sizeof *names);
	for (size_t i = 0; i < all.scenarios; i++)
		names[i] = all.scenario[i].name;
	if (!rc && !all.scenarios)
		rc = error_set(e, HZ_NOTHING, "%s holds no points", store_path(s));
	else if (!rc)
		rc = unknown("scenario", word, names, all.scenarios, s, e);
	free(names);
	selected_fini(&all);
	return rc;
}

static void point_fini(struct selected_point *p)
{
	for (size_t i = 0; i < p->axes; i++) {
		free(p->axis[i].key);
		free(p->axis[i].value);
	}
	free(p->axis);
	free(p->label);
	free(p->policy);
	free(p->workload);
	free(p->situation);
	free(p->load);
}

static void scenario_fini(struct selected_scenario *s)
{
	for (size_t i = 0; i < s->points; i++)
		point_fini(&s->point[i]);
	free(s->point);
	free(s->name);
	free(s->title);
	free(s->base_policy);
}

static int point_is(const struct selected_point *p, const char *word)
{
	char number[16];

	snprintf(number, sizeof number, "%u", p->position);
	return !strcmp(p->label, word) || !strcmp(number, word);
}

static int workload_is(const struct selected_point *p, const char *word)
{
	return !strcmp(p->workload, word);
}

static const char *label_of(const struct selected_point *p)
{
	return p->label;
}

static const char *workload_of(const struct selected_point *p)
{
	return p->workload;
}

/* What points can be told by. */
static const struct trait {
	const char *noun;
	int (*is)(const struct selected_point *p, const char *word);
	const char *(*name)(const struct selected_point *p);
} by_point = {"point", point_is, label_of}, by_workload = {"workload", workload_is, workload_of};

static int no_such(const struct selected *found, const struct trait *trait, const char *word, struct store *s, struct error *e)
{
	const char **names = NULL;
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < found->scenarios; i++)
		for (size_t j = 0; j < found->scenario[i].points; j++) {
			const char *name = trait->name(&found->scenario[i].point[j]);
			size_t k = 0;

			while (k < n && strcmp(names[k], name))
				k++;
			if (k < n || !*name)
				continue;
			names = grow(names, n, sizeof *names);
			names[n++] = name;
		}
	if (n)
		rc = unknown(trait->noun, word, names, n, s, e);
	else
		rc = error_set(e, HZ_USER, "no %s '%s' in %s; there is none", trait->noun, word, store_path(s));
	free(names);
	return rc;
}

/* Keep the points that `word` names, and the scenarios that still have one. */
static int keep(struct selected *found, const struct trait *trait, const char *word, struct store *s, struct error *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->scenarios; i++)
		for (size_t j = 0; j < found->scenario[i].points; j++)
			kept += (size_t)trait->is(&found->scenario[i].point[j], word);
	if (!kept)
		return no_such(found, trait, word, s, e);
	kept = 0;
	for (size_t i = 0; i < found->scenarios; i++) {
		struct selected_scenario *scenario = &found->scenario[i];
		size_t n = 0;

		for (size_t j = 0; j < scenario->points; j++)
			if (trait->is(&scenario->point[j], word))
				scenario->point[n++] = scenario->point[j];
			else
				point_fini(&scenario->point[j]);
		scenario->points = n;
		if (n)
			found->scenario[kept++] = *scenario;
		else
			scenario_fini(scenario);
	}
	found->scenarios = kept;
	return 0;
}

int selection_find(const struct selection *which, struct store *s, struct selected *out, struct error *e)
{
	int rc;

	*out = (struct selected){0};
	rc = find_scenarios(s, which->scenario, out, e);
	if (!rc && !out->scenarios && which->scenario)
		return unknown_scenario(which->scenario, s, e);
	if (!rc && !out->scenarios)
		return error_set(e, HZ_NOTHING, "%s holds no points", store_path(s));
	if (!rc && which->workload)
		rc = keep(out, &by_workload, which->workload, s, e);
	if (!rc && which->point)
		rc = keep(out, &by_point, which->point, s, e);
	return rc;
}

void selected_fini(struct selected *found)
{
	for (size_t i = 0; i < found->scenarios; i++)
		scenario_fini(&found->scenario[i]);
	free(found->scenario);
	*found = (struct selected){0};
}

size_t selected_keys(const struct selected_scenario *scenario, const char ***keys)
{
	size_t n = 0;

	*keys = NULL;
	for (size_t i = 0; i < scenario->points; i++) {
		const struct selected_point *p = &scenario->point[i];

		for (size_t j = 0; j < p->axes; j++) {
			size_t k = 0;

			while (k < n && strcmp((*keys)[k], p->axis[j].key))
				k++;
			if (k < n)
				continue;
			*keys = xrealloc(*keys, (n + 1) * sizeof **keys);
			(*keys)[n++] = p->axis[j].key;
		}
	}
	return n;
}

const struct selected_axis *selected_axis(const struct selected_point *point, const char *key)
{
	for (size_t i = 0; i < point->axes; i++)
		if (!strcmp(point->axis[i].key, key))
			return &point->axis[i];
	return NULL;
}

static const char *last_part(const char *key)
{
	const char *dot = strrchr(key, '.');

	return dot ? dot + 1 : key;
}

const char *selected_key_name(const char *key, const char *const *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i], key) && !strcmp(last_part(keys[i]), last_part(key)))
			return key;
	return last_part(key);
}
