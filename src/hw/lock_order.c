/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/lock_order.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

#define WORDS (LOCK_ORDER_NODES_MAX / 64)

struct lock_edge {
	uint32_t wanted;
	char *where;
	struct lock_edge *next;
};

void lock_order_fini(struct lock_order *o)
{
	for (uint32_t i = 0; i < o->nodes; i++) {
		struct lock_edge *next;

		for (struct lock_edge *e = o->edge[i]; e; e = next) {
			next = e->next;
			free(e->where);
			free(e);
		}
		free(o->after[i]);
		free(o->name[i]);
	}
}

uint32_t lock_order_node(struct lock_order *o, const char *name)
{
	if (o->nodes == LOCK_ORDER_NODES_MAX) {
		fprintf(stderr, "hotzone: more than %u lock classes or groups\n", LOCK_ORDER_NODES_MAX);
		abort();
	}
	o->name[o->nodes] = xstrdup(name);
	return o->nodes++;
}

void lock_order_add(struct lock_order *o, uint32_t held, uint32_t wanted, char *where)
{
	struct lock_edge *e = xcalloc(1, sizeof *e);

	if (!o->after[held])
		o->after[held] = xcalloc(WORDS, sizeof *o->after[held]);
	o->after[held][wanted / 64] |= UINT64_C(1) << wanted % 64;
	e->wanted = wanted;
	e->where = where;
	e->next = o->edge[held];
	o->edge[held] = e;
}

const char *lock_order_where(const struct lock_order *o, uint32_t held, uint32_t wanted)
{
	const struct lock_edge *e = o->edge[held];

	while (e->wanted != wanted)
		e = e->next;
	return e->where;
}

static uint32_t find(const struct lock_order *o, uint32_t from, uint32_t to, uint64_t *seen, uint16_t *via)
{
	seen[from / 64] |= UINT64_C(1) << from % 64;
	via[0] = (uint16_t)from;
	if (from == to)
		return 1;
	for (const struct lock_edge *e = o->edge[from]; e; e = e->next) {
		uint32_t length;

		if (seen[e->wanted / 64] >> e->wanted % 64 & 1)
			continue;
		length = find(o, e->wanted, to, seen, via + 1);
		if (length)
			return length + 1;
	}
	return 0;
}

uint32_t lock_order_path(const struct lock_order *o, uint32_t from, uint32_t to, uint16_t *via)
{
	uint64_t seen[WORDS] = {0};

	return find(o, from, to, seen, via);
}
