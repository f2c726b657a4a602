/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb_frags.h"

#include "mm/page_alloc.h"

void skb_release_frags(struct cpu *cpu, struct memory *mm, struct skb_shared_info *shinfo, cycles_t work)
{
	for (uint32_t i = 0; i < shinfo->nr_frags; i++) {
		cpu_work(cpu, work);
		put_page(cpu, mm, shinfo->frag[i].page);
	}
	if (shinfo->destructor)
		shinfo->destructor(cpu, shinfo);
}
