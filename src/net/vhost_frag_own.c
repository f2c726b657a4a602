/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_alloc.h"
#include "net/vhost_frag.h"

KFUNC(vhost_net_page_frag_refill);

#define BIAS UINT16_MAX

static void release(struct cpu *cpu, struct memory *mm, struct vhost_frags *f)
{
	if (f->frag.page)
		__page_frag_cache_drain(cpu, mm, f->frag.page, f->refcnt_bias);
	f->frag.page = NULL;
}

static struct page_frag alloc(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct vhost_frags *f, uint32_t bytes)
{
	struct page_frag *own = &f->frag, frag = {0};

	cpu_enter(cpu, &fn_vhost_net_page_frag_refill);
	cpu_work(cpu, k->cost_skb_page_frag_refill);
	cpu_touch(cpu, &f->line, cpu->socket);
	own->offset = (own->offset + FRAG_ALIGN - 1) & ~(FRAG_ALIGN - 1);
	/* Given up even when all packets are back. */
	if (own->page && own->offset + bytes > own->size)
		release(cpu, mm, f);
	if (!own->page && (own->page = page_frag_block(cpu, mm))) {
		own->size = page_frag_block_size(own->page);
		own->offset = 0;
		f->refcnt_bias = BIAS;
		page_ref_add(cpu, mm, own->page, BIAS - 1);
	}
	if (own->page) {
		frag = (struct page_frag){own->page, own->offset, bytes};
		own->offset += bytes;
		f->refcnt_bias--;
	}
	cpu_leave(cpu);
	return frag;
}

const struct vhost_frag vhost_frag_own = {
	.policy = {"own", "a page with a bias of 65535 references, drained when it is used up and never reused (5.0 to 6.8)"},
	.alloc = alloc,
	.release = release,
};
