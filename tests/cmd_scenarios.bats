#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The scenarios that ship with the program say what they were written to say.

setup() {
	T=$(mktemp -d)
	cd "$T"
	unset HOTZONE_MODELS
}

# One number: metric $1 of policy $2, mean over the points and repetitions in hotzone.db.
metric() {
	"$HOTZONE" query --format csv \
		"SELECT avg(mean) FROM summary WHERE metric = '$1' AND policy = '$2'" | tail -n 1
}

# The same of one point.
metric_at() {
	"$HOTZONE" query --format csv "SELECT mean FROM summary WHERE metric = '$1' AND label = '$2'" | tail -n 1
}

holds() {
	awk "BEGIN { exit !($1) }" || { echo "does not hold: $1"; false; }
}

@test "every scenario expands" {
	for file in "$HZ_SRCDIR"/scenarios/*.yaml; do
		"$HOTZONE" run --dry-run "$file" >points
		[ "$(wc -l <points)" -gt 1 ]
	done
}

@test "page-frag-free: the slow path under TX completion shows with buddy and is gone with pcp" {
	way='mlx5e_napi_poll;mlx5e_poll_tx_cq;napi_consume_skb;__free_pages_ok;free_one_page;queued_spin_lock_slowpath'
	"$HOTZONE" run -q --set load.cpus=28 --set load.rate=10Gbit/s --set repetitions=2 \
		"$HZ_SRCDIR/scenarios/page-frag-free.yaml"
	"$HOTZONE" show --folded --point 1 >buddy
	"$HOTZONE" show --folded --point 2 >pcp
	share=$(awk -v way="$way" '{ all += $NF } index($0, way) { hit += $NF } END { print 100 * hit / all }' buddy)
	holds "$share > 5 && $share < 60"
	grep -q 'mlx5e_poll_tx_cq;napi_consume_skb' pcp
	! grep -q 'mlx5e_poll_tx_cq.*queued_spin_lock_slowpath' pcp
	holds "$(metric cycles_per_packet pcp) < $(metric cycles_per_packet buddy)"
	holds "$(metric slowpath_share pcp) < 0.001"
}

@test "page-pool-refcount: the driver's cache serves up to its size, page_pool any number, and to reach 0 costs" {
	"$HOTZONE" run -q --set repetitions=2 --set run.duration=8ms --set 'load.outstanding=[0,256]' \
		"$HZ_SRCDIR/scenarios/page-pool-refcount.yaml"
	"$HOTZONE" query --format csv "SELECT label, mean FROM summary WHERE metric = 'cycles_per_packet'" >cycles
	cat cycles
	cycles() { awk -F, -v l="$1" '$1 == l { print $NF }' cycles; }
	holds "$(cycles 'mlx5_cache tc_drop outstanding=0') < 0.8 * $(cycles 'no_cache tc_drop outstanding=0')"
	holds "$(cycles 'mlx5_cache tc_drop outstanding=256') > 0.85 * $(cycles 'no_cache tc_drop outstanding=256')"
	holds "$(cycles 'pool_one tc_drop outstanding=256') < 0.8 * $(cycles 'no_cache tc_drop outstanding=256')"
	for n in 0 256; do
		holds "$(cycles "pool_zero tc_drop outstanding=$n") > 10 + $(cycles "pool_one tc_drop outstanding=$n")"
	done
	# The application frees on another CPU: who must touch the page once more has to fetch it.
	holds "$(cycles 'pool_zero udp_sink outstanding=256') > 100 + $(cycles 'pool_one udp_sink outstanding=256')"
	holds "$(cycles 'pool_zero xdp_drop') == $(cycles 'pool_one xdp_drop')"
	holds "$(metric rx_pp_recycle_races pool_one) > 0"
	holds "$(metric rx_pp_recycle_races pool_zero) == 0"
}

@test "zone-lock-cna: it helps where a lock has waiters on both sockets, and only there" {
	"$HOTZONE" run -q --set repetitions=2 --set load.rate=10Gbit/s "$HZ_SRCDIR/scenarios/zone-lock-cna.yaml"
	"$HOTZONE" query --format csv "SELECT label, mean FROM summary WHERE metric = 'cycles_per_packet'" >cycles
	cat cycles
	cycles() { awk -F, -v l="$1" '$1 == l { print $NF }' cycles; }
	holds "$(cycles 'cna cpus=28') < 0.92 * $(cycles 'qspinlock cpus=28')"
	holds "$(cycles 'cna cpus=14') > 0.98 * $(cycles 'qspinlock cpus=14') && $(cycles 'cna cpus=14') < 1.02 * $(cycles 'qspinlock cpus=14')"
}

@test "page-bench-cpus: order 0 stays on the CPU, order 3 collapses" {
	"$HOTZONE" run -q --set 'load.cpus=[1,4]' "$HZ_SRCDIR/scenarios/page-bench-cpus.yaml"
	"$HOTZONE" query --format csv "SELECT label, mean FROM summary WHERE metric = 'slowpath_share' ORDER BY label" >share
	cat share
	one=$(awk -F, '/order=0.*cpus=4|cpus=4.*order=0/ { print $NF }' share)
	three=$(awk -F, '/order=3.*cpus=4|cpus=4.*order=3/ { print $NF }' share)
	holds "$one < 0.001 && $three > 0.2"
}

@test "page-frag-cache: small messages gain what get_page costs, receive heads lose a cycle, page_frag_test says both" {
	"$HOTZONE" run -q --set repetitions=4 --set run.duration=2ms "$HZ_SRCDIR/scenarios/page-frag-cache.yaml"
	"$HOTZONE" query --format csv "SELECT policy, label, mean FROM summary
		WHERE metric = iif(label LIKE '%rx_heads%', 'cycles_per_packet', 'cycles_per_fragment')" >cycles
	cat cycles
	gain() { awk -F, -v w="$1" '$2 ~ w "$" { c[$1] = $NF } END { print 100 * (c["after"] / c["before"] - 1) }' cycles; }
	holds "$(gain tcp_small) < -0.5 && $(gain tcp_small) > -4"
	holds "$(gain rx_heads) > 0 && $(gain rx_heads) < 0.3"
	holds "$(gain vhost_net) > -0.5 && $(gain vhost_net) < 0.5"
	holds "$(gain frag_ring_paced) > 0"
	holds "$(gain frag_ring) < 0"
}

@test "replay-ipfwd: 5.0 takes the zone lock less often than 4.19 for the same trace" {
	"$HOTZONE" run -q "$HZ_SRCDIR/scenarios/replay-ipfwd.yaml"
	"$HOTZONE" query --format csv "SELECT policy, sum(acquisitions) FROM zone_lock GROUP BY policy" >taken
	cat taken
	old=$(awk -F, '$1 ~ /4.19/ { print $2 }' taken)
	new=$(awk -F, '$1 ~ /5.0/ { print $2 }' taken)
	holds "$new > 0 && $new < 0.8 * $old"
	holds "$(metric allocs 4.19) == $(metric allocs 5.0)"
}

@test "pcp-free-high: order-3 fragments cost more under 6.12 than under 6.6, and not with the raised test" {
	"$HOTZONE" run -q --set load.cpus=8 --set repetitions=2 "$HZ_SRCDIR/scenarios/pcp-free-high.yaml"
	before=$(metric cycles_per_fragment v6.6)
	holds "$(metric cycles_per_fragment v6.12) > 1.04 * $before"
	holds "$(metric cycles_per_fragment raised) < 1.01 * $before"
	holds "$(metric pcp_drains v6.12) > 10 * ($(metric pcp_drains raised) + 1)"
}

@test "pcp-batch-scale: refills hold zone->lock for as long as they are large" {
	"$HOTZONE" run -q --set 'kernel.pcp.batch_scale=[0,5]' --set repetitions=1 "$HZ_SRCDIR/scenarios/pcp-batch-scale.yaml"
	"$HOTZONE" query --format csv "SELECT label, hold_mean FROM zone_lock ORDER BY label" >hold
	cat hold
	small=$(awk -F, '/=0/ { print $NF }' hold)
	large=$(awk -F, '/=5/ { print $NF }' hold)
	holds "$large > 20 * $small && $large < 36 * $small"
}

@test "tcp-rings: with a page per packet more rings receive no more, with a cache they do" {
	"$HOTZONE" run -q --set 'nic.queues=[1,4,8]' --set 'load.cpus=[25,28,32]' --set repetitions=1 --set run.duration=10ms \
		"$HZ_SRCDIR/scenarios/tcp-rings.yaml"
	for policy in page_per_packet half_pages large_cache; do
		holds "$(metric_at achieved_bps "$policy queues=4 cpus=28") > 1.5 * $(metric_at achieved_bps "$policy queues=1 cpus=25")"
	done
	holds "$(metric_at achieved_bps 'page_per_packet queues=8 cpus=32') < 1.05 * $(metric_at achieved_bps 'page_per_packet queues=4 cpus=28')"
	holds "$(metric_at slowpath_share 'page_per_packet queues=8 cpus=32') > 0.7"
	holds "$(metric_at achieved_bps 'large_cache queues=8 cpus=32') > 93e9"
	holds "$(metric_at achieved_bps 'half_pages queues=4 cpus=28') > 1.4 * $(metric_at achieved_bps 'page_per_packet queues=4 cpus=28')"
}

@test "skb-defer: what TCP's readers leave to its CPU spares cycles" {
	"$HOTZONE" run -q --set load.rate=1500kpps --set repetitions=3 "$HZ_SRCDIR/scenarios/skb-defer.yaml"
	none=$(metric_at cycles_per_packet 'none tcp')
	holds "$(metric_at cycles_per_packet 'tcp tcp') < 0.95 * $none && $(metric_at cycles_per_packet 'all tcp') < 0.95 * $none"
	holds "$(metric_at skb_defer_queued 'tcp tcp') > 1000"
}

@test "the same scenario gives the same results with -j1 and with -j2" {
	for jobs in 1 2; do
		"$HOTZONE" run -q -j$jobs --db $jobs.db --set load.cpus=14 --set 'load.rate=[5Gbit/s,20Gbit/s]' \
			--set repetitions=2 "$HZ_SRCDIR/scenarios/page-frag-free.yaml"
		"$HOTZONE" query --db $jobs.db content >$jobs.txt
	done
	[ "$(wc -l <1.txt)" -gt 100 ]
	cmp 1.txt 2.txt
}

@test "remote-drain: isolated tasks are interrupted by interrupts and work items, not by remote drains" {
	"$HOTZONE" run -q --set repetitions=2 --set run.duration=20ms "$HZ_SRCDIR/scenarios/remote-drain.yaml"
	for policy in workqueue ipi remote merged; do
		holds "$(metric drains_all $policy) > 3"
	done
	holds "$(metric interruptions workqueue) > 5 && $(metric interruptions ipi) > 5"
	holds "$(metric interruptions remote) == 0 && $(metric interruptions merged) == 0"
	holds "$(metric interruption_share remote) == 0 && $(metric interruption_share workqueue) > 0.005"
	holds "$(metric drain_time_mean remote) < 0.8 * $(metric drain_time_mean workqueue)"
}

@test "remote-drain-unfixed: under pressure the lock order is reported, with the fix it is not" {
	run "$HOTZONE" run -q --set 'load.cpus=[2,28]' "$HZ_SRCDIR/scenarios/remote-drain-unfixed.yaml"
	[ "$status" -eq 4 ]
	"$HOTZONE" query --format csv "SELECT label, state, error FROM current_run JOIN point ON point.id = current_run.point" >runs
	cat runs
	[ "$(grep -c ',done,' runs)" -eq 3 ]
	[ "$(grep -c ',failed,' runs)" -eq 1 ]
	grep '^unfixed pressure cpus=28,failed' runs | grep -q 'possible circular locking dependency: pagesets of CPU'
}

# Time waited for locks whose name starts with $1, per fault, at batch $2.
waited() {
	"$HOTZONE" query --format csv "SELECT coalesce(sum(l.wait_total), 0) / (SELECT mean FROM summary s WHERE s.point = l.point AND metric = 'faults')
		FROM lock_summary l WHERE name LIKE '$1%' AND label LIKE '%batch=$2'" | tail -n 1
}

@test "page-fault-batch: with larger batches the wait moves from zone->lock to lru_lock, and faults become more" {
	"$HOTZONE" run -q --set repetitions=1 --set 'kernel.pcp.batch=[31,255]' "$HZ_SRCDIR/scenarios/page-fault-batch.yaml"
	holds "$(waited zone 255) < 0.6 * $(waited zone 31)"
	holds "$(waited lru 255) > 1.25 * $(waited lru 31)"
	"$HOTZONE" query --format csv "SELECT mean FROM summary WHERE metric = 'faults_per_second' ORDER BY position" | tail -n +2 >faults
	cat faults
	holds "$(tail -n 1 faults) > 1.03 * $(head -n 1 faults)"
}
