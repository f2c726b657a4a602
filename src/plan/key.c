/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/key.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/types.h"

/* What each type of key accepts: dimensions, and the dimension of the settled value that its range is written in. */
static const struct {
	const char *noun;
	unsigned accepted;
	enum dimension settled;
} types[KEY_TYPES] = {
	[KEY_COUNT] = {"count", DIM_COUNT, DIM_COUNT},
	[KEY_NUMBER] = {"number", DIM_NUMBER, DIM_NUMBER},
	[KEY_PERCENT] = {"percentage", DIM_PERCENT, DIM_PERCENT},
	[KEY_SIZE] = {"size", DIM_SIZE, DIM_SIZE},
	[KEY_CYCLES] = {"cycles or time", DIM_CYCLES | DIM_TIME, DIM_CYCLES},
	[KEY_MICROS] = {"time in whole us", DIM_TIME, DIM_TIME},
	[KEY_BIT_RATE] = {"bit rate", DIM_BIT_RATE, DIM_BIT_RATE},
	[KEY_LOAD_RATE] = {"bit rate or packet rate", DIM_BIT_RATE | DIM_PACKET_RATE, 0},
	[KEY_FREQUENCY] = {"frequency", DIM_FREQUENCY, DIM_FREQUENCY},
	[KEY_CHOICE] = {"choice", 0, 0},
	[KEY_POLICY] = {"policy", 0, 0},
	[KEY_PACKETS] = {"packet sizes", DIM_SIZE, DIM_SIZE},
	[KEY_FILE] = {"file", 0, 0},
	[KEY_MODEL] = {"model", 0, 0},
};

size_t key_find(const char *path)
{
	if (!strcmp(path, "load"))
		path = "load.kind";
	else if (!strcmp(path, "machine.model") || !strcmp(path, "kernel.model") || !strcmp(path, "nic.model"))
		path = path[0] == 'm' ? "machine" : path[0] == 'k' ? "kernel" : "nic";
	for (size_t i = 0; i < keys_count; i++)
		if (!strcmp(keys[i].path, path))
			return i;
	return keys_count;
}

bool key_is_group(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < keys_count; i++)
		if (!strncmp(keys[i].path, path, len) && keys[i].path[len] == '.')
			return true;
	return false;
}

/* "pcp.batch" for "kernel.pcp.batch": the word is a key without its first parts. */
static const char *find_by_end(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < keys_count; i++) {
		size_t whole = strlen(keys[i].path);

		if (whole > len && keys[i].path[whole - len - 1] == '.' && !strcmp(keys[i].path + whole - len, path))
			return keys[i].path;
	}
	return NULL;
}

void key_suggest(const char *path, const char *const *more, size_t n, struct text *out)
{
	const char **names = xcalloc(keys_count + key_groups_count + n, sizeof *names);
	const char *near = find_by_end(path);
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		names[count++] = more[i];
	for (size_t i = 0; i < key_groups_count; i++)
		names[count++] = key_groups[i].name;
	for (size_t i = 0; i < keys_count; i++)
		names[count++] = keys[i].path;
	if (!near)
		near = text_nearest(path, names, count);
	/* A word that is right elsewhere is no help here. */
	if (near && strcmp(near, path))
		text_add(out, "; did you mean '%s'?", near);
	free(names);
}

const char *key_word(const struct key *key, size_t i)
{
	if (key->type == KEY_CHOICE)
		return key->names[i];
	return key->policies[i] ? key->policies[i]->name : NULL;
}

static void add_choices(const struct key *key, struct text *out)
{
	for (size_t i = 0; key_word(key, i); i++)
		text_add(out, "%s%s", i ? " | " : "", key_word(key, i));
}

