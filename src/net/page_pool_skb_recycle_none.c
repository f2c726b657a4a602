/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

const struct page_pool_skb_recycle page_pool_skb_recycle_none = {
	.policy = {"none", "packets do not know the pool: their pages leave it (4.18 to 5.13)"},
};
