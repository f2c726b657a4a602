/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random_point.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/datadir.h"
#include "base/types.h"
#include "random_trace.h"
#include "rig.h"

enum { TRACES = 8 };

#define PATH_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_."

static const char *const models[] = {"machine", "kernel", "nic"};

/* Where the range of a key, or four times its usual value, says too little about what a short run can bear. */
static const struct taste {
	const char *path;
	bool always;              /* never left at what it would be */
	const char *words;        /* texts to choose from, between bars; NULL: a number of low to high */
	double low, high;         /* in the base unit */
} tastes[] = {
	{"machine.sockets", true, "1|1|2|4", 0, 0},
	{"machine.cores", true, "1|2|4|7", 0, 0},
	{"machine.threads", true, "1|2", 0, 0},
	{"machine.clock", false, "1GHz|2.6GHz", 0, 0},
	{"machine.core_clock", false, "clock|3GHz", 0, 0},
	{"machine.memory", true, "32MiB|64MiB|256MiB|1GiB", 0, 0},
	{"machine.memory_resident", true, "0B|8MiB|64MiB", 0, 0},
	{"load.cpus", true, "1|2|2|3|4|4|6|8", 0, 0},
	{"load.packet_size", false, "64B|imix|1518B|64B:1 1600B:1|64B:2 600B:1", 0, 0},
	{"load.flows", false, "1|7|4096", 0, 0},
	{"load.order", false, "0|0|1|3|4|10", 0, 0},
	{"load.pages", false, NULL, 1, 400},
	{"load.region", true, "4KiB|64KiB|1MiB|2MiB", 0, 0},
	{"load.think", false, "0cy|100cy|5000cy", 0, 0},
	{"run.duration", true, NULL, 20000, 400000},
	{"run.windows", true, "4|5|10|37", 0, 0},
	{"run.seed", true, NULL, 0, 1000000},
};

static const struct taste *taste_of(const struct key *key)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(tastes); i++)
		if (!strcmp(tastes[i].path, key->path))
			return &tastes[i];
	return NULL;
}

static char **names_of_models(const char *group)
{
	char relative[64], *folder, pattern[4200], **names;
	glob_t found;

	snprintf(relative, sizeof relative, "models/%ss", group);
	folder = datadir_path(relative);
	snprintf(pattern, sizeof pattern, "%s/*.yaml", folder);
	free(folder);
	if (glob(pattern, 0, NULL, &found))
		rig_give_up("no %s models: %s", group, pattern);
	names = xcalloc(found.gl_pathc + 1, sizeof *names);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		names[i] = xstrdup(strrchr(found.gl_pathv[i], '/') + 1);
		names[i][strlen(names[i]) - strlen(".yaml")] = '\0';
	}
	globfree(&found);
	return names;
}

static void names_free(char **names)
{
	for (size_t i = 0; names[i]; i++)
		free(names[i]);
	free(names);
}

void random_points_init(struct random_points *from, const char *folder)
{
	*from = (struct random_points){.trace = xcalloc(TRACES + 1, sizeof *from->trace)};
	for (size_t i = 0; i < HZ_ARRAY_SIZE(models); i++)
		from->model[i] = names_of_models(models[i]);
	for (uint32_t i = 0; i < TRACES; i++) {
		struct text path = {0};

		text_add(&path, "%s/trace-%u.hzt", folder, i);
		from->trace[i] = path.s;
		random_trace(path.s, 1 + i, 100 + 60 * i, i);
	}
	for (size_t i = 0; i < HZ_ARRAY_SIZE(tastes); i++)
		if (key_find(tastes[i].path) == keys_count)
			rig_give_up("there is no key %s any more", tastes[i].path);
}

void random_points_remove(const struct random_points *from)
{
	for (size_t i = 0; from->trace[i]; i++)
		unlink(from->trace[i]);
}

void random_points_fini(struct random_points *from)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(models); i++)
		names_free(from->model[i]);
	names_free(from->trace);
	model_shelf_fini(&from->shelf);
}

char *const *random_points_models(const struct random_points *from, size_t key)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(models); i++)
		if (!strcmp(models[i], keys[key].path))
			return from->model[i];
	return NULL;
}

static void set(struct draw *d, size_t key, const char *text)
{
	d->item = xrealloc(d->item, (d->items + 1) * sizeof *d->item);
	d->item[d->items++] = (struct drawn){key, xstrdup(text)};
}

void draw_fini(struct draw *d)
{
	for (size_t i = 0; i < d->items; i++)
		free(d->item[i].text);
	free(d->item);
	*d = (struct draw){0};
}

static bool chance(struct stream *random, double p)
{
	return stream_uniform(random) < p;
}

