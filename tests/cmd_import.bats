#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# hotzone import: real traces in three forms, bad input, and nothing half written.

setup() {
	T=$(mktemp -d)
	cd "$T"
	traces=$HZ_SRCDIR/tests/traces
}

# One trace line of tracefs: line TIME EVENT TEXT
line() {
	printf '            dd-255     [000] .....    %s: %s: %s\n' "$1" "$2" "$3"
}

a_free() {
	line "${1:-1.000001}" mm_page_free "page=000000000c7c96da pfn=0x2b35 order=0"
}

# The value of a number in JSON on one line of its own.
value() {
	sed -nE "s/^ *\"$1\": \"?([0-9a-z -]+)\"?,?\$/\1/p" "$2"
}

@test "the same events from three forms of text give the same bytes" {
	"$HOTZONE" import "$traces/tcp_bulk_nic.trace.txt.xz" -o tracefs.hzt --json >tracefs.json
	"$HOTZONE" import "$traces/tcp_bulk_nic.report.txt.xz" -o report.hzt --json >report.json
	xz -dc "$traces/tcp_bulk_nic.report.txt.xz" | awk -f "$traces/perf-layout.awk" >perf.txt
	"$HOTZONE" import perf.txt -o perf.hzt --json >perf.json
	cmp tracefs.hzt report.hzt
	cmp tracefs.hzt perf.hzt
	[ "$(value format tracefs.json)" = tracefs ]
	[ "$(value format report.json)" = trace-cmd ]
	[ "$(value format perf.json)" = perf ]
}

@test "a real trace holds what another program counted in it" {
	"$HOTZONE" import "$traces/tcp_bulk_nic.trace.txt.xz" --check --json >json 2>report
	while read -r key count; do
		[ "$(value "$key" json)" = "$count" ] || { echo "$key: $(value "$key" json), not $count"; false; }
	done <<'END'
kept 4300
mm_page_alloc 991
mm_page_free 1021
mm_page_free_batched 28
mm_page_alloc_zone_locked 651
mm_page_pcpu_drain 881
napi_poll 728
skipped 16837
consume_skb 7654
net_dev_xmit 7166
allocs 991
frees 1021
free_matched 925
order_differs 0
free_pretrace 96
free_unpaired 0
alloc_unpaired 0
alloc_frames 6620
free_frames 6838
live_end_frames 361
napi_packets 7144
time_backwards 0
cpus 4
END
	grep -q '"eth2": {"packets": 6958, "polls": 458}' json
	grep -q '"eth0": {"packets": 186, "polls": 270}' json
	grep -q '4300  events kept' report
	grep -q '6958    eth2, in 458 polls' report
}

@test "real perf script text: counts as grep finds them" {
	xz -dc "$traces/forkexec.perf.txt.xz" >perf.txt
	"$HOTZONE" import "$traces/forkexec.perf.txt.xz" -o t.hzt --json >json
	[ "$(value mm_page_alloc json)" -eq "$(grep -c ' kmem:mm_page_alloc: ' perf.txt)" ]
	[ "$(value mm_page_free json)" -eq "$(grep -c ' kmem:mm_page_free: ' perf.txt)" ]
	[ "$(value mm_page_free_batched json)" -eq "$(grep -c ' kmem:mm_page_free_batched: ' perf.txt)" ]
	[ "$(value lines json)" -eq "$(grep -c '' perf.txt)" ]
	[ "$(value skipped json)" -eq 0 ]
	[ "$("$HOTZONE" import --dump t.hzt | wc -l)" -eq "$(value kept json)" ]
	# Every page frame, in order.
	grep -o 'pfn=0x[0-9a-f]*' perf.txt >want
	"$HOTZONE" import --dump t.hzt | grep -o 'pfn=0x[0-9a-f]*' >got
	cmp want got
}

