/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/page_pool.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "hw/preempt.h"
#include "mm/bulk.h"
#include "mm/page_alloc.h"
#include "net/channel.h"

KFUNC(page_pool_alloc_pages);
KFUNC(__page_pool_alloc_pages_slow);
KFUNC(page_pool_put_page);
KFUNC(page_pool_put_page_bulk);
KFUNC(page_pool_return_skb_page);
KFUNC(page_pool_recycle_in_ring);
KFUNC(page_pool_release_page);

void page_pool_init(struct page_pool *pool, const struct page_pool_params *params, struct memory *mm, struct cpu *cpu, const struct napi *napi,
		    uint32_t ring, const struct ptr_ring_locks *locks)
{
	pool->params = params;
	pool->mm = mm;
	pool->cpu = cpu;
	pool->napi = napi;
	pool->nid = cpu->socket;
	pool->cache = xcalloc(params->cache, sizeof *pool->cache);
	mm->rests_at_zero |= params->refcount->refilled != NULL;
	ptr_ring_init(&pool->ring, ring, params->ring_batch, cpu->socket, pool->shared, locks, cpu->hw);
}

void page_pool_fini(struct page_pool *pool)
{
	ptr_ring_fini(&pool->ring);
	free(pool->cache);
}

static int check_resting(const struct page_pool *pool, const struct page *page, int32_t count, struct error *e)
{
	if (page->state != PAGE_ALLOCATED || page->refcount != count)
		return error_set(e, HZ_RUN_FAILED, "page_pool of CPU %u: page frame %u rests there with count %d%s", pool->cpu->number,
				 page_to_pfn(pool->mm, page), page->refcount, page->state == PAGE_ALLOCATED ? "" : " and is free");
	return 0;
}

int page_pool_check(const struct page_pool *pool, struct error *e)
{
	const struct ptr_ring *ring = &pool->ring;
	int32_t in_ring = pool->params->refcount->refilled ? 0 : 1;
	int code = 0;

	if (pool->count > pool->params->cache || ring->count > ring->size || pool->count + ring->count > page_pool_inflight(pool))
		return error_set(e, HZ_RUN_FAILED, "page_pool of CPU %u: %u pages in an array of %u, %u in a ring of %u, of %" PRIu64,
				 pool->cpu->number, pool->count, pool->params->cache, ring->count, ring->size, page_pool_inflight(pool));
	for (uint32_t i = 0; i < pool->count && !code; i++)
		code = check_resting(pool, pool->cache[i], 1, e);
	for (uint32_t i = 0; i < ring->count && !code; i++)
		code = check_resting(pool, ring->slot[(ring->consumer_head + i) % ring->size], in_ring, e);
	return code;
}

bool page_pool_napi_is_here(const struct cpu *cpu, const struct page_pool *pool)
{
	return pool->cpu == cpu && pool->napi->scheduled;
}

/* A page that the page allocator gave becomes the pool's (page_pool_set_pp_info). */
static void take_over(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	cpu_work(cpu, pool->params->cost_slow + pool->dma_map);
	page_touch(cpu, pool->mm, page);
	pool->hold++;
	if (pool->params->refcount->init)
		pool->params->refcount->init(page);
}

static struct page *alloc_bulk(struct cpu *cpu, struct page_pool *pool)
{
	uint32_t wanted = page_pool_refill_pages(pool), got;

	/* A refill that had none for the caller may have filled the array. */
	if (pool->count) {
		pool->counts.fast++;
		return page_pool_pop(pool);
	}
	/* Empty slots, from the bottom of the array that has run empty. */
	for (uint32_t i = 0; i < wanted; i++)
		pool->cache[i] = NULL;
	got = alloc_pages_bulk(cpu, pool->mm, pool->nid, wanted, pool->cache);
	for (uint32_t i = 0; i < got; i++)
		take_over(cpu, pool, pool->cache[i]);
	pool->count = got;
	pool->counts.slow += got != 0;
	return got ? page_pool_pop(pool) : NULL;
}

