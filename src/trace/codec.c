/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/codec.h"

/* First byte of an event: its type and what is as before. */
#define TAG_TYPE 0x0f
#define TAG_SAME_CPU 0x10
#define TAG_SAME_PID 0x20
#define TAG_FLAGS 0x40 /* a byte of flags follows */

/* What follows the common part, by type. */
enum {
	HAS_PFN = 1,
	HAS_ORDER = 2,
	HAS_FALLBACK = 4,
	HAS_NAPI = 8,
	HAS_LOST = 16,
};

static const uint8_t has[TRACE_TYPES] = {
	[TRACE_ALLOC] = HAS_PFN | HAS_ORDER,
	[TRACE_FREE] = HAS_PFN | HAS_ORDER,
	[TRACE_FREE_BATCHED] = HAS_PFN,
	[TRACE_ZONE_LOCKED] = HAS_PFN | HAS_ORDER,
	[TRACE_PCPU_DRAIN] = HAS_PFN | HAS_ORDER,
	[TRACE_EXTFRAG] = HAS_PFN | HAS_ORDER | HAS_FALLBACK,
	[TRACE_NAPI_POLL] = HAS_NAPI,
	[TRACE_POOL_HOLD] = HAS_PFN,
	[TRACE_POOL_RELEASE] = HAS_PFN,
	[TRACE_LOST] = HAS_LOST,
};

#define FLAGS_ALL 0x7f

static unsigned char *put_varint(unsigned char *p, uint64_t v)
{
	while (v >= 0x80) {
		*p++ = (unsigned char)(v | 0x80);
		v >>= 7;
	}
	*p++ = (unsigned char)v;
	return p;
}

/* Returns the end; NULL when the bytes end early or the number does not fit 64 bits. */
static const unsigned char *get_varint(const unsigned char *p, const unsigned char *end, uint64_t *v)
{
	uint64_t value = 0;

	for (unsigned shift = 0; p < end && shift < 64; shift += 7) {
		uint64_t seven = *p & 0x7f;

		if (shift == 63 && seven > 1)
			return NULL;
		value |= seven << shift;
		if (*p++ < 0x80) {
			*v = value;
			return p;
		}
	}
	return NULL;
}

static const unsigned char *get_uint32(const unsigned char *p, const unsigned char *end, uint32_t *v)
{
	uint64_t value;

	p = get_varint(p, end, &value);
	if (!p || value > UINT32_MAX)
		return NULL;
	*v = (uint32_t)value;
	return p;
}

/* Small numbers of either sign as small numbers. */
static uint64_t fold(uint64_t difference)
{
	return difference << 1 ^ (difference >> 63 ? UINT64_MAX : 0);
}

static uint64_t unfold(uint64_t folded)
{
	return folded >> 1 ^ (folded & 1 ? UINT64_MAX : 0);
}

void codec_reset(struct codec *c, uint64_t time_ns)
{
	c->time_ns = time_ns;
	c->cpu = 0;
	memset(c->at, 0, sizeof c->at[0] * (c->cpus ? c->cpus : TRACE_CPUS_MAX));
	c->cpus = 1;
}

static struct codec_cpu *context(struct codec *c, uint32_t cpu)
{
	if (cpu >= c->cpus)
		c->cpus = cpu + 1;
	c->cpu = cpu;
	return &c->at[cpu];
}

