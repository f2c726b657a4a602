/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define CHUNK_SHIFT 6        /* 64 frames */
#define SEGMENT_SHIFT 14     /* chunks per segment: 640 KiB */
#define SEGMENT_SIZE (1u << SEGMENT_SHIFT)

struct live_chunk {
	uint64_t number;     /* pfn >> CHUNK_SHIFT */
	uint64_t state[4];   /* 16 frames each */
};

static struct live_chunk *chunk(const struct live *l, uint32_t n)
{
	return &l->segment[(n - 1) >> SEGMENT_SHIFT][(n - 1) & (SEGMENT_SIZE - 1)];
}

static uint32_t hash(uint64_t number)
{
	return (uint32_t)(number * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

void live_init(struct live *l, uint32_t limit)
{
	*l = (struct live){.mask = 4095, .limit = limit};
	l->slot = xcalloc(l->mask + 1, sizeof *l->slot);
	l->segment = xcalloc((limit >> SEGMENT_SHIFT) + 1, sizeof *l->segment);
}

void live_fini(struct live *l)
{
	for (uint32_t i = 0; i < l->segments; i++)
		free(l->segment[i]);
	free(l->segment);
	free(l->slot);
	memset(l, 0, sizeof *l);
}

static uint32_t *find(const struct live *l, uint64_t number)
{
	uint32_t i = hash(number) & l->mask;

	while (l->slot[i] && chunk(l, l->slot[i])->number != number)
		i = (i + 1) & l->mask;
	return &l->slot[i];
}

static void rehash(struct live *l, uint32_t mask)
{
	free(l->slot);
	l->mask = mask;
	l->slot = xcalloc((size_t)mask + 1, sizeof *l->slot);
	for (uint32_t n = 1; n <= l->used; n++)
		*find(l, chunk(l, n)->number) = n;
}

/* Frames of a chunk in state LIVE_FREED, or -1 when one is out. */
static int count_freed(const struct live_chunk *c)
{
	int freed = 0;

	for (unsigned i = 0; i < 64; i++) {
		unsigned state = c->state[i / 16] >> i % 16 * 4 & 15;

		if (state >= LIVE_ORDER0)
			return -1;
		freed += state == LIVE_FREED;
	}
	return freed;
}

/* Give up the chunks in which nothing is out. */
static void forget(struct live *l)
{
	uint32_t kept = 0;

	for (uint32_t n = 1; n <= l->used; n++) {
		int freed = count_freed(chunk(l, n));

		if (freed < 0)
			*chunk(l, ++kept) = *chunk(l, n);
		else
			l->forgotten += (uint64_t)freed;
	}
	l->used = kept;
	rehash(l, l->mask);
}

static struct live_chunk *add(struct live *l, uint64_t number, struct error *e)
{
	struct live_chunk *c;

	if (l->used == l->limit) {
		forget(l);
		/* Less than an eighth gained would mean to sweep all the time. */
		if (l->used > l->limit - l->limit / 8) {
			error_set(e, HZ_ENVIRONMENT, "pairing allocations with frees: more than %u regions of 256 KiB "
				  "hold pages at once, the limit of memory for it", l->used);
			return NULL;
		}
	}
	if (l->used >= l->mask / 4 * 3)
		rehash(l, l->mask * 2 + 1);
	if (l->used >> SEGMENT_SHIFT == l->segments)
		l->segment[l->segments++] = xmalloc(sizeof(struct live_chunk) << SEGMENT_SHIFT);
	*find(l, number) = ++l->used;
	c = chunk(l, l->used);
	memset(c, 0, sizeof *c);
	c->number = number;
	return c;
}

int live_set(struct live *l, uint64_t pfn, unsigned state, struct error *e)
{
	uint64_t number = pfn >> CHUNK_SHIFT, *word;
	uint32_t n = *find(l, number);
	struct live_chunk *c = n ? chunk(l, n) : add(l, number, e);
	unsigned frame = pfn & 63, shift = frame % 16 * 4;
	int old;

	if (!c)
		return -1;
	word = &c->state[frame / 16];
	old = (int)(*word >> shift & 15);
	*word = (*word & ~(UINT64_C(15) << shift)) | (uint64_t)state << shift;
	return old;
}
