/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network stack and driver of one kernel release: limits, driver behaviour, instruction work of the paths in cycles
 * without the allocator's part and without the cache misses that the model charges. Filled from models/kernels/. */
#ifndef HZ_NET_STACK_H
#define HZ_NET_STACK_H

#include "base/types.h"
#include "net/page_pool_params.h"

/* Which TX queue a forwarded packet takes: the one numbered as its RX queue (skb_get_rx_queue), or by flow hash. */
enum tx_queue_choice { TX_QUEUE_BY_RX_QUEUE, TX_QUEUE_BY_HASH };

/* The sk_buff struct: a cost only, or an object of a slab cache. */
enum skb_slab { SKB_SLAB_NONE, SKB_SLAB_SLUB };

/* Where the driver's build_skb takes it: the slab, or the CPU's napi_alloc_cache (napi_build_skb; mlx5 since 6.4). */
enum skb_build { SKB_BUILD_SLAB, SKB_BUILD_NAPI };

/* What gives pages to mlx5's page cache: the page allocator (4.10), a page_pool (since 4.18; the cache then wants pages of its own node). */
enum page_cache_behind { PAGE_CACHE_PAGES, PAGE_CACHE_POOL };

/* How a driver of half pages knows that it is the only owner: the page's count is 1 (ixgbe), or no more than the references that it took
 * ahead and still has (i40e). */
enum page_flip { PAGE_FLIP_COUNT, PAGE_FLIP_BIAS };

struct rx_heads;
struct rx_pages;
struct sk_frag;
struct skb_defer;
struct vhost_frag;

struct net_params {
	const struct rx_pages *rx_pages; /* where receive pages come from */
	const struct rx_heads *rx_heads; /* where the heads of received packets lie */
	uint32_t rx_copy;          /* rx_heads napi_frag: bytes of a packet that are copied into its head */
	uint32_t napi_small_kmalloc; /* 1: heads of up to 1 KiB are from kmalloc (since 5.11) */
	uint32_t page_cache;       /* mlx5_cache: slots, of which one stays free */
	enum page_cache_behind page_cache_behind;
	enum page_flip page_flip;
	struct page_pool_params page_pool;
	uint32_t xdp_return_bulk;  /* frames that go back to a page_pool together: 1 until 5.10, 16 since */
	const struct sk_frag *sk_frag;   /* what the data of sockets is copied into */
	const struct vhost_frag *vhost_frag; /* where vhost_net builds packets */
	uint32_t napi_weight;      /* 64 */
	uint32_t netdev_budget;    /* 300 */
	cycles_t netdev_budget_time; /* net_rx_action time limit */
	cycles_t softirq_time;     /* __do_softirq: stop after this */
	uint32_t ksoftirqd_first;  /* 1: while ksoftirqd can run, softirqs wait for it (until 6.4) */
	uint32_t softirq_restarts; /* and after this many rounds (MAX_SOFTIRQ_RESTART, 10) */
	uint32_t tx_cq_budget;     /* completions per mlx5e_poll_tx_cq call, 128 */
	uint32_t frags_per_page;   /* receive buffers carved from one page: 1 (4.10 legacy RQ), 2 (2 KiB strides, 4.19) */
	uint32_t rx_headroom;      /* bytes of each receive buffer that the frame cannot use */
	uint32_t rx_wqe_bulk;      /* receive descriptors are refilled in multiples of this many packets */
	enum tx_queue_choice tx_queue;

	enum skb_slab skb_slab;
	enum skb_build skb_build;
	const struct skb_defer *skb_defer; /* who leaves packets to the CPU that built them */
	uint32_t skb_defer_max;    /* packets that may be left to a CPU (sysctl skb_defer_max) */
	enum skb_build skb_defer_here; /* where the struct of a packet goes that its user would have left to another CPU, but this one built */
	uint32_t gro_buckets;      /* lists of 8 packets each that GRO holds: 1 until 4.18, 8 since (GRO_HASH_BUCKETS) */
	uint32_t udp_reader_queue; /* 1: UDP's applications take over all that is queued in one hold of its lock (since 4.13) */
	uint32_t skb_cache_size;   /* NAPI_SKB_CACHE_SIZE: sk_buff structs that a CPU keeps at most */
	uint32_t skb_cache_alloc;  /* NAPI_SKB_CACHE_BULK: structs taken at a time when it has none; 0: it feeds no allocation */
	uint32_t skb_cache_free;   /* structs given back at a time when it is full */
	uint32_t skb_cache_flush;  /* 1: all are given back at the end of net_rx_action (until 5.11) */

