/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page fragments of sockets and of vhost_net: references taken and dropped, pages used again, by policy. */
#include "base/text.h"
#include "mm/frag_direction.h"
#include "mm/page_alloc.h"
#include "net/vhost_frag.h"
#include "place.h"
#include "plan/policies.h"

static const struct net_params stack = {.cost_skb_page_frag_refill = 10};
static const struct sk_frag *const sk_frags[] = {&sk_frag_page_frag, &sk_frag_page_frag_cache};
static const struct vhost_frag *const vhost_frags[] = {&vhost_frag_sk_page_frag, &vhost_frag_own, &vhost_frag_page_frag_cache};
enum { OWN = 1 };

static struct place place_of_release(enum frag_bias bias)
{
	struct place p = place_419();

	p.params.frag_direction = &frag_direction_bottom_up;
	p.params.frag_bias = bias;
	p.params.page_frag_free = &frag_release_pcp;
	return p;
}

static struct page_frag refill(struct place *p, const struct sk_frag *policy, struct sk_page_frag *f)
{
	struct page_frag room = policy->refill(p->cpu, &p->mm, &stack, f, SK_PAGE_FRAG_LEAST);

	ck_assert_ptr_nonnull(room.page);
	ck_assert_uint_ge(room.size, SK_PAGE_FRAG_LEAST);
	return room;
}

/* A reference for each fragment; none for a longer last one. */
START_TEST(a_fragment_takes_a_reference_and_a_longer_one_none)
{
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	const struct sk_frag *policy = sk_frags[_i];
	int32_t whole = _i ? 32769 : 1, each = _i ? 0 : 1;
	struct sk_page_frag f = {0};
	struct page_frag room;
	struct page *page;

	place_set_up(&p, 1, 512 * MIB);
	room = refill(&p, policy, &f);
	page = room.page;
	ck_assert_uint_eq(page->order, 3);
	ck_assert_uint_eq(room.offset, 0);
	ck_assert_uint_eq(room.size, 32768);
	policy->take(p.cpu, &p.mm, &f, 1000, true);
	ck_assert_int_eq(page->refcount, whole + each);
	policy->take(p.cpu, &p.mm, &f, 500, false);
	ck_assert_int_eq(page->refcount, whole + each);
	room = refill(&p, policy, &f);
	ck_assert_ptr_eq(room.page, page);
	ck_assert_uint_eq(room.offset, 1500);
	policy->take(p.cpu, &p.mm, &f, 700, true);
	ck_assert_int_eq(page->refcount, whole + 2 * each);
	policy->release(p.cpu, &p.mm, &f);
	ck_assert_int_eq(page->refcount, 2);
	put_page(p.cpu, &p.mm, page);
	ck_assert_uint_eq(p.mm.allocated_pages, 8);
	put_page(p.cpu, &p.mm, page);
	ck_assert_uint_eq(p.mm.allocated_pages, 0);
	place_assert_sound(&p);
}
END_TEST

/* page_frag looks each time, page_frag_cache when the page is used up. */
START_TEST(a_page_whose_fragments_are_all_back_starts_over)
{
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	const struct sk_frag *policy = sk_frags[_i];
	struct sk_page_frag f = {0};
	struct page_frag room;
	struct page *page;

	place_set_up(&p, 1, 512 * MIB);
	page = refill(&p, policy, &f).page;
	policy->take(p.cpu, &p.mm, &f, 1000, true);
	put_page(p.cpu, &p.mm, page);
	room = refill(&p, policy, &f);
	ck_assert_ptr_eq(room.page, page);
	ck_assert_uint_eq(room.offset, _i ? 1000 : 0);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, _i ? 0 : 1);
	policy->take(p.cpu, &p.mm, &f, room.size - 10, true);
	put_page(p.cpu, &p.mm, page);
	room = refill(&p, policy, &f);
	ck_assert_ptr_eq(room.page, page);
	ck_assert_uint_eq(room.offset, 0);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, _i ? 1 : 2);
	ck_assert_uint_eq(p.mm.counts.frag_refills, 1);
	ck_assert_uint_eq(p.mm.counts.frees, 0);
	place_assert_sound(&p);
}
END_TEST

