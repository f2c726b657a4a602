/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is next: a tournament tree over a fixed number of lanes. The order is total: time first, then lane number. */
#ifndef HZ_SIM_ORDER_H
#define HZ_SIM_ORDER_H

#include <stdbool.h>

#include "base/types.h"

#define ORDER_NEVER CYCLES_MAX

struct order {
	uint32_t lanes;
	uint32_t leaves;   /* power of two */
	cycles_t *key;     /* [leaves]; ORDER_NEVER: not waiting for its turn */
	uint32_t *winner;  /* [leaves]: heap-shaped, winner[1] is the earliest lane */
};

void order_init(struct order *o, uint32_t lanes);
void order_fini(struct order *o);

/* Put `lane` at `when`, or take it out with ORDER_NEVER. */
void order_set(struct order *o, uint32_t lane, cycles_t when);

static inline uint32_t order_first(const struct order *o)
{
	return o->winner[1];
}

static inline cycles_t order_first_time(const struct order *o)
{
	return o->key[o->winner[1]];
}

/* Whether `lane` at time `when` comes before every lane that waits for its turn. */
static inline bool order_is_first(const struct order *o, uint32_t lane, cycles_t when)
{
	cycles_t first = order_first_time(o);

	return when < first || (when == first && lane < order_first(o));
}

#endif
