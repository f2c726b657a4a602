/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slab caches: which list an object comes from and goes to, what that costs, and that none gets lost. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm/slab.h"
#include "place.h"

#define SIZE 256u
#define OBJECTS 16u /* of one page: what four CPUs and fewer get */

struct shop {
	struct place place;
	struct kmem_cache cache;
};

static void set_up(struct shop *s, uint32_t sockets)
{
	place_set_up(&s->place, sockets, 64 * MIB);
	kmem_cache_init(&s->cache, &s->place.mm, "test", SIZE);
}

static struct shop shop(void)
{
	return (struct shop){.place = place_419()};
}

static struct slab_object *get(struct shop *s, uint32_t cpu)
{
	struct slab_object *object = kmem_cache_alloc(&s->place.hw.cpu[cpu], &s->cache);

	ck_assert_ptr_nonnull(object);
	return object;
}

static void put(struct shop *s, uint32_t cpu, struct slab_object *object)
{
	kmem_cache_free(&s->place.hw.cpu[cpu], &s->cache, object);
}

static void assert_sound(struct shop *s)
{
	struct error e = {0};

	ck_assert_msg(!kmem_cache_check(&s->cache, &e), "%s", e.text);
	place_assert_sound(&s->place);
}

static uint64_t list_lock_taken(const struct shop *s, uint32_t node)
{
	const struct lock_class *c = s->cache.node[node].list_lock.class;

	return c->window[0].acquisitions + c->window[1].acquisitions;
}

/* n whole slabs by CPU 0, none of them its active one any more. */
static void fill(struct shop *s, uint32_t slabs, struct slab_object **object)
{
	for (uint32_t i = 0; i < slabs * OBJECTS; i++)
		object[i] = get(s, 0);
	get(s, 0); /* the next slab is active now */
	ck_assert_uint_eq(s->cache.counts.new_slabs, slabs + 1);
}

START_TEST(slabs_are_as_large_as_the_machine_s_cpus_want)
{
	/* 4 * (fls(CPUs) + 1) objects: 28 of 256 bytes for 56 CPUs, 12 for 2. */
	static const struct {
		uint32_t cpus, size, order, objects;
	} want[] = {{56, 256, 1, 32}, {2, 256, 0, 16}, {56, 1024, 3, 32}, {2, 1024, 2, 16}, {2, 4096, 3, 8}, {8, 192, 0, 21}};
	struct machine_params machine = point_free_machine(want[_i].cpus);
	struct shop s = shop();
	struct error e = {0};

	rig_hw(&s.place.hw, &machine, 1, 1, 1000000);
	ck_assert(!memory_init(&s.place.mm, &s.place.hw, &s.place.params, 1, 0, &e));
	kmem_cache_init(&s.cache, &s.place.mm, "test", want[_i].size);
	ck_assert_uint_eq(s.cache.order, want[_i].order);
	ck_assert_uint_eq(s.cache.objects, want[_i].objects);
}
END_TEST

START_TEST(a_cpu_s_own_objects_take_no_lock_and_come_back_first)
{
	struct shop s = shop();
	struct slab_object *a, *b;
	cycles_t since;

	set_up(&s, 1);
	a = get(&s, 0);
	b = get(&s, 0);
	ck_assert_uint_eq(s.cache.counts.slow_allocs, 1);
	put(&s, 0, a);
	put(&s, 0, b);
	ck_assert_ptr_eq(get(&s, 0), b);
	since = cpu_now(s.place.cpu);
	ck_assert_ptr_eq(get(&s, 0), a);
	put(&s, 0, a);
	/* All lines are at hand. */
	ck_assert_uint_eq(cpu_now(s.place.cpu) - since, s.place.params.cost_slab_alloc + s.place.params.cost_slab_free);
	ck_assert_uint_eq(s.cache.counts.slow_frees, 0);
	ck_assert_uint_eq(list_lock_taken(&s, 0), 0);
	assert_sound(&s);
}
END_TEST

