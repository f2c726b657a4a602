# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/net/arrival.c src/net/arrival.h \
	src/net/channel.c src/net/channel.h \
	src/net/driver.c src/net/driver.h \
	src/net/napi_alloc_cache.c src/net/napi_alloc_cache.h \
	src/net/nic.h \
	src/net/rx_pages.h \
	src/net/rx_pages_page_alloc.c \
	src/net/rx_ring.c src/net/rx_ring.h \
	src/net/sizes.c src/net/sizes.h \
	src/net/skb.c src/net/skb.h \
	src/net/softirq.c src/net/softirq.h \
	src/net/stack.h \
	src/net/tx_ring.c src/net/tx_ring.h
