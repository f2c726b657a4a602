/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/point.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "load/world.h"

struct model_slot {
	const char *group;
	char *name;
	char *asked_in;           /* file that names it: a path is relative to that */
	struct model *model;
};

/* A resolution in progress. */
struct resolver {
	struct point *pt;
	const struct setting *const *chosen;
	struct model_shelf *shelf;
	const char *file;
	unsigned load;            /* mask of the load kind */
	struct error *e;
};

static const struct setting standard = {.place = {"default", 0, 0}};

static int load_model(struct resolver *r, const char *group, const struct setting *asked, const struct model **out)
{
	struct model_shelf *shelf = r->shelf;
	struct model_slot slot;
	int status;

	for (size_t i = 0; i < shelf->slots; i++) {
		*out = shelf->slot[i].model;
		if (!strcmp(shelf->slot[i].group, group) && !strcmp(shelf->slot[i].name, asked->text) &&
		    !strcmp(shelf->slot[i].asked_in, asked->place.file))
			return 0;
	}
	slot = (struct model_slot){.group = group, .model = xcalloc(1, sizeof *slot.model)};
	status = model_load(slot.model, group, asked->text, &asked->place, shelf->dir, r->e);
	if (status) {
		free(slot.model);
		return status;
	}
	slot.name = xstrdup(asked->text);
	slot.asked_in = xstrdup(asked->place.file);
	shelf->slot = xrealloc(shelf->slot, (shelf->slots + 1) * sizeof *shelf->slot);
	shelf->slot[shelf->slots++] = slot;
	*out = slot.model;
	return 0;
}

void model_shelf_fini(struct model_shelf *shelf)
{
	for (size_t i = 0; i < shelf->slots; i++) {
		model_fini(shelf->slot[i].model);
		free(shelf->slot[i].model);
		free(shelf->slot[i].name);
		free(shelf->slot[i].asked_in);
	}
	free(shelf->slot);
	shelf->slot = NULL;
	shelf->slots = 0;
}

/* Put the place of the setting in front of what *e says. */
static int blame(const struct setting *s, struct error *e)
{
	struct error why = *e;

	return place_error(&s->place, e, "%s", why.text);
}

static int resolve_key(struct resolver *r, size_t k, const struct setting *s)
{
	struct resolved *out = &r->pt->key[k];

	if (key_parse(&keys[k], s->text, &out->value, r->e))
		return blame(s, r->e);
	out->from = *s;
	return 0;
}

static int missing(struct resolver *r, size_t k, const struct model *m)
{
	struct text type = {0};

	key_describe_type(&keys[k], &type);
	error_at(r->e, m ? m->path : r->file, 0, 0, "%s is missing (%s; %s)", keys[k].path, keys[k].help,
		 text_str(&type));
	text_fini(&type);
	return HZ_USER;
}

/* The load kind decides which keys have a meaning. */
static int resolve_load(struct resolver *r)
{
	size_t k = key_find("load.kind");

	if (!r->chosen[k])
		return missing(r, k, NULL);
	if (resolve_key(r, k, r->chosen[k]))
		return HZ_USER;
	r->load = KEY_USED_BY(r->pt->key[k].value.quantity.whole);
	for (size_t i = 0; i < keys_count; i++)
		if (r->chosen[i] && !(keys[i].used_by & r->load))
			return place_error(&r->chosen[i]->place, r->e, "%s has no meaning under load: %s", keys[i].path,
					   r->pt->key[k].value.text);
	return 0;
}

/* All keys of a group: "kernel", "kernel.pcp.batch", ... */
static int resolve_group(struct resolver *r, const char *group)
{
	const struct model *model = NULL;
	size_t len = strlen(group);
	size_t name = key_find(group);

	if (name < keys_count && keys[name].type == KEY_MODEL && keys[name].used_by & r->load) {
		if (!r->chosen[name])
			return missing(r, name, NULL);
		if (load_model(r, group, r->chosen[name], &model))
			return (int)r->e->code;
	}
	for (size_t k = 0; k < keys_count; k++) {
		const char *rest = keys[k].path + len;
		const struct setting *s = r->chosen[k];
		struct setting fallback = standard;

		if (strncmp(keys[k].path, group, len) != 0 || (*rest && *rest != '.') || !(keys[k].used_by & r->load) ||
		    r->pt->key[k].value.text)
			continue;
		fallback.text = keys[k].standard;
		if (!s)
			s = model && model->setting[k].text ? &model->setting[k] : &fallback;
		if (!s->text)
			return missing(r, k, model);
		if (resolve_key(r, k, s))
			return HZ_USER;
	}
	return 0;
}

