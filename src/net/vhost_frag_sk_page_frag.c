/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/page_alloc.h"
#include "net/vhost_frag.h"

static struct page_frag alloc(struct cpu *cpu, struct memory *mm, const struct net_params *k, struct vhost_frags *f, uint32_t bytes)
{
	struct page_frag *task = &f->frag, frag = {0};

	cpu_touch(cpu, &f->line, cpu->socket);
	task->offset = (task->offset + FRAG_ALIGN - 1) & ~(FRAG_ALIGN - 1);
	if (!skb_page_frag_refill(cpu, mm, k, task, bytes))
		return frag;
	page_ref_add(cpu, mm, task->page, 1);
	frag = (struct page_frag){task->page, task->offset, bytes};
	task->offset += bytes;
	return frag;
}

static void release(struct cpu *cpu, struct memory *mm, struct vhost_frags *f)
{
	if (f->frag.page)
		put_page(cpu, mm, f->frag.page);
	f->frag.page = NULL;
}

const struct vhost_frag vhost_frag_sk_page_frag = {
	.policy = {"sk_page_frag", "the worker's task_frag by skb_page_frag_refill(), and get_page() for each packet (4.20)"},
	.alloc = alloc,
	.release = release,
};
