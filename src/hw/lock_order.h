/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which was taken while which was held: a graph of what locks are ordered by (classes, groups). It has no circle, because what would close
 * one is reported instead of being added. */
#ifndef HZ_HW_LOCK_ORDER_H
#define HZ_HW_LOCK_ORDER_H

#include <stdbool.h>

#include "base/types.h"

#define LOCK_ORDER_NODES_MAX 1024u

struct lock_order {
	uint32_t nodes;
	char *name[LOCK_ORDER_NODES_MAX];            /* heap */
	uint64_t *after[LOCK_ORDER_NODES_MAX];       /* bit c of after[h]: c was taken while h was held; NULL: nothing was */
	struct lock_edge *edge[LOCK_ORDER_NODES_MAX]; /* list: who took it first */
};

void lock_order_fini(struct lock_order *o);

/* A new node; its number. More than LOCK_ORDER_NODES_MAX end the process. */
uint32_t lock_order_node(struct lock_order *o, const char *name);

static inline bool lock_order_has(const struct lock_order *o, uint32_t held, uint32_t wanted)
{
	return o->after[held] && (o->after[held][wanted / 64] >> wanted % 64 & 1);
}

/* `where` (heap, taken over) says who did so first. */
void lock_order_add(struct lock_order *o, uint32_t held, uint32_t wanted, char *where);

/* Who took `wanted` first while `held` was held. */
const char *lock_order_where(const struct lock_order *o, uint32_t held, uint32_t wanted);

/* Fills `via` [LOCK_ORDER_NODES_MAX] with the nodes on a way from `from` to `to`, both included. Returns how many, 0 when there is none. */
uint32_t lock_order_path(const struct lock_order *o, uint32_t from, uint32_t to, uint16_t *via);

#endif
