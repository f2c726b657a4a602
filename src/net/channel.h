/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A channel: one RX ring, one TX ring and their NAPI, served by one CPU through one interrupt. A NIC is its channels. */
#ifndef HZ_NET_CHANNEL_H
#define HZ_NET_CHANNEL_H

#include "hw/irq.h"
#include "hw/lock.h"
#include "mm/page_frag.h"
#include "net/napi_alloc_cache.h"
#include "net/nic.h"
#include "net/ptr_ring.h"
#include "net/rx_ring.h"
#include "net/skb.h"
#include "net/stack.h"
#include "net/tx_ring.h"

struct mlx5e_page_cache;
struct net;
struct skb_defer_lists;
struct page_flips;
struct page_pool;
struct used_pages;
struct xdp_bulk;

/* What a driver's own way of keeping pages did: rx_cache_* of ethtool -S, as mlx5 and i40e have it. */
struct rx_cache_counts {
	uint64_t reuse;        /* pages, or half pages, that came back */
	uint64_t busy;         /* somebody still had the one that was next */
	uint64_t empty, full;  /* mlx5: none there; no room for one more */
	uint64_t waive;        /* of another node */
	uint64_t alloc;        /* i40e: new pages */
};

/* napi->gro_list, or one of napi->gro_hash: packets that wait for the next of their flow. */
#define MAX_GRO_SKBS 8
#define GRO_HASH_BUCKETS 8
struct gro_list {
	struct sk_buff skb[MAX_GRO_SKBS]; /* the oldest first */
	uint32_t n;
};

struct napi {
	struct gro_list gro[GRO_HASH_BUCKETS]; /* the first kernel.net.gro_buckets of them */
	bool scheduled;
	uint64_t polls, full_polls, interrupts;
};

struct channel {
	struct net *net;
	struct cpu *cpu;
	uint32_t port, index;
	struct rx_ring rx;
	struct tx_ring tx;
	struct lock tx_lock;       /* _xmit_lock; taken for real only where several CPUs send on this queue */
	struct napi napi;
	struct irq_line *irq;
	bool armed;
	cycles_t due;              /* when armed: the interrupt that is set */
	uint32_t fresh_buffers;    /* buffers left of the page that is being carved */
	struct page *fresh_page;

	/* Whichever kernel.net.rx_pages has; NULL: not this one. */
	struct page_pool *pool;
	struct mlx5e_page_cache *page_cache;
	struct used_pages *used;
	struct page_flips *flips;
	struct rx_cache_counts cache_counts;

	/* With an XDP program: the rings of what it sends back and of what this CPU's channels redirect here. */
	struct tx_ring xdp_sq, redirect_sq;
	bool xdp_doorbell;         /* frames were put on xdp_sq, and the NIC not yet told */
};

/* Counts of one CPU in one window. */
struct net_window {
	uint64_t sent;             /* put on a TX ring */
	uint64_t consumed;         /* dropped on purpose, or taken by a socket */
	uint64_t bytes;            /* of both */
	uint64_t tx_ring_full;     /* lost */
	uint64_t socket_full;      /* lost: so much is queued on their socket */
	uint64_t no_skb;           /* lost: no memory for the sk_buff struct */
};

/* What is offered to each port. */
struct offered {
	enum arrival_process process;
	double pps;                /* per port */
	uint32_t burst, flows;
	const struct sizes *sizes;
	uint64_t seed;
	uint32_t repetition;
};

/* What an XDP program says about a packet. */
enum xdp_action { XDP_PASS, XDP_DROP, XDP_TX, XDP_REDIRECT };