START_TEST(a_remote_free_brings_the_object_s_line_and_the_slab_s)
{
	struct shop s = shop();
	struct slab_object *a, *b;
	struct cpu *other;
	cycles_t since;

	set_up(&s, 2);
	other = &s.place.hw.cpu[2 * _i + 1]; /* on the same socket, or the next */
	a = get(&s, 0);
	b = get(&s, 0);
	since = cpu_now(other);
	put(&s, other->number, a);
	ck_assert_uint_eq(cpu_now(other) - since,
			  s.place.params.cost_slab_free + s.place.params.cost_slab_free_slow + s.place.machine.atomic +
				  2 * s.place.hw.transfer[_i ? DISTANCE_CROSS : DISTANCE_SOCKET]);
	ck_assert_uint_eq(a->line[0].owner, other->number + 1u);
	ck_assert_uint_eq(a->slab->page->line.owner, other->number + 1u);
	ck_assert_uint_eq(s.cache.counts.slow_frees, 1);
	/* The slab is CPU 0's still, which takes the object over when its own are used up: the line comes back. */
	ck_assert_ptr_eq(s.cache.cpu[0].slab, a->slab);
	for (uint32_t i = 2; i < OBJECTS; i++)
		get(&s, 0);
	ck_assert_ptr_eq(get(&s, 0), a);
	ck_assert_uint_eq(a->slab->page->line.owner, 1);
	ck_assert_uint_eq(s.cache.counts.new_slabs, 1);
	ck_assert_uint_eq(s.cache.counts.slow_allocs, 2);
	ck_assert_uint_eq(list_lock_taken(&s, 0), 0);
	(void)b;
	assert_sound(&s);
}
END_TEST

/* A full slab becomes the partial slab of the CPU that first frees into it. Its list is given to the node when the next slab comes after it is
 * full: 13 free objects until 5.15, one of each slab; 4 slabs since 5.16. */
START_TEST(a_cpu_s_partial_slabs_go_to_the_node_when_they_are_many)
{
	static const uint32_t limits[] = {13, 4};
	struct slab_object *object[20 * OBJECTS];
	struct shop s = shop();
	uint32_t most = _i == SLAB_COUNTS_OBJECTS ? 14 : 4;

	s.place.params.slab_cpu_partial_counts = (enum slab_counts)_i;
	s.place.params.slab_cpu_partial = limits[_i];
	set_up(&s, 1);
	fill(&s, 20, object);
	for (uint32_t i = 0; i < most; i++)
		put(&s, 1, object[i * OBJECTS]);
	ck_assert_uint_eq(s.cache.counts.unfreezes, 0);
	ck_assert_uint_eq(list_lock_taken(&s, 0), 0);
	put(&s, 1, object[most * OBJECTS]);
	ck_assert_uint_eq(s.cache.counts.unfreezes, 1);
	ck_assert_uint_eq(list_lock_taken(&s, 0), 1);
	ck_assert_uint_eq(s.cache.node[0].nr_partial, most);
	/* A CPU that runs out takes them from there, more than one at a time. */
	for (uint32_t i = 1; i < OBJECTS; i++)
		get(&s, 0);
	get(&s, 0);
	ck_assert_uint_eq(s.cache.counts.new_slabs, 21);
	ck_assert_uint_eq(s.cache.node[0].nr_partial, _i == SLAB_COUNTS_OBJECTS ? most - 7 : most - 4);
	ck_assert_uint_eq(list_lock_taken(&s, 0), 2);
	assert_sound(&s);
}
END_TEST