START_TEST(a_used_up_page_is_given_up_to_its_fragments)
{
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	const struct sk_frag *policy = sk_frags[_i];
	struct sk_page_frag f = {0};
	struct page *page;

	place_set_up(&p, 1, 512 * MIB);
	page = refill(&p, policy, &f).page;
	policy->take(p.cpu, &p.mm, &f, 32768 - SK_PAGE_FRAG_LEAST, true);
	ck_assert_ptr_eq(refill(&p, policy, &f).page, page);
	policy->take(p.cpu, &p.mm, &f, 1, true);
	/* 31 bytes left, and two fragments out. */
	ck_assert_ptr_ne(refill(&p, policy, &f).page, page);
	ck_assert_uint_eq(p.mm.counts.frag_refills, 2);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, 0);
	ck_assert_int_eq(page->refcount, 2);
	put_page(p.cpu, &p.mm, page);
	put_page(p.cpu, &p.mm, page);
	ck_assert_uint_eq(p.mm.allocated_pages, 8);
	place_assert_sound(&p);
}
END_TEST

START_TEST(single_pages_serve_when_there_is_no_larger_block)
{
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	struct sk_page_frag f = {0};
	struct page_frag room;

	place_set_up(&p, 1, 16 * MIB);
	place_fragment(&p);
	room = refill(&p, sk_frags[_i], &f);
	ck_assert_uint_eq(room.page->order, 0);
	ck_assert_uint_eq(room.size, 4096);
	ck_assert_uint_eq(p.mm.counts.frag_fallbacks, 1);
	place_assert_sound(&p);
}
END_TEST

/* What a piece costs once everything is in the first-level cache. */
static cycles_t cost_of_piece(struct place *p, const struct sk_frag *policy, struct sk_page_frag *f, bool own)
{
	cycles_t since;

	refill(p, policy, f);
	policy->take(p->cpu, &p->mm, f, 100, true);
	since = cpu_now(p->cpu);
	refill(p, policy, f);
	policy->take(p->cpu, &p->mm, f, 100, own);
	return cpu_now(p->cpu) - since;
}

START_TEST(get_page_is_one_atomic_per_fragment)
{
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	struct sk_page_frag f = {0};
	cycles_t own, longer;

	place_set_up(&p, 1, 512 * MIB);
	own = cost_of_piece(&p, sk_frags[_i], &f, true);
	longer = cost_of_piece(&p, sk_frags[_i], &f, false);
	ck_assert_uint_eq(own - longer, _i ? 0 : p.machine.atomic);
	ck_assert_uint_eq(longer, _i ? p.params.cost_page_frag_alloc + p.params.cost_frag_bottom_up : stack.cost_skb_page_frag_refill);
}
END_TEST

static struct page_frag packet(struct place *p, const struct vhost_frag *policy, struct vhost_frags *f, uint32_t bytes)
{
	struct page_frag frag = policy->alloc(p->cpu, &p->mm, &stack, f, bytes);

	ck_assert_ptr_nonnull(frag.page);
	ck_assert_uint_eq(frag.size, bytes);
	ck_assert_uint_eq(frag.offset % 64, 0);
	return frag;
}

START_TEST(packets_of_vhost_lie_one_behind_the_other)
{
	static const int32_t whole[] = {1, 65535, 32769}, each[] = {1, 0, 0};
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	struct vhost_frags f = {0};
	struct page *page = NULL;

	place_set_up(&p, 1, 512 * MIB);
	for (uint32_t i = 0; i < 10; i++) {
		struct page_frag frag = packet(&p, vhost_frags[_i], &f, 1500);

		if (!i)
			page = frag.page;
		ck_assert_ptr_eq(frag.page, page);
		ck_assert_uint_eq(frag.offset, i * 1536);
		ck_assert_int_eq(page->refcount, whole[_i] + (int32_t)(i + 1) * each[_i]);
	}
	vhost_frags[_i]->release(p.cpu, &p.mm, &f);
	ck_assert_int_eq(page->refcount, 10);
	for (uint32_t i = 0; i < 10; i++)
		page_frag_free(p.cpu, &p.mm, page);
	ck_assert_uint_eq(p.mm.allocated_pages, 0);
	place_assert_sound(&p);
}
END_TEST

