/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mlx5e_page_cache: a driver's own ring of receive pages. A page goes in when the driver is done with it, while the stack may still have it;
 * only the oldest is looked at, so that one page that stays out holds up all behind it. (drivers/net/ethernet/mellanox/mlx5/core/en_rx.c,
 * 4.10 to 6.3.) */
#ifndef HZ_NET_PAGE_CACHE_H
#define HZ_NET_PAGE_CACHE_H

#include "mm/memory.h"
#include "net/channel.h"

struct mlx5e_page_cache {
	struct page **page;   /* [size] ring; one slot stays free */
	uint32_t size, head, tail;
	bool local_only;      /* takes only pages of its CPU's node (since 4.18) */
	bool shared;          /* other CPUs drop references of its pages */
	cycles_t cost_get, cost_put;
	struct rx_cache_counts *counts;
};

/* The oldest page, if nobody else has a reference of it; else NULL. */
struct page *mlx5e_rx_cache_get(struct cpu *cpu, struct memory *mm, struct mlx5e_page_cache *cache);

/* Take over the driver's reference of a page. False when the cache does not want it. */
bool mlx5e_rx_cache_put(struct cpu *cpu, struct memory *mm, struct mlx5e_page_cache *cache, struct page *page);

#endif