	/* Work, cycles. */
	cycles_t cost_irq_handler; /* mlx5 EQ interrupt handler up to napi_schedule */
	cycles_t cost_net_rx_action; /* per softirq run */
	cycles_t cost_napi_poll;   /* per poll */
	cycles_t cost_rx_cqe;      /* mlx5e_poll_rx_cq, mlx5e_handle_rx_cqe: per packet */
	cycles_t cost_build_skb;   /* without the slab */
	cycles_t cost_alloc_skb;   /* the same for a packet of the stack's own */
	cycles_t cost_gro_receive;
	cycles_t cost_gro_merge;   /* skb_gro_receive, per packet that is merged, without the slab */
	cycles_t cost_ip_rcv;      /* __netif_receive_skb_core, ip_rcv */
	cycles_t cost_route;       /* ip_route_input, fib_table_lookup */
	cycles_t cost_local_deliver; /* ip_local_deliver, per packet of the stack */
	cycles_t cost_udp_rcv;     /* udp_rcv: look-up and checks */
	cycles_t cost_tcp_lookup;  /* tcp_v4_rcv: look-up and checks, per packet of the stack */
	cycles_t cost_tcp_rcv;     /* tcp_rcv_established, the same */
	cycles_t cost_tcp_ack;     /* __tcp_send_ack to ip_output, without the packet */
	cycles_t cost_data_ready;  /* sock_def_readable, without waking anybody */
	cycles_t cost_recvmsg;     /* system call entry to exit, without the protocol */
	cycles_t cost_udp_recvmsg, cost_tcp_recvmsg; /* per packet of the stack, without queue, copy and release */
	cycles_t cost_copy;        /* skb_copy_datagram_iter, without copying: per packet of the stack */
	cycles_t cost_sock_wait;   /* to sleep on a socket and come back, without the switches */
	cycles_t cost_skb_defer;   /* skb_attempt_defer_free, without locks and locked operations */
	cycles_t cost_ip_forward;  /* ip_forward, ip_output, neighbour */
	cycles_t cost_dev_queue_xmit; /* with qdisc */
	cycles_t cost_xmit;        /* mlx5e_xmit, per packet */
	cycles_t cost_doorbell;
	cycles_t cost_tx_cqe;      /* mlx5e_poll_tx_cq, per packet */
	cycles_t cost_consume_skb; /* napi_consume_skb or kfree_skb, without the slab */
	cycles_t cost_skb_cache;   /* napi_skb_cache_get or _put */
	cycles_t cost_release_data; /* skb_release_data, skb_free_head */
	cycles_t cost_rx_wqe;      /* mlx5e_post_rx_wqes, per buffer */
	cycles_t cost_sendmsg;     /* system call and tcp_sendmsg, per message */
	cycles_t cost_copy_kib;    /* 1 KiB between user and kernel */
	cycles_t cost_tcp_skb;     /* a packet's struct and linear part, allocated and freed */
	cycles_t cost_tcp_xmit;    /* tcp_write_xmit down to the queue, per packet */
	cycles_t cost_skb_frag;    /* skb_release_data: and per page fragment */
	cycles_t cost_skb_page_frag_refill; /* when the page has room */
	cycles_t cost_ptr_ring;    /* one produce or consume, without locks */
	cycles_t cost_vhost_tx;    /* a frame of a guest, without fragment and copy */
	cycles_t cost_vhost_rx;    /* a packet for a guest, without copy and release */
	cycles_t cost_vhost_batch; /* tun_sendmsg, or the interrupt for the guest, per batch */
	cycles_t cost_bridge;      /* from tun into the bridge and out of it, per packet */
	cycles_t cost_tun_xmit;    /* tun_net_xmit, without the ring */
	cycles_t cost_dma_map, cost_dma_unmap; /* per page */
	cycles_t cost_page_cache_get, cost_page_cache_put;
	cycles_t cost_page_flip;   /* per packet: the test and the other half */
	cycles_t cost_xdp_prog;    /* the program: drop, or swap addresses */
	cycles_t cost_xdp_handle;  /* mlx5e_xdp_handle around it */
	cycles_t cost_xdp_rx_wqe;  /* mlx5e_post_rx_wqes, per buffer, with a program: a page per packet, no sk_buff */
	cycles_t cost_xdp_xmit;    /* frame on an XDP ring */
	cycles_t cost_xdp_cqe;     /* its completion, without the page */
	cycles_t cost_xdp_redirect; /* map look-up, conversion to a frame, bulk queue */
	cycles_t cost_tc_ingress;  /* ingress qdisc with a classifier that drops */
	/* Of lines_per_packet, what a packet takes that the driver drops, and one that the stack drops at its entry. */
	uint32_t lines_rx, lines_skb;
	uint32_t lines_per_packet; /* cache lines that one packet's processing touches besides struct page: pushes those out */
};

#endif
