/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists of pages in use, per node, and the per-CPU batches in which pages come to them (mm/swap.c). Page cache and anonymous memory are on
 * them; what drivers and the network stack hold is not. */
#ifndef HZ_MM_LRU_H
#define HZ_MM_LRU_H

#include "mm/memory.h"

#define SWAP_CLUSTER_MAX 32u  /* pages that reclaim and the freeing of pages handle under one hold of lru_lock */
#define PAGEVEC_MAX 64u       /* most that kernel.lru.pagevec can be */

/* The lists of one node. */
struct lruvec {
	struct page_list list[LRU_LISTS];
	struct line line;      /* list heads */
	struct lock lock;      /* pgdat->lru_lock from 4.8, lruvec->lru_lock from 5.11: one per node either way, since there is one memory cgroup */
	uint64_t isolated;     /* NR_ISOLATED_FILE: taken off for reclaim, neither freed nor put back yet */
};

/* Pages of one CPU on their way to the lists; each has a reference of its own. */
struct pagevec {
	uint32_t nr;
	struct page *page[PAGEVEC_MAX];
	uint8_t list[PAGEVEC_MAX];
};

struct lru {
	struct lruvec *node;   /* [nodes] */
	struct pagevec *add;   /* [cpus] */
	uint64_t cached;       /* file pages that the page cache has: each holds a reference */
};

/* Lists for a memory that has none yet: by what makes page cache or anonymous memory, before the run. */
void lru_init(struct memory *mm, uint64_t seed, uint32_t repetition);
void lru_fini(struct memory *mm);

/* A page of order 0 in use goes to the list of its node, by this CPU's batch; a full batch goes on under one hold of lru_lock per node. By
 * a task. */
void lru_cache_add(struct cpu *cpu, struct memory *mm, struct page *page, enum lru_list list);

/* The batch goes on as it is. */
void lru_add_drain(struct cpu *cpu, struct memory *mm);

/* Drop a reference of each page; those that it was the last of leave their list and are freed. At most RELEASE_PAGES_MAX pages. */
#define RELEASE_PAGES_MAX 512u
void release_pages(struct cpu *cpu, struct memory *mm, struct page *const *page, uint32_t nr);

/* Under lru_lock: a page leaves or joins (at the young end) a list, with what that touches. */
void del_page_from_lru_list(struct cpu *cpu, struct memory *mm, struct page *page);
void add_page_to_lru_list(struct cpu *cpu, struct memory *mm, struct page *page, enum lru_list list);

static inline struct lruvec *page_lruvec(struct memory *mm, const struct page *page)
{
	return &mm->lru->node[page_to_nid(mm, page)];
}

/* Pages of this kind on lists and in batches. */
uint64_t lru_pages(const struct memory *mm, enum lru_list list);

/* Every list whole, and the page cache on lists, in batches or isolated. 0, or HZ_RUN_FAILED. */
int lru_check(struct memory *mm, struct error *e);

#endif
