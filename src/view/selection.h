/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which points of the database a view is about. */
#ifndef HZ_VIEW_SELECTION_H
#define HZ_VIEW_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

/* What the user asked for; NULL stands for all. */
struct selection {
	const char *scenario;       /* name, or the path it was read from */
	const char *point;          /* label, or number within its scenario */
	const char *workload;
};

/* One swept key of a point. */
struct selected_axis {
	char *key;
	char *value;
	double number;              /* in the key's base unit, NAN when it is no number */
};

/* One point of a current plan. */
struct selected_point {
	int64_t id;
	int64_t scenario;
	uint32_t position;
	char *label;
	char *policy;
	char *workload;
	char *situation;            /* the label without the policy */
	char *load;                 /* kind of load */
	struct selected_axis *axis; /* in sweep order; a swept policy is left out, it has its own field */
	size_t axes;
	uint32_t planned;           /* runs that should be there */
	uint32_t done;
	uint32_t failed;            /* failed or killed */
};

struct selected_scenario {
	int64_t id;
	char *name;
	char *title;
	char *base_policy;          /* what the other policies are compared with; "" when there are none */
	struct selected_point *point; /* in plan order */
	size_t points;
};

struct selected {
	struct selected_scenario *scenario; /* in the order in which they were first planned */
	size_t scenarios;
};

/* Find the points. Returns 0, HZ_USER when a name is unknown (with the nearest), HZ_NOTHING when the database has
 * no point at all, HZ_ENVIRONMENT when it cannot be read. The caller frees *out in every case. */
int selection_find(const struct selection *which, struct store *s, struct selected *out, struct error *e);
void selected_fini(struct selected *found);

/* The keys swept anywhere in a scenario, in order of first appearance. Returns their number; *keys is a heap array of
 * strings that belong to the scenario. */
size_t selected_keys(const struct selected_scenario *scenario, const char ***keys);
/* The point's value of a key, or NULL. */
const struct selected_axis *selected_axis(const struct selected_point *point, const char *key);
/* The key without its path, "cpus" for "load.cpus", unless another of `keys` ends alike. */
const char *selected_key_name(const char *key, const char *const *keys, size_t n);

#endif
