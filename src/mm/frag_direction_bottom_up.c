/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/frag_direction.h"

static uint32_t start(uint32_t size)
{
	(void)size;
	return 0;
}

/* Round up, add, compare with the size, which is decoded from the order in the word that also holds address and pfmemalloc. */
static bool cut(struct cpu *cpu, struct memory *mm, struct page_frag_cache *nc, uint32_t bytes, uint32_t align, uint32_t *offset)
{
	uint32_t from = (nc->offset + align - 1) & ~(align - 1);

	cpu_work(cpu, mm->params->cost_frag_bottom_up);
	if (from + bytes > nc->size)
		return false;
	*offset = from;
	nc->offset = from + bytes;
	return true;
}

static uint32_t room(const struct page_frag_cache *nc)
{
	return nc->size - nc->offset;
}

const struct frag_direction frag_direction_bottom_up = {
	.policy = {"bottom_up", "from the start of the page to its end; the offset is rounded before the addition (since 6.13)"},
	.start = start,
	.cut = cut,
	.room = room,
};
