/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/overrides.h"

#include <stdlib.h>
#include <string.h>

#include "plan/scenario.h"

const struct assignment *overrides_get(const struct overrides *o, size_t key)
{
	for (size_t i = 0; i < o->items; i++)
		if (o->item[i].key == key)
			return &o->item[i];
	return NULL;
}

void overrides_fini(struct overrides *o)
{
	for (size_t i = 0; i < o->items; i++)
		free(o->item[i].choice);
	free(o->item);
	*o = (struct overrides){0};
}

static int check_choice(const struct key *key, const struct node *n, struct error *e)
{
	struct error why;
	struct value v;

	if (n->kind != NODE_SCALAR)
		return place_error(&n->place, e, "%s takes a value, not %s", key->path, node_noun(n));
	if (key_parse(key, n->text, &v, &why))
		return place_error(&n->place, e, "%s", why.text);
	value_fini(&v);
	return 0;
}

/* Put `a` where the key stands already, or at the end. */
static void put(struct overrides *o, const struct assignment *a)
{
	for (size_t i = 0; i < o->items; i++)
		if (o->item[i].key == a->key) {
			free(o->item[i].choice);
			o->item[i] = *a;
			return;
		}
	o->item = xrealloc(o->item, (o->items + 1) * sizeof *o->item);
	o->item[o->items++] = *a;
}

int overrides_add(struct overrides *o, size_t k, const struct place *place, const struct node *n, const char *no_list,
		  struct error *e)
{
	const struct assignment *before = overrides_get(o, k);
	struct assignment a = {.key = k, .place = *place, .sweep = n->kind == NODE_LIST};
	const struct node *choice = a.sweep ? n->item : n;

	if (before && !before->place.line)
		return place_error(place, e, "%s is set twice", keys[k].path);
	if (before && before->place.file == place->file)
		return place_error(place, e, "%s is given twice; the first is in line %lu", keys[k].path,
				   before->place.line);
	if (a.sweep && keys[k].flags & KEY_SINGLE)
		return place_error(&n->place, e, "%s takes one value, not a list", keys[k].path);
	if (a.sweep && no_list)
		return place_error(&n->place, e, "%s: %s", keys[k].path, no_list);
	a.choices = a.sweep ? n->items : 1;
	if (!a.choices)
		return place_error(&n->place, e, "%s: the list is empty", keys[k].path);
	for (size_t i = 0; i < a.choices; i++)
		if (check_choice(&keys[k], &choice[i], e))
			return HZ_USER;
	a.choice = xcalloc(a.choices, sizeof *a.choice);
	for (size_t i = 0; i < a.choices; i++)
		a.choice[i] = (struct setting){.text = choice[i].text, .place = choice[i].place};
	put(o, &a);
	return 0;
}

static int read_entry(struct overrides *o, const char *prefix, const struct node *word, const struct node *n,
		      const char *no_list, struct error *e)
{
	struct text path = {0};
	int status = 0;
	size_t k;

	text_add(&path, "%s%s%s", prefix, *prefix ? "." : "", word->text);
	k = key_find(text_str(&path));
	if (n->kind == NODE_MAP && key_is_group(text_str(&path))) {
		for (size_t i = 0; i < n->items && !status; i++)
			status = read_entry(o, text_str(&path), &n->key[i], &n->item[i], no_list, e);
	} else if (k < keys_count) {
		status = overrides_add(o, k, &word->place, n, no_list, e);
	} else if (key_is_group(text_str(&path))) {
		status = place_error(&n->place, e, "'%s' is a group of keys and takes no value of its own",
				     text_str(&path));
	} else {
		status = scenario_unknown_key(&word->place, text_str(&path), e);
	}
	text_fini(&path);
	return status;
}

int overrides_read(struct overrides *o, const struct node *word, const struct node *n, const char *no_list, struct error *e)
{
	return read_entry(o, "", word, n, no_list, e);
}

static int read_variant(struct variant *v, const char *what, const struct node *body, struct error *e)
{
	struct text no_list = {0};
	int status = 0;

	if (!*v->name || v->name[strspn(v->name, SCENARIO_NAME_CHARACTERS)])
		return place_error(&v->place, e, "%s '%s': a name has letters, digits and . _ + - only", what, v->name);
	if (body->kind != NODE_MAP)
		return place_error(&body->place, e, "%s '%s' is a mapping of the keys that it changes, not %s; write {} for none", what,
				   v->name, node_noun(body));
	text_add(&no_list, "a %s takes no list", what);
	for (size_t i = 0; i < body->items && !status; i++)
		status = overrides_read(&v->set, &body->key[i], &body->item[i], text_str(&no_list), e);
	text_fini(&no_list);
	return status;
}

int variants_read(struct variants *v, const char *what, const char *word, const struct node *n, struct error *e)
{
	if (n->kind != NODE_MAP || !n->items)
		return place_error(&n->place, e, "'%s' is a mapping from names to the keys that each changes", word);
	v->item = xcalloc(n->items, sizeof *v->item);
	for (size_t i = 0; i < n->items; i++) {
		v->item[v->items++] = (struct variant){.name = n->key[i].text, .place = n->key[i].place};
		if (read_variant(&v->item[i], what, &n->item[i], e))
			return HZ_USER;
	}
	return 0;
}

const struct variant *variants_get(const struct variants *v, const char *name)
{
	for (size_t i = 0; i < v->items; i++)
		if (!strcmp(v->item[i].name, name))
			return &v->item[i];
	return NULL;
}

void variants_fini(struct variants *v)
{
	for (size_t i = 0; i < v->items; i++)
		overrides_fini(&v->item[i].set);
	free(v->item);
	*v = (struct variants){0};
}
