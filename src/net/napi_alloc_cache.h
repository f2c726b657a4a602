/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sk_buff structs of one network stack: their slab cache, and what each CPU keeps of them between packets. */
#ifndef HZ_NET_NAPI_ALLOC_CACHE_H
#define HZ_NET_NAPI_ALLOC_CACHE_H

#include "mm/slab.h"
#include "net/stack.h"

#define NAPI_SKB_CACHE_MAX 256

struct spare_frags;

/* napi_alloc_cache: structs that this CPU's NAPI polls have released. Only its own softirqs touch it. */
struct napi_alloc_cache {
	struct slab_object *skb[NAPI_SKB_CACHE_MAX];
	uint32_t skbs;
	struct line line;
};

struct skb_counts {
	uint64_t built, freed;   /* packets */
};

struct skb_structs {
	const struct net_params *stack;
	const struct mm_params *mm;
	struct kmem_cache cache;      /* skbuff_head_cache; unused with kernel.skb.slab: none */
	struct kmem_cache head_cache; /* kmalloc-1k: heads of packets of the stack's own */
	struct napi_alloc_cache *napi; /* [cpus]; NULL with none */
	struct spare_frags *spare_frags; /* that no packet uses (skb.c) */
	struct skb_counts counts;     /* over the whole run and what led to it */
};

/* Whether a fill and a flush fit the cache: 0, or HZ_USER with *e filled. */
int skb_structs_check_params(const struct net_params *stack, struct error *e);
void skb_structs_init(struct skb_structs *s, struct memory *mm, const struct net_params *stack);
void skb_structs_fini(struct skb_structs *s);

/* A struct for a received packet, NULL when memory is out or with kernel.skb.slab: none. */
struct slab_object *skb_struct_alloc(struct cpu *cpu, struct skb_structs *s);
/* A struct that a NAPI poll releases is kept; a full cache gives some back in one call. */
void napi_skb_cache_put(struct cpu *cpu, struct skb_structs *s, struct slab_object *object);
/* The same in any context: back to the slab. */
void skb_struct_free(struct cpu *cpu, struct skb_structs *s, struct slab_object *object);
/* __kfree_skb_flush() at the end of net_rx_action, until 5.11. */
void napi_skb_cache_flush(struct cpu *cpu, struct skb_structs *s);

/* Nothing is lost: as many packets are alive as are `held`, and the slabs add up. 0, or HZ_RUN_FAILED with *e filled. */
int skb_structs_check(const struct skb_structs *s, uint64_t held, struct error *e);

#endif