/* 10 packets of 3000 bytes fill a block; they are all back, or one is still out, when the 11th comes. */
START_TEST(only_the_release_that_has_its_own_never_reuses_a_page)
{
	int policy = _i / 2;
	bool all_back = _i % 2 == 0, reused = all_back && policy != OWN;
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	struct vhost_frags f = {0};
	struct page *page = NULL;

	place_set_up(&p, 1, 512 * MIB);
	for (uint32_t i = 0; i < 10; i++)
		page = packet(&p, vhost_frags[policy], &f, 3000).page;
	for (uint32_t i = all_back ? 0 : 1; i < 10; i++)
		page_frag_free(p.cpu, &p.mm, page);
	ck_assert_uint_eq(packet(&p, vhost_frags[policy], &f, 3000).offset, 0);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, reused);
	ck_assert_uint_eq(p.mm.counts.frag_refills, reused ? 1 : 2);
	ck_assert_uint_eq(p.mm.allocated_pages, all_back ? 8 : 16);
	place_assert_sound(&p);
}
END_TEST

struct other {
	struct memory *mm;
	struct sk_page_frag *f;
	struct page_frag seen;
};

/* CPU 1 drops the fragment at 1000; CPU 0 asks for room at 50000, which it reaches first. */
static void ask_or_drop(struct cpu *cpu, void *arg)
{
	struct other *o = arg;

	cpu_work(cpu, cpu->number ? 1000 : 50000);
	if (cpu->number)
		put_page(cpu, o->mm, o->f->frag.page);
	else
		o->seen = sk_frag_page_frag.refill(cpu, o->mm, &stack, o->f, SK_PAGE_FRAG_LEAST);
}

START_TEST(what_another_cpu_dropped_before_is_seen)
{
	struct place p = place_of_release(FRAG_BIAS_FIXED);
	struct sk_page_frag f = {0};
	struct other o = {.mm = &p.mm, .f = &f};

	place_set_up(&p, 1, 512 * MIB);
	p.mm.shares_pages = true;
	refill(&p, &sk_frag_page_frag, &f);
	sk_frag_page_frag.take(p.cpu, &p.mm, &f, 1000, true);
	hw_start_clock(&p.hw);
	rig_run(&p.hw, ask_or_drop, &o, 0);
	ck_assert_msg(!p.hw.sim.failure, "%s", p.hw.sim.failure);
	ck_assert_uint_eq(o.seen.offset, 0);
	ck_assert_uint_eq(p.mm.counts.frag_reuses, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sk_frag");
	TCase *sockets = tcase_create("sockets"), *vhost = tcase_create("vhost");

	tcase_add_loop_test(sockets, a_fragment_takes_a_reference_and_a_longer_one_none, 0, 2);
	tcase_add_loop_test(sockets, a_page_whose_fragments_are_all_back_starts_over, 0, 2);
	tcase_add_loop_test(sockets, a_used_up_page_is_given_up_to_its_fragments, 0, 2);
	tcase_add_loop_test(sockets, single_pages_serve_when_there_is_no_larger_block, 0, 2);
	tcase_add_loop_test(sockets, get_page_is_one_atomic_per_fragment, 0, 2);
	tcase_add_test(sockets, what_another_cpu_dropped_before_is_seen);
	suite_add_tcase(suite, sockets);
	tcase_add_loop_test(vhost, packets_of_vhost_lie_one_behind_the_other, 0, 3);
	tcase_add_loop_test(vhost, only_the_release_that_has_its_own_never_reuses_a_page, 0, 6);
	suite_add_tcase(suite, vhost);
	return rig_main(suite);
}