static int parse_choice(const struct key *key, const char *text, struct value *v, struct error *e)
{
	struct text expected = {0};
	const char **words, *near;
	size_t n = 0;

	for (; key_word(key, n); n++)
		if (!strcmp(key_word(key, n), text)) {
			*v = (struct value){.quantity.whole = n, .word = true, .text = xstrdup(text)};
			return 0;
		}
	words = xcalloc(n, sizeof *words);
	for (size_t i = 0; i < n; i++)
		words[i] = key_word(key, i);
	add_choices(key, &expected);
	near = text_nearest(text, words, n);
	error_set(e, HZ_USER, "'%s' is not a choice of %s; expected %s%s%s%s", text, key->path, text_str(&expected),
		  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	text_fini(&expected);
	free(words);
	return HZ_USER;
}

/* One "SIZE" or "SIZE:WEIGHT"; appends its canonical form. */
static int parse_packet(const struct key *key, char *word, struct text *out, struct quantity *size, struct error *e)
{
	char *weight = strchr(word, ':');
	struct quantity w;

	if (weight)
		*weight++ = '\0';
	if (quantity_parse(word, DIM_SIZE, size, e))
		return HZ_USER;
	if (size->value < key->min || size->value > key->max)
		return error_set(e, HZ_USER, "'%s': expected %.0fB to %.0fB", word, key->min, key->max);
	text_add(out, "%s%lluB", out->len ? " " : "", (unsigned long long)size->whole);
	if (!weight)
		return 0;
	if (quantity_parse(weight, DIM_COUNT, &w, e))
		return HZ_USER;
	if (!w.whole || w.whole > 1000000)
		return error_set(e, HZ_USER, "'%s': a weight is 1 to 1000000", weight);
	text_add(out, ":%llu", (unsigned long long)w.whole);
	return 0;
}

static int parse_packets(const struct key *key, const char *text, struct value *v, struct error *e)
{
	char *copy, *rest, *word;
	struct text canonical = {0};
	struct quantity size = {0};
	size_t words = 0, weights = 0;
	int status = 0;

	if (!strcmp(text, "imix")) {
		*v = (struct value){.text = xstrdup(text)};
		return 0;
	}
	copy = xstrdup(text);
	for (word = strtok_r(copy, " ", &rest); word && !status; word = strtok_r(NULL, " ", &rest)) {
		weights += strchr(word, ':') != NULL;
		words++;
		status = parse_packet(key, word, &canonical, &size, e);
	}
	free(copy);
	if (!status && (!words || (words > 1 && weights != words)))
		status = error_set(e, HZ_USER, "'%s': expected a size such as 64B, imix, or sizes with weights such as "
				   "\"64B:7 570B:4 1518B:1\"", text);
	if (status) {
		text_fini(&canonical);
		return status;
	}
	*v = (struct value){.text = canonical.s};
	if (words == 1 && !weights)
		v->quantity = size;
	return 0;
}

static void settle_text(struct value *v)
{
	struct text t = {0};

	quantity_format(&v->quantity, &t);
	free(v->text);
	v->text = t.s;
}

static int parse_quantity(const struct key *key, const char *text, struct value *v, struct error *e)
{
	struct error why;

	*v = (struct value){0};
	if (key->zero && !strcmp(text, key->zero)) {
		v->word = true;
		v->text = xstrdup(text);
		return 0;
	}
	if (quantity_parse(text, types[key->type].accepted, &v->quantity, &why))
		return error_set(e, HZ_USER, "%s: %s%s%s%s", key->path, why.text, key->zero ? ", or '" : "",
				 key->zero ? key->zero : "", key->zero ? "'" : "");
	if (key->type == KEY_MICROS) {
		double micros = v->quantity.value * 1e6;

		v->quantity.whole = (uint64_t)llround(micros);
		if (fabs(micros - (double)v->quantity.whole) > 1e-6)
			return error_set(e, HZ_USER, "%s: '%s' is not a whole number of microseconds", key->path, text);
	}
	settle_text(v);
	return 0;
}

int key_parse(const struct key *key, const char *text, struct value *v, struct error *e)
{
	int status;

	*v = (struct value){0};
	if (!*text)
		return error_set(e, HZ_USER, "%s: a value is missing", key->path);
	switch (key->type) {
	case KEY_CHOICE:
	case KEY_POLICY:
		return parse_choice(key, text, v, e);
	case KEY_PACKETS:
		return parse_packets(key, text, v, e);
	case KEY_FILE:
	case KEY_MODEL:
		v->text = xstrdup(text);
		return 0;
	default:
		break;
	}
	status = parse_quantity(key, text, v, e);
	if (!status && !(v->quantity.dimension == DIM_TIME && key->type == KEY_CYCLES))
		status = value_settle(key, v, NULL, e);
	if (status)
		value_fini(v);
	return status;
}

void value_fini(struct value *v)
{
	free(v->text);
	*v = (struct value){0};
}

static double field_max(const struct key *key)
{
	if (key->max > 0)
		return key->max;
	return key->size == sizeof(uint32_t) ? UINT32_MAX : 0x1p64;
}

static void add_bound(double bound, enum dimension dimension, struct text *out)
{
	struct quantity q = {dimension, bound, bound < 0x1p64 ? (uint64_t)bound : UINT64_MAX};

	quantity_format(&q, out);
}

/* The range as "1 to 256". Microsecond keys have it in microseconds, load.rate in its own dimension. */
static void add_range(const struct key *key, enum dimension dimension, struct text *out)
{
	double scale = key->type == KEY_MICROS ? 1e-6 : 1;

	add_bound(key->min * scale, dimension, out);
	text_add(out, " to ");
	add_bound(field_max(key) * scale, dimension, out);
}

/* Whose cycles the key counts. */
static double key_clock(const struct key *key, const struct machine_params *machine)
{
	return key->flags & KEY_CORE && machine->core_hz > 0 ? machine->core_hz : machine->clock_hz;
}

int value_settle(const struct key *key, struct value *v, const struct machine_params *machine, struct error *e)
{
	struct text range = {0};
	double value;

	if (v->word || !v->quantity.dimension || key->type == KEY_PACKETS)
		return 0;
	if (key->type == KEY_CYCLES && v->quantity.dimension == DIM_TIME) {
		double cycles = round(v->quantity.value * key_clock(key, machine));

		if (cycles >= 0x1p53)
			return error_set(e, HZ_USER, "%s: %s is too long", key->path, v->text);
		v->quantity = (struct quantity){DIM_CYCLES, cycles, (uint64_t)cycles};
		settle_text(v);
	}
	value = key->type == KEY_MICROS ? (double)v->quantity.whole : v->quantity.value;
	if (value >= key->min && value <= field_max(key))
		return 0;
	add_range(key, v->quantity.dimension, &range);
	error_set(e, HZ_USER, "%s: %s is out of range; expected %s%s%s%s", key->path, v->text, text_str(&range),
		  key->zero ? ", or '" : "", key->zero ? key->zero : "", key->zero ? "'" : "");
	text_fini(&range);
	return HZ_USER;
}

static int store_text(const struct key *key, const char *text, char *field, struct error *e)
{
	const char *slash = key->type == KEY_MODEL ? strrchr(text, '/') : NULL;

	if (slash)
		text = slash + 1;
	if (strlen(text) >= key->size)
		return error_set(e, HZ_USER, "%s: '%s' is longer than %zu characters", key->path, text, key->size - 1);
	memcpy(field, text, strlen(text) + 1);
	return 0;
}

int key_store(const struct key *key, const struct value *v, struct params *p, struct error *e)
{
	char *field = (char *)p + key->offset;

	switch (key->type) {
	case KEY_PACKETS:
	case KEY_FILE:
	case KEY_MODEL:
		return store_text(key, v->text, field, e);
	case KEY_POLICY:
		memcpy(field, &key->policies[v->quantity.whole], sizeof key->policies[0]);
		return 0;
	case KEY_LOAD_RATE:
		p->load.rate_bps = v->quantity.dimension == DIM_BIT_RATE ? v->quantity.value : 0;
		p->load.rate_pps = v->quantity.dimension == DIM_PACKET_RATE ? v->quantity.value : 0;
		return 0;
	case KEY_NUMBER:
	case KEY_BIT_RATE:
	case KEY_FREQUENCY:
		memcpy(field, &v->quantity.value, sizeof v->quantity.value);
		return 0;
	default:
		break;
	}
	if (key->size == sizeof(uint32_t)) {
		uint32_t narrow = (uint32_t)v->quantity.whole;

		memcpy(field, &narrow, sizeof narrow);
	} else {
		memcpy(field, &v->quantity.whole, sizeof v->quantity.whole);
	}
	return 0;
}

enum dimension key_dimension(const struct key *key)
{
	return types[key->type].settled;
}

void key_describe_type(const struct key *key, struct text *out)
{
	if (key->type == KEY_CHOICE || key->type == KEY_POLICY) {
		add_choices(key, out);
		return;
	}
	text_add(out, "%s", types[key->type].noun);
	if (types[key->type].settled) {
		text_add(out, ", ");
		add_range(key, types[key->type].settled, out);
	}
	if (key->zero)
		text_add(out, ", or '%s'", key->zero);
}
