/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "plan/model.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/datadir.h"
#include "base/types.h"

#define MODEL_BASES_MAX 32

static const char *const status_names[] = {"measured", "derived", "assumed"};
static const char *const leaf_names[] = {"value", "source", "status"};
static const char *const head_names[] = {"base", "title", "description"};

/* Names of the models of one kind. */
struct name_list {
	char **name;
	size_t names;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add NAME of every NAME.yaml in the folder. A folder that is not there has none. */
static void list_folder(const char *folder, struct name_list *list)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;

	while (d && (entry = readdir(d))) {
		size_t len = strlen(entry->d_name);
		bool known = false;

		if (len <= 5 || entry->d_name[0] == '.' || strcmp(entry->d_name + len - 5, ".yaml") != 0)
			continue;
		list->name = xrealloc(list->name, (list->names + 1) * sizeof *list->name);
		list->name[list->names] = xstrdup(entry->d_name);
		list->name[list->names][len - 5] = '\0';
		for (size_t i = 0; i < list->names; i++)
			known = known || !strcmp(list->name[i], list->name[list->names]);
		if (known)
			free(list->name[list->names]);
		else
			list->names++;
	}
	if (d)
		closedir(d);
}

/* The folders to look in, in order; folder[i] may be NULL. */
static void search_folders(const char *group, const char *dir, char *folder[2])
{
	struct text path = {0}, ours = {0};

	if (dir && *dir)
		text_add(&path, "%s/%ss", dir, group);
	folder[0] = path.s;
	text_add(&ours, "models/%ss", group);
	folder[1] = datadir_path(text_str(&ours));
	text_fini(&ours);
}

static int no_model(const char *group, const char *name, const struct place *asked, char *const folder[2],
		    struct error *e)
{
	struct name_list list = {0};
	struct text all = {0};
	const char *near;

	for (size_t i = 0; i < 2; i++)
		if (folder[i])
			list_folder(folder[i], &list);
	if (list.names)
		qsort(list.name, list.names, sizeof *list.name, compare_names);
	near = text_nearest(name, (const char *const *)list.name, list.names);
	for (size_t i = 0; i < list.names; i++)
		text_add(&all, "%s%s", i ? ", " : "", list.name[i]);
	place_error(asked, e, "no %s model '%s'%s%s%s; there are: %s", group, name, near ? "; did you mean '" : "",
		    near ? near : "", near ? "'?" : "", list.names ? text_str(&all) : "none");
	for (size_t i = 0; i < list.names; i++)
		free(list.name[i]);
	free(list.name);
	text_fini(&all);
	return HZ_USER;
}

static char *find_file(const char *group, const char *name, const struct place *asked, const char *dir, struct error *e)
{
	struct text path = {0};
	char *folder[2];
	bool found = false;

	if (strchr(name, '/')) {
		char *file = place_path(asked, name);

		if (!access(file, R_OK))
			return file;
		place_error(asked, e, "no %s model: cannot read '%s'", group, file);
		free(file);
		return NULL;
	}
	search_folders(group, dir, folder);
	for (size_t i = 0; i < 2 && !found; i++) {
		if (!folder[i])
			continue;
		text_fini(&path);
		text_add(&path, "%s/%s.yaml", folder[i], name);
		found = !access(text_str(&path), R_OK);
	}
	if (!found) {
		no_model(group, name, asked, folder, e);
		text_fini(&path);
	}
	free(folder[0]);
	free(folder[1]);
	return path.s;
}

static int unknown_word(const struct node *key, const char *what, const char *const *names, size_t n, struct error *e)
{
	struct text hint = {0};

	key_suggest(key->text, names, n, &hint);
	place_error(&key->place, e, "unknown %s '%s'%s", what, key->text, text_str(&hint));
	text_fini(&hint);
	return HZ_USER;
}

/* A leaf "{value: V, source: TEXT, status: WORD}" or plain "V". */
static int read_leaf(const struct node *n, struct setting *s, struct error *e)
{
	*s = (struct setting){.place = n->place};
	if (n->kind == NODE_SCALAR) {
		s->text = n->text;
		return 0;
	}
	for (size_t i = 0; i < n->items; i++) {
		const char *word = n->key[i].text;

		if (n->item[i].kind != NODE_SCALAR)
			return place_error(&n->item[i].place, e, "'%s' must be a value, not %s", word,
					   node_noun(&n->item[i]));
		if (!strcmp(word, "value"))
			s->text = n->item[i].text;
		else if (!strcmp(word, "source"))
			s->source = n->item[i].text;
		else if (!strcmp(word, "status"))
			s->status = n->item[i].text;
		else
			return unknown_word(&n->key[i], "part of a model value", leaf_names, HZ_ARRAY_SIZE(leaf_names),
					    e);
	}
	for (size_t i = 0; s->status && i < HZ_ARRAY_SIZE(status_names); i++)
		if (!strcmp(s->status, status_names[i]))
			return 0;
	if (s->status)
		return place_error(&node_get(n, "status")->place, e,
				   "status '%s': expected measured, derived or assumed", s->status);
	return 0;
}

