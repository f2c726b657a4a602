/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/axes.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct zip *zip_of(const struct scenario *s, size_t key)
{
	for (size_t i = 0; i < s->zips; i++)
		for (size_t j = 0; j < s->zip[i].keys; j++)
			if (s->zip[i].key[j] == key)
				return &s->zip[i];
	return NULL;
}

int axes_check_zips(const struct scenario *s, struct error *e)
{
	for (size_t i = 0; i < s->zips; i++)
		for (size_t j = 0; j < s->zip[i].keys; j++) {
			const struct assignment *a = overrides_get(&s->base, s->zip[i].key[j]);
			const char *path = keys[s->zip[i].key[j]].path;

			if (!overrides_get(&s->set, s->zip[i].key[j]) && (!a || !a->sweep))
				return place_error(&s->zip[i].place, e, "zip: %s has no list of values", path);
			if (zip_of(s, s->zip[i].key[j]) != &s->zip[i])
				return place_error(&s->zip[i].place, e, "zip: %s is in two groups", path);
			for (size_t l = 0; l < j; l++)
				if (s->zip[i].key[l] == s->zip[i].key[j])
					return place_error(&s->zip[i].place, e, "zip: %s is in the group twice", path);
		}
	return 0;
}

static int add_axis(struct axes *axes, const struct scenario *s, const struct assignment *a, struct error *e)
{
	struct axis *axis = &axes->axis[axes->n];

	*axis = (struct axis){.values = a, .zip = zip_of(s, a->key), .dimension = axes->dimensions};
	for (size_t i = 0; axis->zip && i < axes->n; i++) {
		if (axes->axis[i].zip != axis->zip)
			continue;
		axis->dimension = axes->axis[i].dimension;
		if (axes->dimension[axis->dimension].length != a->choices)
			return place_error(&axis->zip->place, e,
					   "zip: %s has %zu values and %s has %zu; "
					   "keys that vary together need the same number",
					   keys[axes->axis[i].values->key].path, axes->dimension[axis->dimension].length,
					   keys[a->key].path, a->choices);
	}
	if (axis->dimension == axes->dimensions)
		axes->dimension[axes->dimensions++].length = a->choices;
	axes->n++;
	return 0;
}

static const struct assignment *effective(const struct scenario *s, size_t key)
{
	const struct assignment *a = overrides_get(&s->set, key);

	return a ? a : overrides_get(&s->base, key);
}

int axes_find(struct axes *axes, const struct scenario *s, struct error *e)
{
	int status = 0;

	axes->axis = xcalloc(s->base.items + s->set.items + 1, sizeof *axes->axis);
	axes->dimension = xcalloc(s->base.items + s->set.items + 1, sizeof *axes->dimension);
	for (size_t i = 0; i < s->base.items && !status; i++) {
		const struct assignment *a = effective(s, s->base.item[i].key);

		if (a->sweep)
			status = add_axis(axes, s, a, e);
	}
	for (size_t i = 0; i < s->set.items && !status; i++)
		if (s->set.item[i].sweep && !overrides_get(&s->base, s->set.item[i].key))
			status = add_axis(axes, s, &s->set.item[i], e);
	return status;
}

void axes_fini(struct axes *axes)
{
	free(axes->axis);
	free(axes->dimension);
	*axes = (struct axes){0};
}

size_t axes_points(const struct axes *axes)
{
	size_t points = 1;

	for (size_t i = 0; i < axes->dimensions; i++) {
		if (points > SIZE_MAX / axes->dimension[i].length)
			return SIZE_MAX;
		points *= axes->dimension[i].length;
	}
	return points;
}

bool axes_advance(struct axes *axes)
{
	for (size_t i = axes->dimensions; i-- > 0;) {
		if (++axes->dimension[i].index < axes->dimension[i].length)
			return true;
		axes->dimension[i].index = 0;
	}
	return false;
}

void axes_choose(const struct axes *axes, const struct setting **chosen)
{
	for (size_t i = 0; i < axes->n; i++) {
		const struct axis *axis = &axes->axis[i];

		chosen[axis->values->key] = &axis->values->choice[axes->dimension[axis->dimension].index];
	}
}

static bool dimension_used(const struct axes *axes, size_t dimension, unsigned load)
{
	for (size_t i = 0; i < axes->n; i++)
		if (axes->axis[i].dimension == dimension && keys[axes->axis[i].values->key].used_by & load)
			return true;
	return false;
}

bool axes_repeat(const struct axes *axes, unsigned load)
{
	for (size_t i = 0; i < axes->dimensions; i++)
		if (axes->dimension[i].index && !dimension_used(axes, i, load))
			return true;
	return false;
}

static const char *last_word(size_t key)
{
	const char *dot = strrchr(keys[key].path, '.');

	return dot ? dot + 1 : keys[key].path;
}

const char *axes_name(const struct axes *axes, size_t key)
{
	for (size_t i = 0; i < axes->n; i++) {
		size_t other = axes->axis[i].values->key;

		if (other != key && !strcmp(last_word(other), last_word(key)))
			return keys[key].path;
	}
	return last_word(key);
}
