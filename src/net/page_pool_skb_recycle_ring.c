/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

static bool direct(const struct cpu *cpu, const struct page_pool *pool, bool napi_safe)
{
	(void)cpu;
	(void)pool;
	(void)napi_safe;
	return false;
}

const struct page_pool_skb_recycle page_pool_skb_recycle_ring = {
	.policy = {"ring", "into the ring, whoever frees (RFC of 2016; 5.14 to 6.3)"},
	.direct = direct,
};
