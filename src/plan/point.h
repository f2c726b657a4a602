/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One point of a plan: every key resolved to a value, with where the value comes from. */
#ifndef HZ_PLAN_POINT_H
#define HZ_PLAN_POINT_H

#include <stdint.h>

#include "load/params.h"
#include "plan/model.h"

#define POINT_HASH_SIZE 33

/* Models that have been loaded, for all points of a plan; the points refer to them. Zero-initialise but for `dir`. */
struct model_shelf {
	const char *dir;          /* folder of the user's models, or NULL */
	struct model_slot *slot;
	size_t slots;
};

void model_shelf_fini(struct model_shelf *shelf);

/* A key as resolved. */
struct resolved {
	struct value value;       /* text NULL: the key has no meaning under this load */
	struct setting from;      /* as written; its place is "default" or "--set" where there is no file */
};

/* What a swept key is in this point. */
struct point_axis {
	size_t key;               /* index in keys[] */
	const char *text;         /* canonical, in `resolved` */
	double number;            /* in the base unit; NAN: not a number */
};

struct point {
	char *label;              /* policy, workload and axes: "pcp router rate=25Gbit/s"; unique in its plan */
	char *policy;             /* "" when the scenario has none */
	char *workload;           /* "" when the scenario has none */
	struct point_axis *axis;
	size_t axes;
	struct params params;     /* complete but for run.repetition, which is 0 */
	struct resolved *key;     /* keys_count entries */
	char *config;             /* "path: value" lines, keys with a meaning only; a trace by its content */
	char hash[POINT_HASH_SIZE]; /* of config and the model version, hexadecimal */
};

/* Resolve all keys: chosen[k] (scenario, policy, workload, --set), else the model's, else the default. `file` is the
 * scenario, for messages about what is nowhere. Fills params, key, config and hash of the zeroed *pt. Returns 0, or
 * the exit code with *e filled: a missing key, a value out of range, a key that has no meaning under the load, a
 * trace that cannot be read. The caller calls point_fini in every case. */
int point_resolve(struct point *pt, const struct setting *const *chosen, struct model_shelf *shelf, const char *file,
		  struct error *e);
void point_fini(struct point *pt);

/* Change the hash by a name, for a point whose policy changes nothing under its workload: it is a point of its own all the same. */
void point_rename(struct point *pt, const char *name);

#endif
