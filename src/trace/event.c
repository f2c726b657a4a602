/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/event.h"

const char *trace_type_name(enum trace_type type)
{
	static const char *const names[TRACE_TYPES] = {
		[TRACE_ALLOC] = "mm_page_alloc",
		[TRACE_FREE] = "mm_page_free",
		[TRACE_FREE_BATCHED] = "mm_page_free_batched",
		[TRACE_ZONE_LOCKED] = "mm_page_alloc_zone_locked",
		[TRACE_PCPU_DRAIN] = "mm_page_pcpu_drain",
		[TRACE_EXTFRAG] = "mm_page_alloc_extfrag",
		[TRACE_NAPI_POLL] = "napi_poll",
		[TRACE_POOL_HOLD] = "page_pool_state_hold",
		[TRACE_POOL_RELEASE] = "page_pool_state_release",
		[TRACE_LOST] = "lost",
	};

	return type < TRACE_TYPES ? names[type] : "?";
}
