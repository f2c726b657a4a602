# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/load/forward.c \
	src/load/frag_ring.c \
	src/load/isolated.c \
	src/load/load.h \
	src/load/loads.h \
	src/load/net_counters.c src/load/net_counters.h \
	src/load/net_load.c src/load/net_load.h \
	src/load/page_bench.c \
	src/load/page_fault.c \
	src/load/pairs.c src/load/pairs.h \
	src/load/params.h \
	src/load/pressure.c \
	src/load/readers.c src/load/readers.h \
	src/load/recording.c src/load/recording.h \
	src/load/replay.c \
	src/load/result.c src/load/result.h \
	src/load/socket_tx.c \
	src/load/tc_drop.c \
	src/load/sink.c src/load/sink.h \
	src/load/tcp_sink.c \
	src/load/udp_sink.c \
	src/load/vhost_net.c \
	src/load/world.c src/load/world.h \
	src/load/xdp.c
