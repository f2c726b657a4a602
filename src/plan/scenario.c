/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/types.h"

/* The words of a scenario that are not keys of the model. */
static const char *const head_names[] = {"scenario", "base", "title", "description", "policies", "workloads", "baseline", "zip",
					 "where", "repetitions", "show", "lines"};

static bool is_head(const char *word)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(head_names); i++)
		if (!strcmp(word, head_names[i]))
			return true;
	return false;
}

int scenario_unknown_key(const struct place *place, const char *path, struct error *e)
{
	struct text hint = {0};

	key_suggest(path, head_names, HZ_ARRAY_SIZE(head_names), &hint);
	place_error(place, e, "unknown key '%s'%s", path, text_str(&hint));
	text_fini(&hint);
	return HZ_USER;
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
			return scenario_unknown_key(&path->place, path->text, e);
		z->key[z->keys++] = k;
	}
	return 0;
}

static void zips_fini(struct scenario *s)
{
	for (size_t i = 0; i < s->zips; i++)
		free(s->zip[i].key);
	free(s->zip);
	s->zip = NULL;
	s->zips = 0;
}

static int read_zip(struct scenario *s, const struct node *n, struct error *e)
{
	zips_fini(s);
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

	where_free(s->where);
	s->where = NULL;
	if (read_text(n, "where", &text, e))
		return HZ_USER;
	s->where_place = n->place;
	if (where_parse(&s->where, text, &why))
		return place_error(&n->place, e, "where: %s", why.text);
	return 0;
}

static int read_show(struct scenario *s, const struct node *n, struct error *e)
{
	if (n->kind != NODE_LIST)
		return place_error(&n->place, e, "'show' is a list of metrics: [slowpath_share, busy_share]");
	free(s->show);
	s->show = xcalloc(n->items, sizeof *s->show);
	s->shows = 0;
	for (size_t i = 0; i < n->items; i++) {
		s->show[i].place = n->item[i].place;
		if (read_text(&n->item[i], "show", &s->show[i].text, e))
			return HZ_USER;
		for (size_t j = 0; j < i; j++)
			if (!strcmp(s->show[j].text, s->show[i].text))
				return place_error(&n->item[i].place, e, "show: %s is in the list twice", s->show[i].text);
		s->shows++;
	}
	return 0;
}

static int read_at(const struct node *n, double *at, struct error *e)
{
	const char *text = NULL;
	struct quantity q;
	struct error why;

	if (read_text(n, "at", &text, e))
		return HZ_USER;
	if (quantity_parse(text, DIM_NUMBER | DIM_CYCLES, &q, &why))
		return place_error(&n->place, e, "at: %s", why.text);
	*at = q.value;
	return 0;
}

