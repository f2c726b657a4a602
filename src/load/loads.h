/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every load: X(its number, its table of functions, its name in scenario files). */
#ifndef HZ_LOAD_LOADS_H
#define HZ_LOAD_LOADS_H

#define LOADS(X) \
	X(LOAD_FORWARD, load_forward, "forward") \
	X(LOAD_FRAG_RING, load_frag_ring, "frag_ring") \
	X(LOAD_ISOLATED, load_isolated, "isolated") \
	X(LOAD_PAGE_BENCH, load_page_bench, "page_bench") \
	X(LOAD_PAGE_FAULT, load_page_fault, "page_fault") \
	X(LOAD_PRESSURE, load_pressure, "pressure") \
	X(LOAD_REPLAY, load_replay, "replay") \
	X(LOAD_SOCKET_TX, load_socket_tx, "socket_tx") \
	X(LOAD_TC_DROP, load_tc_drop, "tc_drop") \
	X(LOAD_TCP_SINK, load_tcp_sink, "tcp_sink") \
	X(LOAD_UDP_SINK, load_udp_sink, "udp_sink") \
	X(LOAD_VHOST_NET, load_vhost_net, "vhost_net") \
	X(LOAD_XDP, load_xdp, "xdp")

#define LOAD_NUMBER(number, table, name) number,
enum load_kind { LOADS(LOAD_NUMBER) LOAD_KINDS };

#endif
