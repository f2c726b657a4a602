/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/fields.h"

#include "base/types.h"

enum field {
	FIELD_PAGE,
	FIELD_PFN,
	FIELD_ORDER,
	FIELD_MIGRATETYPE,
	FIELD_REFILL,
	FIELD_FALLBACK_ORDER,
	FIELD_FALLBACK_MIGRATETYPE,
	FIELD_CHANGE_OWNERSHIP,
	FIELD_NET_IOV,
	FIELDS
};

#define BIT(field) (1u << (field))

static const struct {
	const char *key;
	uint8_t len;
	uint8_t field;
	uint16_t max;         /* 0: a page frame number */
	const char *expected; /* when the value does not parse */
	const char *missing;
} keys[] = {
#define KEY(key, field, max, expected) {key, sizeof(key) - 1, field, max, expected, "field " key "="}
#define EXPECT_ORDER "a page order, 0 to 13"
#define EXPECT_TYPE "a migratetype, 0 to 15"
#define EXPECT_BIT "0 or 1"
	KEY("pfn", FIELD_PFN, 0, "a page frame number, decimal or 0x"),
	KEY("order", FIELD_ORDER, TRACE_ORDER_MAX, EXPECT_ORDER),
	KEY("migratetype", FIELD_MIGRATETYPE, TRACE_MIGRATETYPE_MAX, EXPECT_TYPE),
	KEY("percpu_refill", FIELD_REFILL, 1, EXPECT_BIT),
	KEY("alloc_order", FIELD_ORDER, TRACE_ORDER_MAX, EXPECT_ORDER),
	KEY("alloc_migratetype", FIELD_MIGRATETYPE, TRACE_MIGRATETYPE_MAX, EXPECT_TYPE),
	KEY("fallback_order", FIELD_FALLBACK_ORDER, TRACE_ORDER_MAX, EXPECT_ORDER),
	KEY("fallback_migratetype", FIELD_FALLBACK_MIGRATETYPE, TRACE_MIGRATETYPE_MAX, EXPECT_TYPE),
	KEY("change_ownership", FIELD_CHANGE_OWNERSHIP, 1, EXPECT_BIT),
	KEY("is_net_iov", FIELD_NET_IOV, 1, EXPECT_BIT),
#undef KEY
};

static const struct {
	const char *system;
	unsigned needs; /* fields without which the event means nothing */
} events[TRACE_TYPES] = {
	[TRACE_ALLOC] = {"kmem", BIT(FIELD_PFN) | BIT(FIELD_ORDER) | BIT(FIELD_MIGRATETYPE)},
	[TRACE_FREE] = {"kmem", BIT(FIELD_PFN) | BIT(FIELD_ORDER)},
	[TRACE_FREE_BATCHED] = {"kmem", BIT(FIELD_PFN)},
	[TRACE_ZONE_LOCKED] = {"kmem",
			       BIT(FIELD_PFN) | BIT(FIELD_ORDER) | BIT(FIELD_MIGRATETYPE) | BIT(FIELD_REFILL)},
	[TRACE_PCPU_DRAIN] = {"kmem", BIT(FIELD_PFN) | BIT(FIELD_ORDER) | BIT(FIELD_MIGRATETYPE)},
	[TRACE_EXTFRAG] = {"kmem", BIT(FIELD_PFN) | BIT(FIELD_ORDER) | BIT(FIELD_MIGRATETYPE) |
			   BIT(FIELD_FALLBACK_ORDER) | BIT(FIELD_FALLBACK_MIGRATETYPE) | BIT(FIELD_CHANGE_OWNERSHIP)},
	[TRACE_NAPI_POLL] = {"napi", 0},
	[TRACE_POOL_HOLD] = {"page_pool", 0},
	[TRACE_POOL_RELEASE] = {"page_pool", 0},
};

enum trace_type fields_type(const struct head *h)
{
	for (unsigned t = 0; t < TRACE_LOST; t++) {
		const char *name = trace_type_name((enum trace_type)t);

		if (strlen(name) != h->name_len || memcmp(name, h->name, h->name_len))
			continue;
		/* A probe of somebody's own may carry the same name in another system. */
		if (h->system_len && !scan_is(h->system, h->system + h->system_len, events[t].system,
					      strlen(events[t].system)))
			continue;
		return (enum trace_type)t;
	}
	return TRACE_TYPES;
}

/* Pointers that stand for no page: glibc's, the kernel's old and hashed forms, and perf's. */
static bool is_null(const char *p, const char *end)
{
	if (SCAN_IS(p, end, "(nil)") || SCAN_IS(p, end, "(null)"))
		return true;
	if (SCAN_STARTS(p, end, "0x"))
		p += 2;
	for (const char *q = p; q < end; q++)
		if (*q != '0')
			return false;
	return p < end;
}

static void store(struct trace_event *ev, enum field field, uint64_t value)
{
	switch (field) {
	case FIELD_PFN:
		ev->pfn = value;
		break;
	case FIELD_ORDER:
		ev->order = (uint8_t)value;
		break;
	case FIELD_MIGRATETYPE:
		ev->migratetype = (uint8_t)value;
		break;
	case FIELD_REFILL:
		ev->flags |= value ? TRACE_PERCPU_REFILL : 0;
		break;
	case FIELD_FALLBACK_ORDER:
		ev->fallback_order = (uint8_t)value;
		break;
	case FIELD_FALLBACK_MIGRATETYPE:
		ev->fallback_migratetype = (uint8_t)value;
		break;
	case FIELD_CHANGE_OWNERSHIP:
		ev->flags |= value ? TRACE_CHANGE_OWNERSHIP : 0;
		break;
	default:
		break;
	}
}