unsigned char *codec_encode(struct codec *c, const struct trace_event *ev, unsigned char *p)
{
	unsigned char *tag = p++;
	bool same_cpu = ev->cpu == c->cpu;
	struct codec_cpu *at = context(c, ev->cpu);
	bool same_pid = ev->pid == at->pid;
	unsigned parts = has[ev->type];

	*tag = (unsigned char)(ev->type | (same_cpu ? TAG_SAME_CPU : 0) | (same_pid ? TAG_SAME_PID : 0) |
			       (ev->flags ? TAG_FLAGS : 0));
	p = put_varint(p, ev->time_ns - c->time_ns);
	c->time_ns = ev->time_ns;
	if (!same_cpu)
		p = put_varint(p, ev->cpu);
	if (!same_pid)
		p = put_varint(p, (uint32_t)ev->pid);
	at->pid = ev->pid;
	if (ev->flags)
		*p++ = ev->flags;
	if (parts & HAS_PFN && !(ev->flags & TRACE_FAILED)) {
		p = put_varint(p, fold(ev->pfn - at->pfn));
		at->pfn = ev->pfn;
	}
	if (parts & HAS_ORDER)
		*p++ = (unsigned char)(ev->order | ev->migratetype << 4);
	if (parts & HAS_FALLBACK)
		*p++ = (unsigned char)(ev->fallback_order | ev->fallback_migratetype << 4);
	if (parts & HAS_NAPI) {
		p = put_varint(p, ev->work);
		p = put_varint(p, ev->budget);
		p = put_varint(p, ev->device);
	}
	if (parts & HAS_LOST)
		p = put_varint(p, ev->lost);
	return p;
}

static const unsigned char *decode_common(struct codec *c, struct trace_event *ev, const unsigned char *p,
					  const unsigned char *end)
{
	unsigned tag = *p++;
	uint64_t step;
	uint32_t pid;

	ev->type = tag & TAG_TYPE;
	if (ev->type >= TRACE_TYPES || tag & 0x80)
		return NULL;
	p = get_varint(p, end, &step);
	if (!p || step > UINT64_MAX - c->time_ns)
		return NULL;
	ev->time_ns = c->time_ns += step;
	ev->cpu = c->cpu;
	if (!(tag & TAG_SAME_CPU)) {
		p = get_uint32(p, end, &ev->cpu);
		if (!p || ev->cpu >= TRACE_CPUS_MAX)
			return NULL;
	}
	ev->pid = context(c, ev->cpu)->pid;
	if (!(tag & TAG_SAME_PID)) {
		p = get_uint32(p, end, &pid);
		if (!p)
			return NULL;
		ev->pid = c->at[ev->cpu].pid = pid <= INT32_MAX ? (int32_t)pid : -1;
	}
	if (tag & TAG_FLAGS) {
		if (p == end || *p & ~FLAGS_ALL)
			return NULL;
		ev->flags = *p++;
	}
	return p;
}

static const unsigned char *decode_order(const unsigned char *p, const unsigned char *end, uint8_t *order,
					 uint8_t *migratetype)
{
	if (p == end || (*p & 15) > TRACE_ORDER_MAX)
		return NULL;
	*order = *p & 15;
	*migratetype = *p >> 4;
	return p + 1;
}

const unsigned char *codec_decode(struct codec *c, struct trace_event *ev, const unsigned char *p,
				  const unsigned char *end)
{
	unsigned parts;
	uint64_t step;

	*ev = (struct trace_event){.type = TRACE_TYPES};
	if (p == end || !(p = decode_common(c, ev, p, end)))
		return NULL;
	parts = has[ev->type];
	if (parts & HAS_PFN && !(ev->flags & TRACE_FAILED)) {
		p = get_varint(p, end, &step);
		if (!p)
			return NULL;
		ev->pfn = c->at[ev->cpu].pfn + unfold(step);
		if (ev->pfn > TRACE_PFN_MAX)
			return NULL;
		c->at[ev->cpu].pfn = ev->pfn;
	}
	if (parts & HAS_ORDER && !(p = decode_order(p, end, &ev->order, &ev->migratetype)))
		return NULL;
	if (parts & HAS_FALLBACK && !(p = decode_order(p, end, &ev->fallback_order, &ev->fallback_migratetype)))
		return NULL;
	if (parts & HAS_NAPI && (!(p = get_uint32(p, end, &ev->work)) || !(p = get_uint32(p, end, &ev->budget)) ||
				 !(p = get_uint32(p, end, &ev->device))))
		return NULL;
	if (parts & HAS_LOST && !(p = get_uint32(p, end, &ev->lost)))
		return NULL;
	return p;
}
