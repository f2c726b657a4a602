/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drivers and page_pools counted, over the whole run, under ethtool's names. */
#ifndef HZ_LOAD_NET_COUNTERS_H
#define HZ_LOAD_NET_COUNTERS_H

#include "load/result.h"
#include "net/channel.h"

/* Those that kernel.net.rx_pages has. */
void net_counters_collect(const struct net *net, struct result *r);

#endif
