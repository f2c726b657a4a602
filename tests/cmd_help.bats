#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# hotzone help: commands, topics, and the reference of scenario files.

setup() {
	T=$(mktemp -d)
	cd "$T"
}

@test "help lists the commands, help COMMAND is COMMAND --help" {
	run "$HOTZONE" help
	[ "$status" -eq 0 ]
	for c in run show query plot import help; do
		[[ "$output" == *"  $c "* ]]
		[ "$("$HOTZONE" help "$c")" = "$("$HOTZONE" "$c" --help)" ]
	done
}

@test "help scenario explains every key that --show-config prints" {
	"$HOTZONE" help scenario >help
	echo '{machine: xeon-2x14, kernel: "4.19", nic: mlx5-2x100g, load: forward}' >s.yaml
	"$HOTZONE" run --show-config s.yaml | sed -n 's/^\([a-z][a-z0-9_.]*\): .*  # .*/\1/p' >paths
	[ "$(wc -l <paths)" -gt 90 ]
	while read -r path; do
		grep -qx "  $path" help
	done <paths
}

@test "help scenario names type, unit, range and default" {
	run "$HOTZONE" help scenario
	[[ "$output" == *"load.cpus"*"count, 1 to 256, or 'all'; default all"* ]]
	[[ "$output" == *"kernel.page_frag_free"*"buddy | pcp"*"; from the model"* ]]
	[[ "$output" == *"machine.atomic"*"cycles or time, 0cy to 1000000000cy; from the model, with its source"* ]]
	[[ "$output" == *"run.seed"*"default 1; no sweep"* ]]
}

@test "the man page of scenario files is sound" {
	"$HOTZONE" help scenario --man >page
	head -n 3 page | grep -q '^\.TH HOTZONE\\-SCENARIO 5'
	command -v man >/dev/null || skip "no man"
	man -l --warnings -E UTF-8 page 2>warnings | grep -q page_frag_free
	[ ! -s warnings ]
}

@test "help queries and help charts list what there is" {
	run "$HOTZONE" help queries
	[ "$status" -eq 0 ]
	[ -n "$output" ]
	run "$HOTZONE" help charts
	[ "$status" -eq 0 ]
	[ -n "$output" ]
}

@test "a topic that is not there is answered with the nearest" {
	run "$HOTZONE" help scenarois
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'scenario'?"* ]]
	run "$HOTZONE" help scenario --mna
	[ "$status" -eq 2 ]
}

@test "help to a full disk says so" {
	[ -w /dev/full ] || skip "no /dev/full"
	run bash -c "'$HOTZONE' help scenario >/dev/full"
	[ "$status" -eq 3 ]
	[[ "$output" == *"No space left on device"* ]]
}