/* Counted once per call, however many pages come. */
static struct page *__page_pool_alloc_pages_slow(struct cpu *cpu, struct page_pool *pool)
{
	struct page *page;

	cpu_enter(cpu, &fn___page_pool_alloc_pages_slow);
	if (pool->params->slow == PAGE_POOL_SLOW_BULK) {
		page = alloc_bulk(cpu, pool);
	} else {
		page = alloc_pages_node(cpu, pool->mm, pool->nid, 0, MIGRATE_UNMOVABLE, GFP_ATOMIC);
		if (page)
			take_over(cpu, pool, page);
		pool->counts.slow += page != NULL;
	}
	cpu_leave(cpu);
	return page;
}

struct page *page_pool_alloc_pages(struct cpu *cpu, struct page_pool *pool)
{
	struct page *page;

	cpu_enter(cpu, &fn_page_pool_alloc_pages);
	cpu_work(cpu, pool->params->cost_alloc);
	page = pool->params->refill->get_cached(cpu, pool);
	if (!page)
		page = __page_pool_alloc_pages_slow(cpu, pool);
	cpu_leave(cpu);
	return page;
}

bool page_pool_ring_is_empty(struct cpu *cpu, struct page_pool *pool)
{
	/* See what other CPUs have put there before now. */
	if (pool->shared)
		cpu_line_up(cpu, pool->ring.producer_lock.class->id);
	return __ptr_ring_empty(cpu, &pool->ring);
}

struct page *page_pool_consume(struct cpu *cpu, struct page_pool *pool)
{
	struct page *page = __ptr_ring_consume(cpu, &pool->ring);

	if (page && pool->params->refcount->refilled)
		pool->params->refcount->refilled(cpu, pool, page);
	return page;
}

uint32_t page_pool_refill_cache(struct cpu *cpu, struct page_pool *pool, uint32_t most)
{
	uint32_t n = 0;
	struct page *page;

	while (n < most && (page = page_pool_consume(cpu, pool))) {
		pool->cache[pool->count++] = page;
		n++;
	}
	return n;
}

void page_pool_consumer_lock(struct cpu *cpu, struct page_pool *pool)
{
	if (pool->params->consumer_lock)
		ptr_ring_lock(cpu, &pool->ring, &pool->ring.consumer_lock);
	else if (pool->shared)
		cpu_line_up(cpu, pool->ring.producer_lock.class->id);
}

void page_pool_consumer_unlock(struct cpu *cpu, struct page_pool *pool)
{
	if (pool->params->consumer_lock)
		ptr_ring_unlock(cpu, &pool->ring, &pool->ring.consumer_lock);
}

struct page *page_pool_refill_and_one(struct cpu *cpu, struct page_pool *pool)
{
	uint32_t got;
	struct page *page = NULL;

	page_pool_consumer_lock(cpu, pool);
	got = page_pool_refill_cache(cpu, pool, page_pool_refill_pages(pool));
	if (got == page_pool_refill_pages(pool))
		page = page_pool_consume(cpu, pool);
	page_pool_consumer_unlock(cpu, pool);
	pool->counts.refill += page != NULL;
	pool->counts.empty += !got;
	return page;
}

/* Room in the array is only the NAPI's to use. */
static bool recycle_in_cache(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	if (pool->count == pool->params->cache) {
		pool->counts.cache_full++;
		return false;
	}
	cpu_work(cpu, pool->params->cost_recycle);
	pool->cache[pool->count++] = page;
	pool->counts.cached++;
	return true;
}

static bool produce(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	bool taken = __ptr_ring_produce(cpu, &pool->ring, page);

	cpu_work(cpu, pool->params->cost_ring);
	if (taken)
		pool->counts.ring++;
	else
		pool->counts.ring_full++;
	return taken;
}

/* page_pool_producer_lock: outside softirqs the CPU's own NAPI must not interrupt who holds it. */
static void producer_lock(struct cpu *cpu, struct page_pool *pool)
{
	if (!cpu->in_softirq)
		local_bh_disable(cpu);
	ptr_ring_lock(cpu, &pool->ring, &pool->ring.producer_lock);
}

