/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "points.h"

#include "plan/policies.h"

struct machine_params point_free_machine(uint32_t cpus)
{
	return (struct machine_params){
		.name = "free", .clock_hz = 1e9, .sockets = 1, .cores = cpus, .threads = 1, .memory = UINT64_C(1) << 30,
		.l1_size = 32 << 10, .l2_size = 1 << 20, .llc_size = (uint64_t)cpus << 20, .smt_percent = 100,
	};
}

struct machine_params point_server(void)
{
	return (struct machine_params){
		.name = "server", .clock_hz = 2.6e9, .sockets = 2, .cores = 14, .threads = 2, .memory = UINT64_C(1) << 33,
		.l1_size = 32 << 10, .l2_size = 1 << 20, .llc_size = 19712 << 10,
		.l2_latency = 14, .llc_latency = 68, .dram_local = 231, .dram_remote = 374,
		.transfer_smt = 47, .transfer_socket = 125, .transfer_cross = 351,
		.atomic = 16, .unlock = 22, .irq_save_restore = 38,
		.irq_entry = 474, .softirq_entry = 118, .preempt = 10, .bh = 18,
		.ipi_send = 300, .ipi_latency = 1300, .wake_up = 1000, .context_switch = 2000, .clear_page = 777, .copy_page = 900,
		.idle_exit = 500, .smt_percent = 155,
	};
}

