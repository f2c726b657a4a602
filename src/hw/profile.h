/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the cycles went: one call tree for all CPUs, each node's cycles and calls by window of simulated time. */
#ifndef HZ_HW_PROFILE_H
#define HZ_HW_PROFILE_H

#include "base/text.h"
#include "base/types.h"

/* A modelled kernel function; one object each, told apart by address. */
struct kfunc {
	const char *name;
	uint32_t last;   /* its node when it was last entered: where to look first */
};
#define KFUNC(symbol) static struct kfunc fn_##symbol = {#symbol, 0}

#define PROFILE_NODES_MAX 4096u
#define PROFILE_HASH 16384u

struct profile_cell {
	cycles_t cycles;
	uint64_t calls;
};

struct profile_node {
	const struct kfunc *fn; /* NULL for the root, node 0, and for nodes that are not in use */
	uint32_t parent;
};

struct profile {
	uint32_t windows;
	uint32_t nodes;
	struct profile_node node[PROFILE_NODES_MAX];
	uint16_t hash[PROFILE_HASH];    /* open addressing; 0: empty */
	struct profile_cell *cell;      /* [windows][PROFILE_NODES_MAX]: those in use at a time lie together */
};

void profile_init(struct profile *p, uint32_t windows);
void profile_fini(struct profile *p);
/* All cycles and calls back to 0; nodes stay. */
void profile_clear(struct profile *p);

/* Slow half of profile_child(): the function was last called from elsewhere. */
uint32_t profile_find(struct profile *p, uint32_t parent, struct kfunc *fn);

/* The node for `fn` called from `parent`, made when it is new. */
static inline uint32_t profile_child(struct profile *p, uint32_t parent, struct kfunc *fn)
{
	const struct profile_node *last = &p->node[fn->last];

	/* Node 0 is nobody's. */
	if (last->fn == fn && last->parent == parent)
		return fn->last;
	return profile_find(p, parent, fn);
}

static inline struct profile_cell *profile_cell(struct profile *p, uint32_t node, uint32_t window)
{
	return &p->cell[(size_t)window * PROFILE_NODES_MAX + node];
}

/* Cycles of a node itself from window `from` on, without the last window, which is no part of the run. */
struct profile_cell profile_sum(const struct profile *p, uint32_t node, uint32_t from);

/* Cycles of every path that goes through a function of this name, from window `from` on. */
cycles_t profile_through(const struct profile *p, const char *name, uint32_t from);

/* "outer;inner;innermost" */
void profile_path(const struct profile *p, uint32_t node, struct text *out);

#endif
