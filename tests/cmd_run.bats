#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# hotzone run: from scenario file to database and table, what it skips, how it fails and how it stops.

bats_require_minimum_version 1.5.0

setup() {
	T=$(mktemp -d)
	cd "$T"
	unset HOTZONE_MODELS
	cat >tiny.yaml <<-'END'
		scenario: tiny
		title: One page over and over
		machine: desktop-4
		kernel: "4.19"
		load: {kind: page_bench, cpus: [1, 2]}
		policies:
		  old: {kernel.pcp.batch: 31}
		  new: {kernel: "5.0"}
		run.duration: 200us
		repetitions: 2
	END
}

# All results, without times.
dump() {
	"$HOTZONE" query --db "$1" --format csv "SELECT p.label, r.repetition, r.state, r.fingerprint, m.name, m.value
		FROM run r JOIN point p ON p.id = r.point LEFT JOIN metric m ON m.run = r.id ORDER BY 1, 2, 5"
}

@test "a scenario becomes a table and a database" {
	run --separate-stderr "$HOTZONE" run tiny.yaml
	[ "$status" -eq 0 ]
	[[ "$output" == *tiny* ]]
	[ "$(grep -c ' 2/2 ' <<<"$output")" -eq 4 ]
	[[ "$stderr" == *"8 runs done"*"results in hotzone.db"* ]]
	[ -s hotzone.db ]
}

@test "what a socket has no room for is in the table" {
	cat >full.yaml <<-'END'
		machine: desktop-4
		kernel: "4.19"
		nic: mlx5-2x100g
		load: {kind: udp_sink, cpus: 2, app_cpus: 1, rate: 1500kpps, rcvbuf: 8KiB}
		run.duration: 1ms
		repetitions: 1
	END
	run --separate-stderr "$HOTZONE" run full.yaml
	[ "$status" -eq 0 ]
	[[ "$output" == *socket* ]]
	lost=$("$HOTZONE" query --format csv "SELECT CAST(value AS INTEGER) FROM metric WHERE name = 'drops_socket_full'" | tail -1)
	[ "$lost" -gt 100 ]
	[[ "$output" == *" $lost "* ]]
}

@test "workloads become an impact matrix, and their points differ in what they use" {
	cat >many.yaml <<-'END'
		machine: desktop-4
		kernel: "4.19"
		nic: ixgbe-10g
		workloads:
		  router: {load: forward, load.rate: 1Mpps}
		  pages: {load: page_bench}
		policies: {old: {}, new: {kernel: "5.0"}, random: {load.arrivals: poisson}}
		load: {cpus: [1, 2], flows: 64}
		run.duration: 200us
		repetitions: 4
	END
	run "$HOTZONE" run --dry-run many.yaml
	[ "${lines[0]}" = "many: 12 points, 4 repetitions each" ]
	[ "${lines[3]}" = "   3  old pages cpus=1" ]
	run --separate-stderr "$HOTZONE" run many.yaml
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"48 runs done"* ]]
	grep -qE '^router +1 +packet +! [0-9.]+ ±[0-9.]+ +! -[0-9.]+ ±[0-9.]+' <<<"$output"
	grep -qE '^pages +2 +pair +211\.0 ±0 +[^ ]+ +=$' <<<"$output"
	[ "$("$HOTZONE" query --format csv "SELECT group_concat(DISTINCT workload) FROM points" | tail -n 1)" = '"router,pages"' ]
	run --separate-stderr "$HOTZONE" run --set 'where=workload == pages and load.cpus == 1' many.yaml
	[[ "$stderr" == *"0 runs done"*"12 done before"* ]]
	[ "$(grep -cE '^(router|pages) ' <<<"$output")" -eq 1 ]
}

@test "a scenario that builds on another is run by its own name" {
	printf 'base: tiny.yaml\ntitle: Less\nload.cpus: 1\n' >less.yaml
	run --separate-stderr "$HOTZONE" run less.yaml
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "less: Less" ]
	[ "$(grep -c ' 2/2 ' <<<"$output")" -eq 2 ]
	printf 'base: less.yaml\n' >circle.yaml
	printf 'base: circle.yaml\n' >less.yaml
	run "$HOTZONE" run less.yaml
	[ "$status" -eq 2 ]
	[ "$output" = "hotzone: circle.yaml:1:7: base: a circle: less.yaml, which is based on circle.yaml, which is based on less.yaml" ]
}

