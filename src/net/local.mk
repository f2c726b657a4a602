# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/net/arrival.c src/net/arrival.h \
	src/net/channel.c src/net/channel.h \
	src/net/driver.c src/net/driver.h \
	src/net/gro.c src/net/gro.h \
	src/net/ip.c src/net/ip.h \
	src/net/napi_alloc_cache.c src/net/napi_alloc_cache.h \
	src/net/nic.h \
	src/net/page_cache.c src/net/page_cache.h \
	src/net/page_pool.c src/net/page_pool.h \
	src/net/page_pool_params.h \
	src/net/page_pool_refcount_fragments.c \
	src/net/page_pool_refcount_one.c \
	src/net/page_pool_refcount_sole.c \
	src/net/page_pool_refcount_zero.c \
	src/net/page_pool_refill_batch.c \
	src/net/page_pool_refill_empty_ring_first.c \
	src/net/page_pool_refill_numa_batch.c \
	src/net/page_pool_refill_rfc.c \
	src/net/page_pool_skb_recycle_napi_safe.c \
	src/net/page_pool_skb_recycle_none.c \
	src/net/page_pool_skb_recycle_pool.c \
	src/net/page_pool_skb_recycle_ring.c \
	src/net/page_pool_skb_recycle_softirq.c \
	src/net/ptr_ring.c src/net/ptr_ring.h \
	src/net/rx_heads.h src/net/rx_heads_napi_frag.c src/net/rx_heads_page.c \
	src/net/rx_pages.c src/net/rx_pages.h \
	src/net/rx_pages_mlx5_cache.c \
	src/net/rx_pages_page_alloc.c \
	src/net/rx_pages_page_flip.c \
	src/net/rx_pages_page_frag.c \
	src/net/rx_pages_page_pool.c \
	src/net/rx_ring.c src/net/rx_ring.h \
	src/net/sizes.c src/net/sizes.h \
	src/net/sk_frag_page_frag.c src/net/sk_frag_page_frag_cache.c \
	src/net/sk_page_frag.c src/net/sk_page_frag.h \
	src/net/skb.c src/net/skb.h \
	src/net/skb_defer.c src/net/skb_defer.h \
	src/net/skb_defer_all.c \
	src/net/skb_defer_none.c \
	src/net/skb_defer_tcp.c \
	src/net/skb_frags.c src/net/skb_frags.h \
	src/net/skb_queue.c src/net/skb_queue.h \
	src/net/socket.c src/net/socket.h \
	src/net/softirq.c src/net/softirq.h \
	src/net/stack.h \
	src/net/tap.c src/net/tap.h \
	src/net/tcp.c src/net/tcp.h \
	src/net/tcp_output.c src/net/tcp_output.h \
	src/net/tx_ring.c src/net/tx_ring.h \
	src/net/udp.c src/net/udp.h \
	src/net/vhost_net.c src/net/vhost_net.h \
	src/net/vhost_frag.h src/net/vhost_frag_own.c \
	src/net/vhost_frag_page_frag_cache.c src/net/vhost_frag_sk_page_frag.c \
	src/net/xdp.c src/net/xdp.h
