/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A packet in the stack: its head is a fragment of a page, and GRO may have added the heads of packets that followed it. The sk_buff struct
 * that describes it is an object of a slab cache, or with kernel.skb.slab: none a cost only. */
#ifndef HZ_NET_SKB_H
#define HZ_NET_SKB_H

#include "hw/cpu.h"
#include "mm/page.h"

struct net;
struct page_pool;
struct skb_shared_info;
struct skb_structs;
struct slab_object;

struct sk_buff {
	struct page *head;            /* NULL: the linear part is from the slab */
	struct skb_shared_info *shinfo; /* its paged fragments; NULL: none */
	struct page_pool *pp_recycle; /* the pages of head and fragments go back to this pool; NULL: to the page allocator */
	struct slab_object *object;   /* the sk_buff struct; NULL: kernel.skb.slab is none */
	struct slab_object *kmalloc_head; /* in the same case */
	uint32_t len;                 /* of its frames, with FCS, bytes */
	uint32_t flow;                /* of its port */
	uint16_t segments;            /* packets of the load that it stands for; 0: none, it is the stack's own */
	uint16_t alloc_cpu;           /* number of the CPU that built it */
	bool own_head;                /* the head is no page of the driver's, whatever the fragments are */
	bool fclone;                  /* one of a pair, as TCP has them: a cost only, freed without the CPU's cache */
};

/* The sk_buff struct for `skb`, whose other members are set. False when memory is out: then there is no struct, and the caller gives the
 * head back. In softirq. */
bool build_skb(struct cpu *cpu, struct net *net, struct sk_buff *skb);

/* A packet of the stack's own with a small head from kmalloc, `len` bytes with FCS. False when memory is out. */
bool alloc_skb(struct cpu *cpu, struct net *net, struct sk_buff *skb, uint32_t len, uint32_t flow);

/* A head from kmalloc for a received packet. False when memory is out. */
bool skb_kmalloc_head(struct cpu *cpu, struct net *net, struct sk_buff *skb);

/* Room for fragments, which goes back when the packet is freed. */
struct skb_shared_info *skb_get_frags(struct skb_structs *s);

/* `skb` is merged into `to`, of the same pool, as one more fragment: its struct is released. `to` has room. */
void skb_gro_receive(struct cpu *cpu, struct net *net, struct sk_buff *to, const struct sk_buff *skb);
/* For one more fragment. */
bool skb_has_room(const struct sk_buff *skb);
void skb_spare_frags_free(struct skb_structs *s);

/* The head's reference goes: to the page's pool, or as a fragment. napi_safe: the caller runs in a NAPI and says so. */
void skb_free_head(struct cpu *cpu, struct net *net, const struct sk_buff *skb, bool napi_safe);

/* Release a packet in a NAPI poll: its data at once, the struct by way of this CPU's napi_alloc_cache; or all of it by the CPU that built it,
 * if kernel.skb.defer has that. */
void napi_consume_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb);

/* Release it here in any context: a packet that was used, the same by way of napi_alloc_cache, and one that was dropped. */
void consume_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb);
void kfree_skb_napi_cache(struct cpu *cpu, struct net *net, const struct sk_buff *skb);
void kfree_skb(struct cpu *cpu, struct net *net, const struct sk_buff *skb);

#endif