START_TEST(empty_slabs_go_back_but_for_those_that_the_node_keeps)
{
	struct slab_object *object[40 * OBJECTS];
	struct shop s = shop();
	uint64_t used;

	set_up(&s, 1);
	used = s.place.mm.allocated_pages;
	fill(&s, 40, object);
	ck_assert_uint_eq(s.place.mm.allocated_pages, used + 41);
	/* The first object of each slab, so that all are partial, then the rest. */
	for (uint32_t i = 0; i < 40; i++)
		put(&s, 1, object[i * OBJECTS]);
	for (uint32_t i = 0; i < 40 * OBJECTS; i++)
		if (i % OBJECTS)
			put(&s, 1, object[i]);
	ck_assert_uint_eq(s.cache.in_use, 1);
	ck_assert_uint_eq(s.cache.counts.discarded_slabs, s.place.mm.counts.frees);
	ck_assert_uint_ge(s.cache.counts.discarded_slabs, 20);
	ck_assert_uint_eq(s.cache.node[0].nr_partial, s.cache.min_partial - 1);
	ck_assert_uint_eq(s.place.mm.allocated_pages, used + 41 - s.cache.counts.discarded_slabs);
	assert_sound(&s);
}
END_TEST

START_TEST(objects_of_one_slab_are_freed_by_one_cmpxchg)
{
	struct slab_object *object[4 * OBJECTS], *array[64];
	struct shop s = shop();

	set_up(&s, 1);
	fill(&s, 4, object);
	/* In order of slabs: one call of __slab_free for each. */
	for (uint32_t i = 0; i < 4 * OBJECTS; i++)
		array[i] = object[i];
	if (_i)
		/* Two slabs by turns: what lies within a few of the same slab is found. */
		for (uint32_t i = 0; i < OBJECTS; i++) {
			array[2 * i] = object[i];
			array[2 * i + 1] = object[OBJECTS + i];
		}
	kmem_cache_free_bulk(&s.place.hw.cpu[1], &s.cache, 4 * OBJECTS, array);
	ck_assert_uint_eq(s.cache.counts.bulk_frees, 1);
	ck_assert_uint_eq(s.cache.counts.frees, 4 * OBJECTS);
	/* Lookahead ends at the third object of another slab: three of a slab at a time, in turn. */
	if (_i)
		ck_assert_uint_gt(s.cache.counts.slow_frees, 4);
	else
		ck_assert_uint_eq(s.cache.counts.slow_frees, 4);
	ck_assert_uint_lt(s.cache.counts.slow_frees, 4 * OBJECTS / 2);
	assert_sound(&s);
}
END_TEST

START_TEST(a_bulk_allocation_gives_all_or_nothing)
{
	struct slab_object *array[48];
	struct shop s = shop();
	uint32_t got;

	set_up(&s, 1);
	ck_assert_uint_eq(kmem_cache_alloc_bulk(s.place.cpu, &s.cache, 48, array), 48);
	ck_assert_uint_eq(s.cache.counts.new_slabs, 3);
	for (uint32_t i = 0; i < 48; i++)
		for (uint32_t j = 0; j < i; j++)
			ck_assert_ptr_ne(array[i], array[j]);
	/* Memory runs out. */
	while ((got = kmem_cache_alloc_bulk(s.place.cpu, &s.cache, 48, array)))
		ck_assert_uint_eq(got, 48);
	while (kmem_cache_alloc(s.place.cpu, &s.cache))
		;
	ck_assert_uint_gt(s.place.mm.counts.alloc_failures, 1);
	ck_assert_uint_eq(s.cache.in_use, s.cache.counts.allocs - s.cache.counts.frees);
	ck_assert_uint_eq(s.cache.in_use % OBJECTS, 0);
	assert_sound(&s);
}
END_TEST

START_TEST(an_object_freed_twice_ends_the_run)
{
	struct shop s = shop();
	struct slab_object *object;

	set_up(&s, 1);
	object = get(&s, 0);
	put(&s, 0, object);
	put(&s, 1, object);
}
END_TEST

/* Four CPUs that allocate, hand on and free at random, one by one and many at a time. */
#define BAG 1024
#define MOST 32

struct trader {
	struct kmem_cache *cache;
	struct trader *all;
	struct stream *random;
	struct slab_object *bag[BAG];
	uint32_t held;
};

static void take_in(struct trader *t, struct slab_object *const *object, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		t->bag[t->held++] = object[i];
}