/* One "key=value" whose value is [value, stop). */
static bool assign(struct trace_event *ev, const char *key, size_t key_len, const char *value, const char *stop,
		   unsigned *seen, struct scan_error *why)
{
	uint64_t v;

	for (size_t i = 0; i < HZ_ARRAY_SIZE(keys); i++) {
		if (keys[i].len != key_len || memcmp(keys[i].key, key, key_len))
			continue;
		if (scan_number(value, stop, keys[i].max ? keys[i].max : TRACE_PFN_MAX, &v) != stop)
			return scan_refuse(why, value, keys[i].expected);
		if (keys[i].field == FIELD_NET_IOV && !v)
			return true;
		*seen |= BIT(keys[i].field);
		store(ev, keys[i].field, v);
		return true;
	}
	return true; /* a field that is of no use here, or of a newer kernel */
}

static const char *missing_key(const struct trace_event *ev, unsigned missing)
{
	/* mm_page_alloc_extfrag spells order and migratetype in its own way, further down in the table. */
	if (ev->type == TRACE_EXTFRAG && missing & BIT(FIELD_ORDER))
		return "field alloc_order=";
	if (ev->type == TRACE_EXTFRAG && missing & BIT(FIELD_MIGRATETYPE))
		return "field alloc_migratetype=";
	for (size_t i = 0; i < HZ_ARRAY_SIZE(keys); i++)
		if (missing & BIT(keys[i].field))
			return keys[i].missing;
	return "more fields";
}

static enum fields_result parse_page(struct trace_event *ev, const char *p, const char *end, struct scan_error *why)
{
	unsigned seen = 0, missing;
	bool null_page = false;

	for (p = scan_blanks(p, end); p < end; p = scan_blanks(p, end)) {
		const char *stop = scan_word(p, end), *next = stop;
		const char *equals = memchr(p, '=', (size_t)(stop - p));

		if (!equals || equals == p) {
			scan_refuse(why, p, "KEY=VALUE");
			return FIELDS_BAD;
		}
		if (stop[-1] == ',') /* "is_net_iov=0," */
			stop--;
		if (SCAN_IS(p, equals, "gfp_flags"))
			break; /* the last field; names or a number, not needed */
		if (SCAN_IS(p, equals, "page")) {
			if (stop == equals + 1) { /* kernels before 4.15 pad: "page=          (null)" */
				p = scan_blanks(stop, end);
				stop = next = scan_word(p, end);
				equals = p - 1;
			}
			null_page = is_null(equals + 1, stop);
		} else if (!assign(ev, p, (size_t)(equals - p), equals + 1, stop, &seen, why)) {
			return FIELDS_BAD;
		}
		p = next;
	}
	if (ev->type == TRACE_POOL_HOLD || ev->type == TRACE_POOL_RELEASE)
		return seen & BIT(FIELD_PFN) && ev->pfn && !(seen & BIT(FIELD_NET_IOV)) ? FIELDS_OK : FIELDS_NO_PAGE;
	missing = events[ev->type].needs & ~seen;
	if (missing) {
		scan_refuse(why, p, missing_key(ev, missing));
		return FIELDS_BAD;
	}
	/* perf prints the pfn as page=: 0x0 is then no page or frame 0, which is never handed out. */
	if (null_page && !ev->pfn && (ev->type == TRACE_ALLOC || ev->type == TRACE_ZONE_LOCKED))
		ev->flags |= TRACE_FAILED;
	return FIELDS_OK;
}

static const char *expect_literal(const char *p, const char *end, const char *literal)
{
	size_t len = strlen(literal);

	return p && scan_starts(p, end, literal, len) ? p + len : NULL;
}

/* "napi poll on napi struct PTR for device NAME work N budget N" */
static enum fields_result parse_napi(struct trace_event *ev, const char *p, const char *end, const char **device,
				     size_t *device_len, struct scan_error *why)
{
	const char *start = p, *q = expect_literal(p, end, "napi poll on napi struct ");
	uint64_t value;

	q = q ? scan_word(q, end) : start;
	p = expect_literal(q, end, " for device ");
	if (!p) {
		scan_refuse(why, q, q == start ? "'napi poll on napi struct PTR for device NAME work N budget N'" :
			    "' for device NAME work N budget N'");
		return FIELDS_BAD;
	}
	*device = p;
	q = scan_word(p, end);
	*device_len = (size_t)(q - p);
	if (q == p) {
		scan_refuse(why, p, "a device name");
		return FIELDS_BAD;
	}
	p = expect_literal(q, end, " work ");
	if (!p || !(q = scan_decimal(p, end, INT32_MAX, &value))) {
		scan_refuse(why, p ? p : q, p ? "the number of packets" : "' work N'");
		return FIELDS_BAD;
	}
	ev->work = (uint32_t)value;
	p = expect_literal(q, end, " budget ");
	if (!p || scan_decimal(p, end, INT32_MAX, &value) != end) {
		scan_refuse(why, p ? p : q, p ? "the budget, a number, and the end of the line" : "' budget N'");
		return FIELDS_BAD;
	}
	ev->budget = (uint32_t)value;
	return FIELDS_OK;
}

enum fields_result fields_parse(struct trace_event *ev, const char *text, const char *end, const char **device,
				size_t *device_len, struct scan_error *why)
{
	if (ev->type == TRACE_NAPI_POLL)
		return parse_napi(ev, text, end, device, device_len, why);
	return parse_page(ev, text, end, why);
}
