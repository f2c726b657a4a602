/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file as written, on top of the files it is based on: which keys it sets to what, which of them it sweeps, which policies
 * it compares, under which workloads. */
#ifndef HZ_PLAN_SCENARIO_H
#define HZ_PLAN_SCENARIO_H

#include "plan/overrides.h"
#include "plan/where.h"

#define SCENARIO_REPETITIONS 5
#define SCENARIO_REPETITIONS_MAX 10000

/* Of the names of scenarios, policies and workloads. */
#define SCENARIO_NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-"

/* Keys that vary together. */
struct zip {
	struct place place;
	size_t *key;
	size_t keys;
};

/* A word and where it stands; text NULL: not given. */
struct word {
	const char *text;
	struct place place;
};

/* A line across charts, such as a budget. */
struct mark {
	double at;                /* in the metric's unit */
	const char *label;        /* "" when it has none */
	const char *metric;       /* NULL: the load's primary metric */
};

struct scenario {
	struct tree *tree;        /* the file, then the one it is based on, and so on */
	size_t trees;
	char *name;
	const char *title;        /* "" when it has none */
	const char *description;  /* "" when it has none */
	uint32_t repetitions;
	struct overrides base;
	struct variants policies; /* none: the scenario compares no policies */
	struct variants workloads; /* none: there is one, without a name */
	struct word baseline;     /* policy that the others are compared with; not given: the first */
	struct zip *zip;
	size_t zips;
	struct where *where;      /* NULL: keep all points */
	struct place where_place;
	struct word *show;        /* metrics that the summary shows beside the load's primary one */
	size_t shows;
	struct mark *mark;
	size_t marks;
	struct overrides set;     /* from --set, in the order given */
	struct tree *set_tree;
	size_t set_trees;
};

/* Read a scenario file and what it is based on. Returns 0, HZ_ENVIRONMENT when it cannot be read, HZ_USER with
 * file:line:column for anything that a scenario cannot hold. All values have been checked against their keys, but for
 * times given to cycle keys, whose range depends on the machine. */
int scenario_read(struct scenario *s, const char *path, struct error *e);

/* Apply "path=value": wins over file, models, policies and workloads. A value written [a,b] is a sweep. */
int scenario_set(struct scenario *s, const char *text, struct error *e);
void scenario_fini(struct scenario *s);

/* Fill *e: no key and no word of a scenario has this path; with the nearest. Returns HZ_USER. */
int scenario_unknown_key(const struct place *place, const char *path, struct error *e);

#endif