/* Others may put something into this CPU's bag whenever it waits. */
static void trade(struct cpu *cpu, struct trader *t)
{
	struct trader *to = &t->all[stream_index(t->random, 4)];
	uint32_t n = 1 + stream_index(t->random, MOST);
	struct slab_object *hand[MOST];

	cpu_line_up(cpu, 0);
	switch (stream_index(t->random, 5)) {
	case 0:
		for (uint32_t i = 0; i < n && t->held < BAG / 2; i++) {
			hand[0] = kmem_cache_alloc(cpu, t->cache);
			take_in(t, hand, 1);
		}
		break;
	case 1:
		if (t->held < BAG / 2)
			take_in(t, hand, kmem_cache_alloc_bulk(cpu, t->cache, n, hand));
		break;
	case 2:
		while (n-- && t->held && to->held < BAG / 2)
			to->bag[to->held++] = t->bag[--t->held];
		break;
	case 3:
		while (n-- && t->held)
			kmem_cache_free(cpu, t->cache, t->bag[--t->held]);
		break;
	default:
		if (n > t->held)
			break;
		t->held -= n;
		memcpy(hand, &t->bag[t->held], n * sizeof *hand);
		kmem_cache_free_bulk(cpu, t->cache, n, hand);
	}
}

static void trader(struct cpu *cpu, void *arg)
{
	while (!cpu_run_is_over(cpu)) {
		trade(cpu, arg);
		cpu_work(cpu, 500);
	}
	cpu_finish(cpu);
}

START_TEST(objects_are_conserved_whoever_frees_them)
{
	struct shop s = shop();
	struct trader *t = calloc(4, sizeof *t);
	uint64_t held = 0;

	s.place.params.slab_cpu_partial_counts = (enum slab_counts)(_i % 2);
	s.place.params.slab_cpu_partial = _i % 2 ? 4 : 13;
	set_up(&s, 2);
	for (uint32_t i = 0; i < 4; i++) {
		char name[16];

		snprintf(name, sizeof name, "trader %u", i);
		t[i] = (struct trader){.cache = &s.cache, .all = t, .random = stream_new((uint64_t)_i, 0, name)};
	}
	rig_run(&s.place.hw, trader, t, sizeof *t);
	ck_assert_msg(!s.place.hw.sim.failure, "%s", s.place.hw.sim.failure);
	for (uint32_t i = 0; i < 4; i++)
		held += t[i].held;
	ck_assert_uint_eq(s.cache.in_use, held);
	ck_assert_uint_gt(s.cache.counts.slow_frees, 100);
	ck_assert_uint_gt(s.cache.counts.unfreezes, 0);
	ck_assert_uint_gt(list_lock_taken(&s, 0), 0);
	assert_sound(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("slab");
	TCase *tcase = tcase_create("lists");

	tcase_add_loop_test(tcase, slabs_are_as_large_as_the_machine_s_cpus_want, 0, 6);
	tcase_add_test(tcase, a_cpu_s_own_objects_take_no_lock_and_come_back_first);
	tcase_add_loop_test(tcase, a_remote_free_brings_the_object_s_line_and_the_slab_s, 0, 2);
	tcase_add_loop_test(tcase, a_cpu_s_partial_slabs_go_to_the_node_when_they_are_many, 0, 2);
	tcase_add_test(tcase, empty_slabs_go_back_but_for_those_that_the_node_keeps);
	tcase_add_loop_test(tcase, objects_of_one_slab_are_freed_by_one_cmpxchg, 0, 2);
	tcase_add_test(tcase, a_bulk_allocation_gives_all_or_nothing);
	tcase_add_test_raise_signal(tcase, an_object_freed_twice_ends_the_run, SIGABRT);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("conservation");
	tcase_add_loop_test(tcase, objects_are_conserved_whoever_frees_them, 0, 8);
	suite_add_tcase(suite, tcase);
	return rig_main(suite);
}
