#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# hotzone show, on a database of invented results.

setup() {
	T=$(mktemp -d)
	cd "$T"
	"${HOTZONE%/*}/tests/make_db" r.db
}

@test "the summary has a row per point with interval, slow path and zone lock" {
	run "$HOTZONE" show --db r.db page-frag-free
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "page-frag-free: a forwarding router frees page fragments to the buddy or to the per-CPU lists" ]
	grep -qE '^10 +buddy +80Gbit/s +14 +5/5 +119\.048 .* 20[0-9]+ ±[0-9]+ .* 29\.01$' <<<"$output"
	[[ "$output" == *"zone->lock, all nodes and zones"* ]]
	# Twenty points, in both tables.
	[ "$(grep -cE '^ *[0-9]+  (buddy|pcp) ' <<<"$output")" -eq 40 ]
}

@test "policies are compared below the points, the changes paired" {
	run "$HOTZONE" show --db r.db page-frag-free
	[[ "$output" == *"cycles per packet, and the change against buddy"* ]]
	grep -qE '^ +buddy +pcp +pcp$' <<<"$output"
	grep -qE '^80Gbit/s +14 +2068 ±14 +1407 ±11 +-31\.97 ±0\.78$' <<<"$output"
	run "$HOTZONE" show --db r.db page-frag-free --point 10
	[[ "$output" != *"change against"* ]]
	run "$HOTZONE" show --db r.db page-frag-free --points
	[[ "$output" != *"change against"* ]]
	run "$HOTZONE" show --db r.db page-bench
	[[ "$output" != *"cycles per pair,"* ]]
}

@test "a scenario with workloads shows its impact matrix" {
	run "$HOTZONE" show --db r.db impact
	[ "$status" -eq 0 ]
	cat >wanted <<-'END'
	impact

	cycles, and the change against old

	                cycles       old            new          odd
	workload  cpus  per       cycles       change %     change %
	router       1  packet   1600 ±0   -12.24 ±0.65  +6.54 ±0.81
	router       4  packet   2000 ±0  ~ +0.11 ±0.52      +5.14 ?
	pages        -  pair    210.0 ±0              =    +10.00 ±0

	                              old        new        odd
	                cycles  slow path  slow path  slow path
	workload  cpus  per             %          %          %
	router       1  packet      25.00      25.00      25.00
	router       4  packet      25.00      25.00      25.00
	pages        -  pair        25.00      25.00      25.00

	change: mean over the repetitions, paired, with its 95 % interval
	~  the interval contains 0: within the noise
	=  the same in every repetition
	?  fewer than 4 pairs of repetitions: no interval, so no claim

	1 of 36 runs failed; 'hotzone query failures' says why
	END
	diff wanted - <<<"$output"
}

@test "--impact leaves out the others' values, --points gives a row per point" {
	run "$HOTZONE" show --db r.db page-frag-free --impact
	grep -qE '^80Gbit/s +14 +2068 ±14 +-31\.97 ±0\.78$' <<<"$output"
	[[ "$output" != *offered* ]]
	run "$HOTZONE" show --db r.db impact --points
	[ "$(grep -cE '^[0-9] +(new|old|odd) +(router|pages) +[-14] +[34]/4 ' <<<"$output")" -eq 9 ]
	run "$HOTZONE" show --db r.db impact --points --workload pages
	[ "$(grep -cE '^[0-9] +(new|old|odd) ' <<<"$output")" -eq 3 ]
	run "$HOTZONE" show --db r.db impact --workload rooter
	[ "$status" -eq 2 ]
	[ "$output" = "hotzone: no workload 'rooter' in r.db; did you mean 'router'?" ]
	run "$HOTZONE" show --db r.db page-bench --workload router
	[ "$status" -eq 2 ]
}

@test "no line of a comparison is wider than 80 columns" {
	"$HOTZONE" show --db r.db impact >out
	"$HOTZONE" show --db r.db page-frag-free --impact >>out
	[ -s out ]
	! LC_ALL=C.UTF-8 grep -E '.{81}' out | grep -v 'page-frag-free:'
}

@test "no line is wider than 160 columns, none ends in blanks, no escapes" {
	"$HOTZONE" show --db r.db >out
	[ -s out ]
	! grep -E '.{161}' out
	! grep -E ' $' out
	! grep -q "$(printf '\033')" out
}

@test "a column without data is left out, a missing value is a dash" {
	run "$HOTZONE" show --db r.db page-bench
	[ "$status" -eq 0 ]
	[[ "$output" != *offered* ]]
	[[ "$output" != *"zone->lock"* ]]
	[[ "$output" == *"per pair"* ]]
	[[ "$output" == *"2      2   0/2       -           -          -"* ]]
}

@test "a point that is not steady is marked, failed and missing runs are counted" {
	run "$HOTZONE" show --db r.db page-bench
	[[ "$output" == *"1!     1   2/2 "* ]]
	[[ "$output" == *"! not steady"* ]]
	[[ "$output" == *"4 of 8 runs failed"* ]]
	[[ "$output" == *"2 of 8 runs are missing"* ]]
}

