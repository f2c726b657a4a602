/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static bool direct(const struct cpu *cpu, const struct page_pool *pool, bool napi_safe)
{
	(void)napi_safe;
	return cpu->in_softirq && page_pool_napi_is_here(cpu, pool);
}

const struct page_pool_skb_recycle page_pool_skb_recycle_pool = {
	.policy = {"pool", "as softirq, decided by the pool for every page that is put, those of XDP frames too (since 6.11)"},
	.direct = direct,
	.any_put = true,
};
