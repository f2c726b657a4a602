/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/key.h"

#include "base/types.h"
#include "mm/lru.h"
#include "mm/page_frag.h"
#include "mm/memory.h"
#include "net/channel.h"
#include "net/napi_alloc_cache.h"
#include "plan/policies.h"

#define AT(member) offsetof(struct params, member), sizeof(((struct params *)0)->member)

#define FORWARD KEY_USED_BY(LOAD_FORWARD)
#define XDP KEY_USED_BY(LOAD_XDP)
#define TC_DROP KEY_USED_BY(LOAD_TC_DROP)
#define SOCKET KEY_USED_BY(LOAD_SOCKET_TX)
#define VHOST KEY_USED_BY(LOAD_VHOST_NET)
#define RING KEY_USED_BY(LOAD_FRAG_RING)
#define BENCH KEY_USED_BY(LOAD_PAGE_BENCH)
#define REPLAY KEY_USED_BY(LOAD_REPLAY)
#define UDP_SINK KEY_USED_BY(LOAD_UDP_SINK)
#define TCP_SINK KEY_USED_BY(LOAD_TCP_SINK)
#define SINK (UDP_SINK | TCP_SINK)
/* Loads with a NIC. */
#define NETWORK (FORWARD | SOCKET | XDP | TC_DROP | SINK)
/* Loads with packets. */
#define STACK (NETWORK | VHOST)
/* Of those with a NIC, loads to which packets are offered. */
#define OFFERED (FORWARD | XDP | TC_DROP | SINK)
#define FAULT KEY_USED_BY(LOAD_PAGE_FAULT)
#define PRESSURE KEY_USED_BY(LOAD_PRESSURE)
#define ISOLATED KEY_USED_BY(LOAD_ISOLATED)
/* Loads under which memory can be short. */
#define SHORT (PRESSURE | ISOLATED | NETWORK)
/* Loads whose pages are on LRU lists. */
#define LRU (FAULT | SHORT)
#define ALL ((1u << LOAD_KINDS) - 1)

/* A latency: from a model file, with its source. */
#define COST(path, used_by, member, help) \
	{path, KEY_CYCLES, KEY_COST, used_by, AT(member), 0, 1e9, NULL, NULL, NULL, NULL, help}

/* Instruction work, the same way, in cycles of the core. */
#define WORK(path, used_by, member, help) \
	{path, KEY_CYCLES, KEY_COST | KEY_CORE, used_by, AT(member), 0, 1e9, NULL, NULL, NULL, NULL, help}

#define CHOICE(path, used_by, member, names, standard, help) \
	{path, KEY_CHOICE, 0, used_by, AT(member), 0, 0, standard, NULL, names, NULL, help}

/* One of a family of policies. */
#define POLICY(path, used_by, member, family, standard, help) \
	{path, KEY_POLICY, 0, used_by, AT(member), 0, 0, standard, NULL, NULL, family, help}

#define ROW(path, type, used_by, member, min, max, standard, zero, help) \
	{path, type, 0, used_by, AT(member), min, max, standard, zero, NULL, NULL, help}

#define SINGLE(path, type, used_by, member, min, max, standard, help) \
	{path, type, KEY_SINGLE, used_by, AT(member), min, max, standard, NULL, NULL, NULL, help}

#define MODEL(path, used_by, member, help) \
	{path, KEY_MODEL, 0, used_by, AT(member), 0, 0, NULL, NULL, NULL, NULL, help}

static const char *const frag_biases[] = {"size", "fixed", NULL};
static const char *const frag_exhausted[] = {"reuse", "drain", NULL};
static const char *const frag_pfmemalloc[] = {"reuse", "free", NULL};
static const char *const frag_oversize[] = {"overrun", "refuse", "refuse_at_once", NULL};
static const char *const slab_counts[] = {"objects", "slabs", NULL};
static const char *const skb_slabs[] = {"none", "slub", NULL};
static const char *const skb_builds[] = {"slab", "napi_cache", NULL};
static const char *const page_cache_behinds[] = {"pages", "page_pool", NULL};
static const char *const page_flips[] = {"count", "bias", NULL};
static const char *const page_pool_slows[] = {"single", "bulk", NULL};
static const char *const xdp_modes[] = {"drop", "tx", "redirect", NULL};
static const char *const tx_queues[] = {"rx_queue", "hash", NULL};
#define LOAD_NAME(number, table, name) name,
static const char *const load_kinds[] = {LOADS(LOAD_NAME) NULL};
static const char *const arrival_kinds[] = {"fixed", "poisson", "bursts", "trains", NULL};
static const char *const frag_owners[] = {"task", "socket", NULL};
static const char *const replay_frees[] = {"page", "page_frag", NULL};
static const char *const bench_patterns[] = {"single", "bulk", "bulk_api", "remote", "frag", NULL};

static const char *const rmqueue_counts[] = {"unlocked", "locked", NULL};
static const char *const vmstat_isolated[] = {"refresh", "skip", NULL};
static const char *const pcp_free_highs[] = {"off", "on", "raised", NULL};
static const char *const pcp_drain_orders[] = {"rotate", "empty_each", NULL};
static const char *const drain_chunks[] = {"whole", "scaled", NULL};
static const char *const pcp_free_chunks[] = {"whole", "batch", NULL};

static const struct policy *const bulks[] = {BULKS(POLICY_LISTED) NULL};
static const struct policy *const lock_kinds[] = {LOCK_KINDS(POLICY_LISTED) NULL};
static const struct policy *const pcp_guards[] = {PCP_GUARDS(POLICY_LISTED) NULL};
static const struct policy *const drains[] = {DRAINS(POLICY_LISTED) NULL};
static const struct policy *const pcp_rules[] = {PCP_RULES(POLICY_LISTED) NULL};
static const struct policy *const frag_directions[] = {FRAG_DIRECTIONS(POLICY_LISTED) NULL};
static const struct policy *const frag_releases[] = {FRAG_RELEASES(POLICY_LISTED) NULL};
static const struct policy *const vhost_frags[] = {VHOST_FRAGS(POLICY_LISTED) NULL};
static const struct policy *const sk_frags[] = {SK_FRAGS(POLICY_LISTED) NULL};
static const struct policy *const skb_defers[] = {SKB_DEFERS(POLICY_LISTED) NULL};
static const struct policy *const rx_heads[] = {RX_HEADS(POLICY_LISTED) NULL};
static const struct policy *const rx_pages[] = {RX_PAGES(POLICY_LISTED) NULL};
static const struct policy *const page_pool_refcounts[] = {PAGE_POOL_REFCOUNTS(POLICY_LISTED) NULL};
static const struct policy *const page_pool_refills[] = {PAGE_POOL_REFILLS(POLICY_LISTED) NULL};
static const struct policy *const page_pool_skb_recycles[] = {PAGE_POOL_SKB_RECYCLES(POLICY_LISTED) NULL};

const struct key_group key_groups[] = {
	{"machine", "Machine (models/machines/)"},
	{"kernel", "Kernel: page allocator, network stack and driver (models/kernels/)"},
	{"nic", "Network card (models/nics/)"},
	{"load", "Load"},
	{"run", "Run"},
};