@test "--dump prints one event per line" {
	{
		a_free 1.5
		line 1.500002 mm_page_alloc "page=(nil) pfn=0x0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT"
		line 2.000000001 napi_poll "napi poll on napi struct 0000000059baaf6a for device eth2 work 7 budget 64"
	} >t.txt
	"$HOTZONE" import t.txt -o t.hzt
	run "$HOTZONE" import --dump t.hzt
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "1.500000000 [000] 255 mm_page_free pfn=0x2b35 order=0 flags=pretrace" ]
	[ "${lines[1]}" = "1.500002000 [000] 255 mm_page_alloc pfn=0x0 order=3 migratetype=0 flags=failed" ]
	[ "${lines[2]}" = "2.000000001 [000] 255 napi_poll device=eth2 work=7 budget=64" ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "plain, piped and compressed text are the same" {
	xz -dc "$traces/tcp_bulk_nic.trace.txt.xz" >t.txt
	"$HOTZONE" import t.txt -o want.hzt
	gzip -k t.txt
	"$HOTZONE" import t.txt.gz -o gz.hzt
	cmp want.hzt gz.hzt
	{ head -n 1000 t.txt | gzip; tail -n +1001 t.txt | gzip; } >two.gz
	"$HOTZONE" import two.gz -o two.hzt
	cmp want.hzt two.hzt
	"$HOTZONE" import - -o stdin.hzt <t.txt
	cmp want.hzt stdin.hzt
	xz -dc "$traces/tcp_bulk_nic.trace.txt.xz" | "$HOTZONE" import - -o pipe.hzt
	cmp want.hzt pipe.hzt
	if command -v zstd >/dev/null; then
		zstd -q t.txt
		"$HOTZONE" import t.txt.zst -o zst.hzt
		cmp want.hzt zst.hzt
	fi
}

@test "an empty trace" {
	: >empty.txt
	run "$HOTZONE" import empty.txt -o t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"empty.txt: the trace is empty"* ]]
	[ ! -e t.hzt ]
	[ "$(ls)" = empty.txt ]
}

@test "no usable event" {
	{ echo "# tracer: nop"; line 1.0 softirq_entry "vec=3 [action=NET_RX]"; } >t.txt
	run "$HOTZONE" import t.txt -o t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"t.txt: no usable event in 2 lines (1 other events"* ]]
	[ "$(ls)" = t.txt ]
}

@test "a text that ends inside a line names the place" {
	xz -dc "$traces/tcp_bulk_nic.trace.txt.xz" | head -c 100000 >t.txt
	[ -n "$(tail -c 1 t.txt)" ]
	n=$(grep -c '' t.txt)
	run "$HOTZONE" import t.txt -o t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"t.txt:$n:"*": the text ends inside a line; the trace is truncated"* ]]
	[ "$(ls)" = t.txt ]
	run "$HOTZONE" import t.txt -o t.hzt --skip-bad
	[ "$status" -eq 0 ]
	[[ "$output" == *"1  bad lines left out; the first: t.txt:$n:"* ]]
	[[ "$output" == *"$((21137 - (n - 12)))  events fewer than the text's header announces"* ]]
}

@test "a compressed file that is cut off, or damaged" {
	xz -dc "$traces/tcp_bulk_nic.trace.txt.xz" | gzip >t.gz
	head -c 5000 t.gz >cut.gz
	run "$HOTZONE" import cut.gz -o t.hzt
	[ "$status" -eq 2 ]
	head -c 5000 "$traces/tcp_bulk_nic.trace.txt.xz" >cut.xz
	run "$HOTZONE" import cut.xz --skip-bad -o t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"cut.xz: the compressed data ends too early; the file is truncated"* ]]
	{ head -c 5000 t.gz; printf 'XXXXXXXX'; tail -c +5009 t.gz; } >bad.gz
	run "$HOTZONE" import bad.gz --skip-bad -o t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"bad.gz: damaged gzip data"* ]]
	[ ! -e t.hzt ]
}

