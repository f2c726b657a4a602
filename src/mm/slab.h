/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cache of objects of one size, as SLUB keeps them (kmem_cache @4.10 to 6.18). Each CPU has an active slab whose free objects only it takes;
 * an object that goes back to any other slab is put on that slab's own freelist by a cmpxchg on its struct page, whose line moves. Slabs
 * that are partly free wait on the lists of the CPU that freed into them first, and beyond a limit on the node's, under its list_lock. */
#ifndef HZ_MM_SLAB_H
#define HZ_MM_SLAB_H

#include "hw/lock.h"
#include "mm/memory.h"

/* Lines of an object whose way between CPUs is followed: the one that begins it (list links, the free object's pointer), and the one that its
 * users look at last. Those between are streamed in the shadow of these. */
#define SLAB_OBJECT_LINES 2

struct slab;

struct slab_object {
	struct line line[SLAB_OBJECT_LINES];
	struct slab_object *next; /* on the freelist it is on */
	struct slab *slab;
	bool in_use;
};

struct slab {
	struct page *page;             /* first of its block; its line is what a cmpxchg on the freelist moves */
	struct slab_object *freelist;  /* page->freelist: objects that were freed to the slab and that no CPU has taken over */
	uint32_t inuse;                /* page->inuse: objects that are not on `freelist` */
	bool frozen;                   /* belongs to a CPU: its active slab or on its partial list */
	uint32_t node;                 /* of its memory */
	struct slab *next, *prev;      /* on a partial list */
	uint32_t slabs, free_objects;  /* on a CPU's partial list when this was put at its head, this included */
	struct slab *all_next, *all_prev;
	struct slab_object object[];   /* [objects of the cache] */
};

struct kmem_cache_cpu {
	struct slab_object *freelist;  /* free objects of the active slab that only this CPU takes */
	struct slab *slab;             /* the active slab, or NULL */
	struct slab *partial;          /* frozen slabs in store, through `next` */
	struct line line;
};

struct kmem_cache_node {
	struct lock list_lock;
	struct slab *first, *last;     /* partial slabs that belong to no CPU */
	uint32_t nr_partial;
	struct line line;
};

/* Since the clock started. */
struct kmem_cache_counts {
	uint64_t allocs, frees;            /* objects */
	uint64_t bulk_allocs, bulk_frees;  /* calls */
	uint64_t slow_allocs, slow_frees;  /* beyond the active slab: calls of ___slab_alloc and __slab_free */
	uint64_t unfreezes;                /* a CPU's partial list given to the nodes */
	uint64_t new_slabs, discarded_slabs;
};

struct kmem_cache {
	struct memory *mm;
	uint32_t size;                 /* bytes of an object */
	unsigned order;                /* pages of a slab */
	uint32_t objects;              /* per slab */
	uint32_t min_partial;          /* slabs that a node keeps although they are empty */
	struct kmem_cache_cpu *cpu;    /* [cpus] */
	struct kmem_cache_node *node;  /* [nodes] */
	struct slab *slabs;            /* all */
	uint64_t in_use;               /* objects handed out and not yet freed */
	struct kmem_cache_counts counts;
};

/* `size` bytes per object, 32 to PAGE_SIZE_BYTES; the name is that of its lock class. */
void kmem_cache_init(struct kmem_cache *s, struct memory *mm, const char *name, uint32_t size);
void kmem_cache_fini(struct kmem_cache *s);

/* One object from this CPU's active slab, or NULL when memory is out. */
struct slab_object *kmem_cache_alloc(struct cpu *cpu, struct kmem_cache *s);
/* Any object of the cache, on any CPU. Freeing what is not in use ends the run with a report. */
void kmem_cache_free(struct cpu *cpu, struct kmem_cache *s, struct slab_object *object);

/* All n, or 0 when memory is out. */
uint32_t kmem_cache_alloc_bulk(struct cpu *cpu, struct kmem_cache *s, uint32_t n, struct slab_object **array);
/* Objects of one slab that lie near each other in the array go back with one cmpxchg. The array is scratch afterwards. */
void kmem_cache_free_bulk(struct cpu *cpu, struct kmem_cache *s, uint32_t n, struct slab_object **array);

/* Its user works with an object: bring all its lines. */
void slab_object_touch(struct cpu *cpu, struct slab_object *object);

/* Walk every slab and list. 0, or HZ_RUN_FAILED with what does not add up. */
int kmem_cache_check(const struct kmem_cache *s, struct error *e);

#endif