/* In table order: the machine's clocks are in their fields before any cycles are asked for. */
static int settle_all(struct resolver *r)
{
	for (size_t k = 0; k < keys_count; k++) {
		struct resolved *v = &r->pt->key[k];

		if (!v->value.text)
			continue;
		if (value_settle(&keys[k], &v->value, &r->pt->params.machine, r->e) ||
		    key_store(&keys[k], &v->value, &r->pt->params, r->e))
			return blame(&v->from, r->e);
	}
	return 0;
}

/* XXH3-128 of a file's content, hexadecimal. */
static int hash_file(const char *path, char hex[POINT_HASH_SIZE], struct error *e)
{
	FILE *f = fopen(path, "rb");
	XXH3_state_t *state;
	XXH128_hash_t hash;
	char block[1 << 16];
	size_t n;
	int status = 0;

	if (!f)
		return error_errno(e, "cannot open the trace", path);
	state = XXH3_createState();
	XXH3_128bits_reset(state);
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		XXH3_128bits_update(state, block, n);
	if (ferror(f))
		status = error_errno(e, "cannot read the trace", path);
	fclose(f);
	hash = XXH3_128bits_digest(state);
	XXH3_freeState(state);
	snprintf(hex, POINT_HASH_SIZE, "%016llx%016llx", (unsigned long long)hash.high64,
		 (unsigned long long)hash.low64);
	return status;
}

/* Files are meant from the folder of what names them. */
static void resolve_files(struct resolver *r)
{
	for (size_t k = 0; k < keys_count; k++) {
		struct resolved *v = &r->pt->key[k];
		char *path;

		if (keys[k].type != KEY_FILE || !v->value.text)
			continue;
		path = place_path(&v->from.place, v->value.text);
		free(v->value.text);
		v->value.text = path;
	}
}

/* What makes a point what it is. A file counts by its content. */
static int write_config(struct resolver *r, struct text *config)
{
	for (size_t k = 0; k < keys_count; k++) {
		const struct resolved *v = &r->pt->key[k];
		char hex[POINT_HASH_SIZE];

		if (!v->value.text)
			continue;
		if (keys[k].type != KEY_FILE) {
			text_add(config, "%s: %s\n", keys[k].path, v->value.text);
			continue;
		}
		if (hash_file(v->value.text, hex, r->e))
			return blame(&v->from, r->e);
		text_add(config, "%s: content %s\n", keys[k].path, hex);
	}
	return 0;
}

static void hash_config(struct point *pt, const char *name)
{
	struct text all = {0};
	XXH128_hash_t hash;

	text_add(&all, "model version %d\n%s%s", HZ_MODEL_VERSION, pt->config, name);
	hash = XXH3_128bits(all.s, all.len);
	snprintf(pt->hash, sizeof pt->hash, "%016llx%016llx", (unsigned long long)hash.high64,
		 (unsigned long long)hash.low64);
	text_fini(&all);
}

int point_resolve(struct point *pt, const struct setting *const *chosen, struct model_shelf *shelf, const char *file,
		  struct error *e)
{
	struct resolver r = {.pt = pt, .chosen = chosen, .shelf = shelf, .file = file, .e = e};
	struct text config = {0};
	int status;

	pt->key = xcalloc(keys_count, sizeof *pt->key);
	status = resolve_load(&r);
	for (size_t i = 0; i < key_groups_count && !status; i++)
		status = resolve_group(&r, key_groups[i].name);
	if (!status) {
		resolve_files(&r);
		status = settle_all(&r);
	}
	if (!status)
		status = write_config(&r, &config);
	if (status) {
		text_fini(&config);
		return status;
	}
	pt->config = config.s;
	hash_config(pt, "");
	return 0;
}

void point_rename(struct point *pt, const char *name)
{
	hash_config(pt, name);
}

void point_fini(struct point *pt)
{
	for (size_t k = 0; pt->key && k < keys_count; k++)
		value_fini(&pt->key[k].value);
	free(pt->key);
	free(pt->axis);
	free(pt->label);
	free(pt->policy);
	free(pt->workload);
	free(pt->config);
	*pt = (struct point){0};
}
