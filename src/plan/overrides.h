/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario sets keys to: at its top, in a policy, in a workload, from --set. */
#ifndef HZ_PLAN_OVERRIDES_H
#define HZ_PLAN_OVERRIDES_H

#include "plan/model.h"
#include "plan/tree.h"

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

/* A named set of changed values: a policy or a workload. */
struct variant {
	const char *name;
	struct place place;
	struct overrides set;
};

struct variants {
	struct variant *item;     /* in file order */
	size_t items;
};

/* Add key = node. `no_list` says why a list cannot be here, or is NULL. A key that another file of a chain of bases has set keeps its
 * place in the order and takes the new value. Returns 0, or HZ_USER with the place: a value that does not fit its key, a key given twice. */
int overrides_add(struct overrides *o, size_t key, const struct place *place, const struct node *n, const char *no_list,
		  struct error *e);

/* The same for an entry of a mapping: a key, or a group of keys with entries of its own. */
int overrides_read(struct overrides *o, const struct node *word, const struct node *n, const char *no_list, struct error *e);

/* The assignment of a key, or NULL. */
const struct assignment *overrides_get(const struct overrides *o, size_t key);
void overrides_fini(struct overrides *o);

/* Read "policies" or "workloads": a mapping from names to the keys that each changes. `what` is "policy" or "workload". */
int variants_read(struct variants *v, const char *what, const char *word, const struct node *n, struct error *e);
/* The one of this name, or NULL. */
const struct variant *variants_get(const struct variants *v, const char *name);
void variants_fini(struct variants *v);

#endif