static void producer_unlock(struct cpu *cpu, struct page_pool *pool)
{
	ptr_ring_unlock(cpu, &pool->ring, &pool->ring.producer_lock);
	if (!cpu->in_softirq)
		local_bh_enable(cpu);
}

static bool page_pool_recycle_in_ring(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	bool taken;

	cpu_enter(cpu, &fn_page_pool_recycle_in_ring);
	producer_lock(cpu, pool);
	taken = produce(cpu, pool, page);
	producer_unlock(cpu, pool);
	cpu_leave(cpu);
	return taken;
}

void page_pool_release_page(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	(void)page;
	cpu_enter(cpu, &fn_page_pool_release_page);
	cpu_work(cpu, pool->params->cost_release + pool->dma_unmap);
	cpu_touch(cpu, &pool->release_line, pool->nid);
	cpu_operate(cpu, cpu->hw->machine->atomic);
	pool->release++;
	cpu_leave(cpu);
}

void page_pool_return_page(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	page_pool_release_page(cpu, pool, page);
	if (page->refcount)
		put_page(cpu, pool->mm, page);
	else
		free_the_page(cpu, pool->mm, page);
}

bool page_pool_is_sole_owner(struct cpu *cpu, struct page_pool *pool, struct page *page)
{
	if (pool->shared && page->refcount > 1)
		cpu_line_up(cpu, 0);
	page_read(cpu, pool->mm, page);
	page_pool_put_tests(cpu, pool);
	if (page->refcount == 1)
		return true;
	pool->counts.released_ref++;
	page_pool_return_page(cpu, pool, page);
	return false;
}

void page_pool_put_page(struct cpu *cpu, struct page_pool *pool, struct page *page, int32_t nr, bool allow_direct)
{
	const struct page_pool_skb_recycle *rule = pool->params->skb_recycle;

	cpu_enter(cpu, &fn_page_pool_put_page);
	allow_direct |= rule->any_put && rule->direct(cpu, pool, false);
	if (pool->params->refcount->drop(cpu, pool, page, nr, allow_direct) &&
	    !(allow_direct && page->refcount && recycle_in_cache(cpu, pool, page)) && !page_pool_recycle_in_ring(cpu, pool, page))
		page_pool_return_page(cpu, pool, page);
	cpu_leave(cpu);
}

void page_pool_put_page_bulk(struct cpu *cpu, struct page_pool *pool, struct page **page, uint32_t n)
{
	uint32_t back = 0, put = 0;

	if (pool->params->skb_recycle->any_put && pool->params->skb_recycle->direct(cpu, pool, false)) {
		for (uint32_t i = 0; i < n; i++)
			page_pool_put_page(cpu, pool, page[i], 1, true);
		return;
	}
	cpu_enter(cpu, &fn_page_pool_put_page_bulk);
	for (uint32_t i = 0; i < n; i++)
		if (pool->params->refcount->drop(cpu, pool, page[i], 1, false))
			page[back++] = page[i];
	if (back) {
		producer_lock(cpu, pool);
		while (put < back && produce(cpu, pool, page[put]))
			put++;
		producer_unlock(cpu, pool);
	}
	/* The ring is full: the rest goes outside its lock. */
	for (uint32_t i = put; i < back; i++)
		page_pool_return_page(cpu, pool, page[i]);
	if (put < back)
		pool->counts.ring_full += back - put - 1;
	cpu_leave(cpu);
}

void page_pool_return_skb_page(struct cpu *cpu, struct page_pool *pool, struct page *page, bool napi_safe)
{
	cpu_enter(cpu, &fn_page_pool_return_skb_page);
	page_pool_put_page(cpu, pool, page, 1, pool->params->skb_recycle->direct(cpu, pool, napi_safe));
	cpu_leave(cpu);
}

void page_pool_update_nid(struct page_pool *pool, uint32_t nid)
{
	pool->nid = nid;
}