@test "a shown metric that no run has is named with its place, after the results" {
	echo 'show: [busy_share, slowpath_shar]' >>tiny.yaml
	run --separate-stderr "$HOTZONE" run tiny.yaml
	[ "$status" -eq 2 ]
	[ "$(grep -c ' 2/2 ' <<<"$output")" -eq 4 ]
	[[ "$output" == *"busy"* ]]
	[[ "$stderr" == *"hotzone: tiny.yaml:11:20: show: no run of tiny has a metric 'slowpath_shar'; did you mean 'slowpath_share'?"* ]]
	run "$HOTZONE" show tiny
	[ "$status" -eq 2 ]
}

@test "a second run does nothing but print the same table" {
	"$HOTZONE" run tiny.yaml >first 2>/dev/null
	run --separate-stderr "$HOTZONE" run tiny.yaml
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat first)" ]
	[[ "$stderr" == *"0 runs done"*"8 done before"* ]]
}

@test "--again repeats, more repetitions only add" {
	"$HOTZONE" run -q tiny.yaml
	run --separate-stderr "$HOTZONE" run --again tiny.yaml
	[[ "$stderr" == *"8 runs done"* ]]
	run --separate-stderr "$HOTZONE" run --set repetitions=3 tiny.yaml
	[[ "$stderr" == *"4 runs done"*"8 done before"* ]]
}

@test "-j1 and -j2 give the same results" {
	"$HOTZONE" run -q -j1 --db one.db tiny.yaml
	"$HOTZONE" run -q -j2 --db two.db tiny.yaml
	dump one.db >one
	dump two.db >two
	[ "$(grep -c ,done, one)" -gt 8 ]
	cmp one two
}

@test "results do not depend on the folder or the locale" {
	"$HOTZONE" run -q --db one.db tiny.yaml
	mkdir -p a/b
	(cd a/b && LC_ALL=C.UTF-8 "$HOTZONE" run -q --db ../../two.db ../../tiny.yaml)
	dump one.db >one
	dump two.db >two
	[ "$(grep -c ,done, one)" -gt 8 ]
	cmp one two
}

@test "--quiet says nothing when all is well" {
	run "$HOTZONE" run -q tiny.yaml
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "--dry-run lists the points and makes no database" {
	run "$HOTZONE" run --dry-run tiny.yaml
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "tiny: 4 points, 2 repetitions each" ]
	[ "${lines[1]}" = "   1  old cpus=1" ]
	[ "${lines[4]}" = "   4  new cpus=2" ]
	[ ! -e hotzone.db ]
}

@test "--show-config tells values and origins and makes no database" {
	run "$HOTZONE" run --show-config --set run.windows=10 --set load.cpus=1 tiny.yaml
	[ "$status" -eq 0 ]
	[[ "$output" == *"kernel.pcp.batch: 31  # tiny.yaml:7"* ]]
	[[ "$output" == *"run.windows: 10  # --set"* ]]
	[[ "$output" == *"run.seed: 1  # default"* ]]
	[[ "$output" == *"machine.clock: 4GHz  # "*"models/machines/desktop-4.yaml:"* ]]
	[ "$(grep -c '^---$' <<<"$output")" -eq 1 ]
	[ ! -e hotzone.db ]
}

@test "--models comes before the models of the program" {
	mkdir -p mine/machines
	printf 'base: desktop-4\nclock: 2GHz\n' >mine/machines/slow.yaml
	run "$HOTZONE" run --show-config --models mine --set machine=slow tiny.yaml
	[ "$status" -eq 0 ]
	[[ "$output" == *"machine.clock: 2GHz  # mine/machines/slow.yaml:2"* ]]
	run env HOTZONE_MODELS=mine "$HOTZONE" run --dry-run --set machine=slow tiny.yaml
	[ "$status" -eq 0 ]
	run "$HOTZONE" run --dry-run --set machine=slow tiny.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == "hotzone: --set: no machine model 'slow'"*"there are: desktop-4"* ]]
}

refused() {
	run "$HOTZONE" run "$@"
	[ "$status" -eq 2 ]
	[ ! -e hotzone.db ]
}

@test "bad scenarios end with exit status 2 and the place" {
	echo 'load.cpsu: 3' >>tiny.yaml
	refused tiny.yaml
	[ "$output" = "hotzone: tiny.yaml:11:1: unknown key 'load.cpsu'; did you mean 'load.cpus'?" ]
	refused --set load.cpus=99 /dev/stdin <<<'{machine: desktop-4, kernel: 4.19, load: page_bench}'
	[[ "$output" == *"load.cpus is 99, but machine 'desktop-4' has 8 CPUs"* ]]
	refused --set run.duration=-1ms tiny.yaml
}