@test "a line that does not parse: file, line and column" {
	{ a_free 1.0; line 1.1 mm_page_free "page=000000000c7c96da pfn=0x2b35 order=zero"; a_free 1.2; } >t.txt
	run "$HOTZONE" import t.txt -o t.hzt
	[ "$status" -eq 2 ]
	column=$(sed -n 2p t.txt | awk '{ print index($0, "zero") }')
	[[ "$output" == "hotzone: t.txt:2:$column: expected a page order, 0 to 13, found 'zero'" ]]
	[ "$(ls)" = t.txt ]
	run "$HOTZONE" import t.txt -o t.hzt --skip-bad
	[ "$status" -eq 0 ]
	[[ "$output" == *"1  bad lines left out; the first: t.txt:2:$column: "* ]]
	[ "$("$HOTZONE" import --dump t.hzt | wc -l)" -eq 2 ]
}

@test "lost events are counted and kept in the trace" {
	{ a_free 1.0; echo "CPU:2 [LOST 12 EVENTS]"; a_free 1.1; echo "CPU:1 [EVENTS DROPPED]"; a_free 1.2; } >t.txt
	run "$HOTZONE" import t.txt -o t.hzt
	[ "$status" -eq 0 ]
	[[ "$output" == *"12  events lost by CPU 2, in 1 gaps"* ]]
	[[ "$output" == *"0  events lost by CPU 1, in 1 gaps (1 of unknown size)"* ]]
	run "$HOTZONE" import --dump t.hzt
	[[ "${lines[1]}" == "1.100000000 [002] "*" lost events=12" ]]
	[[ "${lines[3]}" == "1.200000000 [001] "*" lost events=0" ]]
}

@test "free of a page never allocated, and freed twice" {
	{ a_free 1.0; a_free 1.1; } >t.txt
	run "$HOTZONE" import t.txt --check
	[ "$status" -eq 0 ]
	[[ "$output" == *"1    allocated before the trace"* ]]
	[[ "$output" == *"1    already free (handed out without an event)"* ]]
}

@test "a full disk leaves nothing behind and an older trace as it was" {
	a_free >t.txt
	"$HOTZONE" import t.txt -o t.hzt
	cp t.hzt before.hzt
	run bash -c 'ulimit -f 1; exec "$HOTZONE" import "$1" -o t.hzt 2>&1' - "$traces/tcp_bulk_nic.trace.txt.xz"
	[ "$status" -eq 3 ]
	[[ "$output" == *"write"*": File too large"* ]]
	cmp t.hzt before.hzt
	[ "$(ls | tr '\n' ' ')" = "before.hzt t.hzt t.txt " ]
}

@test "an output that is no file is refused and stays what it is" {
	a_free >t.txt
	mkfifo out.pipe
	ln -s out.pipe link
	for out in out.pipe link .; do
		run "$HOTZONE" import t.txt -o $out
		[ "$status" -eq 2 ]
		[[ "$output" == *"$out: not a regular file"* ]]
	done
	[ -p out.pipe ]
	[ -L link ]
	[ "$(ls | wc -l)" -eq 3 ]
}

@test "an output behind a symbolic link is written where the link leads" {
	a_free >t.txt
	echo old >real.hzt
	ln -s real.hzt link.hzt
	"$HOTZONE" import t.txt -o link.hzt
	[ -L link.hzt ]
	"$HOTZONE" import --dump real.hzt | grep -q mm_page_free
}

@test "a report that cannot be printed" {
	a_free >t.txt
	run bash -c '"$HOTZONE" import t.txt --check --json >/dev/full'
	[ "$status" -eq 3 ]
	"$HOTZONE" import t.txt -o t.hzt
	run bash -c '"$HOTZONE" import --dump t.hzt >/dev/full'
	[ "$status" -eq 3 ]
	[[ "$output" == *"write: stdout"* ]]
}

