/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/net_counters.h"

#include <stddef.h>

#include "net/page_pool.h"

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
			sum += *(const uint64_t *)((const char *)counts(&net->channel[i]) + counter[k].offset);
		result_metric(r, counter[k].name, counter[k].unit, (double)sum);
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
	if (net->channel[0].pool)
		result_metric(r, "rx_pp_inflight", "pages", (double)(hold - release));
}
