/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/net_counters.h"

#include <stddef.h>

#include "net/page_pool.h"
#include "net/skb_defer.h"

/* A count of each channel, in a struct of counts. */
struct counter {
	const char *name, *unit;
	size_t offset;
};

#define POOL(name, unit, member) {"rx_pp_" name, unit, offsetof(struct page_pool_counts, member)}
#define CACHE(name, unit, member) {"rx_cache_" name, unit, offsetof(struct rx_cache_counts, member)}

static const struct counter pool_counters[] = {
	POOL("alloc_fast", "pages", fast),
	POOL("alloc_slow", "calls", slow),
	POOL("alloc_slow_ho", "calls", slow_ho),
	POOL("alloc_empty", "calls", empty),
	POOL("alloc_refill", "calls", refill),
	POOL("alloc_waive", "pages", waive),
	POOL("recycle_cached", "pages", cached),
	POOL("recycle_cache_full", "pages", cache_full),
	POOL("recycle_ring", "pages", ring),
	POOL("recycle_ring_full", "pages", ring_full),
	POOL("recycle_released_ref", "pages", released_ref),
	POOL("recycle_races", "pages", races),
};

static const struct counter cache_counters[] = {
	CACHE("reuse", "pages", reuse),
	CACHE("busy", "pages", busy),
	CACHE("empty", "calls", empty),
	CACHE("full", "pages", full),
	CACHE("waive", "pages", waive),
	CACHE("alloc", "pages", alloc),
};

#define SLAB(name, unit, member) {"skb_slab_" name, unit, offsetof(struct kmem_cache_counts, member)}

static const struct counter slab_counters[] = {
	SLAB("allocs", "objects", allocs),
	SLAB("frees", "objects", frees),
	SLAB("bulk_allocs", "calls", bulk_allocs),
	SLAB("bulk_frees", "calls", bulk_frees),
	SLAB("slow_allocs", "calls", slow_allocs),
	SLAB("slow_frees", "calls", slow_frees),
	SLAB("unfreezes", "calls", unfreezes),
	SLAB("new", "slabs", new_slabs),
	SLAB("discarded", "slabs", discarded_slabs),
};

#define DEFER(name, unit, member) {"skb_defer_" name, unit, offsetof(struct skb_defer_counts, member)}

static const struct counter defer_counters[] = {
	DEFER("queued", "packets", deferred),
	DEFER("refused", "packets", refused),
	DEFER("kicks", "1", kicks),
};

static uint64_t count_at(const void *counts, const struct counter *counter)
{
	return *(const uint64_t *)((const char *)counts + counter->offset);
}

static const void *pool_counts(const struct channel *ch)
{
	return ch->pool ? &ch->pool->counts : NULL;
}

static const void *cache_counts(const struct channel *ch)
{
	return ch->page_cache || ch->flips ? &ch->cache_counts : NULL;
}

static void collect(const struct net *net, struct result *r, const struct counter *counter, size_t n,
		    const void *(*counts)(const struct channel *ch))
{
	for (size_t k = 0; k < n && counts(&net->channel[0]); k++) {
		uint64_t sum = 0;

		for (uint32_t i = 0; i < net->ports * net->queues; i++)
			sum += count_at(counts(&net->channel[i]), &counter[k]);
		result_metric(r, counter[k].name, counter[k].unit, (double)sum);
	}
}

static void collect_skbs(const struct net *net, struct result *r)
{
	for (size_t k = 0; k < HZ_ARRAY_SIZE(slab_counters) && net->skbs.napi; k++)
		result_metric(r, slab_counters[k].name, slab_counters[k].unit, (double)count_at(&net->skbs.cache.counts, &slab_counters[k]));
	for (size_t k = 0; k < HZ_ARRAY_SIZE(defer_counters) && net->defer; k++) {
		uint64_t sum = 0;

		for (uint32_t i = 0; i < net->hw->cpus; i++)
			sum += count_at(&net->defer[i].counts, &defer_counters[k]);
		result_metric(r, defer_counters[k].name, defer_counters[k].unit, (double)sum);
	}
}

void net_counters_collect(const struct net *net, struct result *r)
{
	uint64_t hold = 0, release = 0;

	collect(net, r, pool_counters, HZ_ARRAY_SIZE(pool_counters), pool_counts);
	collect(net, r, cache_counters, HZ_ARRAY_SIZE(cache_counters), cache_counts);
	for (uint32_t i = 0; i < net->ports * net->queues && net->channel[i].pool; i++) {
		hold += net->channel[i].pool->hold;
		release += net->channel[i].pool->release;
	}
	collect_skbs(net, r);
	if (net->channel[0].pool)
		result_metric(r, "rx_pp_inflight", "pages", (double)(hold - release));
}
