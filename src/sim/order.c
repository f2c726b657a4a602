/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/order.h"

#include <stdlib.h>

#include "base/text.h"

static uint32_t earlier(const struct order *o, uint32_t a, uint32_t b)
{
	if (o->key[a] != o->key[b])
		return o->key[a] < o->key[b] ? a : b;
	return a < b ? a : b;
}

void order_init(struct order *o, uint32_t lanes)
{
	o->lanes = lanes;
	o->leaves = 2;
	while (o->leaves < lanes)
		o->leaves *= 2;
	o->key = xcalloc(o->leaves, sizeof *o->key);
	o->winner = xcalloc(o->leaves, sizeof *o->winner);
	for (uint32_t i = 0; i < o->leaves; i++)
		o->key[i] = ORDER_NEVER;
	for (uint32_t i = o->leaves - 1; i >= 1; i--)
		o->winner[i] = i >= o->leaves / 2 ? (i - o->leaves / 2) * 2 : o->winner[2 * i];
}

void order_fini(struct order *o)
{
	free(o->key);
	free(o->winner);
}

void order_set(struct order *o, uint32_t lane, cycles_t when)
{
	uint32_t node = (o->leaves + lane) / 2;

	o->key[lane] = when;
	o->winner[node] = earlier(o, lane & ~1u, lane | 1u);
	for (node /= 2; node >= 1; node /= 2)
		o->winner[node] = earlier(o, o->winner[2 * node], o->winner[2 * node + 1]);
}