static const char *one_of(char *const *names, struct stream *random)
{
	uint32_t n = 0;

	while (names[n])
		n++;
	return names[stream_index(random, n)];
}

/* The load, and the models that it needs. */
static void draw_needed(struct draw *d, struct random_points *from, struct stream *random)
{
	uint32_t load = stream_index(random, LOAD_KINDS);

	set(d, key_find("load.kind"), key_word(&keys[key_find("load.kind")], load));
	for (size_t i = 0; i < HZ_ARRAY_SIZE(models); i++) {
		size_t key = key_find(models[i]);

		if (keys[key].used_by & KEY_USED_BY(load))
			set(d, key, one_of(from->model[i], random));
	}
	for (size_t k = 0; k < keys_count; k++)
		if (keys[k].type == KEY_FILE && keys[k].used_by & KEY_USED_BY(load))
			set(d, k, one_of(from->trace, random));
	d->needed = d->items;
}

static void word_between_bars(const char *words, struct stream *random, struct text *out)
{
	uint32_t n = 1;

	for (const char *s = words; *s; s++)
		n += *s == '|';
	for (n = stream_index(random, n); n; n--)
		words = strchr(words, '|') + 1;
	text_add_bytes(out, words, strcspn(words, "|"));
}

/* Small numbers as often as large ones. */
static double logarithmic(struct stream *random, double low, double high)
{
	double least = low > 1 ? low : 1;

	if (high <= least)
		return low;
	if (low < 1 && chance(random, 0.1))
		return low;
	return least * exp(log(high / least) * stream_uniform(random));
}

/* What value_settle() compares with the range. */
static double settled(const struct key *key, const struct value *v)
{
	return key->type == KEY_MICROS ? (double)v->quantity.whole : v->quantity.value;
}

static double number_for(const struct key *key, double usual, struct stream *random)
{
	double high = 4 * fmax(fmax(usual, key->min), 16), small = key->min + stream_index(random, 4);

	if (key->max > 0 && high > key->max)
		high = key->max;
	if (chance(random, 0.5))
		return small < high ? small : high;
	return logarithmic(random, key->min, high);
}

/* With so few digits that the number reads back. */
static void format(const struct key *key, enum dimension dimension, double number, struct text *out)
{
	double micro = key->type == KEY_MICROS ? 1e-6 : 1;
	char rounded[64];
	double whole = floor(number);
	struct quantity q;

	snprintf(rounded, sizeof rounded, "%.3g", number);
	if (key->type == KEY_NUMBER || key->type == KEY_BIT_RATE || key->type == KEY_FREQUENCY || key->type == KEY_LOAD_RATE)
		whole = strtod(rounded, NULL);
	q = (struct quantity){dimension, whole * micro, (uint64_t)whole};
	quantity_format(&q, out);
}

static void draw_rate(const struct point *usual, struct stream *random, struct text *out)
{
	double share = exp(-7.0 * stream_uniform(random)), line = usual->params.nic.line_rate > 0 ? usual->params.nic.line_rate : 10e9;
	size_t k = key_find("load.rate");

	if (chance(random, 0.1))
		text_add(out, "line");
	else if (chance(random, 0.5))
		format(&keys[k], DIM_BIT_RATE, line * share * 0.7, out);
	else
		format(&keys[k], DIM_PACKET_RATE, 1 + line / (84 * 8) * share * 0.1, out);
}

/* A text for the key, near what it usually is. */
static void draw_text(size_t k, const struct point *usual, struct stream *random, struct text *out)
{
	const struct key *key = &keys[k];
	const struct taste *taste = taste_of(key);
	const struct value *v = &usual->key[k].value;
	uint32_t words = 0;

	if (key->type == KEY_CHOICE || key->type == KEY_POLICY) {
		while (key_word(key, words))
			words++;
		text_add(out, "%s", key_word(key, stream_index(random, words)));
	} else if (key->type == KEY_LOAD_RATE) {
		draw_rate(usual, random, out);
	} else if (taste && taste->words) {
		word_between_bars(taste->words, random, out);
	} else if (key->zero && chance(random, 0.25)) {
		text_add(out, "%s", key->zero);
	} else {
		format(key, key_dimension(key), taste ? logarithmic(random, taste->low, taste->high) : number_for(key, settled(key, v), random),
		       out);
	}
}

/* How a point differs from the machine, kernel and network card that it begins with. */
struct mood {
	double policies, numbers, costs; /* shares of the keys that are set; half of those that say what the load is */
	const char *free;         /* group whose costs are all as small as can be, or NULL: many ties */
};

static struct mood draw_mood(struct stream *random)
{
	static const double shares[] = {0.0, 0.1, 0.4, 1.0};
	struct mood m = {.policies = shares[stream_index(random, 4)], .numbers = shares[stream_index(random, 4)]};

