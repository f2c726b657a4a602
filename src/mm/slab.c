/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/slab.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw/irq.h"
#include "mm/page_alloc.h"

KFUNC(kmem_cache_alloc);
KFUNC(kmem_cache_alloc_bulk);
KFUNC(___slab_alloc);
KFUNC(get_partial_node);
KFUNC(new_slab);
KFUNC(kmem_cache_free);
KFUNC(kmem_cache_free_bulk);
KFUNC(__slab_free);
KFUNC(unfreeze_partials);

#define ORDER_MOST 3    /* slub_max_order: PAGE_ALLOC_COSTLY_ORDER */
#define LOOKAHEAD 3     /* objects of other slabs after which build_detached_freelist gives up */

static uint32_t fls(uint32_t n)
{
	uint32_t bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

/* calculate_order(): the smallest slab that holds enough objects for the machine's CPUs and wastes at most a sixteenth. */
static unsigned calculate_order(uint32_t size, uint32_t cpus)
{
	uint32_t enough = 4 * (fls(cpus) + 1);
	unsigned order = 0;

	for (; order < ORDER_MOST; order++) {
		uint32_t bytes = PAGE_SIZE_BYTES << order;

		if (bytes / size >= enough && bytes % size <= bytes / 16)
			break;
	}
	return order;
}

/* set_min_partial(ilog2(size) / 2): 5 to 10. */
static uint32_t min_partial(uint32_t size)
{
	uint32_t slabs = (fls(size) - 1) / 2;

	return slabs < 5 ? 5 : slabs > 10 ? 10 : slabs;
}

void kmem_cache_init(struct kmem_cache *s, struct memory *mm, const char *name, uint32_t size)
{
	struct hw *hw = mm->hw;
	char label[48];

	*s = (struct kmem_cache){.mm = mm, .size = size};
	s->order = calculate_order(size, machine_cpus(hw->machine));
	s->objects = (PAGE_SIZE_BYTES << s->order) / size;
	s->min_partial = min_partial(size);
	s->cpu = xcalloc(hw->cpus, sizeof *s->cpu);
	s->node = xcalloc(hw->machine->sockets, sizeof *s->node);
	for (uint32_t i = 0; i < hw->machine->sockets; i++) {
		snprintf(label, sizeof label, "n->list_lock (%s, node %u)", name, i);
		lock_init(&s->node[i].list_lock, lock_class_new(hw, &lock_qspinlock, label, NULL), hw);
	}
}

void kmem_cache_fini(struct kmem_cache *s)
{
	struct slab *next;

	if (!s->mm)
		return;
	for (struct slab *slab = s->slabs; slab; slab = next) {
		next = slab->all_next;
		free(slab);
	}
	for (uint32_t i = 0; i < s->mm->hw->machine->sockets; i++)
		lock_fini(&s->node[i].list_lock);
	free(s->node);
	free(s->cpu);
}

static struct kmem_cache_cpu *this_cpu(const struct kmem_cache *s, const struct cpu *cpu)
{
	return &s->cpu[cpu->number];
}

static void touch_object(struct cpu *cpu, struct slab_object *object, unsigned line)
{
	cpu_touch(cpu, &object->line[line], object->slab->node);
}

void slab_object_touch(struct cpu *cpu, struct slab_object *object)
{
	for (unsigned i = 0; i < SLAB_OBJECT_LINES; i++)
		touch_object(cpu, object, i);
}

/* A locked cmpxchg_double of page->freelist and its counters: whoever comes has to bring the line first. */
static void cmpxchg_slab(struct cpu *cpu, struct memory *mm, struct slab *slab)
{
	page_touch(cpu, mm, slab->page);
	cpu_operate(cpu, cpu->hw->machine->atomic);
}

/* The node's list. Under its lock. */
static void add_partial(struct kmem_cache_node *n, struct slab *slab)
{
	slab->next = NULL;
	slab->prev = n->last;
	if (n->last)
		n->last->next = slab;
	else
		n->first = slab;
	n->last = slab;
	n->nr_partial++;
}

static void remove_partial(struct kmem_cache_node *n, struct slab *slab)
{
	if (slab->prev)
		slab->prev->next = slab->next;
	else
		n->first = slab->next;
	if (slab->next)
		slab->next->prev = slab->prev;
	else
		n->last = slab->prev;
	n->nr_partial--;
}

static void discard_slab(struct cpu *cpu, struct kmem_cache *s, struct slab *slab)
{
	struct page *page = slab->page;

	if (slab->all_prev)
		slab->all_prev->all_next = slab->all_next;
	else
		s->slabs = slab->all_next;
	if (slab->all_next)
		slab->all_next->all_prev = slab->all_prev;
	s->counts.discarded_slabs++;
	free(slab);
	__free_pages(cpu, s->mm, page, s->order);
}

/* A CPU's partial slabs go to their nodes; empty ones that the nodes need not keep go to the page allocator. */
static void unfreeze_partials(struct cpu *cpu, struct kmem_cache *s, struct slab *list)
{
	struct kmem_cache_node *n = NULL;
	struct slab *discard = NULL, *next;

	cpu_enter(cpu, &fn_unfreeze_partials);
	local_irq_save(cpu);
	s->counts.unfreezes++;
	for (; list; list = next) {
		struct slab *slab = list;

		next = slab->next;
		if (n != &s->node[slab->node]) {
			if (n)
				spin_unlock(cpu, &n->list_lock);
			n = &s->node[slab->node];
			spin_lock(cpu, &n->list_lock);
		}
		cpu_work(cpu, s->mm->params->cost_slab_list);
		cmpxchg_slab(cpu, s->mm, slab);
		slab->frozen = false;
		if (!slab->inuse && n->nr_partial >= s->min_partial) {
			slab->next = discard;
			discard = slab;
		} else {
			add_partial(n, slab);
		}
	}
	if (n)
		spin_unlock(cpu, &n->list_lock);
	local_irq_restore(cpu);
	for (; discard; discard = next) {
		next = discard->next;
		discard_slab(cpu, s, discard);
	}
	cpu_leave(cpu);
}

/* Whether the CPU's partial list is full before another slab comes: by free objects until 5.15, by slabs since 5.16. */
static bool store_is_full(const struct mm_params *p, const struct slab *store)
{
	return store && (p->slab_cpu_partial_counts == SLAB_COUNTS_OBJECTS ? store->free_objects > p->slab_cpu_partial
									   : store->slabs >= p->slab_cpu_partial);
}

/* A frozen slab is put in store. With `drain`, a full store is given to the nodes first. */
static void put_cpu_partial(struct cpu *cpu, struct kmem_cache *s, struct slab *slab, bool drain)
{
	struct kmem_cache_cpu *c = this_cpu(s, cpu);
	struct slab *store = c->partial, *full = NULL;

	if (drain && store_is_full(s->mm->params, store)) {
		full = store;
		store = NULL;
	}
	slab->next = store;
	slab->slabs = (store ? store->slabs : 0) + 1;
	slab->free_objects = (store ? store->free_objects : 0) + s->objects - slab->inuse;
	c->partial = slab;
	if (full)
		unfreeze_partials(cpu, s, full);
}

/* The slab's own freelist becomes the CPU's: what others freed to it meanwhile. NULL when there is nothing: the slab is then nobody's. */
static struct slab_object *take_freelist(struct kmem_cache *s, struct slab *slab)
{
	struct slab_object *list = slab->freelist;

	slab->freelist = NULL;
	slab->inuse = s->objects;
	slab->frozen = list != NULL;
	return list;
}

/* Slabs from the node's list: the first becomes active, others go in store until that is half full. */
static struct slab_object *get_partial_node(struct cpu *cpu, struct kmem_cache *s, struct kmem_cache_node *n)
{
	const struct mm_params *p = s->mm->params;
	struct kmem_cache_cpu *c = this_cpu(s, cpu);
	struct slab_object *list = NULL;
	uint32_t taken = 0;

	cpu_line_up(cpu, n->list_lock.class->id);
	cpu_read(cpu, &n->line, cpu->socket);
	if (!n->nr_partial)
		return NULL;
	cpu_enter(cpu, &fn_get_partial_node);
	spin_lock(cpu, &n->list_lock);
	cpu_touch(cpu, &n->line, cpu->socket);
	for (struct slab *slab = n->first, *next; slab; slab = next) {
		next = slab->next;
		cpu_work(cpu, p->cost_slab_list);
		cmpxchg_slab(cpu, s->mm, slab);
		remove_partial(n, slab);
		slab->frozen = true;
		if (p->slab_cpu_partial_counts == SLAB_COUNTS_OBJECTS)
			taken += s->objects - slab->inuse;
		else
			taken += list != NULL;
		if (!list) {
			list = take_freelist(s, slab);
			c->slab = slab;
		} else {
			put_cpu_partial(cpu, s, slab, false);
		}
		if (taken > p->slab_cpu_partial / 2)
			break;
	}
	spin_unlock(cpu, &n->list_lock);
	cpu_leave(cpu);
	return list;
}

/* The own node's list first, then those of nodes that have more than they would keep. */
static struct slab_object *get_partial(struct cpu *cpu, struct kmem_cache *s)
{
	uint32_t nodes = cpu->hw->machine->sockets;
	struct slab_object *list = get_partial_node(cpu, s, &s->node[cpu->socket]);

	for (uint32_t i = 1; i < nodes && !list; i++) {
		struct kmem_cache_node *n = &s->node[(cpu->socket + i) % nodes];

		if (n->nr_partial > s->min_partial)
			list = get_partial_node(cpu, s, n);
	}
	return list;
}

static struct slab_object *new_slab(struct cpu *cpu, struct kmem_cache *s)
{
	struct kmem_cache_cpu *c = this_cpu(s, cpu);
	struct page *page;
	struct slab *slab;

	cpu_enter(cpu, &fn_new_slab);
	page = alloc_pages(cpu, s->mm, s->order, MIGRATE_UNMOVABLE);
	if (!page) {
		cpu_leave(cpu);
		return NULL;
	}
	slab = xcalloc(1, sizeof *slab + s->objects * sizeof *slab->object);
	slab->page = page;
	slab->node = page_zone(s->mm, page)->node;
	slab->frozen = true;
	slab->inuse = s->objects;
	for (uint32_t i = 0; i < s->objects; i++) {
		slab->object[i].slab = slab;
		slab->object[i].next = i + 1 < s->objects ? &slab->object[i + 1] : NULL;
		cpu_work(cpu, s->mm->params->cost_slab_object);
		touch_object(cpu, &slab->object[i], 0);
	}
	slab->all_next = s->slabs;
	if (s->slabs)
		s->slabs->all_prev = slab;
	s->slabs = slab;
	s->counts.new_slabs++;
	c->slab = slab;
	cpu_leave(cpu);
	return slab->object;
}

/* The active slab has no free object left for this CPU: what others freed to it, the next slab in store, the node's, a new one. */
static struct slab_object *slab_alloc_slow(struct cpu *cpu, struct kmem_cache *s)
{
	struct kmem_cache_cpu *c = this_cpu(s, cpu);
	struct slab_object *list = NULL;

	cpu_enter(cpu, &fn____slab_alloc);
	local_irq_save(cpu);
	cpu_work(cpu, s->mm->params->cost_slab_alloc_slow);
	s->counts.slow_allocs++;
	while (!list && (c->slab || c->partial)) {
		if (!c->slab) {
			c->slab = c->partial;
			c->partial = c->slab->next;
		}
		cpu_line_up(cpu, s->node[c->slab->node].list_lock.class->id);
		cmpxchg_slab(cpu, s->mm, c->slab);
		list = take_freelist(s, c->slab);
		if (!list)
			c->slab = NULL;
	}
	if (!list)
		list = get_partial(cpu, s);
	if (!list)
		list = new_slab(cpu, s);
	c->freelist = list ? list->next : NULL;
	local_irq_restore(cpu);
	cpu_leave(cpu);
	return list;
}

static struct slab_object *hand_out(struct kmem_cache *s, struct slab_object *object)
{
	object->in_use = true;
	s->in_use++;
	s->counts.allocs++;
	return object;
}

struct slab_object *kmem_cache_alloc(struct cpu *cpu, struct kmem_cache *s)
{
	struct kmem_cache_cpu *c = this_cpu(s, cpu);
	struct slab_object *object;

	cpu_enter(cpu, &fn_kmem_cache_alloc);
	cpu_work(cpu, s->mm->params->cost_slab_alloc);
	cpu_touch(cpu, &c->line, cpu->socket);
	/* From the look at the freelist to the new one nothing is charged: no interrupt comes between, as with this_cpu_cmpxchg_double. */
	object = c->freelist;
	if (object)
		c->freelist = object->next;
	else
		object = slab_alloc_slow(cpu, s);
	if (object) {
		hand_out(s, object);
		touch_object(cpu, object, 0);
		/* prefetch_freepointer(): the next object's line comes while this one is worked on. */
		if (c->freelist)
			line_access(cpu, &c->freelist->line[0], c->slab->node);
	}
	cpu_leave(cpu);
	return object;
}

uint32_t kmem_cache_alloc_bulk(struct cpu *cpu, struct kmem_cache *s, uint32_t n, struct slab_object **array)
{
	struct kmem_cache_cpu *c = this_cpu(s, cpu);
	uint32_t got = 0;

	cpu_enter(cpu, &fn_kmem_cache_alloc_bulk);
	cpu_work(cpu, s->mm->params->cost_slab_bulk_call);
	cpu_touch(cpu, &c->line, cpu->socket);
	s->counts.bulk_allocs++;
	while (got < n) {
		struct slab_object *object = c->freelist;

		if (object)
			c->freelist = object->next;
		else
			object = slab_alloc_slow(cpu, s);
		if (!object)
			break;
		array[got++] = hand_out(s, object);
		touch_object(cpu, object, 0);
		cpu_work(cpu, s->mm->params->cost_slab_bulk_object);
	}
	if (got < n) {
		kmem_cache_free_bulk(cpu, s, got, array);
		got = 0;
	}
	cpu_leave(cpu);
	return got;
}

/* n objects, chained from head to tail, back to a slab that is not this CPU's active one. */
static void slab_free_slow(struct cpu *cpu, struct kmem_cache *s, struct slab *slab, struct slab_object *head, struct slab_object *tail,
			   uint32_t n)
{
	struct kmem_cache_node *node = &s->node[slab->node];
	struct slab *empty = NULL;
	bool listed, was_full;

	cpu_enter(cpu, &fn___slab_free);
	cpu_work(cpu, s->mm->params->cost_slab_free_slow);
	s->counts.slow_frees++;
	cpu_line_up(cpu, node->list_lock.class->id);
	/* It stands on its node's list and would be free altogether: under that list's lock. */
	listed = !slab->frozen && slab->freelist && slab->inuse == n;
	if (listed) {
		local_irq_save(cpu);
		spin_lock(cpu, &node->list_lock);
	}
	cmpxchg_slab(cpu, s->mm, slab);
	was_full = !slab->frozen && !slab->freelist;
	tail->next = slab->freelist;
	slab->freelist = head;
	slab->inuse -= n;
	/* The slab was full and nobody's: the CPU that frees into it first keeps it. */
	slab->frozen |= was_full;
	if (listed) {
		if (!slab->frozen && !slab->inuse && node->nr_partial >= s->min_partial) {
			remove_partial(node, slab);
			empty = slab;
		}
		spin_unlock(cpu, &node->list_lock);
		local_irq_restore(cpu);
	}
	if (was_full)
		put_cpu_partial(cpu, s, slab, true);
	if (empty)
		discard_slab(cpu, s, empty);
	cpu_leave(cpu);
}

/* do_slab_free() of n objects of one slab. */
static void slab_free(struct cpu *cpu, struct kmem_cache *s, struct slab *slab, struct slab_object *head, struct slab_object *tail,
		      uint32_t n)
{
	struct kmem_cache_cpu *c = this_cpu(s, cpu);

	s->in_use -= n;
	s->counts.frees += n;
	if (slab == c->slab) {
		tail->next = c->freelist;
		c->freelist = head;
		cpu_touch(cpu, &c->line, cpu->socket);
	} else {
		slab_free_slow(cpu, s, slab, head, tail, n);
	}
}

/* The object's place holds the pointer to the next free one: its line is written. */
static void take_back(struct cpu *cpu, struct slab_object *object)
{
	if (!object->in_use)
		cpu_fail(cpu, "object of a slab freed twice");
	object->in_use = false;
	touch_object(cpu, object, 0);
}

void kmem_cache_free(struct cpu *cpu, struct kmem_cache *s, struct slab_object *object)
{
	cpu_enter(cpu, &fn_kmem_cache_free);
	cpu_work(cpu, s->mm->params->cost_slab_free);
	take_back(cpu, object);
	slab_free(cpu, s, object->slab, object, object, 1);
	cpu_leave(cpu);
}

/* build_detached_freelist(): from the array's end, chain the objects that belong to the slab of the last one, and take them out. Returns how
 * many of the array are left to look at. */
static uint32_t detach(struct cpu *cpu, const struct kmem_cache *s, uint32_t size, struct slab_object **array, struct slab_object **head,
		       struct slab_object **tail, uint32_t *n)
{
	uint32_t left = 0, lookahead = LOOKAHEAD;

	*head = NULL;
	while (size && !array[size - 1])
		size--;
	for (uint32_t i = size; i-- > 0;) {
		struct slab_object *object = array[i];

		if (!object)
			continue;
		if (*head && object->slab != (*head)->slab) {
			if (!left)
				left = i + 1;
			if (!--lookahead)
				break;
			continue;
		}
		take_back(cpu, object);
		cpu_work(cpu, s->mm->params->cost_slab_bulk_object);
		if (!*head) {
			*tail = object;
			*n = 0;
		}
		object->next = *head;
		*head = object;
		array[i] = NULL;
		++*n;
	}
	return left;
}

void kmem_cache_free_bulk(struct cpu *cpu, struct kmem_cache *s, uint32_t n, struct slab_object **array)
{
	cpu_enter(cpu, &fn_kmem_cache_free_bulk);
	cpu_work(cpu, s->mm->params->cost_slab_bulk_call);
	s->counts.bulk_frees++;
	while (n) {
		struct slab_object *head, *tail;
		uint32_t objects;

		n = detach(cpu, s, n, array, &head, &tail, &objects);
		if (head)
			slab_free(cpu, s, head->slab, head, tail, objects);
	}
	cpu_leave(cpu);
}

/* Free objects on a list, all of one slab; UINT32_MAX when it is damaged. */
static uint32_t walk(const struct kmem_cache *s, const struct slab *slab, const struct slab_object *list)
{
	uint32_t n = 0;

	for (; list; list = list->next)
		if (list->slab != slab || list->in_use || ++n > s->objects)
			return UINT32_MAX;
	return n;
}

static const struct kmem_cache_cpu *active_on(const struct kmem_cache *s, const struct slab *slab)
{
	for (uint32_t i = 0; i < s->mm->hw->cpus; i++)
		if (s->cpu[i].slab == slab)
			return &s->cpu[i];
	return NULL;
}

int kmem_cache_check(const struct kmem_cache *s, struct error *e)
{
	uint64_t in_use = 0, partial = 0, waiting = 0, listed = 0;

	for (const struct slab *slab = s->slabs; slab; slab = slab->all_next) {
		const struct kmem_cache_cpu *c = active_on(s, slab);
		uint32_t own = walk(s, slab, slab->freelist), taken = c ? walk(s, slab, c->freelist) : 0, used = 0;

		for (uint32_t i = 0; i < s->objects; i++)
			used += slab->object[i].in_use;
		if (own == UINT32_MAX || taken == UINT32_MAX || own + slab->inuse != s->objects || own + taken + used != s->objects)
			return error_set(e, HZ_RUN_FAILED, "a slab of %u objects has %u in use, %u and %u free on its lists, and counts %u",
					 s->objects, used, own, taken, slab->inuse);
		if (c && !slab->frozen)
			return error_set(e, HZ_RUN_FAILED, "a CPU's active slab is not frozen");
		in_use += used;
		waiting += slab->frozen && !c;
		partial += !slab->frozen && own;
	}
	for (uint32_t i = 0; i < s->mm->hw->cpus; i++) {
		uint32_t slabs = 0;

		for (const struct slab *slab = s->cpu[i].partial; slab; slab = slab->next)
			slabs++;
		if (s->cpu[i].partial && slabs != s->cpu[i].partial->slabs)
			return error_set(e, HZ_RUN_FAILED, "CPU %u has %u partial slabs and counts %u", i, slabs, s->cpu[i].partial->slabs);
		waiting -= slabs;
	}
	for (uint32_t i = 0; i < s->mm->hw->machine->sockets; i++) {
		for (const struct slab *slab = s->node[i].first; slab; slab = slab->next)
			listed++;
		partial -= s->node[i].nr_partial;
		listed -= s->node[i].nr_partial;
	}
	if (waiting || partial || listed)
		return error_set(e, HZ_RUN_FAILED, "slabs are on no list or on more than one: %" PRId64 " of CPUs, %" PRId64 " of nodes",
				 (int64_t)waiting, (int64_t)(partial + listed));
	if (in_use != s->in_use)
		return error_set(e, HZ_RUN_FAILED, "%" PRIu64 " objects in use, counted %" PRIu64, in_use, s->in_use);
	return 0;
}
