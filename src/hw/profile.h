/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the cycles went: one call tree for all CPUs, each node's cycles and calls by window of simulated time. */
#ifndef HZ_HW_PROFILE_H
#define HZ_HW_PROFILE_H

#include "base/text.h"
#include "base/types.h"

/* A modelled kernel function; one constant object each, told apart by address. */
struct kfunc {
	const char *name;
};
#define KFUNC(symbol) static const struct kfunc fn_##symbol = {#symbol}

#define PROFILE_NODES_MAX 4096u
#define PROFILE_HASH 16384u

struct profile_cell {
	cycles_t cycles;
	uint64_t calls;
};

struct profile_node {
	const struct kfunc *fn; /* NULL for the root, node 0 */
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

/* Slow half of profile_child(): a node that was not at the first place looked at. */
uint32_t profile_find(struct profile *p, uint32_t parent, const struct kfunc *fn, uint32_t slot);

static inline uint32_t profile_slot(uint32_t parent, const struct kfunc *fn)
{
	return ((uint32_t)((uintptr_t)fn >> 3) * 0x9E3779B1u + parent * 0x85EBCA77u) >> 18;
}

/* The node for `fn` called from `parent`, made when it is new. */
static inline uint32_t profile_child(struct profile *p, uint32_t parent, const struct kfunc *fn)
{
	uint32_t slot = profile_slot(parent, fn);
	uint32_t node = p->hash[slot];

	if (node && p->node[node].parent == parent && p->node[node].fn == fn)
		return node;
	return profile_find(p, parent, fn, slot);
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