@test "unreadable input and impossible output" {
	run "$HOTZONE" import nowhere.txt -o t.hzt
	[ "$status" -eq 3 ]
	[[ "$output" == *"open: nowhere.txt: No such file or directory"* ]]
	run "$HOTZONE" import . -o t.hzt
	[ "$status" -eq 3 ]
	a_free >t.txt
	run "$HOTZONE" import t.txt -o no/such/folder/t.hzt
	[ "$status" -eq 3 ]
	if [ "$(id -u)" -ne 0 ]; then
		chmod a-r t.txt
		run "$HOTZONE" import t.txt -o t.hzt
		[ "$status" -eq 3 ]
		[[ "$output" == *"Permission denied"* ]]
	fi
	[ ! -e t.hzt ]
}

@test "binary recordings are told from text" {
	printf '\027\010\104tracing6' >trace.dat
	run "$HOTZONE" import trace.dat -o t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"trace-cmd report"* ]]
	printf 'PERFILE2....' >perf.data
	run "$HOTZONE" import perf.data -o t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"perf script"* ]]
}

# Wait until file $1 exists, up to 10 s.
appears() {
	for _ in $(seq 100); do
		[ -e "$1" ] && return
		sleep 0.1
	done
	false
}

@test "Ctrl-C while reading leaves no output" {
	mkfifo trace.pipe
	a_free >t.txt
	"$HOTZONE" import t.txt -o t.hzt
	cp t.hzt before.hzt
	# Background jobs of a shell ignore SIGINT; env gives it back.
	env --default-signal=INT "$HOTZONE" import trace.pipe -o t.hzt 2>err 3>&- &
	pid=$!
	exec 9>trace.pipe
	a_free >&9
	appears t.hzt.part-$pid
	kill -INT $pid
	for _ in $(seq 100); do
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL $pid 2>/dev/null || true # or the test would wait for ever
	status=0
	wait $pid || status=$?
	exec 9>&-
	[ "$status" -eq 130 ]
	grep -q 'trace.pipe: interrupted' err
	cmp t.hzt before.hzt
	[ ! -e t.hzt.part-$pid ]
}

@test "a native trace that is cut off or damaged" {
	xz -dc "$traces/tcp_bulk_nic.trace.txt.xz" >t.txt
	"$HOTZONE" import t.txt -o t.hzt
	size=$(stat -c %s t.hzt)
	for n in 0 10 63 64 100 $((size / 2)) $((size - 1)); do
		head -c $n t.hzt >cut.hzt
		run "$HOTZONE" import --dump cut.hzt
		[ "$status" -eq 2 ]
		[[ "$output" == *"cut.hzt: "* ]]
	done
	run "$HOTZONE" import --dump t.txt
	[ "$status" -eq 2 ]
	[[ "$output" == *"t.txt: not a native trace"* ]]
	printf 'X' | dd of=t.hzt bs=1 seek=1000 conv=notrunc status=none
	run "$HOTZONE" import --dump t.hzt
	[ "$status" -eq 2 ]
	[[ "$output" == *"t.hzt: corrupt native trace"* ]]
}

@test "wrong options" {
	a_free >t.txt
	for wrong in "" "t.txt" "t.txt -o t.hzt --check" "t.txt -o" "t.txt --check --format strace" \
		"t.txt t.txt --check" "t.txt --check --frobnicate" "--dump t.txt --json"; do
		# shellcheck disable=SC2086 # several words on purpose
		run "$HOTZONE" import $wrong
		[ "$status" -eq 2 ]
		[[ "$output" == *"hotzone help import"* ]]
	done
	[ "$(ls)" = t.txt ]
}

@test "--format holds against what the text looks like" {
	a_free >t.txt
	run "$HOTZONE" import t.txt --check --format perf
	[ "$status" -eq 2 ]
	[[ "$output" == *"t.txt:1:"*"expected"* ]]
	run "$HOTZONE" import t.txt --check --format trace-cmd
	[ "$status" -eq 0 ]
}