struct net {
	struct hw *hw;
	struct memory *mm;
	const struct net_params *stack;
	const struct nic_params *nic;
	uint32_t ports, queues;    /* queues per port */
	struct channel *channel;   /* [ports * queues] */
	uint32_t *flow_queue[NIC_PORTS_MAX];  /* [port][flow]: RSS; NULL: the queues take turns */
	struct offered offered;
	struct skb_structs skbs;
	struct skb_defer_lists *defer; /* [cpus]; NULL: nobody leaves packets to other CPUs */
	bool shared_tx;            /* a TX queue has senders on other CPUs */
	bool remote_release;       /* packets can be freed on other CPUs than the one that received them */
	struct ptr_ring_locks ring_locks;
	cycles_t rx_moderation, tx_moderation;
	struct page_frag_cache *napi_frags; /* [cpus] napi_alloc_cache.page: heads of received packets */
	struct net_window *window; /* [cpus][windows + 1] */
	/* What the stack does with a received packet; takes over the head's reference. */
	void (*receive)(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb);
	void *receive_arg;
	/* What it does with those that GRO has put together; NULL: GRO is a cost of `receive`. */
	void (*gro)(struct net *net, struct cpu *cpu, struct channel *from, struct sk_buff *skb);
	/* The XDP program of all ports, asked before there is an sk_buff; NULL: none. */
	enum xdp_action (*xdp)(struct net *net, const struct packet *packet);
	struct xdp_bulk *xdp_bulk; /* [cpus] */
	/* Of the driver's work per packet, what depends on how far packets go; net_init sets it for those that the stack forwards. */
	cycles_t cost_rx_wqe;
	uint32_t lines_per_packet;
};

/* Receive buffers of each page that the driver gets: with an XDP program each packet has a page of its own. */
static inline uint32_t net_buffers_per_page(const struct net *net)
{
	return net->xdp ? 1 : net->stack->frags_per_page;
}

/* Ports, channels on CPUs 0..cpus-1 of `hw` in turn, their interrupts and arrivals. Returns 0, or HZ_USER with *e filled. */
int net_init(struct net *net, struct hw *hw, uint32_t cpus, struct memory *mm, const struct net_params *stack, const struct nic_params *nic,
	     const struct offered *offered, struct error *e);
/* A host whose stack has no NIC. */
void net_init_host(struct net *net, struct hw *hw, struct memory *mm, const struct net_params *stack);
void net_fini(struct net *net);

static inline struct channel *net_channel(struct net *net, uint32_t port, uint32_t index)
{
	return &net->channel[port * net->queues + index];
}

static inline struct net_window *net_window(struct net *net, const struct cpu *cpu)
{
	return &net->window[(size_t)cpu->number * (net->hw->windows + 1) + cpu->window];
}

/* The stack is done with `packets` packets of `len` bytes together that go nowhere else. */
static inline void net_consumed(struct net *net, const struct cpu *cpu, uint32_t packets, uint32_t len)
{
	struct net_window *w = net_window(net, cpu);

	w->consumed += packets;
	w->bytes += len;
}

/* Every packet that was built is freed, on a TX ring, or one of `held` that the load still has. 0, or HZ_RUN_FAILED with *e filled. */
int net_check_skbs(const struct net *net, uint64_t held, struct error *e);

/* Every packet that came was dropped by the NIC or the stack, sent, or consumed, or waits: in a ring, for GRO, on an XDP bulk queue, or as one
 * of `queued` on sockets. 0, or HZ_RUN_FAILED with *e filled. */
int net_check_packets(const struct net *net, uint64_t queued, struct error *e);

/* The TX queue of a packet from this channel, on its way to another port. */
uint32_t net_tx_queue(const struct net *net, const struct channel *from, uint32_t flow);

/* ndo_open in two parts: fill the RX rings before the clock starts; then start it, and arm every channel. */
void net_fill_rings(struct net *net);
void net_start(struct net *net);

static inline void net_open(struct net *net)
{
	net_fill_rings(net);
	net_start(net);
}

/* Rearm the completion queues when the NAPI completes: completions that are waiting interrupt at once. */
void channel_arm(struct channel *ch);

/* A packet was put on one of its TX rings: an armed completion queue may now interrupt sooner. */
void channel_sent(struct channel *ch);

#endif