@test "what a machine or a NIC cannot be is refused before anything runs" {
	refused --set machine.memory=16TiB tiny.yaml
	[[ "$output" == *"machine.memory"*"less than 16TiB in all"* ]]
	forward='{machine: desktop-4, kernel: 4.19, nic: ixgbe-10g, load: forward, nic.ports: 17}'
	refused /dev/stdin <<<"$forward"
	[[ "$output" == *"nic.ports: 17 is out of range; expected 1 to 16"* ]]
	refused --set load.pattern=frag --set load.frag_size=8KiB tiny.yaml
	[[ "$output" == *"load.frag_size: 8KiB is out of range"* ]]
}

@test "a replay has its recording's length: no run.duration, and no more windows than cycles" {
	cat >short.txt <<-'END'
		# tracer: nop
		cc-7 [000] ..... 1.000001: mm_page_alloc: page=0 pfn=0x100 order=0 migratetype=0 gfp_flags=GFP_KERNEL
		cc-7 [000] ..... 1.000001: mm_page_free: page=0 pfn=0x100 order=0
	END
	"$HOTZONE" import short.txt -o short.hzt
	echo '{machine: desktop-4, kernel: 4.19, load: {kind: replay, trace: short.hzt}}' >replay.yaml
	"$HOTZONE" run -q --db fine.db replay.yaml
	refused --set run.duration=1ms replay.yaml
	[[ "$output" == *"run.duration has no meaning under load: replay"* ]]
	refused --set run.windows=100000 replay.yaml
	[[ "$output" == *"cannot have 100000 windows"* ]]
}

@test "a full disk under --dry-run and --show-config is 3" {
	run sh -c '"$HOTZONE" run --dry-run tiny.yaml >/dev/full'
	[ "$status" -eq 3 ]
	run sh -c '"$HOTZONE" run --show-config tiny.yaml >/dev/full'
	[ "$status" -eq 3 ]
}

@test "--set says which words belong into the file" {
	refused --set title=x tiny.yaml
	[ "$output" = "hotzone: --set: 'title' can be set in the scenario file only" ]
}

@test "a byte order mark at a scenario's start is not part of it" {
	{ printf '\357\273\277'; cat tiny.yaml; } >marked.yaml
	run --separate-stderr "$HOTZONE" run --dry-run marked.yaml
	[ "$status" -eq 0 ]
	[ "$output" = "$("$HOTZONE" run --dry-run tiny.yaml)" ]
}

@test "docs/database.md names every metric, and no other" {
	{
		printf '%s\n' 'machine: desktop-4' 'machine.memory: 1GiB' 'nic: ixgbe-10g' 'repetitions: 1' 'run.duration: 1ms' 'load.rate: 200kpps' \
			'load.cpus: 4' 'load.app_cpus: 2' 'load.message: 2KiB' "load.trace: $HZ_SRCDIR/scenarios/traces/ipfwd-jumbo.hzt" \
			'policies:' '  alloc: {kernel: "4.19"}' '  cache: {kernel: "4.19", kernel.net.rx_pages: mlx5_cache}' \
			'  flip: {kernel: "4.19", kernel.net.rx_pages: page_flip}' '  pool: {kernel: "7.1"}' 'workloads:'
		"$HOTZONE" help scenario | grep -A 2 '^  load\.kind$' | tail -n 1 | sed 's/;.*//' | tr -d ' ' | tr '|' '\n' |
			sed 's/.*/  &: {load.kind: &}/'
	} >all.yaml
	"$HOTZONE" run -q all.yaml
	"$HOTZONE" query --format csv "SELECT DISTINCT name FROM metric" | tail -n +2 | sort >kept
	sed -n '/^| metric | load/,/^$/s/^| \([^|]*\) |.*/\1/p' "$HZ_SRCDIR/docs/database.md" | grep -o '`[a-z0-9_]*`' |
		tr -d '`' | sort >documented
	# A mean of what does not happen in so short a run.
	grep -vxF interruption_mean documented | diff - <(grep -vxF interruption_mean kept)
}

@test "two scenarios of one name are refused" {
	cp tiny.yaml other.yaml
	refused tiny.yaml other.yaml
	[[ "$output" == *"tiny.yaml and other.yaml are both called 'tiny'"* ]]
}

@test "nothing is run when the second scenario is bad" {
	echo 'load: 3' >bad.yaml
	refused tiny.yaml bad.yaml
	[[ "$output" == *"bad.yaml:1:7:"* ]]
}

@test "bad options end with exit status 2" {
	for bad in --frobnicate --set '-j0 x' '-j many x' '-j -1 x' '--time-limit 5 x' '--memory-limit 5ms x' ''; do
		# shellcheck disable=SC2086
		run "$HOTZONE" run $bad
		[ "$status" -eq 2 ]
		[[ "$output" == "hotzone run: "*"See 'hotzone help run'."* ]]
	done
}

