/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key table's policies: every value of every family, in the order in which help lists them. To add a value, write its file, name it
 * here, and test it. */
#ifndef HZ_PLAN_POLICIES_H
#define HZ_PLAN_POLICIES_H

/* X(struct of the family, the value's object) */
#define BULKS(X) \
	X(bulk, bulk_none) \
	X(bulk, bulk_rfc_v1) \
	X(bulk, bulk_rfc_v2) \
	X(bulk, bulk_merged_5_13) \
	X(bulk, bulk_merged)
#define LOCK_KINDS(X) \
	X(lock_kind, lock_qspinlock) \
	X(lock_kind, lock_cna) \
	X(lock_kind, lock_ticket) \
	X(lock_kind, lock_test_and_set)
#define PCP_GUARDS(X) \
	X(pcp_guard, pcp_guard_irqsave) \
	X(pcp_guard, pcp_guard_preempt) \
	X(pcp_guard, pcp_guard_local_lock) \
	X(pcp_guard, pcp_guard_local_trylock) \
	X(pcp_guard, pcp_guard_trylock_irqsave) \
	X(pcp_guard, pcp_guard_trylock)
#define DRAINS(X) \
	X(drain, drain_ipi) \
	X(drain, drain_workqueue) \
	X(drain, drain_remote) \
	X(drain, drain_remote_local_lock)
#define PCP_RULES(X) \
	X(pcp_rule, pcp_rule_fixed) \
	X(pcp_rule, pcp_rule_free_factor) \
	X(pcp_rule, pcp_rule_auto)
#define FRAG_DIRECTIONS(X) \
	X(frag_direction, frag_direction_top_down) \
	X(frag_direction, frag_direction_bottom_up)
#define FRAG_RELEASES(X) \
	X(frag_release, frag_release_buddy) \
	X(frag_release, frag_release_pcp)
#define SK_FRAGS(X) \
	X(sk_frag, sk_frag_page_frag) \
	X(sk_frag, sk_frag_page_frag_cache)
#define VHOST_FRAGS(X) \
	X(vhost_frag, vhost_frag_sk_page_frag) \
	X(vhost_frag, vhost_frag_own) \
	X(vhost_frag, vhost_frag_page_frag_cache)
#define RX_HEADS(X) \
	X(rx_heads, rx_heads_page) \
	X(rx_heads, rx_heads_napi_frag)
#define RX_PAGES(X) \
	X(rx_pages, rx_pages_page_alloc) \
	X(rx_pages, rx_pages_mlx5_cache) \
	X(rx_pages, rx_pages_page_pool) \
	X(rx_pages, rx_pages_page_flip) \
	X(rx_pages, rx_pages_page_frag)
#define SKB_DEFERS(X) \
	X(skb_defer, skb_defer_none) \
	X(skb_defer, skb_defer_tcp) \
	X(skb_defer, skb_defer_all)
#define PAGE_POOL_REFCOUNTS(X) \
	X(page_pool_refcount, page_pool_refcount_one) \
	X(page_pool_refcount, page_pool_refcount_zero) \
	X(page_pool_refcount, page_pool_refcount_sole) \
	X(page_pool_refcount, page_pool_refcount_fragments)
#define PAGE_POOL_REFILLS(X) \
	X(page_pool_refill, page_pool_refill_rfc) \
	X(page_pool_refill, page_pool_refill_empty_ring_first) \
	X(page_pool_refill, page_pool_refill_batch) \
	X(page_pool_refill, page_pool_refill_numa_batch)
#define PAGE_POOL_SKB_RECYCLES(X) \
	X(page_pool_skb_recycle, page_pool_skb_recycle_none) \
	X(page_pool_skb_recycle, page_pool_skb_recycle_ring) \
	X(page_pool_skb_recycle, page_pool_skb_recycle_napi_safe) \
	X(page_pool_skb_recycle, page_pool_skb_recycle_softirq) \
	X(page_pool_skb_recycle, page_pool_skb_recycle_pool)

#define POLICY_DECLARE(family, value) extern const struct family value;
/* The pointer in a list of policies; `policy` is every family's first member. */
#define POLICY_LISTED(family, value) (const struct policy *)&value,

BULKS(POLICY_DECLARE)
LOCK_KINDS(POLICY_DECLARE)
PCP_GUARDS(POLICY_DECLARE)
DRAINS(POLICY_DECLARE)
FRAG_DIRECTIONS(POLICY_DECLARE)
PCP_RULES(POLICY_DECLARE)
FRAG_RELEASES(POLICY_DECLARE)
SK_FRAGS(POLICY_DECLARE)
VHOST_FRAGS(POLICY_DECLARE)
RX_HEADS(POLICY_DECLARE)
RX_PAGES(POLICY_DECLARE)
SKB_DEFERS(POLICY_DECLARE)
PAGE_POOL_REFCOUNTS(POLICY_DECLARE)
PAGE_POOL_REFILLS(POLICY_DECLARE)
PAGE_POOL_SKB_RECYCLES(POLICY_DECLARE)

#endif
