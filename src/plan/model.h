/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model files: what a machine, a kernel release or a network card is, as settings of keys with their sources. */
#ifndef HZ_PLAN_MODEL_H
#define HZ_PLAN_MODEL_H

#include "plan/key.h"
#include "plan/tree.h"

/* A key's value as written somewhere. */
struct setting {
	const char *text;         /* NULL: not set */
	struct place place;
	const char *source;       /* models: where the number comes from; else NULL */
	const char *status;       /* models: "measured", "derived", "assumed"; else NULL */
};

struct model {
	char *path;               /* the file that was asked for */
	struct tree *tree;        /* that file and its bases; the settings point into them */
	size_t trees;
	struct setting *setting;  /* keys_count entries */
};

/* Load the model of a group ("machine", "kernel", "nic") with all its bases. `name` is a path when it has a '/',
 * relative to the file at `asked`; else NAME.yaml is looked for in the group's folder ("machines", ...) of `dir`
 * (NULL: none), then in the models that belong to the program. Returns 0, or HZ_USER with the place in *e: no such
 * model (with the nearest and all that there are), a bad file, a cost without a source. */
int model_load(struct model *m, const char *group, const char *name, const struct place *asked, const char *dir,
	       struct error *e);
void model_fini(struct model *m);

#endif
