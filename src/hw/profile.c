/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/profile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void profile_init(struct profile *p, uint32_t windows)
{
	p->windows = windows;
	p->nodes = 1;
	memset(p->node, 0, sizeof p->node);
	for (uint32_t i = 0; i < PROFILE_HASH; i++)
		p->hash[i] = 0;
	p->cell = xcalloc((size_t)PROFILE_NODES_MAX * windows, sizeof *p->cell);
}

void profile_fini(struct profile *p)
{
	free(p->cell);
}

void profile_clear(struct profile *p)
{
	/* Fresh memory: what no run touches takes no space, however many windows there are. */
	free(p->cell);
	p->cell = xcalloc((size_t)PROFILE_NODES_MAX * p->windows, sizeof *p->cell);
}

uint32_t profile_find(struct profile *p, uint32_t parent, struct kfunc *fn)
{
	uint32_t slot = ((uint32_t)((uintptr_t)fn >> 3) * 0x9E3779B1u + parent * 0x85EBCA77u) >> 18;

	for (;; slot = (slot + 1) % PROFILE_HASH) {
		uint32_t node = p->hash[slot];

		if (!node)
			break;
		if (p->node[node].parent == parent && p->node[node].fn == fn)
			return fn->last = node;
	}
	assert(p->nodes < PROFILE_NODES_MAX);
	p->node[p->nodes] = (struct profile_node){fn, parent};
	p->hash[slot] = (uint16_t)p->nodes;
	return fn->last = p->nodes++;
}

struct profile_cell profile_sum(const struct profile *p, uint32_t node, uint32_t from)
{
	struct profile_cell sum = {0, 0};

	for (uint32_t w = from; w + 1 < p->windows; w++) {
		sum.cycles += p->cell[(size_t)w * PROFILE_NODES_MAX + node].cycles;
		sum.calls += p->cell[(size_t)w * PROFILE_NODES_MAX + node].calls;
	}
	return sum;
}

cycles_t profile_through(const struct profile *p, const char *name, uint32_t from)
{
	cycles_t sum = 0;

	for (uint32_t node = 1; node < p->nodes; node++)
		for (uint32_t n = node; n; n = p->node[n].parent)
			if (!strcmp(p->node[n].fn->name, name)) {
				sum += profile_sum(p, node, from).cycles;
				break;
			}
	return sum;
}

void profile_path(const struct profile *p, uint32_t node, struct text *out)
{
	if (p->node[node].parent) {
		profile_path(p, p->node[node].parent, out);
		text_add(out, ";");
	}
	text_add(out, "%s", p->node[node].fn ? p->node[node].fn->name : "");
}
