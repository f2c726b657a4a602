/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The predicted profile as a tree of calls, printed the way `perf report --stdio --children` prints one. */
#ifndef HZ_VIEW_CALLTREE_H
#define HZ_VIEW_CALLTREE_H

#include <stddef.h>
#include <stdio.h>

struct calltree {
	char *name;                 /* function; NULL at the root */
	double self;                /* cycles charged to this path itself */
	double total;               /* with everything below */
	struct calltree *child;
	size_t children;
};

/* Zero-initialise the root. Add cycles to "outer;inner;innermost" below it. */
void calltree_add(struct calltree *root, const char *path, double self);

/* The part of each path from its first `symbol` on, callers merged, added to `into`. Returns 0 when no path has it. */
int calltree_symbol(const struct calltree *root, const char *symbol, struct calltree *into);

/* Every function of the tree once, in no order. Returns their number; *names is a heap array of strings of the tree. */
size_t calltree_names(const struct calltree *root, const char ***names);

/* One entry per child of the root with the tree of its callees. Shares are of `whole` cycles; what has less than
 * `limit` percent is left out. */
void calltree_print(struct calltree *root, double whole, double limit, FILE *out);
void calltree_fini(struct calltree *root);

#endif
