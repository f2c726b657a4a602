/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A packet in the stack: its head is a fragment of a page. */
#ifndef HZ_NET_SKB_H
#define HZ_NET_SKB_H

#include "mm/page.h"

struct sk_buff {
	struct page *head;
	uint32_t len;    /* frame length with FCS, bytes */
	uint32_t flow;   /* of its port */
};

#endif
