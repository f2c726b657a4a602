/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/types.h"

#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-"

/* The words of a scenario that are not keys of the model. */
static const char *const head_names[] = {"scenario", "title", "description", "policies", "zip", "where",
					 "repetitions"};

const struct assignment *overrides_get(const struct overrides *o, size_t key)
{
	for (size_t i = 0; i < o->items; i++)
		if (o->item[i].key == key)
			return &o->item[i];
	return NULL;
}

static void overrides_fini(struct overrides *o)
{
	for (size_t i = 0; i < o->items; i++)
		free(o->item[i].choice);
	free(o->item);
	*o = (struct overrides){0};
}

static bool is_head(const char *word)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(head_names); i++)
		if (!strcmp(word, head_names[i]))
			return true;
	return false;
}

static int unknown_key(const struct place *place, const char *path, struct error *e)
{
	struct text hint = {0};

	key_suggest(path, head_names, HZ_ARRAY_SIZE(head_names), &hint);
	place_error(place, e, "unknown key '%s'%s", path, text_str(&hint));
	text_fini(&hint);
	return HZ_USER;
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

/* Add key = node to the overrides. `no_list` says why a list cannot be here, or is NULL. */
static int overrides_add(struct overrides *o, size_t k, const struct place *place, const struct node *n,
			 const char *no_list, struct error *e)
{
	const struct assignment *before = overrides_get(o, k);
	struct assignment a = {.key = k, .place = *place, .sweep = n->kind == NODE_LIST};
	const struct node *choice = a.sweep ? n->item : n;

	if (before && !before->place.line)
		return place_error(place, e, "%s is set twice", keys[k].path);
	if (before)
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
	o->item = xrealloc(o->item, (o->items + 1) * sizeof *o->item);
	o->item[o->items++] = a;
	return 0;
}

/* One entry of a mapping: a key, or a group with entries of its own. */
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
		status = unknown_key(&word->place, text_str(&path), e);
	}
	text_fini(&path);
	return status;
}

static int read_text(const struct node *n, const char *word, const char **out, struct error *e)
{
	if (n->kind != NODE_SCALAR)
		return place_error(&n->place, e, "'%s' takes one value, not %s", word, node_noun(n));
	*out = n->text;
	return 0;
}

static int read_repetitions(struct scenario *s, const struct node *n, struct error *e)
{
	const char *text = NULL;
	struct quantity q;
	struct error why;

	if (read_text(n, "repetitions", &text, e))
		return HZ_USER;
	if (quantity_parse(text, DIM_COUNT, &q, &why))
		return place_error(&n->place, e, "repetitions: %s", why.text);
	if (!q.whole || q.whole > SCENARIO_REPETITIONS_MAX)
		return place_error(&n->place, e, "repetitions: %s is out of range; expected 1 to %d", text,
				   SCENARIO_REPETITIONS_MAX);
	s->repetitions = (uint32_t)q.whole;
	return 0;
}

static int read_policies(struct scenario *s, const struct node *n, struct error *e)
{
	if (n->kind != NODE_MAP || !n->items)
		return place_error(&n->place, e, "'policies' is a mapping from names to the keys that each changes");
	s->policy = xcalloc(n->items, sizeof *s->policy);
	for (size_t i = 0; i < n->items; i++) {
		struct variant *p = &s->policy[s->policies++];
		const struct node *body = &n->item[i];

		*p = (struct variant){.name = n->key[i].text, .place = n->key[i].place};
		if (!*p->name || p->name[strspn(p->name, NAME_CHARACTERS)])
			return place_error(&p->place, e, "policy '%s': a name has letters, digits and . _ + - only",
					   p->name);
		if (body->kind != NODE_MAP)
			return place_error(&body->place, e,
					   "policy '%s' is a mapping of the keys that it changes, not %s; "
					   "write {} for none",
					   p->name, node_noun(body));
		for (size_t j = 0; j < body->items; j++)
			if (read_entry(&p->set, "", &body->key[j], &body->item[j], "a policy takes no list", e))
				return HZ_USER;
	}
	return 0;
}

static int read_zip_group(struct zip *z, const struct node *n, struct error *e)
{
	z->place = n->place;
	if (n->kind != NODE_LIST || n->items < 2)
		return place_error(&n->place, e, "a zip group is a list of two or more keys");
	z->key = xcalloc(n->items, sizeof *z->key);
	for (size_t i = 0; i < n->items; i++) {
		const struct node *path = &n->item[i];
		size_t k;

		if (path->kind != NODE_SCALAR)
			return place_error(&path->place, e, "a zip group is a list of keys, not of %ss",
					   node_noun(path) + 2);
		k = key_find(path->text);
		if (k == keys_count)
			return unknown_key(&path->place, path->text, e);
		z->key[z->keys++] = k;
	}
	return 0;
}

