# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/mm/buddy.c src/mm/buddy.h \
	src/mm/bulk.c src/mm/bulk.h src/mm/bulk_merged.c src/mm/bulk_none.c src/mm/bulk_rfc_v1.c src/mm/bulk_rfc_v2.c \
	src/mm/frag_direction.h src/mm/frag_direction_bottom_up.c src/mm/frag_direction_top_down.c \
	src/mm/drain.c src/mm/drain.h src/mm/drain_ipi.c src/mm/drain_remote.c src/mm/drain_remote_local_lock.c src/mm/drain_workqueue.c \
	src/mm/fault.c src/mm/fault.h \
	src/mm/frag_release.h src/mm/frag_release_buddy.c src/mm/frag_release_pcp.c \
	src/mm/kernel.h \
	src/mm/lru.c src/mm/lru.h \
	src/mm/memory.c src/mm/memory.h \
	src/mm/page.h \
	src/mm/page_alloc.c src/mm/page_alloc.h \
	src/mm/page_frag.c src/mm/page_frag.h \
	src/mm/pcp.c src/mm/pcp.h src/mm/pcp_size.c \
	src/mm/pcp_guard.h src/mm/pcp_guard_irqsave.c src/mm/pcp_guard_preempt.c src/mm/pcp_guard_local_lock.c src/mm/pcp_guard_local_trylock.c \
	src/mm/pcp_guard_trylock_irqsave.c src/mm/pcp_guard_trylock.c \
	src/mm/pcp_rule.h src/mm/pcp_rule_fixed.c src/mm/pcp_rule_free_factor.c src/mm/pcp_rule_auto.c \
	src/mm/reclaim.c src/mm/reclaim.h \
	src/mm/resident.c src/mm/resident.h \
	src/mm/slab.c src/mm/slab.h \
	src/mm/slowpath.c src/mm/slowpath.h \
	src/mm/vmstat.c src/mm/vmstat.h \
	src/mm/zone.h
