/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/frag_direction.h"

static uint32_t start(uint32_t size)
{
	return size;
}

/* Subtract, look at the sign, mask: the page's size is not needed. */
static bool cut(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes, uint32_t align, uint32_t *offset)
{
	cpu_work(cpu, mm->params->cost_frag_top_down);
	if (nc->offset < bytes)
		return false;
	*offset = nc->offset = (nc->offset - bytes) & ~(align - 1);
	return true;
}

const struct frag_direction frag_direction_top_down = {
	.policy = {"top_down", "from the end of the page to its start; the offset is masked after the subtraction (until 6.12)"},
	.start = start,
	.cut = cut,
};