@test "a scenario or a database that cannot be opened ends with exit status 3" {
	run "$HOTZONE" run nowhere.yaml
	[ "$status" -eq 3 ]
	[[ "$output" == *"nowhere.yaml: No such file"* ]]
	run "$HOTZONE" run --db nowhere/x.db tiny.yaml
	[ "$status" -eq 3 ]
	[[ "$output" == *"nowhere/x.db"* ]]
}

@test "a folder that takes no database is named as what is wrong" {
	mkdir locked
	cp tiny.yaml locked
	chmod 555 locked
	cd locked
	run mortal "$HOTZONE" run tiny.yaml
	chmod 755 .
	[ "$status" -eq 3 ]
	[ "$output" = "hotzone: make database: hotzone.db: Permission denied" ]
}

# Run a command without root's right to write to read-only files.
mortal() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --bounding-set -dac_override --inh-caps -all "$@"
	else
		"$@"
	fi
}

@test "a read-only database stays what it is, with exit status 3" {
	"$HOTZONE" run -q --db kept.db --set repetitions=1 tiny.yaml
	chmod a-w kept.db
	! mortal test -w kept.db || skip "this user may write to read-only files"
	run mortal "$HOTZONE" run --db kept.db tiny.yaml
	[ "$status" -eq 3 ]
	[[ "$output" == *"kept.db"* ]]
	[ "$(dump kept.db | grep -c ,done,)" -gt 4 ]
}

@test "a full disk ends with exit status 3 and keeps what was there" {
	"$HOTZONE" run -q --set repetitions=1 tiny.yaml
	dump hotzone.db >before
	[ "$(grep -c ,done, before)" -gt 4 ]
	# A limit on the size of files is a full disk to SQLite; it is in blocks of 1024 bytes.
	run bash -c "trap '' XFSZ; ulimit -f $(($(stat -c %s hotzone.db) / 1024 + 1)); '$HOTZONE' run --set repetitions=400 tiny.yaml"
	[ "$status" -eq 3 ]
	[[ "$output" == *hotzone.db* ]]
	dump hotzone.db >after
	[ -z "$(comm -23 <(sort before) <(sort after))" ]
}

@test "a run that fails costs one run and exit status 4" {
	run --separate-stderr "$HOTZONE" run --time-limit 300ms -j2 --set 'load.cpus=1' --set 'run.duration=[200us, 100s]' tiny.yaml
	[ "$status" -eq 4 ]
	[[ "$stderr" == *"point 'old duration=400000000000cy', repetition 1 was killed: time limit of 300ms reached"* ]]
	[[ "$stderr" == *"4 of 8 runs failed; the others are kept"* ]]
	[ "$(grep -c ' 2/2 ' <<<"$output")" -eq 2 ]
	[ "$("$HOTZONE" query --format csv "SELECT count(*) FROM run WHERE state = 'killed'" | tail -n 1)" = 4 ]
	# Failed runs are tried again, done ones are not.
	run --separate-stderr "$HOTZONE" run --time-limit 300ms -j2 --set 'load.cpus=1' --set 'run.duration=[200us, 100s]' tiny.yaml
	[ "$status" -eq 4 ]
	[[ "$stderr" == *"4 done before, 4 failed"* ]]
}

# How many runs of the database are in this state.
count_runs() {
	"$HOTZONE" query --format csv "SELECT count(*) FROM run WHERE state = '$1'" 2>/dev/null | tail -n 1
}

# Run with -j1 until at least $1 runs are done, then interrupt; messages go to the file err, the exit status to `status`.
interrupt_after() {
	# A job in the background ignores SIGINT unless told otherwise.
	env --default-signal=INT "$HOTZONE" run -j1 tiny.yaml >/dev/null 2>err 3>&- &
	local pid=$!
	for ((i = 0; i < 600; i++)); do
		[ "$(count_runs done | grep -E '^[0-9]+$' || echo 0)" -lt "$1" ] || break
		sleep 0.1
	done
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
}

@test "an interrupt half way keeps finished runs, and the same command goes on" {
	sed -i 's/200us/20ms/; s/repetitions: 2/repetitions: 500/' tiny.yaml
	interrupt_after 1
	[ "$status" -eq 130 ]
	grep -q "interrupted by SIGINT" err
	done_now=$(count_runs done)
	[ "$done_now" -gt 0 ] && [ "$done_now" -lt 2000 ]
	[ "$(count_runs running)" = 0 ]
	dump hotzone.db | grep -F ,done, >before
	interrupt_after $((done_now + 1))
	[ "$status" -eq 130 ]
	grep -q "$done_now done before" err
	dump hotzone.db | grep -F ,done, >after
	[ "$(comm -23 <(sort before) <(sort after) | wc -l)" -eq 0 ]
	[ "$(wc -l <after)" -gt "$(wc -l <before)" ]
}
