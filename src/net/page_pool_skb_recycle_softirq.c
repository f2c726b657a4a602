/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static bool direct(const struct cpu *cpu, const struct page_pool *pool, bool napi_safe)
{
	(void)napi_safe;
	return cpu->in_softirq && page_pool_napi_is_here(cpu, pool);
}

const struct page_pool_skb_recycle page_pool_skb_recycle_softirq = {
	.policy = {"softirq", "into the array from any softirq while the pool's NAPI is scheduled on that CPU, else the ring (6.6 to 6.10)"},
	.direct = direct,
};