static int read_mark(struct mark *m, const struct node *n, struct error *e)
{
	static const char *const names[] = {"at", "label", "metric"};
	int status = 0;

	*m = (struct mark){.label = ""};
	if (n->kind != NODE_MAP || !node_get(n, "at"))
		return place_error(&n->place, e, "a line is a mapping with 'at': {at: 201, label: \"what it stands for\"}");
	for (size_t i = 0; i < n->items && !status; i++) {
		const char *word = n->key[i].text, *near = text_nearest(word, names, HZ_ARRAY_SIZE(names));

		if (!strcmp(word, "at"))
			status = read_at(&n->item[i], &m->at, e);
		else if (!strcmp(word, "label"))
			status = read_text(&n->item[i], word, &m->label, e);
		else if (!strcmp(word, "metric"))
			status = read_text(&n->item[i], word, &m->metric, e);
		else
			status = place_error(&n->key[i].place, e, "unknown part of a line '%s'%s%s%s", word,
					     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	}
	return status;
}

static int read_lines(struct scenario *s, const struct node *n, struct error *e)
{
	if (n->kind != NODE_LIST)
		return place_error(&n->place, e, "'lines' is a list: [{at: 201, label: \"what it stands for\"}]");
	free(s->mark);
	s->mark = xcalloc(n->items, sizeof *s->mark);
	s->marks = 0;
	for (size_t i = 0; i < n->items; i++)
		if (read_mark(&s->mark[s->marks++], &n->item[i], e))
			return HZ_USER;
	return 0;
}

static int read_variants(struct variants *v, const char *what, const char *word, const struct node *n, struct error *e)
{
	variants_fini(v);
	return variants_read(v, what, word, n, e);
}

static int read_name(struct scenario *s, const char *word, const struct node *n, struct error *e)
{
	const char *name = NULL;

	if (read_text(n, word, &name, e))
		return HZ_USER;
	if (!*name || name[strspn(name, SCENARIO_NAME_CHARACTERS)])
		return place_error(&n->place, e, "scenario '%s': a name has letters, digits and . _ + - only", name);
	free(s->name);
	s->name = xstrdup(name);
	return 0;
}

/* A word replaces what a base said under the same word. */
static int read_head(struct scenario *s, const char *word, const struct node *n, struct error *e)
{
	if (!strcmp(word, "policies"))
		return read_variants(&s->policies, "policy", word, n, e);
	if (!strcmp(word, "workloads"))
		return read_variants(&s->workloads, "workload", word, n, e);
	if (!strcmp(word, "zip"))
		return read_zip(s, n, e);
	if (!strcmp(word, "where"))
		return read_where(s, n, e);
	if (!strcmp(word, "repetitions"))
		return read_repetitions(s, n, e);
	if (!strcmp(word, "show"))
		return read_show(s, n, e);
	if (!strcmp(word, "lines"))
		return read_lines(s, n, e);
	if (!strcmp(word, "title"))
		return read_text(n, word, &s->title, e);
	if (!strcmp(word, "description"))
		return read_text(n, word, &s->description, e);
	if (!strcmp(word, "scenario"))
		return read_name(s, word, n, e);
	if (strcmp(word, "baseline") != 0)
		return 0; /* base: read_chain has been there */
	s->baseline.place = n->place;
	return read_text(n, word, &s->baseline.text, e);
}

/* A baseline that was inherited goes with the policies that a file on top has replaced. */
static int check_baseline(struct scenario *s, const struct tree *own, struct error *e)
{
	const char **names, *near;

	if (!s->baseline.text || variants_get(&s->policies, s->baseline.text))
		return 0;
	if (s->baseline.place.file != own->file) {
		s->baseline.text = NULL;
		return 0;
	}
	names = xcalloc(s->policies.items + 1, sizeof *names);
	for (size_t i = 0; i < s->policies.items; i++)
		names[i] = s->policies.item[i].name;
	near = text_nearest(s->baseline.text, names, s->policies.items);
	place_error(&s->baseline.place, e, "baseline: there is no policy '%s'%s%s%s", s->baseline.text,
		    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	free(names);
	return HZ_USER;
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

/* What this file says, on top of what its bases said. */
static int read_own(struct scenario *s, const struct tree *own, struct error *e)
{
	const struct node *root = &own->root;
	int status = 0;

	free(s->name);
	s->name = name_of_file(own->file);
	for (size_t i = 0; i < root->items && !status; i++)
		status = is_head(root->key[i].text) ? read_head(s, root->key[i].text, &root->item[i], e)
						    : overrides_read(&s->base, &root->key[i], &root->item[i], NULL, e);
	return status ? status : check_baseline(s, own, e);
}

static bool same_file(const char *a, const char *b)
{
	struct stat first, second;

	return !stat(a, &first) && !stat(b, &second) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* Add the file that `base` names to the chain, unless that would close a circle. */
static int add_base(struct scenario *s, const struct node *base, struct error *e)
{
	const char *word = NULL;
	char *path;
	int status = read_text(base, "base", &word, e);

	if (status)
		return status;
	path = place_path(&base->place, word);
	if (access(path, R_OK))
		status = place_error(&base->place, e, "base: cannot read '%s': %s", path, strerror(errno));
	for (size_t i = 0; i < s->trees && !status; i++)
		if (same_file(s->tree[i].file, path)) {
			struct text circle = {0};

			for (size_t j = i; j < s->trees; j++)
				text_add(&circle, "%s, which is based on ", s->tree[j].file);
			status = place_error(&base->place, e, "base: a circle: %s%s", text_str(&circle), s->tree[i].file);
			text_fini(&circle);
		}
	if (!status) {
		s->tree = xrealloc(s->tree, (s->trees + 1) * sizeof *s->tree);
		status = tree_read(&s->tree[s->trees], path, e);
		s->trees += !status;
	}
	free(path);
	return status;
}

/* The files from the one named down to the one that has no base. */
static int read_chain(struct scenario *s, const char *path, struct error *e)
{
	int status;

	s->tree = xcalloc(1, sizeof *s->tree);
	status = tree_read(s->tree, path, e);
	if (status)
		return status;
	s->trees = 1;
	for (;;) {
		const struct node *root = &s->tree[s->trees - 1].root, *base;

		if (root->kind != NODE_MAP)
			return place_error(&root->place, e, "a scenario is a mapping of keys, not %s", node_noun(root));
		base = node_get(root, "base");
		if (!base)
			return 0;
		status = add_base(s, base, e);
		if (status)
			return status;
	}
}

int scenario_read(struct scenario *s, const char *path, struct error *e)
{
	int status;

	*s = (struct scenario){.title = "", .description = "", .repetitions = SCENARIO_REPETITIONS};
	status = read_chain(s, path, e);
	for (size_t i = s->trees; i-- > 0 && !status;)
		status = read_own(s, &s->tree[i], e);
	if (status)
		scenario_fini(s);
	return status;
}

/* The words besides keys that --set can set. */
static bool is_settable(const char *word)
{
	return !strcmp(word, "repetitions") || !strcmp(word, "where");
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
	if (k == keys_count && !is_settable(text_str(&path))) {
		status = is_head(text_str(&path)) ? place_error(&place, e, "'%s' can be set in the scenario file only", text_str(&path))
						  : scenario_unknown_key(&place, text_str(&path), e);
		text_fini(&path);
		return status;
	}
	status = tree_parse(&t, "--set", equals[1] ? equals + 1 : "''", equals[1] ? strlen(equals + 1) : 2, false, e);
	if (!status) {
		s->set_tree = xrealloc(s->set_tree, (s->set_trees + 1) * sizeof *s->set_tree);
		s->set_tree[s->set_trees++] = t;
		status = k == keys_count ? read_head(s, text_str(&path), &t.root, e)
					 : overrides_add(&s->set, k, &t.root.place, &t.root, NULL, e);
	}
	text_fini(&path);
	return status;
}

void scenario_fini(struct scenario *s)
{
	overrides_fini(&s->base);
	overrides_fini(&s->set);
	variants_fini(&s->policies);
	variants_fini(&s->workloads);
	zips_fini(s);
	free(s->show);
	free(s->mark);
	where_free(s->where);
	for (size_t i = 0; i < s->set_trees; i++)
		tree_fini(&s->set_tree[i]);
	free(s->set_tree);
	free(s->name);
	for (size_t i = 0; i < s->trees; i++)
		tree_fini(&s->tree[i]);
	free(s->tree);
	*s = (struct scenario){0};
}
