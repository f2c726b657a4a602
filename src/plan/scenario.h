/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file as written: which keys it sets to what, which of them it sweeps, which policies it compares. */
#ifndef HZ_PLAN_SCENARIO_H
#define HZ_PLAN_SCENARIO_H

#include "plan/model.h"
#include "plan/tree.h"
#include "plan/where.h"

#define SCENARIO_REPETITIONS 5
#define SCENARIO_REPETITIONS_MAX 10000

/* A key and the values that it takes: one, or several for a sweep. */
struct assignment {
	size_t key;               /* index in keys[] */
	struct place place;       /* of the key */
	struct setting *choice;
	size_t choices;
	bool sweep;               /* written as a list */
};

struct overrides {
	struct assignment *item;  /* in file order, each key at most once */
	size_t items;
};

struct variant {
	const char *name;
	struct place place;
	struct overrides set;
};

/* Keys that vary together. */
struct zip {
	struct place place;
	size_t *key;
	size_t keys;
};

struct scenario {
	struct tree tree;
	char *name;
	const char *title;        /* "" when it has none */
	const char *description;  /* "" when it has none */
	uint32_t repetitions;
	struct overrides base;
	struct variant *policy;    /* in file order; none: the scenario compares no policies */
	size_t policies;
	struct zip *zip;
	size_t zips;
	struct where *where;      /* NULL: keep all points */
	struct place where_place;
	struct overrides set;     /* from --set, in the order given */
	struct tree *set_tree;
	size_t set_trees;
};

/* Read a scenario file. Returns 0, HZ_ENVIRONMENT when it cannot be read, HZ_USER with file:line:column for
 * anything that a scenario cannot hold. All values have been checked against their keys, but for times given to
 * cycle keys, whose range depends on the machine. */
int scenario_read(struct scenario *s, const char *path, struct error *e);

/* Apply "path=value": wins over file, models and policies. A value written [a,b] is a sweep. */
int scenario_set(struct scenario *s, const char *text, struct error *e);
void scenario_fini(struct scenario *s);

/* The assignment of a key, or NULL. */
const struct assignment *overrides_get(const struct overrides *o, size_t key);

#endif
