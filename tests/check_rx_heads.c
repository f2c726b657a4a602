/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heads of received packets: how many fragments they take, and what becomes of the buffers. Each run checks that no page and no packet is
 * lost. */
#include <stdio.h>

#include "plan/policies.h"
#include "rig.h"

/* A router whose driver copies up to 2 KiB of each packet of one length into its head. */
static struct params router(uint32_t length)
{
	struct params p = point_router();

	p.load.cpus = 2;
	p.load.rate_pps = 2e5;
	p.run.windows = 1; /* all of it */
	p.net.rx_heads = &rx_heads_napi_frag;
	p.net.rx_copy = 2048;
	p.net.frags_per_page = 1;
	p.net.rx_pages = &rx_pages_page_pool;
	snprintf(p.load.packet_size, sizeof p.load.packet_size, "%uB", length);
	return p;
}

static void run(const struct params *p, struct result *r)
{
	rig_world(p, r, 30);
	ck_assert_msg(!r->failure, "%s", r->failure);
	ck_assert(result_get(r, "packets") > 100);
}

/* 64 bytes before the data and 320 behind it, each rounded up to a line. */
START_TEST(a_head_takes_its_data_and_what_is_around_it)
{
	static const struct {
		uint32_t length, per_block;
	} rows[] = {{1024, 23}, {64, 73}, {1000, 23}, {1500, 17}};
	struct params p = router(rows[_i % 4].length);
	double blocks, wanted;
	struct result r;

	p.mm.frag_direction = _i / 4 ? &frag_direction_bottom_up : &frag_direction_top_down;
	run(&p, &r);
	blocks = result_get(&r, "frag_refills") + result_get(&r, "frag_reuses");
	wanted = result_get(&r, "packets") / rows[_i % 4].per_block;
	/* Each CPU has a block that is not used up, and packets may be on their way. */
	ck_assert_msg(blocks >= wanted - 1 && blocks <= wanted + 2 + 2, "%g blocks, %g wanted", blocks, wanted);
}
END_TEST

/* Then the driver's pages never leave it. */
START_TEST(the_driver_keeps_the_buffer_of_a_packet_that_is_copied)
{
	struct params p = router(_i ? 1500 : 200);
	struct result r;

	p.net.rx_copy = 256;
	run(&p, &r);
	if (_i)
		ck_assert(result_get(&r, "rx_pp_recycle_ring") + result_get(&r, "rx_pp_recycle_cached") >= result_get(&r, "packets") / 2);
	else
		ck_assert(result_get(&r, "rx_pp_recycle_ring") == 0);
	ck_assert(result_get(&r, "frag_refills") > 0);
}
END_TEST

START_TEST(small_heads_may_be_from_kmalloc)
{
	struct params p = router(_i ? 641 : 640);
	struct result r;

	p.net.napi_small_kmalloc = 1;
	run(&p, &r);
	ck_assert(_i ? result_get(&r, "frag_refills") > 0 : result_get(&r, "frag_refills") == 0);
}
END_TEST

/* Without a copy of everything, a packet has two pages for the NIC to map on its way out: that costs. */
START_TEST(the_rest_of_a_packet_stays_where_it_came)
{
	struct params whole = router(1500), part = router(1500);
	struct result a, b;

	whole.net.cost_copy_kib = part.net.cost_copy_kib = 0;
	part.net.rx_copy = 256;
	part.net.cost_dma_map = whole.net.cost_dma_map = 3000;
	run(&whole, &a);
	run(&part, &b);
	ck_assert(result_get(&b, "cycles_per_packet") > result_get(&a, "cycles_per_packet") + 2000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rx_heads");
	TCase *heads = tcase_create("heads");

	tcase_add_loop_test(heads, a_head_takes_its_data_and_what_is_around_it, 0, 8);
	tcase_add_loop_test(heads, the_driver_keeps_the_buffer_of_a_packet_that_is_copied, 0, 2);
	tcase_add_loop_test(heads, small_heads_may_be_from_kmalloc, 0, 2);
	tcase_add_test(heads, the_rest_of_a_packet_stays_where_it_came);
	suite_add_tcase(suite, heads);
	return rig_main(suite);
}