static int read_zip(struct scenario *s, const struct node *n, struct error *e)
{
	if (n->kind != NODE_LIST || !n->items)
		return place_error(&n->place, e, "'zip' is a list of groups of keys: [[load.cpus, load.rate]]");
	s->zip = xcalloc(n->items, sizeof *s->zip);
	for (size_t i = 0; i < n->items; i++)
		if (read_zip_group(&s->zip[s->zips++], &n->item[i], e))
			return HZ_USER;
	return 0;
}

static int read_where(struct scenario *s, const struct node *n, struct error *e)
{
	const char *text = NULL;
	struct error why;

	if (read_text(n, "where", &text, e))
		return HZ_USER;
	s->where_place = n->place;
	if (where_parse(&s->where, text, &why))
		return place_error(&n->place, e, "where: %s", why.text);
	return 0;
}

static int read_head(struct scenario *s, const char *word, const struct node *n, struct error *e)
{
	const char *name = NULL;

	if (!strcmp(word, "policies"))
		return read_policies(s, n, e);
	if (!strcmp(word, "zip"))
		return read_zip(s, n, e);
	if (!strcmp(word, "where"))
		return read_where(s, n, e);
	if (!strcmp(word, "repetitions"))
		return read_repetitions(s, n, e);
	if (!strcmp(word, "title"))
		return read_text(n, word, &s->title, e);
	if (!strcmp(word, "description"))
		return read_text(n, word, &s->description, e);
	if (read_text(n, word, &name, e))
		return HZ_USER;
	if (!*name || name[strspn(name, NAME_CHARACTERS)])
		return place_error(&n->place, e, "scenario '%s': a name has letters, digits and . _ + - only", name);
	free(s->name);
	s->name = xstrdup(name);
	return 0;
}

/* "dir/page-bench.yaml" is called "page-bench" unless it says otherwise. */
static char *name_of_file(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = xstrdup(slash ? slash + 1 : path);
	char *dot = strrchr(name, '.');

	if (dot && dot != name)
		*dot = '\0';
	return name;
}

int scenario_read(struct scenario *s, const char *path, struct error *e)
{
	const struct node *root = &s->tree.root;
	int status;

	*s = (struct scenario){.title = "", .description = "", .repetitions = SCENARIO_REPETITIONS};
	status = tree_read(&s->tree, path, e);
	if (status)
		return status;
	s->name = name_of_file(path);
	if (root->kind != NODE_MAP)
		status = place_error(&root->place, e, "a scenario is a mapping of keys, not %s", node_noun(root));
	for (size_t i = 0; i < root->items && !status; i++)
		status = is_head(root->key[i].text) ? read_head(s, root->key[i].text, &root->item[i], e)
						    : read_entry(&s->base, "", &root->key[i], &root->item[i], NULL, e);
	if (status)
		scenario_fini(s);
	return status;
}

int scenario_set(struct scenario *s, const char *text, struct error *e)
{
	const char *equals = strchr(text, '=');
	struct place place = {"--set", 0, 0};
	struct text path = {0};
	struct tree t;
	int status;
	size_t k;

	if (!equals || equals == text)
		return place_error(&place, e, "'%s': expected path=value", text);
	text_add_bytes(&path, text, (size_t)(equals - text));
	k = key_find(text_str(&path));
	if (k == keys_count && strcmp(text_str(&path), "repetitions") != 0) {
		status = is_head(text_str(&path)) ? place_error(&place, e, "'%s' can be set in the scenario file only", text_str(&path))
						  : unknown_key(&place, text_str(&path), e);
		text_fini(&path);
		return status;
	}
	status = tree_parse(&t, "--set", equals[1] ? equals + 1 : "''", equals[1] ? strlen(equals + 1) : 2, false, e);
	if (!status) {
		s->set_tree = xrealloc(s->set_tree, (s->set_trees + 1) * sizeof *s->set_tree);
		s->set_tree[s->set_trees++] = t;
		status = k == keys_count ? read_repetitions(s, &t.root, e)
					 : overrides_add(&s->set, k, &t.root.place, &t.root, NULL, e);
	}
	text_fini(&path);
	return status;
}

void scenario_fini(struct scenario *s)
{
	overrides_fini(&s->base);
	overrides_fini(&s->set);
	for (size_t i = 0; i < s->policies; i++)
		overrides_fini(&s->policy[i].set);
	free(s->policy);
	for (size_t i = 0; i < s->zips; i++)
		free(s->zip[i].key);
	free(s->zip);
	where_free(s->where);
	for (size_t i = 0; i < s->set_trees; i++)
		tree_fini(&s->set_tree[i]);
	free(s->set_tree);
	free(s->name);
	tree_fini(&s->tree);
	*s = (struct scenario){0};
}
