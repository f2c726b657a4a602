/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/napi_alloc_cache.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "net/skb.h"

KFUNC(napi_skb_cache_get);
KFUNC(napi_skb_cache_put);
KFUNC(__kfree_skb_flush);

/* struct sk_buff: 232 bytes @4.19, 224 to 240 elsewhere, aligned to lines (SLAB_HWCACHE_ALIGN). */
#define SKBUFF_HEAD_SIZE 256u

/* MAX_TCP_HEADER and struct skb_shared_info: some 700 bytes. */
#define KMALLOC_HEAD_SIZE 1024u

int skb_structs_check_params(const struct net_params *stack, struct error *e)
{
	if (stack->skb_cache_alloc > stack->skb_cache_size)
		return error_set(e, HZ_USER, "kernel.skb.cache.alloc is %u, above kernel.skb.cache.size of %u", stack->skb_cache_alloc,
				 stack->skb_cache_size);
	if (stack->skb_cache_free > stack->skb_cache_size)
		return error_set(e, HZ_USER, "kernel.skb.cache.free is %u, above kernel.skb.cache.size of %u", stack->skb_cache_free,
				 stack->skb_cache_size);
	return 0;
}

void skb_structs_init(struct skb_structs *s, struct memory *mm, const struct net_params *stack)
{
	*s = (struct skb_structs){.stack = stack, .mm = mm->params};
	if (stack->skb_slab == SKB_SLAB_NONE)
		return;
	kmem_cache_init(&s->cache, mm, "skbuff_head_cache", SKBUFF_HEAD_SIZE);
	kmem_cache_init(&s->head_cache, mm, "kmalloc-1k", KMALLOC_HEAD_SIZE);
	s->napi = xcalloc(mm->hw->cpus, sizeof *s->napi);
}

void skb_structs_fini(struct skb_structs *s)
{
	skb_spare_frags_free(s);
	kmem_cache_fini(&s->cache);
	kmem_cache_fini(&s->head_cache);
	free(s->napi);
}

/* From this CPU's cache, which is filled when it is empty. */
static struct slab_object *napi_skb_cache_get(struct cpu *cpu, struct skb_structs *s)
{
	struct napi_alloc_cache *nc = &s->napi[cpu->number];
	struct slab_object *object = NULL;

	cpu_enter(cpu, &fn_napi_skb_cache_get);
	cpu_work(cpu, s->stack->cost_skb_cache);
	cpu_touch(cpu, &nc->line, cpu->socket);
	if (!nc->skbs)
		nc->skbs = kmem_cache_alloc_bulk(cpu, &s->cache, s->stack->skb_cache_alloc, nc->skb);
	if (nc->skbs)
		object = nc->skb[--nc->skbs];
	cpu_leave(cpu);
	return object;
}

struct slab_object *skb_struct_alloc(struct cpu *cpu, struct skb_structs *s)
{
	if (!s->napi)
		return NULL;
	return s->stack->skb_build == SKB_BUILD_NAPI && s->stack->skb_cache_alloc ? napi_skb_cache_get(cpu, s)
									       : kmem_cache_alloc(cpu, &s->cache);
}

void napi_skb_cache_put(struct cpu *cpu, struct skb_structs *s, struct slab_object *object)
{
	const struct net_params *k = s->stack;
	struct napi_alloc_cache *nc = &s->napi[cpu->number];

	cpu_enter(cpu, &fn_napi_skb_cache_put);
	cpu_work(cpu, k->cost_skb_cache);
	cpu_touch(cpu, &nc->line, cpu->socket);
	nc->skb[nc->skbs++] = object;
	if (nc->skbs == k->skb_cache_size) {
		nc->skbs -= k->skb_cache_free;
		kmem_cache_free_bulk(cpu, &s->cache, k->skb_cache_free, &nc->skb[nc->skbs]);
	}
	cpu_leave(cpu);
}

void skb_struct_free(struct cpu *cpu, struct skb_structs *s, struct slab_object *object)
{
	kmem_cache_free(cpu, &s->cache, object);
}

void napi_skb_cache_flush(struct cpu *cpu, struct skb_structs *s)
{
	struct napi_alloc_cache *nc;

	if (!s->napi || !s->stack->skb_cache_flush)
		return;
	nc = &s->napi[cpu->number];
	if (!nc->skbs)
		return;
	cpu_enter(cpu, &fn___kfree_skb_flush);
	kmem_cache_free_bulk(cpu, &s->cache, nc->skbs, nc->skb);
	nc->skbs = 0;
	cpu_leave(cpu);
}

int skb_structs_check(const struct skb_structs *s, uint64_t held, struct error *e)
{
	uint64_t alive = s->counts.built - s->counts.freed, kept = 0;

	if (alive != held)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " packets were built and not freed, %" PRIu64 " are to be found", alive, held);
	if (!s->napi)
		return 0;
	for (uint32_t i = 0; i < s->cache.mm->hw->cpus; i++)
		kept += s->napi[i].skbs;
	if (s->cache.in_use != held + kept)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " sk_buff structs are in use, %" PRIu64 " by packets and %" PRIu64 " kept",
				 s->cache.in_use, held, kept);
	return kmem_cache_check(&s->cache, e) || kmem_cache_check(&s->head_cache, e) ? HZ_RUN_FAILED : 0;
}
