/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One recorded tracepoint hit, without what only its text form knows (comm, gfp flags, pointers). */
#ifndef HZ_TRACE_EVENT_H
#define HZ_TRACE_EVENT_H

#include <stdint.h>

/* Limits that a reader may rely on; an importer refuses what lies beyond. */
#define TRACE_CPUS_MAX 8192        /* the largest CONFIG_NR_CPUS */
#define TRACE_ORDER_MAX 13         /* largest page order of any common architecture */
#define TRACE_MIGRATETYPE_MAX 15
#define TRACE_PFN_MAX ((UINT64_C(1) << 52) - 1)

enum trace_type {
	TRACE_ALLOC,         /* kmem:mm_page_alloc */
	TRACE_FREE,          /* kmem:mm_page_free */
	TRACE_FREE_BATCHED,  /* kmem:mm_page_free_batched: comes in addition to the TRACE_FREE of the same page */
	TRACE_ZONE_LOCKED,   /* kmem:mm_page_alloc_zone_locked: a page leaves the buddy lists */
	TRACE_PCPU_DRAIN,    /* kmem:mm_page_pcpu_drain: a page goes from a per-CPU list back to the buddy lists */
	TRACE_EXTFRAG,       /* kmem:mm_page_alloc_extfrag: as TRACE_ZONE_LOCKED, from another migratetype's list */
	TRACE_NAPI_POLL,     /* napi:napi_poll */
	TRACE_POOL_HOLD,     /* page_pool:page_pool_state_hold */
	TRACE_POOL_RELEASE,  /* page_pool:page_pool_state_release: followed by a TRACE_FREE when the page is freed */
	TRACE_LOST,          /* the recorder lost events of this CPU here */
	TRACE_TYPES
};

/* Bits of trace_event.flags. The importer follows every page by its first pfn and marks what pairs unusually, so that a
 * reader needs no second look: a page is handed out by TRACE_ALLOC without TRACE_FAILED and by TRACE_POOL_HOLD
 * with TRACE_SILENT_ALLOC, and given back by every TRACE_FREE. */
enum trace_flag {
	TRACE_FAILED = 1,           /* TRACE_ALLOC, TRACE_ZONE_LOCKED: no page was found; pfn is 0 and means nothing */
	TRACE_PERCPU_REFILL = 2,    /* TRACE_ZONE_LOCKED: percpu_refill=1 */
	TRACE_CHANGE_OWNERSHIP = 4, /* TRACE_EXTFRAG: the whole pageblock changed its migratetype */
	TRACE_SILENT_ALLOC = 8,     /* TRACE_POOL_HOLD: the only sign of an allocation; the bulk allocator emits none.
				     * The page is of order 0 */
	TRACE_PRETRACE = 16,        /* TRACE_FREE: this page was allocated before the trace starts */
	TRACE_UNPAIRED = 32,        /* TRACE_FREE of a page that was already freed: handed out in between without an
				     * event. TRACE_ALLOC of a page that is still out: given back without an event */
	TRACE_ORDER_DIFFERS = 64,   /* TRACE_FREE: the page was allocated with another order */
};

struct trace_event {
	uint64_t time_ns;           /* on the recorder's clock, never less than that of the event before */
	uint64_t pfn;               /* first page frame of the block; 0 where the type has none */
	int32_t pid;                /* thread that was running; -1 unknown */
	uint32_t cpu;               /* on which the event was recorded, below TRACE_CPUS_MAX */
	uint32_t work, budget;      /* TRACE_NAPI_POLL: packets handled, and most packets allowed */
	uint32_t device;            /* TRACE_NAPI_POLL: index into the trace's devices */
	uint32_t lost;              /* TRACE_LOST: events lost; 0 when the recorder did not say how many */
	uint8_t type;               /* enum trace_type */
	uint8_t flags;              /* enum trace_flag */
	uint8_t order;              /* 0 .. TRACE_ORDER_MAX; 0 where the type has none */
	uint8_t migratetype;        /* TRACE_ALLOC, TRACE_ZONE_LOCKED, TRACE_PCPU_DRAIN, TRACE_EXTFRAG: that wanted */
	uint8_t fallback_order;     /* TRACE_EXTFRAG: of the block that was split */
	uint8_t fallback_migratetype;
};

/* The tracepoint's name without its system ("mm_page_alloc"); "lost" for TRACE_LOST. */
const char *trace_type_name(enum trace_type type);

#endif
