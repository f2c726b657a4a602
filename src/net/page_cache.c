/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_cache.h"

KFUNC(mlx5e_rx_cache_get);
KFUNC(mlx5e_rx_cache_put);

static uint32_t next(const struct mlx5e_page_cache *cache, uint32_t slot)
{
	return slot + 1 < cache->size ? slot + 1 : 0;
}

static struct page *take_head(struct cpu *cpu, struct memory *mm, struct mlx5e_page_cache *cache)
{
	struct page *page = cache->page[cache->head];

	if (cache->head == cache->tail) {
		cache->counts->empty++;
		return NULL;
	}
	/* The stack may be dropping it right now, on another CPU. */
	if (cache->shared && page->refcount > 1)
		cpu_line_up(cpu, 0);
	page_read(cpu, mm, page);
	if (page->refcount != 1) {
		cache->counts->busy++;
		return NULL;
	}
	cache->head = next(cache, cache->head);
	cache->counts->reuse++;
	return page;
}

struct page *mlx5e_rx_cache_get(struct cpu *cpu, struct memory *mm, struct mlx5e_page_cache *cache)
{
	struct page *page;

	cpu_enter(cpu, &fn_mlx5e_rx_cache_get);
	cpu_work(cpu, cache->cost_get);
	page = take_head(cpu, mm, cache);
	cpu_leave(cpu);
	return page;
}

bool mlx5e_rx_cache_put(struct cpu *cpu, struct memory *mm, struct mlx5e_page_cache *cache, struct page *page)
{
	bool taken = false;

	cpu_enter(cpu, &fn_mlx5e_rx_cache_put);
	cpu_work(cpu, cache->cost_put);
	if (next(cache, cache->tail) == cache->head) {
		cache->counts->full++;
	} else if (cache->local_only && page_zone(mm, page)->node != cpu->socket) {
		cache->counts->waive++;
	} else {
		cache->page[cache->tail] = page;
		cache->tail = next(cache, cache->tail);
		taken = true;
	}
	cpu_leave(cpu);
	return taken;
}
