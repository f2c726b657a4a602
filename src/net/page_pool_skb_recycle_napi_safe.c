/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static bool direct(const struct cpu *cpu, const struct page_pool *pool, bool napi_safe)
{
	return napi_safe && cpu->in_softirq && page_pool_napi_is_here(cpu, pool);
}

const struct page_pool_skb_recycle page_pool_skb_recycle_napi_safe = {
	.policy = {"napi_safe", "into the array where the freeing NAPI runs on the pool's CPU and says so, else the ring (6.4, 6.5)"},
	.direct = direct,
};