static int check_leaf(const struct key *key, const struct setting *s, struct error *e)
{
	struct value v;
	struct error why;

	if (key->type == KEY_MODEL)
		return place_error(&s->place, e, "a model cannot name a %s; use base: to build on another", key->path);
	if (key->flags & KEY_COST && (!s->source || !*s->source || !s->status))
		return place_error(&s->place, e, "%s is a measured quantity and needs its origin: "
				   "{value: ..., source: \"...\", status: measured|derived|assumed}", key->path);
	if (key_parse(key, s->text, &v, &why))
		return place_error(&s->place, e, "%s", why.text);
	value_fini(&v);
	return 0;
}

static int read_settings(const struct node *map, const char *prefix, struct setting *settings, struct error *e)
{
	struct text path = {0};
	int status = 0;

	for (size_t i = 0; i < map->items && !status; i++) {
		const struct node *word = &map->key[i], *n = &map->item[i];
		struct setting s;
		size_t k;

		path.len = 0;
		text_add(&path, "%s.%s", prefix, word->text);
		k = key_find(text_str(&path));
		if (n->kind == NODE_LIST) {
			status = place_error(&n->place, e, "%s: a model takes no list", text_str(&path));
		} else if (k < keys_count && (n->kind == NODE_SCALAR || node_get(n, "value"))) {
			status = read_leaf(n, &s, e);
			if (!status && settings[k].text)
				status = place_error(&word->place, e, "%s is given twice; the first is in line %lu",
						     keys[k].path, settings[k].place.line);
			if (!status)
				status = check_leaf(&keys[k], &s, e);
			if (!status)
				settings[k] = s;
		} else if (k == keys_count && n->kind == NODE_MAP && key_is_group(text_str(&path))) {
			status = read_settings(n, text_str(&path), settings, e);
		} else if (k < keys_count) {
			status = place_error(&n->place, e, "%s takes a value; 'value:' is missing here", keys[k].path);
		} else if (key_is_group(text_str(&path))) {
			status = place_error(&n->place, e, "%s is a group of keys and takes no value", text_str(&path));
		} else {
			struct text hint = {0};

			key_suggest(text_str(&path), NULL, 0, &hint);
			status = place_error(&word->place, e, "unknown key '%s'%s", text_str(&path), text_str(&hint));
			text_fini(&hint);
		}
	}
	text_fini(&path);
	return status;
}

static bool is_head(const char *word)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(head_names); i++)
		if (!strcmp(word, head_names[i]))
			return true;
	return false;
}

/* The settings of one file alone. *base is its base: entry or NULL. */
static int read_file(const struct tree *t, const char *group, struct setting *settings, const struct node **base,
		     struct error *e)
{
	struct node body = {.kind = NODE_MAP};
	int status = 0;

	*base = NULL;
	if (t->root.kind != NODE_MAP)
		return place_error(&t->root.place, e, "a model is a mapping of keys, not %s", node_noun(&t->root));
	body.key = xcalloc(t->root.items, sizeof *body.key);
	body.item = xcalloc(t->root.items, sizeof *body.item);
	for (size_t i = 0; i < t->root.items && !status; i++) {
		if (!is_head(t->root.key[i].text)) {
			body.key[body.items] = t->root.key[i];
			body.item[body.items++] = t->root.item[i];
			continue;
		}
		if (t->root.item[i].kind != NODE_SCALAR)
			status = place_error(&t->root.item[i].place, e, "'%s' must be a value, not %s",
					     t->root.key[i].text, node_noun(&t->root.item[i]));
		if (!strcmp(t->root.key[i].text, "base"))
			*base = &t->root.item[i];
	}
	if (!status)
		status = read_settings(&body, group, settings, e);
	free(body.key);
	free(body.item);
	return status;
}

/* Read `path` and merge what the model does not have yet. */
static int add_file(struct model *m, const char *group, const char *path, const struct node **base, struct error *e)
{
	struct setting *own = xcalloc(keys_count, sizeof *own);
	struct tree t;
	int status = tree_read(&t, path, e);

	if (!status) {
		m->tree = xrealloc(m->tree, (m->trees + 1) * sizeof *m->tree);
		m->tree[m->trees++] = t;
		status = read_file(&t, group, own, base, e);
	}
	for (size_t i = 0; i < keys_count && !status; i++)
		if (!m->setting[i].text)
			m->setting[i] = own[i];
	free(own);
	return status;
}

int model_load(struct model *m, const char *group, const char *name, const struct place *asked, const char *dir,
	       struct error *e)
{
	struct place place = *asked;
	const struct node *base = NULL;
	int status = 0;

	*m = (struct model){.setting = xcalloc(keys_count, sizeof *m->setting)};
	for (;;) {
		char *path = find_file(group, name, &place, dir, e);

		status = path ? add_file(m, group, path, &base, e) : HZ_USER;
		if (!m->path)
			m->path = path;
		else
			free(path);
		if (status || !base)
			break;
		if (m->trees > MODEL_BASES_MAX) {
			status = place_error(&base->place, e, "more than %d bases on one another; a circle?",
					     MODEL_BASES_MAX);
			break;
		}
		name = base->text;
		place = base->place;
	}
	if (status)
		model_fini(m);
	return status;
}

void model_fini(struct model *m)
{
	for (size_t i = 0; i < m->trees; i++)
		tree_fini(&m->tree[i]);
	free(m->tree);
	free(m->setting);
	free(m->path);
	*m = (struct model){0};
}