struct params point_router(void)
{
	return (struct params){
		.run = {.duration = 1300000, .windows = 10, .seed = 1},
		.machine = point_server(),
		.mm = {
			.release = "4.19", .zone_lock = &lock_qspinlock, .page_frag_free = &frag_release_buddy, .frag_direction = &frag_direction_top_down, .frag_order = 3,
			.pcp_guard = &pcp_guard_irqsave, .pcp_rule = &pcp_rule_fixed, .pcp_batch_scale = 5, .pcp_batch_cap = 1 << 20, .pcp_prefetch = 1,
			.min_free_cap = 64 << 20, .vmstat_interval = 2600000000, .cost_refresh_zone = 100, .zones_per_node = 1,
			.cost_alloc_pages = 59, .cost_rmqueue_pcp = 9, .cost_prep_new_page = 13, .cost_free_pages = 14,
			.cost_free_pcp = 11, .cost_bulk_call = 20, .cost_refill_page = 4, .cost_drain_page = 4, .cost_rmqueue = 8, .cost_expand = 6,
			.cost_free_one_page = 13, .cost_merge = 9, .cost_free_pages_ok = 20, .cost_compound_page = 10,
			.bulk = &bulk_none, .cost_bulk_alloc = 35, .cost_bulk_list = 12, .cost_page_checks = 4, .cost_statistics = 3,
			.cost_page_frag_alloc = 10, .cost_frag_top_down = 5, .cost_frag_bottom_up = 6, .cost_page_frag_free = 8,
			.pcp_list_section = 32, .pagevec = 15, .release_batch = 32,
			.cost_lru_cache_add = 10, .cost_pagevec_call = 40, .cost_lru_add = 40, .cost_lru_del = 30, .cost_release_page = 20,
			.cost_page_fault = 1100, .cost_anonymous_page = 100, .cost_zap_page = 100,
			.slab_cpu_partial = 13, .cost_slab_alloc = 22, .cost_slab_free = 21, .cost_slab_bulk_call = 14, .cost_slab_bulk_object = 8, .cost_slab_alloc_slow = 30,
			.cost_slab_free_slow = 30, .cost_slab_list = 10, .cost_slab_object = 3,
			.drain = &drain_workqueue, .cost_drain_cpu = 10, .cost_slowpath = 200, .cost_direct_reclaim = 2000, .cost_shrink_call = 300, .cost_isolate_page = 20, .cost_shrink_page = 400,
			.cost_read_page = 1000,
		},
		.net = {
			.rx_pages = &rx_pages_page_alloc, .rx_heads = &rx_heads_page, .rx_copy = 256, .page_cache = 256, .page_cache_behind = PAGE_CACHE_POOL, .page_flip = PAGE_FLIP_BIAS,
			.sk_frag = &sk_frag_page_frag, .vhost_frag = &vhost_frag_sk_page_frag,
			.page_pool = {
				.refcount = &page_pool_refcount_fragments, .refill = &page_pool_refill_numa_batch,
				.skb_recycle = &page_pool_skb_recycle_napi_safe, .slow = PAGE_POOL_SLOW_BULK, .cache = 128, .ring_batch = 16,
				.cost_alloc = 9, .cost_put = 7, .cost_recycle = 4, .cost_ring = 3, .cost_slow = 12, .cost_release = 30,
			},
			.xdp_return_bulk = 16, .lines_rx = 6, .lines_skb = 12,
			.cost_page_cache_get = 12, .cost_page_cache_put = 11, .cost_page_flip = 12, .cost_xdp_prog = 25, .cost_xdp_handle = 32,
			.cost_xdp_rx_wqe = 12, .cost_xdp_xmit = 45, .cost_xdp_cqe = 36, .cost_xdp_redirect = 165, .cost_tc_ingress = 80,
			.napi_weight = 64, .netdev_budget = 300, .netdev_budget_time = 5200000, .softirq_time = 5200000, .ksoftirqd_first = 1,
			.softirq_restarts = 10, .tx_cq_budget = 128, .frags_per_page = 2, .rx_headroom = 384, .rx_wqe_bulk = 8,
			.cost_irq_handler = 200, .cost_net_rx_action = 50, .cost_napi_poll = 60, .cost_rx_cqe = 200,
			.cost_build_skb = 138, .cost_gro_receive = 115, .cost_ip_rcv = 70, .cost_route = 200,
			.cost_ip_forward = 120, .cost_dev_queue_xmit = 350, .cost_xmit = 150, .cost_doorbell = 50,
			.cost_sendmsg = 400, .cost_copy_kib = 320, .cost_tcp_skb = 120, .cost_tcp_xmit = 500,
			.cost_skb_frag = 5, .cost_ptr_ring = 18, .cost_vhost_tx = 500, .cost_vhost_rx = 700, .cost_vhost_batch = 600,
			.cost_bridge = 300, .cost_tun_xmit = 60, .cost_skb_page_frag_refill = 10, .cost_dma_map = 10, .cost_dma_unmap = 10, .lines_per_packet = 20,
			.cost_tx_cqe = 80, .cost_consume_skb = 72, .cost_release_data = 40, .cost_rx_wqe = 60,
			.skb_defer = &skb_defer_none, .skb_defer_max = 64, .udp_reader_queue = 1, .gro_buckets = 1, .cost_alloc_skb = 150, .cost_gro_merge = 60,
			.cost_local_deliver = 143, .cost_udp_rcv = 73, .cost_tcp_lookup = 150, .cost_tcp_rcv = 400, .cost_tcp_ack = 500,
			.cost_data_ready = 40, .cost_recvmsg = 250, .cost_udp_recvmsg = 290, .cost_tcp_recvmsg = 200, .cost_copy = 40,
			.cost_sock_wait = 300, .cost_skb_defer = 20,
			.skb_cache_size = 64, .skb_cache_free = 64, .skb_cache_flush = 1, .cost_skb_cache = 5,
		},
		.nic = {
			.name = "nic", .ports = 2, .line_rate = 100e9, .rx_ring = 1024, .tx_ring = 1024,
			.rx_usecs = 16, .rx_frames = 32, .tx_usecs = 16, .tx_frames = 32, .rx_latency = 1300,
			.tx_latency = 3900, .overhead = 20,
		},
		.load = {
			.kind = LOAD_FORWARD, .cpus = 28, .rate_pps = 5e6, .arrivals = ARRIVAL_POISSON, .flows = 1024,
			.packet_size = "64B", .pages = 64, .frag_size = 2048, .region = 1 << 20, .fill = 100,
			.isolated = 1, .isolated_pages = 64, .isolated_period = 100000, .burst = 32, .think_scale = 1.0,
			.message = "1024B:4 16384B:2 65536B:1", .connections = 8, .frag_align = 1, .sndbuf = 256 << 10,
			.sockets = 1, .read_size = 65536,
		},
	};
}