@test "a scenario is also known by its path, a point by its label or number" {
	run "$HOTZONE" show --db r.db scenarios/page-frag-free.yaml --point "pcp rate=40Gbit/s cpus=4"
	[ "$status" -eq 0 ]
	by_label=$output
	run "$HOTZONE" show --db r.db page-frag-free --point 13
	[ "$output" = "$by_label" ]
	[ "$(grep -cE '^ *[0-9]+  (buddy|pcp) ' <<<"$output")" -eq 2 ]
}

@test "unknown names are answered with the nearest" {
	run "$HOTZONE" show --db r.db page-frag-fre
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'page-frag-free'?"* ]]
	run "$HOTZONE" show --db r.db page-frag-free --point "pcp rate=40Gbit/s cpus=5"
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'pcp rate=40Gbit/s cpus=4'?"* ]]
	run "$HOTZONE" show --db r.db --profile --symbol mlx5e_pol_tx_cq
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'mlx5e_poll_tx_cq'?"* ]]
}

@test "--locks has the columns of perf lock contention, and hold" {
	run "$HOTZONE" show --db r.db page-frag-free --point 10 --locks
	[ "$status" -eq 0 ]
	grep -qE '^ *contended +total wait +max wait +avg wait +type +caller +lock +acquired' <<<"$output"
	grep -qE '[0-9.]+ us +[0-9.]+ us +[0-9]+ ns +qspinlock +free_one_page +zone->lock \(node 0 Normal\) +2000 ' <<<"$output"
	# Most waited-for first.
	[ "$(grep -n 'node 0' <<<"$output" | cut -d: -f1)" -lt "$(grep -n 'node 1' <<<"$output" | cut -d: -f1)" ]
	grep -qE '^ +0 +- +- +- +qspinlock +- +pcp ' <<<"$output"
}

@test "--profile prints the call tree as perf report does" {
	run "$HOTZONE" show --db r.db page-frag-free --point 10 --profile --symbol napi_consume_skb
	[ "$status" -eq 0 ]
	cat >wanted <<-'END'
	# Children      Self  Symbol
	# ........  ........  ......
	#
	    37.97%     1.50%  napi_consume_skb
	            |
	             --36.47%--skb_release_data
	                       |
	                        --34.47%--skb_free_head
	                                  page_frag_free
	                                  |
	                                   --33.22%--__free_pages_ok
	                                             |
	                                              --32.22%--free_one_page
	                                                        |
	                                                         --30.02%--queued_spin_lock_slowpath
	END
	tail -n +4 <<<"$output" | diff wanted -
}

@test "--profile shares are of all busy cycles; --percent-limit leaves out the rest" {
	run "$HOTZONE" show --db r.db page-frag-free --point 10 --profile
	[[ "$output" == *"   100.00% "*"  swapper"* ]]
	[[ "$output" == *"|--57.03%--mlx5e_poll_rx_cq"* ]]
	[[ "$output" == *mlx5e_post_rx_mpwqes* ]]
	run "$HOTZONE" show --db r.db page-frag-free --point 10 --profile --percent-limit 5
	[[ "$output" != *mlx5e_post_rx_mpwqes* ]]
	[[ "$output" == *mlx5e_poll_rx_cq* ]]
}

@test "under pcp the slow path is not in the tree" {
	run "$HOTZONE" show --db r.db page-frag-free --point 20 --profile
	[ "$status" -eq 0 ]
	[[ "$output" == *free_one_page* ]]
	[[ "$output" != *queued_spin_lock_slowpath* ]]
}

@test "--folded prints stacks and cycles; several points are told apart by label" {
	"$HOTZONE" show --db r.db page-frag-free --point 10 --folded >one
	! grep -vE '^[^ ]+ [0-9]+$' one
	grep -qE '^swapper;net_rx_action;.*;queued_spin_lock_slowpath [0-9]+$' one
	"$HOTZONE" show --db r.db page-frag-free --folded >all
	grep -qE '^buddy rate=80Gbit/s cpus=14;swapper;.* [0-9]+$' all
}

@test "bad options are 2" {
	for bad in --nonsense "--point" "--percent-limit x" "--percent-limit 101" "--locks --profile" "--symbol x" "a b"; do
		# shellcheck disable=SC2086
		run "$HOTZONE" show --db r.db $bad
		[ "$status" -eq 2 ] || { echo "$bad: $status"; false; }
	done
}

@test "a missing database is 3 and stays missing" {
	run "$HOTZONE" show --db none.db
	[ "$status" -eq 3 ]
	[ "$output" = "hotzone: open database: none.db: No such file or directory" ]
	[ ! -e none.db ]
}

@test "a file that is no database is 3" {
	echo "no database" >text
	run "$HOTZONE" show --db text
	[ "$status" -eq 3 ]
	[[ "$output" == *"text: file is not a database"* ]]
}

@test "reading leaves no file behind" {
	"$HOTZONE" show --db r.db >/dev/null
	[ "$(ls)" = r.db ]
}

@test "a full disk under standard output is 3" {
	run sh -c '"$HOTZONE" show --db r.db >/dev/full'
	[ "$status" -eq 3 ]
	[[ "$output" == *"write output"* ]]
}

@test "nothing to show is 5" {
	run "$HOTZONE" show --db r.db page-bench --locks
	[ "$status" -eq 5 ]
	run "$HOTZONE" show --db r.db page-bench --point 4 --profile
	[ "$status" -eq 5 ]
}