const size_t key_groups_count = HZ_ARRAY_SIZE(key_groups);

const struct key keys[] = {
	MODEL("machine", ALL, machine.name, "Machine model: a name, or a path with a '/'"),
	ROW("machine.clock", KEY_FREQUENCY, ALL, machine.clock_hz, 1e8, 2e10, NULL, NULL,
	    "Frequency of the time-stamp counter; one simulated cycle is one tick of it"),
	ROW("machine.core_clock", KEY_FREQUENCY, ALL, machine.core_hz, 1e8, 2e10, "clock", "clock",
	    "What the cores run at under load: instruction work is given in their cycles; clock: machine.clock"),
	ROW("machine.sockets", KEY_COUNT, ALL, machine.sockets, 1, 16, NULL, NULL, "Sockets; each is one memory node"),
	ROW("machine.cores", KEY_COUNT, ALL, machine.cores, 1, MACHINE_CPUS_MAX, NULL, NULL, "Cores per socket"),
	ROW("machine.threads", KEY_COUNT, ALL, machine.threads, 1, 2, NULL, NULL, "Threads per core: 2 with SMT"),
	ROW("machine.memory", KEY_SIZE, ALL, machine.memory, 16 << 20, 0x1p44, NULL, NULL, "Memory per node"),
	ROW("machine.memory_resident", KEY_SIZE, ALL, machine.memory_resident, 0, 0x1p44, "0B", NULL,
	    "Kernel memory per node that was in use before the run: pages of others lie scattered in it, and what is free "
	    "between them is on the free lists; 0B: memory is fresh, one whole"),
	ROW("machine.l1_size", KEY_SIZE, ALL, machine.l1_size, 1024, 0x1p40, NULL, NULL, "L1 data cache per core"),
	ROW("machine.l2_size", KEY_SIZE, ALL, machine.l2_size, 1024, 0x1p40, NULL, NULL, "L2 cache per core"),
	ROW("machine.llc_size", KEY_SIZE, ALL, machine.llc_size, 1024, 0x1p40, NULL, NULL,
	    "Last-level cache per socket"),
	COST("machine.l2_latency", ALL, machine.l2_latency, "Load-to-use latency of the L2 cache"),
	COST("machine.llc_latency", ALL, machine.llc_latency, "Load-to-use latency of the last-level cache"),
	COST("machine.dram_local", ALL, machine.dram_local, "Load-to-use latency of the node's own memory"),
	COST("machine.dram_remote", ALL, machine.dram_remote, "Load-to-use latency of another node's memory"),
	COST("machine.transfer_smt", ALL, machine.transfer_smt, "Modified cache line to the SMT sibling, one way"),
	COST("machine.transfer_socket", ALL, machine.transfer_socket,
	     "Modified cache line to another core of the socket, one way"),
	COST("machine.transfer_cross", ALL, machine.transfer_cross, "Modified cache line to another socket, one way"),
	COST("machine.atomic", ALL, machine.atomic, "Atomic read-modify-write of a line that the CPU owns"),
	COST("machine.unlock", ALL, machine.unlock,
	     "Releasing store of a spinlock whose line the CPU owns, with the call"),
	COST("machine.irq_save_restore", ALL, machine.irq_save_restore, "local_irq_save and local_irq_restore"),
	COST("machine.irq_entry", ALL, machine.irq_entry, "Hard interrupt: entry, acknowledge, exit"),
	COST("machine.softirq_entry", ALL, machine.softirq_entry, "Entry and exit of the softirq loop"),
	COST("machine.preempt", ALL, machine.preempt, "preempt_disable and preempt_enable"),
	COST("machine.bh", ALL, machine.bh, "local_bh_disable and local_bh_enable with nothing pending"),
	COST("machine.ipi_send", ALL, machine.ipi_send, "Inter-processor interrupt: what sending costs the sender"),
	COST("machine.ipi_latency", ALL, machine.ipi_latency, "Inter-processor interrupt: from sending to the target's entry"),
	COST("machine.wake_up", ALL, machine.wake_up, "try_to_wake_up of a task that sleeps"),
	COST("machine.context_switch", ALL, machine.context_switch, "Context switch"),
	COST("machine.idle_exit", ALL, machine.idle_exit, "Leaving the idle state on an interrupt"),
	COST("machine.copy_page", SHORT, machine.copy_page, "Copying a page that is in no cache to user space"),
	COST("machine.clear_page", FAULT, machine.clear_page, "Clearing a page that is in no cache"),
	{"machine.smt_percent", KEY_PERCENT, KEY_COST, ALL, AT(machine.smt_percent), 100, 1000, NULL, NULL, NULL,
	 NULL, "Time that work takes while the SMT sibling is busy too; 100% is no loss"},

	MODEL("kernel", ALL, mm.release, "Kernel model: a release such as \"4.19\", or a path with a '/'"),
	POLICY("kernel.zone_lock", ALL, mm.zone_lock, lock_kinds, "qspinlock", "Kind of spinlock that zone->lock is"),
	ROW("kernel.min_free_cap", KEY_SIZE, ALL, mm.min_free_cap, 1 << 20, 0x1p40, NULL, NULL,
	    "Upper bound of min_free_kbytes, from which the watermarks follow: 64MiB until 5.7, 256MiB since 5.8"),
	ROW("kernel.zones_per_node", KEY_COUNT, ALL, mm.zones_per_node, 1, ZONES_PER_NODE_MAX, "1", NULL,
	    "Zones, each with its lock, that a node's memory is cut into; CPU n goes to number n modulo this first"),
	POLICY("kernel.page_frag_free", ALL, mm.page_frag_free, frag_releases, NULL,
	       "Where page_frag_free() returns a page"),
	POLICY("kernel.pcp.guard", ALL, mm.pcp_guard, pcp_guards, NULL, "What protects the per-CPU page lists"),
	CHOICE("kernel.rmqueue_counts", ALL, mm.rmqueue_counts, rmqueue_counts, NULL,
	       "Whether rmqueue() counts free pages behind zone->lock (until 5.13) or under it, for a block past the per-CPU lists"),
	ROW("kernel.vmstat_interval", KEY_CYCLES, ALL, mm.vmstat_interval, 100000, 1e15, "1s", NULL,
	    "sysctl vm.stat_interval: a kworker of each CPU refreshes its counters that often, and its lists decay"),
	CHOICE("kernel.vmstat_isolated", ALL, mm.vmstat_isolated, vmstat_isolated, NULL,
	       "Whether isolated CPUs have that too (until 6.4) or are left alone"),
	POLICY("kernel.pcp.rule", ALL, mm.pcp_rule, pcp_rules, NULL,
	       "How many pages a refill brings, at how many the per-CPU lists overflow, and how many go back then"),
	ROW("kernel.pcp.max_order", KEY_COUNT, ALL, mm.pcp_max_order, 0, PCP_ORDER_MAX, NULL, NULL,
	    "Largest order that goes through the per-CPU lists: 0 until 5.13, 3 since 5.14"),
	ROW("kernel.pcp.thp_lists", KEY_COUNT, ALL, mm.pcp_thp_lists, 0, PCP_THP_LISTS_MAX, NULL, NULL,
	    "Per-CPU lists of huge pages (order 9): 0 until 5.13, 3 until 5.19, 1 since 6.0, 2 since 6.10"),
	ROW("kernel.pcp.batch", KEY_COUNT, ALL, mm.pcp_batch, 1, 1 << 16, "release", "release",
	    "Pages that move at a time between per-CPU lists and buddy lists, before the rule; release: zone_batchsize()"),
	ROW("kernel.pcp.high", KEY_COUNT, ALL, mm.pcp_high, 1, 1 << 24, "release", "release",
	    "Pages on the per-CPU lists at which they overflow, with no tuning; release: as the rule says"),
	ROW("kernel.pcp.fraction", KEY_COUNT, ALL, mm.pcp_fraction, 8, 1 << 20, "default", "default",
	    "sysctl percpu_pagelist_fraction (until 5.13): this part of the zone on each CPU; default: 6 batches"),
	ROW("kernel.pcp.high_fraction", KEY_COUNT, ALL, mm.pcp_high_fraction, 8, 1 << 20, "default", "default",
	    "sysctl percpu_pagelist_high_fraction (since 5.14): this part of the zone on all CPUs of the node together; "
	    "default: the zone's low watermark"),
	ROW("kernel.pcp.batch_scale", KEY_COUNT, ALL, mm.pcp_batch_scale, 0, 6, "5", NULL,
	    "CONFIG_PCP_BATCH_SCALE_MAX, for rule auto: refills and overflows grow to at most batch << this"),
	CHOICE("kernel.pcp.free_high", ALL, mm.pcp_free_high, pcp_free_highs, NULL,
	       "Whether a CPU that goes on freeing blocks of order 1 to 3 empties its lists (since 5.18), or only after half "
	       "of high_min more (since 6.18)"),
	CHOICE("kernel.pcp.drain_order", ALL, mm.pcp_drain_order, pcp_drain_orders, NULL,
	       "How free_pcppages_bulk() picks lists: they take turns (until 5.17), or each is emptied before the next"),
	CHOICE("kernel.pcp.free_chunk", ALL, mm.pcp_free_chunk, pcp_free_chunks, NULL,
	       "What an overflow or a decay gives back in one hold of zone->lock: the whole, or a batch at a time (since 6.19)"),
	ROW("kernel.pcp.batch_cap", KEY_SIZE, ALL, mm.pcp_batch_cap, 4096, 1 << 30, NULL, NULL,
	    "Upper bound inside zone_batchsize(): 512KiB until 4.18, 1MiB since 4.19"),
	ROW("kernel.pcp.prefetch", KEY_COUNT, ALL, mm.pcp_prefetch, 0, 1, NULL, NULL,
	    "1: free_pcppages_bulk() prefetches buddies before it takes the lock (4.19 to 5.17)"),
	ROW("kernel.pcp.list_section", KEY_COUNT, LRU, mm.pcp_list_section, 1, 1 << 20, "all", "all",
	    "Pages that free_unref_page_list() frees inside one section of the guard; all: until the zone changes"),
	CHOICE("kernel.frag_bias", ALL, mm.frag_bias, frag_biases, NULL,
	       "Reference bias of a fresh page_frag_cache page: its size (until 4.20) or fixed (since 5.0)"),
	POLICY("kernel.bulk.api", ALL, mm.bulk, bulks, "none", "alloc_pages_bulk() and free_pages_bulk()"),
	ROW("kernel.bulk.list", KEY_COUNT, ALL, mm.bulk_list, 0, 1, "0", NULL,
	    "1: pages of a bulk call come on a list, 0: in an array"),
	ROW("kernel.bulk.skip_refcount", KEY_COUNT, ALL, mm.bulk_skip_refcount, 0, 1, "0", NULL,
	    "1: free_pages_bulk() frees pages whose reference was not dropped"),
	ROW("kernel.bulk.skip_checks", KEY_COUNT, ALL, mm.bulk_skip_checks, 0, 1, "0", NULL,
	    "1: bulk calls leave the safety checks of pages out"),
	ROW("kernel.bulk.skip_statistics", KEY_COUNT, ALL, mm.bulk_skip_statistics, 0, 1, "0", NULL,
	    "1: bulk calls leave event and NUMA counters out"),
	POLICY("kernel.page_frag.direction", ALL, mm.frag_direction, frag_directions, NULL,
	       "In which direction a page_frag_cache hands out its page"),
	ROW("kernel.page_frag.order", KEY_COUNT, ALL, mm.frag_order, 0, FRAG_ORDER_MAX, "3", NULL,
	    "Order of the blocks that fragments are cut from; a block of order 0 serves when there is none"),
	CHOICE("kernel.page_frag.exhausted", ALL, mm.frag_exhausted, frag_exhausted, "reuse",
	       "An exhausted page_frag_cache page whose fragments are all back: starts over, or is given back and replaced"),
	CHOICE("kernel.page_frag.pfmemalloc", ALL, mm.frag_pfmemalloc, frag_pfmemalloc, NULL,
	       "The same page when it came from the reserves: starts over, or is freed (by 5.12)"),
	CHOICE("kernel.page_frag.oversize", ALL, mm.frag_oversize, frag_oversize, NULL,
	       "A fragment of more than a page when only a single page is cached: begins in front of it (until 5.15.84), is refused (since 5.15.85), "
	       "or is refused as soon as the page is exhausted (since 6.13)"),
	ROW("kernel.lru.pagevec", KEY_COUNT, LRU, mm.pagevec, 1, PAGEVEC_MAX, NULL, NULL,
	    "Pages that a CPU collects before they go to the LRU lists under lru_lock"),
	POLICY("kernel.drain", SHORT, mm.drain, drains, NULL, "How drain_all_pages() empties the lists of all CPUs"),
	CHOICE("kernel.drain_chunk", SHORT, mm.drain_chunk, drain_chunks, "whole",
	       "How much of a zone's list it gives back in one section: all (until 6.8), or batch << kernel.pcp.batch_scale (by 6.11)"),
	ROW("kernel.reclaim.kswapd_cpu", KEY_COUNT, SHORT, mm.kswapd_cpu, 1, MACHINE_CPUS_MAX, "last", "last",
	    "Which of its node's CPUs that take part kswapd runs on, from 1"),
	ROW("kernel.lru.release_batch", KEY_COUNT, LRU, mm.release_batch, 1, RELEASE_PAGES_MAX, NULL, NULL,
	    "Pages that release_pages() takes off the LRU lists in one hold of lru_lock"),
	WORK("kernel.cost.alloc_pages", ALL, mm.cost_alloc_pages,
	     "__alloc_pages_nodemask and get_page_from_freelist, entry to exit"),
	WORK("kernel.cost.rmqueue_pcp", ALL, mm.cost_rmqueue_pcp, "Pop of one page from a per-CPU list"),
	WORK("kernel.cost.prep_new_page", ALL, mm.cost_prep_new_page, "prep_new_page, per order-0 page"),
	WORK("kernel.cost.free_pages", ALL, mm.cost_free_pages, "__free_pages and free_pages_prepare"),
	WORK("kernel.cost.free_pcp", ALL, mm.cost_free_pcp,
	     "free_unref_page_commit: push of one page on a per-CPU list"),
	WORK("kernel.cost.bulk_call", ALL, mm.cost_bulk_call, "rmqueue_bulk or free_pcppages_bulk, once per call"),
	WORK("kernel.cost.refill_page", ALL, mm.cost_refill_page, "rmqueue_bulk, per page, without __rmqueue_smallest"),
	WORK("kernel.cost.drain_page", ALL, mm.cost_drain_page,
	     "free_pcppages_bulk, per page, without __free_one_page"),
	WORK("kernel.cost.rmqueue", ALL, mm.cost_rmqueue, "__rmqueue_smallest: one block off the buddy lists"),
	WORK("kernel.cost.expand", ALL, mm.cost_expand, "expand, per split"),
	WORK("kernel.cost.free_one_page", ALL, mm.cost_free_one_page, "__free_one_page: one block on the buddy lists"),
	WORK("kernel.cost.merge", ALL, mm.cost_merge, "__free_one_page, per merge"),
	WORK("kernel.cost.free_pages_ok", ALL, mm.cost_free_pages_ok,
	     "__free_pages_ok, entry to exit, without the lock and the buddy"),
	WORK("kernel.cost.compound_page", ALL, mm.cost_compound_page,
	     "prep_compound_page and its checks, per tail page"),
	WORK("kernel.cost.bulk_alloc", ALL, mm.cost_bulk_alloc, "__alloc_pages_bulk, without the pages, where it does not fall back to one page"),
	WORK("kernel.cost.bulk_list", ALL, mm.cost_bulk_list, "Linking one page of a bulk call on the caller's list"),
	WORK("kernel.cost.page_checks", ALL, mm.cost_page_checks,
	     "Safety checks of one page: a part of prep_new_page and of free_pages"),
	WORK("kernel.cost.statistics", ALL, mm.cost_statistics,
	     "Event and NUMA counters: a part of bulk_alloc and of free_pages"),
	WORK("kernel.cost.refresh_zone", ALL, mm.cost_refresh_zone,
	     "refresh_cpu_vm_stats, per zone, without what it gives back"),
	WORK("kernel.cost.page_frag_alloc", ALL, mm.cost_page_frag_alloc, "page_frag_alloc from the cached page, without finding the offset"),
	WORK("kernel.cost.frag_top_down", ALL, mm.cost_frag_top_down, "page_frag_alloc: the next offset, top down"),
	WORK("kernel.cost.frag_bottom_up", ALL, mm.cost_frag_bottom_up, "page_frag_alloc: the next offset, bottom up"),
	CHOICE("kernel.slab.cpu_partial_counts", STACK, mm.slab_cpu_partial_counts, slab_counts, NULL,
	       "What bounds a CPU's list of partial slabs: free objects in them (until 5.15) or their number (since 5.16)"),
	ROW("kernel.slab.cpu_partial", KEY_COUNT, STACK, mm.slab_cpu_partial, 0, 1 << 16, NULL, NULL,
	    "Free objects or slabs on a CPU's list of partial slabs, of objects of 256 bytes, at which it is given to the node"),
	WORK("kernel.slab.cost.alloc", STACK, mm.cost_slab_alloc, "kmem_cache_alloc from the CPU's freelist"),
	WORK("kernel.slab.cost.free", STACK, mm.cost_slab_free, "kmem_cache_free to the CPU's freelist"),
	WORK("kernel.slab.cost.bulk_call", STACK, mm.cost_slab_bulk_call, "kmem_cache_alloc_bulk or kmem_cache_free_bulk, once per call"),
	WORK("kernel.slab.cost.bulk_object", STACK, mm.cost_slab_bulk_object,
	     "kmem_cache_alloc_bulk and kmem_cache_free_bulk, per object"),
	WORK("kernel.slab.cost.alloc_slow", STACK, mm.cost_slab_alloc_slow, "___slab_alloc, once per call"),
	WORK("kernel.slab.cost.free_slow", STACK, mm.cost_slab_free_slow, "__slab_free, once per call"),
	WORK("kernel.slab.cost.list", STACK, mm.cost_slab_list, "Per slab that goes on or off a node's partial list"),
	WORK("kernel.slab.cost.object", STACK, mm.cost_slab_object, "new_slab, per object that is set up"),
	WORK("kernel.cost.page_frag_free", ALL, mm.cost_page_frag_free, "page_frag_free, without freeing the page"),
	WORK("kernel.cost.lru_cache_add", LRU, mm.cost_lru_cache_add, "lru_cache_add: one page into the CPU's batch"),
	WORK("kernel.cost.pagevec_call", LRU, mm.cost_pagevec_call, "__pagevec_lru_add, once per batch"),
	WORK("kernel.cost.lru_add", LRU, mm.cost_lru_add, "One page on an LRU list, under lru_lock"),
	WORK("kernel.cost.lru_del", LRU, mm.cost_lru_del, "One page off an LRU list, under lru_lock"),
	WORK("kernel.cost.release_page", LRU, mm.cost_release_page,
	     "release_pages, per page, without reference count, LRU list and freeing"),
	WORK("kernel.cost.page_fault", FAULT, mm.cost_page_fault, "Page fault: exception entry to exit with handle_mm_fault"),
	WORK("kernel.cost.anonymous_page", FAULT, mm.cost_anonymous_page,
	     "do_anonymous_page, without allocation, clearing and LRU"),
	WORK("kernel.cost.drain_cpu", SHORT, mm.cost_drain_cpu, "drain_all_pages, per CPU that is looked at"),
	WORK("kernel.cost.slowpath", ALL, mm.cost_slowpath, "__alloc_pages_slowpath, without what it calls"),
	WORK("kernel.cost.direct_reclaim", SHORT, mm.cost_direct_reclaim, "try_to_free_pages, entry to exit, without the LRU lists"),
	WORK("kernel.cost.shrink_call", SHORT, mm.cost_shrink_call,
	     "shrink_inactive_list, or a pass of balance_pgdat, once per call"),
	WORK("kernel.cost.isolate_page", SHORT, mm.cost_isolate_page, "isolate_lru_pages, per page, under lru_lock"),
	WORK("kernel.cost.shrink_page", SHORT, mm.cost_shrink_page,
	     "shrink_page_list with __remove_mapping, per clean unmapped page, without freeing it"),
	WORK("kernel.cost.read_page", SHORT, mm.cost_read_page,
	     "Reading a page of a file from its device: page cache, readahead and block layer, without copying it"),
	WORK("kernel.cost.zap_page", FAULT, mm.cost_zap_page, "zap_pte_range, per page, without release_pages"),

	POLICY("kernel.sk_frag", SOCKET, net.sk_frag, sk_frags, "page_frag", "What the data of sockets is copied into"),
	POLICY("kernel.vhost_frag", VHOST, net.vhost_frag, vhost_frags, NULL, "Where vhost_net builds the packets of its guests"),
	POLICY("kernel.net.rx_heads", OFFERED, net.rx_heads, rx_heads, "page", "Where the heads of received packets lie"),
	ROW("kernel.net.rx_copy", KEY_SIZE, OFFERED, net.rx_copy, 64, 3072, "256B", NULL,
	    "rx_heads napi_frag: bytes of a packet that are copied into its head; of one that is no longer the driver keeps the buffer"),
	ROW("kernel.net.napi_small_kmalloc", KEY_COUNT, OFFERED, net.napi_small_kmalloc, 0, 1, NULL, NULL,
	    "rx_heads napi_frag: 1: heads of up to 1 KiB with what is around the data are from kmalloc (since 5.11)"),
	POLICY("kernel.net.rx_pages", NETWORK, net.rx_pages, rx_pages, NULL, "Where the driver gets receive pages"),
	ROW("kernel.net.mlx5_cache.size", KEY_COUNT, NETWORK, net.page_cache, 2, 1 << 20, NULL, NULL,
	    "rx_pages mlx5_cache: slots, of which one stays free"),
	CHOICE("kernel.net.mlx5_cache.behind", NETWORK, net.page_cache_behind, page_cache_behinds, NULL,
	       "rx_pages mlx5_cache: what it misses to; in front of a page_pool it takes no pages of other nodes"),
	CHOICE("kernel.net.page_flip", NETWORK, net.page_flip, page_flips, NULL,
	       "rx_pages page_flip: sole owner by the page's count (ixgbe) or by references taken ahead (i40e)"),
	POLICY("kernel.page_pool.refcount", NETWORK, net.page_pool.refcount, page_pool_refcounts, NULL,
	       "How a page that a user drops comes back to its page_pool"),
	POLICY("kernel.page_pool.refill", NETWORK, net.page_pool.refill, page_pool_refills, NULL,
	       "How a page_pool's array is refilled from its ring"),
	POLICY("kernel.page_pool.skb_recycle", NETWORK, net.page_pool.skb_recycle, page_pool_skb_recycles, NULL,
	       "Where the pages of packets go that the stack frees"),
	CHOICE("kernel.page_pool.slow", NETWORK, net.page_pool.slow, page_pool_slows, NULL,
	       "A page_pool that has run empty asks for one page, or for as many as a refill by alloc_pages_bulk"),
	ROW("kernel.page_pool.consumer_lock", KEY_COUNT, NETWORK, net.page_pool.consumer_lock, 0, 1, NULL, NULL,
	    "1: refills take the ring's consumer lock (until 5.16)"),
	ROW("kernel.page_pool.cache", KEY_COUNT, NETWORK, net.page_pool.cache, 2, 1 << 16, "128", NULL,
	    "Pages of a page_pool's array; a refill brings half of it"),
	ROW("kernel.page_pool.ring", KEY_COUNT, NETWORK, net.page_pool.ring, 1, 32768, "rx_ring", "rx_ring",
	    "Pages of a page_pool's ring; rx_ring: as many as descriptors of the RX queue"),
	ROW("kernel.page_pool.ring_batch", KEY_COUNT, STACK | RING, net.page_pool.ring_batch, 1, 1 << 15, NULL, NULL,
	    "Slots of the ring that its consumer clears at a time: 1 until 4.11, 16 since"),
	ROW("kernel.net.xdp_return_bulk", KEY_COUNT, XDP, net.xdp_return_bulk, 1, 16, NULL, NULL,
	    "Redirected frames that go back to a page_pool under one hold of its lock: 1 until 5.10, 16 since"),
	WORK("kernel.page_pool.cost.alloc", NETWORK, net.page_pool.cost_alloc, "page_pool_alloc_pages, a page of the array"),
	WORK("kernel.page_pool.cost.put", NETWORK, net.page_pool.cost_put, "page_pool_put_page: the tests"),
	WORK("kernel.page_pool.cost.recycle", NETWORK, net.page_pool.cost_recycle, "Push of a page on the array"),
	WORK("kernel.page_pool.cost.ring", NETWORK, net.page_pool.cost_ring,
	     "A page into the ring and out of it, without the locks"),
	WORK("kernel.page_pool.cost.slow", NETWORK, net.page_pool.cost_slow,
	     "__page_pool_alloc_pages_slow, per page, without the page allocator"),
	WORK("kernel.page_pool.cost.release", NETWORK, net.page_pool.cost_release,
	     "page_pool_release_page, without the atomic"),
	ROW("kernel.net.napi_weight", KEY_COUNT, NETWORK, net.napi_weight, 1, 65536, "64", NULL,
	    "Packets per NAPI poll"),
	ROW("kernel.net.netdev_budget", KEY_COUNT, STACK, net.netdev_budget, 1, 1 << 20, "300", NULL,
	    "Packets per softirq run"),
	ROW("kernel.net.netdev_budget_time", KEY_CYCLES, STACK, net.netdev_budget_time, 1, 1e12, NULL, NULL,
	    "Time limit of one softirq run"),
	ROW("kernel.net.softirq_time", KEY_CYCLES, STACK, net.softirq_time, 1, 1e12, "2ms", NULL,
	    "Time after which the softirq loop hands over to ksoftirqd"),
	ROW("kernel.net.softirq_restarts", KEY_COUNT, STACK, net.softirq_restarts, 1, 1000, "10", NULL,
	    "Rounds after which the softirq loop hands over to ksoftirqd"),
	ROW("kernel.net.ksoftirqd_first", KEY_COUNT, NETWORK, net.ksoftirqd_first, 0, 1, "1", NULL,
	    "1: while ksoftirqd can run, softirqs wait for it (until 6.4)"),
	ROW("kernel.net.tx_cq_budget", KEY_COUNT, NETWORK, net.tx_cq_budget, 1, 65536, "128", NULL,
	    "Completions per mlx5e_poll_tx_cq call"),
	ROW("kernel.net.frags_per_page", KEY_COUNT, NETWORK, net.frags_per_page, 1, 64, NULL, NULL,
	    "Receive buffers carved from one page"),
	ROW("kernel.net.rx_wqe_bulk", KEY_COUNT, NETWORK, net.rx_wqe_bulk, 1, 4096, NULL, NULL,
	    "Receive descriptors are refilled in multiples of this many packets"),
	ROW("kernel.net.rx_headroom", KEY_SIZE, NETWORK, net.rx_headroom, 0, PAGE_SIZE_BYTES, "384B", NULL,
	    "Of each receive buffer, what the frame cannot use: NET_SKB_PAD and struct skb_shared_info"),
	CHOICE("kernel.net.tx_queue", FORWARD, net.tx_queue, tx_queues, "rx_queue",
	       "TX queue of a forwarded packet: the number of its RX queue, or by flow hash"),
	CHOICE("kernel.skb.slab", STACK, net.skb_slab, skb_slabs, NULL,
	       "The sk_buff struct: none: its cost only; slub: an object of a slab cache"),
	CHOICE("kernel.skb.build", STACK, net.skb_build, skb_builds, NULL,
	       "Where the driver's build_skb takes the sk_buff struct: the slab, or the CPU's cache (mlx5 since 6.4)"),
	ROW("kernel.skb.cache.size", KEY_COUNT, STACK, net.skb_cache_size, 1, NAPI_SKB_CACHE_MAX, NULL, NULL,
	    "NAPI_SKB_CACHE_SIZE: sk_buff structs that a CPU keeps at most"),
	ROW("kernel.skb.cache.alloc", KEY_COUNT, STACK, net.skb_cache_alloc, 0, NAPI_SKB_CACHE_MAX, NULL, NULL,
	    "Structs taken from the slab at a time when it has none; 0: it feeds no allocation (until 5.11)"),
	ROW("kernel.skb.cache.free", KEY_COUNT, STACK, net.skb_cache_free, 1, NAPI_SKB_CACHE_MAX, NULL, NULL,
	    "Structs given back at a time when it is full"),
	ROW("kernel.skb.cache.flush", KEY_COUNT, STACK, net.skb_cache_flush, 0, 1, NULL, NULL,
	    "1: all are given back at the end of net_rx_action (until 5.11)"),
	POLICY("kernel.skb.defer", STACK, net.skb_defer, skb_defers, NULL, "Who leaves packets to the CPU that built them, to be freed there"),
	ROW("kernel.skb.defer_max", KEY_COUNT, STACK, net.skb_defer_max, 2, 1 << 20, "64", NULL,
	    "Packets that may be left to a CPU; half as many send it an interrupt (sysctl skb_defer_max)"),
	CHOICE("kernel.skb.defer_here", STACK, net.skb_defer_here, skb_builds, "slab",
	       "Where the sk_buff struct goes when such a packet is freed by its user: the slab, or the CPU's cache (since 6.10)"),
	ROW("kernel.net.gro_buckets", KEY_COUNT, TCP_SINK, net.gro_buckets, 1, GRO_HASH_BUCKETS, NULL, NULL,
	    "Lists of 8 packets each on which GRO lets flows wait for their next packet: 1 until 4.18, 8 since"),
	ROW("kernel.net.udp_reader_queue", KEY_COUNT, UDP_SINK, net.udp_reader_queue, 0, 1, NULL, NULL,
	    "1: a UDP reader takes over all that is queued in one hold of its lock (since 4.13)"),
	WORK("kernel.net.cost.irq_handler", NETWORK, net.cost_irq_handler, "NIC interrupt handler up to napi_schedule"),
	WORK("kernel.net.cost.net_rx_action", STACK, net.cost_net_rx_action, "net_rx_action, per softirq run"),
	WORK("kernel.net.cost.napi_poll", NETWORK, net.cost_napi_poll, "mlx5e_napi_poll, per poll"),
	WORK("kernel.net.cost.rx_cqe", NETWORK, net.cost_rx_cqe,
	     "mlx5e_poll_rx_cq and mlx5e_handle_rx_cqe, per packet"),
	WORK("kernel.net.cost.build_skb", STACK, net.cost_build_skb, "build_skb without the slab, per packet"),
	WORK("kernel.net.cost.alloc_skb", TCP_SINK, net.cost_alloc_skb, "__alloc_skb without the slabs, per packet of the stack's own"),
	WORK("kernel.net.cost.gro_merge", TCP_SINK, net.cost_gro_merge, "skb_gro_receive without the slab, per packet that is merged"),
	WORK("kernel.net.cost.gro_receive", NETWORK, net.cost_gro_receive, "napi_gro_receive, per packet"),
	WORK("kernel.net.cost.ip_rcv", NETWORK, net.cost_ip_rcv, "__netif_receive_skb_core and ip_rcv, per packet"),
	WORK("kernel.net.cost.route", NETWORK, net.cost_route, "ip_route_input and fib_table_lookup, per packet"),
	WORK("kernel.net.cost.local_deliver", SINK, net.cost_local_deliver, "ip_local_deliver, per packet"),
	WORK("kernel.net.cost.udp_rcv", UDP_SINK, net.cost_udp_rcv, "udp_rcv: look-up and checks, per packet"),
	WORK("kernel.net.cost.tcp_lookup", TCP_SINK, net.cost_tcp_lookup, "tcp_v4_rcv: look-up and checks, per packet after GRO"),
	WORK("kernel.net.cost.tcp_rcv", TCP_SINK, net.cost_tcp_rcv, "tcp_rcv_established, per packet after GRO"),
	WORK("kernel.net.cost.tcp_ack", TCP_SINK, net.cost_tcp_ack, "__tcp_send_ack to ip_output, without the packet"),
	WORK("kernel.net.cost.data_ready", SINK, net.cost_data_ready, "sock_def_readable, without waking anybody"),
	WORK("kernel.net.cost.recvmsg", SINK, net.cost_recvmsg, "System call recvmsg: entry to exit, without the protocol"),
	WORK("kernel.net.cost.udp_recvmsg", UDP_SINK, net.cost_udp_recvmsg,
	     "udp_recvmsg, per packet, without queue, copy and release"),
	WORK("kernel.net.cost.tcp_recvmsg", TCP_SINK, net.cost_tcp_recvmsg,
	     "tcp_recvmsg, per packet after GRO, without queue, copy and release"),
	WORK("kernel.net.cost.copy", SINK, net.cost_copy, "skb_copy_datagram_iter, per packet after GRO"),
	WORK("kernel.net.cost.sock_wait", SINK, net.cost_sock_wait, "To sleep on a socket and come back, without the switches"),
	WORK("kernel.net.cost.skb_defer", STACK, net.cost_skb_defer,
	     "skb_attempt_defer_free, without locks and locked operations"),
	WORK("kernel.net.cost.ip_forward", NETWORK, net.cost_ip_forward,
	     "ip_forward, ip_output and neighbour, per packet"),
	WORK("kernel.net.cost.dev_queue_xmit", STACK, net.cost_dev_queue_xmit,
	     "__dev_queue_xmit with the qdisc, per packet"),
	WORK("kernel.net.cost.xmit", NETWORK, net.cost_xmit, "mlx5e_xmit, per packet"),
	WORK("kernel.net.cost.doorbell", NETWORK, net.cost_doorbell, "Doorbell write to the NIC"),
	WORK("kernel.net.cost.tx_cqe", NETWORK, net.cost_tx_cqe, "mlx5e_poll_tx_cq, per packet"),
	WORK("kernel.net.cost.consume_skb", STACK, net.cost_consume_skb,
	     "napi_consume_skb or kfree_skb without the slab, per packet"),
	WORK("kernel.net.cost.skb_cache", STACK, net.cost_skb_cache, "napi_skb_cache_get or napi_skb_cache_put"),
	WORK("kernel.net.cost.release_data", STACK, net.cost_release_data,
	     "skb_release_data and skb_free_head, per packet"),
	WORK("kernel.net.cost.rx_wqe", NETWORK, net.cost_rx_wqe, "mlx5e_post_rx_wqes, per buffer"),
	WORK("kernel.net.cost.sendmsg", SOCKET, net.cost_sendmsg, "System call and tcp_sendmsg, per message"),
	WORK("kernel.net.cost.copy_kib", OFFERED | SOCKET | VHOST, net.cost_copy_kib, "Copying 1 KiB between user and kernel"),
	WORK("kernel.net.cost.tcp_skb", SOCKET, net.cost_tcp_skb, "sk_stream_alloc_skb and freeing it, per packet"),
	WORK("kernel.net.cost.tcp_xmit", SOCKET, net.cost_tcp_xmit, "tcp_write_xmit, __tcp_transmit_skb and IP, per packet"),
	WORK("kernel.net.cost.skb_frag", NETWORK, net.cost_skb_frag, "skb_release_data, per page fragment"),
	WORK("kernel.net.cost.skb_page_frag_refill", SOCKET | VHOST, net.cost_skb_page_frag_refill, "skb_page_frag_refill, when the page has room"),
	WORK("kernel.net.cost.ptr_ring", VHOST | RING, net.cost_ptr_ring, "__ptr_ring_produce or __ptr_ring_consume"),
	WORK("kernel.net.cost.vhost_tx", VHOST, net.cost_vhost_tx, "handle_tx and vhost_net_build_xdp, per packet, without fragment and copy"),
	WORK("kernel.net.cost.vhost_rx", VHOST, net.cost_vhost_rx, "handle_rx and tun_do_read, per packet, without copy and release"),
	WORK("kernel.net.cost.vhost_batch", VHOST, net.cost_vhost_batch, "tun_sendmsg, or the interrupt for a guest, per batch"),
	WORK("kernel.net.cost.bridge", VHOST, net.cost_bridge, "__netif_receive_skb_core and br_handle_frame to br_forward, per packet"),
	WORK("kernel.net.cost.tun_xmit", VHOST, net.cost_tun_xmit, "tun_net_xmit, per packet, without the ring"),
	WORK("kernel.net.cost.dma_map", NETWORK, net.cost_dma_map, "Mapping one page for the NIC"),
	WORK("kernel.net.cost.dma_unmap", NETWORK, net.cost_dma_unmap, "Unmapping one page"),
	WORK("kernel.net.cost.page_cache_get", NETWORK, net.cost_page_cache_get, "mlx5e_rx_cache_get, per page"),
	WORK("kernel.net.cost.page_cache_put", NETWORK, net.cost_page_cache_put, "mlx5e_rx_cache_put, per page"),
	WORK("kernel.net.cost.page_flip", NETWORK, net.cost_page_flip,
	     "Half pages: the reuse test and the turn to the other half, per packet"),
	WORK("kernel.net.cost.tc_ingress", TC_DROP, net.cost_tc_ingress,
	     "sch_handle_ingress with a classifier that drops, per packet"),
	WORK("kernel.net.cost.xdp_prog", XDP, net.cost_xdp_prog, "The XDP program, per packet"),
	WORK("kernel.net.cost.xdp_handle", XDP, net.cost_xdp_handle, "mlx5e_xdp_handle around the program, per packet"),
	WORK("kernel.net.cost.xdp_rx_wqe", XDP, net.cost_xdp_rx_wqe,
	     "mlx5e_post_rx_wqes, per buffer, with an XDP program: in place of rx_wqe"),
	WORK("kernel.net.cost.xdp_xmit", XDP, net.cost_xdp_xmit, "A frame on an XDP ring"),
	WORK("kernel.net.cost.xdp_cqe", XDP, net.cost_xdp_cqe, "mlx5e_poll_xdpsq_cq, per frame, without the page"),
	WORK("kernel.net.cost.xdp_redirect", XDP, net.cost_xdp_redirect,
	     "xdp_do_redirect: map look-up, frame, bulk queue, per packet"),
	{"kernel.net.lines_rx", KEY_COUNT, KEY_COST, XDP, AT(net.lines_rx), 0, 4096, NULL, NULL,
	 NULL, NULL, "Of lines_per_packet, what the driver alone touches"},
	{"kernel.net.lines_skb", KEY_COUNT, KEY_COST, TC_DROP, AT(net.lines_skb), 0, 4096, NULL, NULL,
	 NULL, NULL, "Of lines_per_packet, what driver and sk_buff take"},
	{"kernel.net.lines_per_packet", KEY_COUNT, KEY_COST, NETWORK, AT(net.lines_per_packet), 0, 4096, NULL, NULL,
	 NULL, NULL, "Cache lines that one packet's processing touches besides struct page"},

	MODEL("nic", NETWORK, nic.name, "Network card model: a name, or a path with a '/'"),
	ROW("nic.ports", KEY_COUNT, NETWORK, nic.ports, 1, NIC_PORTS_MAX, NULL, NULL, "Ports"),
	ROW("nic.line_rate", KEY_BIT_RATE, NETWORK, nic.line_rate, 1e6, 1e13, NULL, NULL, "Line rate per port"),
	ROW("nic.queues", KEY_COUNT, NETWORK, nic.queues, 1, 1024, "cpus", "cpus",
	    "Channels per port (an RX queue, a TX queue and a NAPI context each); cpus: one per CPU in use"),
	ROW("nic.rx_ring", KEY_COUNT, NETWORK, nic.rx_ring, 1, 1 << 16, NULL, NULL, "Descriptors per RX queue"),
	ROW("nic.tx_ring", KEY_COUNT, NETWORK, nic.tx_ring, 1, 1 << 16, NULL, NULL, "Descriptors per TX queue"),
	ROW("nic.rx_usecs", KEY_MICROS, NETWORK, nic.rx_usecs, 0, 1e6, NULL, NULL,
	    "RX interrupt moderation: time after the first completion"),
	ROW("nic.rx_frames", KEY_COUNT, NETWORK, nic.rx_frames, 1, 1 << 16, NULL, NULL,
	    "RX interrupt moderation: completions, if they come sooner"),
	ROW("nic.tx_usecs", KEY_MICROS, NETWORK, nic.tx_usecs, 0, 1e6, NULL, NULL,
	    "TX interrupt moderation: time after the first completion"),
	ROW("nic.tx_frames", KEY_COUNT, NETWORK, nic.tx_frames, 1, 1 << 16, NULL, NULL,
	    "TX interrupt moderation: completions, if they come sooner"),
	COST("nic.rx_latency", NETWORK, nic.rx_latency, "Last bit on the wire to completion entry visible"),
	COST("nic.tx_latency", NETWORK, nic.tx_latency,
	     "Doorbell to first bit on the wire, plus last bit to completion entry visible"),
	ROW("nic.overhead", KEY_SIZE, NETWORK, nic.overhead, 0, 1024, "20B", NULL,
	    "What a frame takes on the wire beyond its length with FCS: preamble and gap"),

	CHOICE("load.kind", ALL, load.kind, load_kinds, NULL,
	       "What asks for packets or pages; 'load: forward' is short for it"),
	ROW("load.cpus", KEY_COUNT, ALL, load.cpus, 1, MACHINE_CPUS_MAX, "all", "all",
	    "CPUs that take part, numbered from 0"),
	ROW("load.rate", KEY_LOAD_RATE, OFFERED | VHOST, load.rate_bps, 1, 1e13, "line", "line",
	    "Offered per port: bits of frames with FCS, or packets; line: as much as the wire carries; of vhost_net by each "
	    "guest; line: without a pause"),
	CHOICE("load.arrivals", OFFERED | VHOST, load.arrivals, arrival_kinds, "fixed", "How arrivals are spaced"),
	ROW("load.burst", KEY_COUNT, OFFERED | VHOST, load.burst, 1, 65536, "32", NULL,
	    "Packets per burst, with arrivals: bursts or trains"),
	ROW("load.flows", KEY_COUNT, OFFERED, load.flows, 1, 1 << 24, "1024", NULL,
	    "Flows per port; RSS spreads them over the queues"),
	ROW("load.packet_size", KEY_PACKETS, OFFERED | VHOST, load.packet_size, 64, 16384, "64B", NULL,
	    "Length with FCS: a size, imix, or sizes with weights: \"64B:7 570B:4 1518B:1\""),
	CHOICE("load.xdp", XDP, load.xdp, xdp_modes, "drop",
	       "What the XDP program does: drop; tx: back by the same port; redirect: out by the next port"),
	ROW("load.app_cpus", KEY_COUNT, SINK, load.app_cpus, 1, MACHINE_CPUS_MAX, "same", "same",
	    "CPUs of the application's own, the last of load.cpus; same: it shares those of the rings"),
	ROW("load.sockets", KEY_COUNT, SINK, load.sockets, 1, 65536, "1", NULL, "Sockets, each with a thread that reads; flows take turns"),
	ROW("load.rcvbuf", KEY_SIZE, SINK, load.rcvbuf, 4096, 1 << 30, "kernel", "kernel",
	    "Memory that packets on a socket may hold; kernel: 208KiB for UDP (rmem_default), 6MiB for TCP (the most of tcp_rmem)"),
	ROW("load.read_size", KEY_SIZE, TCP_SINK, load.read_size, 1, 1 << 30, "64KiB", NULL,
	    "What the application asks for at a time; packets are read whole"),
	ROW("load.outstanding", KEY_COUNT, TC_DROP | UDP_SINK, load.outstanding, 0, 1 << 20, "0", NULL,
	    "Packets of each queue that the stack holds before it lets go of the oldest"),
	CHOICE("load.pattern", BENCH, load.pattern, bench_patterns, "single",
	       "single: one page over and over; bulk: n allocated, then freed; bulk_api: the same by one call each; remote: freed by the "
	       "next CPU; frag: page fragments"),
	ROW("load.order", KEY_COUNT, BENCH, load.order, 0, 10, "0", NULL,
	    "Order of the pages: 2^order base pages each"),
	ROW("load.pages", KEY_COUNT, BENCH, load.pages, 1, 1 << 20, "64", NULL, "n of all patterns but single"),
	ROW("load.region", KEY_SIZE, FAULT, load.region, PAGE_SIZE_BYTES, 0x1p40, "128MiB", NULL,
	    "Anonymous memory that each CPU's task touches and unmaps, over and over"),
	ROW("load.readers", KEY_COUNT, NETWORK, load.readers, 0, MACHINE_CPUS_MAX, "none", "none",
	    "In the background, CPUs 0 to this less one also run a task that reads files larger than memory"),
	{"load.read_think", KEY_CYCLES, KEY_CORE, SHORT, AT(load.read_think), 0, 1e12, "0cy", NULL, NULL,
	 NULL, "Other work of such a task between two pages"},
	ROW("load.fill", KEY_PERCENT, SHORT, load.fill, 0, 100, "100%", NULL,
	    "How much of the memory above its high watermark is page cache when the run starts"),
	ROW("load.isolated", KEY_COUNT, ISOLATED, load.isolated, 1, MACHINE_CPUS_MAX, "1", NULL,
	    "CPUs that are left to one task each: the last of those that take part"),
	ROW("load.isolated_pages", KEY_COUNT, ISOLATED, load.isolated_pages, 0, 1 << 16, "64", NULL,
	    "Pages that such a task allocates and frees when it calls the kernel, and has before the run"),
	ROW("load.isolated_period", KEY_CYCLES, ISOLATED, load.isolated_period, 1, 1e15, "1ms", NULL,
	    "Its own work between two such calls"),
	ROW("load.frag_size", KEY_SIZE, BENCH, load.frag_size, 32, PAGE_SIZE_BYTES, "2KiB", NULL,
	    "Fragment size of the pattern frag"),
	{"load.think", KEY_CYCLES, KEY_CORE, BENCH | SOCKET | RING, AT(load.think), 0, 1e12, "0cy", NULL, NULL,
	 NULL, "Other work between operations; of socket_tx and frag_ring its mean"},
	ROW("load.trace", KEY_FILE, REPLAY, load.trace, 0, 0, NULL, NULL, "Native trace made by 'hotzone import'"),
	CHOICE("load.free_by", REPLAY, load.free_by, replay_frees, "page",
	       "How pages go back: page: __free_pages; page_frag: as fragments, which a trace cannot tell apart"),
	ROW("load.think_scale", KEY_NUMBER, REPLAY, load.think_scale, 0, 1e6, "1", NULL,
	    "Recorded gaps are multiplied by this"),

	ROW("load.message", KEY_PACKETS, SOCKET | RING, load.message, 1, 1 << 20, "16KiB", NULL,
	    "Sizes of messages, as those of packets: \"1KiB:4 16KiB:2 64KiB:1\"; of frag_ring, of fragments"),
	ROW("load.connections", KEY_COUNT, SOCKET, load.connections, 1, 4096, "8", NULL,
	    "TCP connections per CPU; each message goes to one of them at random"),
	ROW("load.sndbuf", KEY_SIZE, SOCKET, load.sndbuf, 4096, 1 << 30, "256KiB", NULL, "Send buffer per socket: bytes written and not yet sent"),
	ROW("load.frag_align", KEY_SIZE, RING, load.frag_align, 1, PAGE_SIZE_BYTES, "1B", NULL, "Alignment of fragments, a power of two"),
	CHOICE("load.frag_owner", SOCKET, load.frag_owner, frag_owners, "task",
	       "Whose page fragment data is copied into: the task's (an ordinary application) or each socket's (a socket of the kernel itself)"),

	/* A replay is as long as its recording. */
	ROW("run.duration", KEY_CYCLES, ALL & ~REPLAY, run.duration, 1000, 1e15, "10ms", NULL, "Simulated time"),
	ROW("run.windows", KEY_COUNT, ALL, run.windows, 4, 100000, "50", NULL,
	    "Equal parts of the run, for finding the end of the start-up transient"),
	SINGLE("run.seed", KEY_COUNT, ALL, run.seed, 0, 0, "1", "Master seed, the same for every point and policy"),
};

const size_t keys_count = HZ_ARRAY_SIZE(keys);
