/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/footer.h"

#include <stdlib.h>
#include <xxhash.h>

#include "base/text.h"
#include "base/types.h"

/* The numbers of the summary in the order in which they are stored. */
static const size_t numbers[] = {
#define NUMBER(field) offsetof(struct trace_summary, field)
	NUMBER(allocs),	       NUMBER(alloc_frames),   NUMBER(failed_allocs), NUMBER(silent_allocs),
	NUMBER(frees),	       NUMBER(free_frames),    NUMBER(free_matched),  NUMBER(free_pretrace),
	NUMBER(free_unpaired), NUMBER(alloc_unpaired), NUMBER(order_differs), NUMBER(live_end),
	NUMBER(live_end_frames), NUMBER(live_peak),    NUMBER(lost_events),   NUMBER(packets),
#undef NUMBER
};

#define FIXED_PART (8 + 8 * (HZ_ARRAY_SIZE(numbers) + TRACE_TYPES) + 4) /* chain, numbers, counts, devices */
#define DEVICE_MAX (1 + sizeof(((struct trace_device *)0)->name) + 16)
#define FRAME (8 + 8) /* magic and length in front, check behind */

void header_encode(unsigned char bytes[CODEC_HEADER], const struct native_info *info, uint64_t footer_at)
{
	unsigned char *p = bytes;

	memcpy(p, CODEC_MAGIC, 8);
	p = codec_put(p + 8, CODEC_VERSION, 4);
	p = codec_put(p, info->cpus, 4);
	p = codec_put(p, 1, 4); /* nanoseconds per unit of time */
	p = codec_put(p, CODEC_BLOCK_RAW, 4);
	p = codec_put(p, info->start_ns, 8);
	p = codec_put(p, info->end_ns, 8);
	p = codec_put(p, info->events, 8);
	p = codec_put(p, footer_at, 8);
	codec_put(p, XXH3_64bits(bytes, CODEC_HEADER - 8), 8);
}

enum header_result header_decode(const unsigned char bytes[CODEC_HEADER], struct native_info *info, uint64_t *footer_at,
				 uint32_t *version)
{
	if (memcmp(bytes, CODEC_MAGIC, 8))
		return HEADER_FOREIGN;
	*version = (uint32_t)codec_get(bytes + 8, 4);
	if (codec_get(bytes + 56, 8) != XXH3_64bits(bytes, CODEC_HEADER - 8))
		return HEADER_CORRUPT;
	if (*version > CODEC_VERSION)
		return HEADER_NEWER;
	info->cpus = (uint32_t)codec_get(bytes + 12, 4);
	info->start_ns = codec_get(bytes + 24, 8);
	info->end_ns = codec_get(bytes + 32, 8);
	info->events = codec_get(bytes + 40, 8);
	*footer_at = codec_get(bytes + 48, 8);
	if (!info->cpus || info->cpus > TRACE_CPUS_MAX || info->end_ns < info->start_ns || !info->events ||
	    codec_get(bytes + 16, 4) != 1 || codec_get(bytes + 20, 4) != CODEC_BLOCK_RAW)
		return HEADER_CORRUPT;
	return HEADER_OK;
}

unsigned char *footer_encode(const struct trace_summary *s, uint64_t chain, size_t *len)
{
	unsigned char *bytes = xmalloc(FRAME + FIXED_PART + s->devices * DEVICE_MAX), *p = bytes + 8;

	p = codec_put(p, chain, 8);
	for (size_t i = 0; i < TRACE_TYPES; i++)
		p = codec_put(p, s->count[i], 8);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(numbers); i++)
		p = codec_put(p, *(const uint64_t *)(const void *)((const char *)s + numbers[i]), 8);
	p = codec_put(p, s->devices, 4);
	for (size_t i = 0; i < s->devices; i++) {
		size_t n = strlen(s->device[i].name);

		p = codec_put(p, n, 1);
		memcpy(p, s->device[i].name, n);
		p = codec_put(p + n, s->device[i].polls, 8);
		p = codec_put(p, s->device[i].packets, 8);
	}
	codec_put(bytes, CODEC_FOOTER_MAGIC, 4);
	codec_put(bytes + 4, (uint64_t)(p - bytes) - 8, 4);
	p = codec_put(p, XXH3_64bits(bytes, (size_t)(p - bytes)), 8);
	*len = (size_t)(p - bytes);
	return bytes;
}

static const unsigned char *device_decode(struct trace_summary *s, const unsigned char *p, const unsigned char *end)
{
	size_t n = p < end ? *p++ : 0, before = s->devices;
	uint32_t index;

	if (!n || n >= sizeof s->device->name || (size_t)(end - p) < n + 16 || memchr(p, 0, n))
		return NULL;
	index = trace_summary_device(s, (const char *)p, n);
	if (index != before)
		return NULL;
	s->device[index].polls = codec_get(p + n, 8);
	s->device[index].packets = codec_get(p + n + 8, 8);
	return p + n + 16;
}

bool footer_decode(const unsigned char *bytes, size_t len, struct trace_summary *s, uint64_t *chain)
{
	const unsigned char *p = bytes + 8, *end = bytes + len - 8;
	uint64_t devices;

	memset(s, 0, sizeof *s);
	if (len < FRAME + FIXED_PART || codec_get(bytes, 4) != CODEC_FOOTER_MAGIC ||
	    codec_get(bytes + 4, 4) != len - FRAME || codec_get(end, 8) != XXH3_64bits(bytes, len - 8))
		return false;
	*chain = codec_get(p, 8);
	p += 8;
	for (size_t i = 0; i < TRACE_TYPES; i++, p += 8)
		s->count[i] = codec_get(p, 8);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(numbers); i++, p += 8)
		*(uint64_t *)(void *)((char *)s + numbers[i]) = codec_get(p, 8);
	devices = codec_get(p, 4);
	p += 4;
	while (p && devices--)
		p = device_decode(s, p, end);
	if (p == end)
		return true;
	trace_summary_fini(s);
	memset(s, 0, sizeof *s);
	return false;
}