	switch (stream_index(random, 8)) {
	case 0:
		m.free = "machine.";
		break;
	case 1:
		m.free = "kernel.";
		break;
	case 2:
		m.costs = 0.2;
		break;
	}
	return m;
}

static void draw_key(struct draw *d, size_t k, const struct mood *mood, const struct point *usual, struct stream *random)
{
	const struct key *key = &keys[k];
	const struct taste *taste = taste_of(key);
	bool policy = key->type == KEY_CHOICE || key->type == KEY_POLICY;
	double share = key->flags & KEY_COST ? mood->costs : policy ? mood->policies : mood->numbers;
	struct text text = {0};

	if (key->flags & KEY_COST && mood->free && !strncmp(key->path, mood->free, strlen(mood->free)))
		format(key, key_dimension(key), key->min, &text);
	else if ((taste && taste->always) || chance(random, strncmp(key->path, "load.", 5) ? share : 0.5))
		draw_text(k, usual, random, &text);
	if (text.s)
		set(d, k, text.s);
	text_fini(&text);
}

/* What the draw sets the key to, or NULL. */
static char **text_of(const struct draw *d, const char *path)
{
	for (size_t i = 0; i < d->items; i++)
		if (!strcmp(keys[d->item[i].key].path, path))
			return &d->item[i].text;
	return NULL;
}

/* No more CPUs than the machine has, and a trace has its own. */
static void fit_cpus(struct draw *d)
{
	char **cpus = text_of(d, "load.cpus");
	int all = atoi(*text_of(d, "machine.sockets")) * atoi(*text_of(d, "machine.cores")) * atoi(*text_of(d, "machine.threads"));

	if (text_of(d, "load.trace") || atoi(*cpus) > all) {
		free(*cpus);
		*cpus = xstrdup("all");
	}
}

void draw_new(struct draw *d, struct random_points *from, struct stream *random)
{
	struct mood mood = draw_mood(random);
	struct point usual = {0};
	struct error e;

	*d = (struct draw){0};
	draw_needed(d, from, random);
	if (draw_resolve(d, from, &usual, &e))
		rig_give_up("%s", e.text);
	for (size_t k = 0; k < keys_count; k++) {
		if (!text_of(d, keys[k].path) && usual.key[k].value.text)
			draw_key(d, k, &mood, &usual, random);
	}
	fit_cpus(d);
	point_fini(&usual);
}

/* Whether the text has the path as a whole word: "kernel.pcp.batch is 7" has no "kernel.pcp". */
static bool names_key(const char *text, const char *path)
{
	size_t len = strlen(path);

	for (const char *s = text; (s = strstr(s, path)); s += len) {
		bool begins = s == text || !strchr(PATH_CHARACTERS, s[-1]);
		const char *end = s + len;

		if (begins && (!strchr(PATH_CHARACTERS, *end) || !*end || (*end == '.' && !strchr(PATH_CHARACTERS, end[1]))))
			return true;
	}
	return false;
}

bool draw_mend(struct draw *d, const char *refusal, struct stream *random)
{
	size_t named = 0, drop = 0;

	/* Each that is named so far has the same chance. */
	for (size_t i = d->needed; i < d->items; i++)
		if (names_key(refusal, keys[d->item[i].key].path) && !stream_index(random, (uint32_t)++named))
			drop = i;
	if (!named)
		return false;
	free(d->item[drop].text);
	d->items--;
	memmove(&d->item[drop], &d->item[drop + 1], (d->items - drop) * sizeof *d->item);
	return true;
}

int draw_resolve(const struct draw *d, struct random_points *from, struct point *pt, struct error *e)
{
	const struct setting **chosen = xcalloc(keys_count, sizeof *chosen);
	struct setting *setting = xcalloc(d->items, sizeof *setting);
	int code;

	for (size_t i = 0; i < d->items; i++) {
		setting[i] = (struct setting){.text = d->item[i].text, .place = {"draw", 0, 0}};
		chosen[d->item[i].key] = &setting[i];
	}
	*pt = (struct point){0};
	code = point_resolve(pt, chosen, &from->shelf, "draw", e);
	free(setting);
	free(chosen);
	return code;
}

bool draw_save(const struct draw *d, const char *path, const char *comment)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	fprintf(f, "# ");
	for (; *comment; comment++)
		fprintf(f, *comment == '\n' ? "\n# " : "%c", *comment);
	fprintf(f, "\n");
	for (size_t i = 0; i < d->items; i++)
		fprintf(f, "%s: '%s'\n", keys[d->item[i].key].path, d->item[i].text);
	fprintf(f, "repetitions: 1\n");
	return !fclose(f);
}
