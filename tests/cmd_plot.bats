#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# hotzone plot, on a database of invented results.

setup() {
	T=$(mktemp -d)
	cd "$T"
	"${HOTZONE%/*}/tests/make_db" r.db
}

need_gnuplot() {
	command -v gnuplot >/dev/null || skip "no gnuplot"
}

@test "every chart is drawn as SVG and PNG, the same every time" {
	need_gnuplot
	[ "$("$HOTZONE" plot --list | tail -n +2 | wc -l)" -ge 4 ]
	for chart in $("$HOTZONE" plot --list | awk 'NR > 1 { print $1 }'); do
		for ending in svg png; do
			"$HOTZONE" plot "$chart" --db r.db page-frag-free -o a.$ending
			"$HOTZONE" plot "$chart" --db r.db page-frag-free -o ./b.$ending
			cmp a.$ending b.$ending
		done
		tail -c 20 a.svg | grep -q '</svg>'
		head -c 8 a.png | od -An -tx1 | grep -q '89 50 4e 47 0d 0a 1a 0a'
	done
	[ "$(ls)" = "a.png
a.svg
b.png
b.svg
r.db" ]
}

@test "title, axes, panels and legend say what was run" {
	need_gnuplot
	"$HOTZONE" plot cycles --db r.db page-frag-free -o a.svg
	for words in "page-frag-free: a forwarding router" "rate (Gbit/s)" "cycles per packet" "cpus = 4" "cpus = 14" buddy pcp; do
		grep -qF "$words" a.svg || { echo "$words"; false; }
	done
}

@test "a metric is a chart, and a wide sweep gets a logarithmic axis" {
	need_gnuplot
	"$HOTZONE" plot txcompletion_share --db r.db page-frag-free --x cpus -o a.svg
	for words in "tx compl. %, mean" "rate = 80Gbit/s"; do
		grep -qF "$words" a.svg || { echo "$words"; false; }
	done
	"$HOTZONE" plot offered_bps --db r.db page-frag-free -o a.svg
	grep -qF "offered Gbit/s" a.svg
}

@test "workloads get a panel each, the scenario's lines are drawn where their metric is" {
	need_gnuplot
	"$HOTZONE" plot cycles --db r.db impact -o a.svg
	for words in router "without pages" "cycles per packet" "a budget" old new odd; do
		grep -qF "$words" a.svg || { echo "$words"; false; }
	done
	"$HOTZONE" plot slowpath_share --db r.db impact -o a.svg
	! grep -qF "a budget" a.svg
	"$HOTZONE" plot cycles --db r.db impact --workload pages -o a.svg
	grep -qF "cycles per pair" a.svg
	! grep -qF "a budget" a.svg
}

@test "the impact chart has a row per situation and no line for the policy of comparison" {
	need_gnuplot
	"$HOTZONE" plot impact --db r.db impact -o a.svg
	for words in "router cpus=1" "router cpus=4" pages new odd "change (%)"; do
		grep -qF "$words" a.svg || { echo "$words"; false; }
	done
	! grep -qwF old a.svg
	run "$HOTZONE" plot impact --db r.db page-bench -o b.svg
	[ "$status" -eq 5 ]
}

@test "lines are told apart without colour" {
	need_gnuplot
	"$HOTZONE" plot share --db r.db page-frag-free -o a.svg
	grep -q 'stroke-dasharray' a.svg
	[ "$(grep -o "xlink:href='#gpPt[0-9]*'" a.svg | sort -u | wc -l)" -ge 2 ]
}

@test "--x puts another key on the axis" {
	need_gnuplot
	"$HOTZONE" plot cycles --db r.db page-frag-free --x cpus -o a.svg
	grep -qF "rate = 80Gbit/s" a.svg
	! grep -qF "cpus = 14" a.svg
	run "$HOTZONE" plot cycles --db r.db page-frag-free --x load.cpu -o a.svg
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'load.cpus'?"* ]]
}

@test "other results give another chart" {
	need_gnuplot
	"$HOTZONE" plot cycles --db r.db page-frag-free -o a.svg
	"$HOTZONE" plot cycles --db r.db page-frag-free --point 3 -o b.svg
	! cmp -s a.svg b.svg
}

@test "a chart of one point with one repetition left" {
	need_gnuplot
	for chart in cycles share; do
		run "$HOTZONE" plot $chart --db r.db page-bench -o a.svg
		[ "$status" -eq 0 ]
	done
}

@test "nothing to draw is 5 and leaves no file" {
	need_gnuplot
	for chart in throughput lock; do
		run "$HOTZONE" plot $chart --db r.db page-bench -o a.svg
		[ "$status" -eq 5 ]
		[[ "$output" == *"nothing to draw"* ]]
	done
	run "$HOTZONE" plot cycles --db r.db page-bench --point 4 -o a.svg
	[ "$status" -eq 5 ]
	[ "$(ls)" = r.db ]
}

@test "without gnuplot it is 3, with the package to install, and an older chart stays" {
	mkdir empty
	echo old >a.svg
	PATH=$PWD/empty run "$HOTZONE" plot cycles --db r.db page-frag-free -o a.svg
	[ "$status" -eq 3 ]
	[[ "$output" == *"apt-get install gnuplot-nox"* ]]
	[ "$(cat a.svg)" = old ]
	[ "$(ls | wc -l)" -eq 3 ]
}

@test "a gnuplot that fails is 3, with what it said" {
	mkdir bin
	printf '#!/bin/sh\necho "no such terminal" >&2\nexit 1\n' >bin/gnuplot
	chmod +x bin/gnuplot
	PATH=$PWD/bin:$PATH run "$HOTZONE" plot cycles --db r.db page-frag-free -o a.svg
	[ "$status" -eq 3 ]
	[[ "$output" == *"no such terminal"* ]]
	[ ! -e a.svg ]
}

@test "a gnuplot that a signal ends is 3, with the signal" {
	mkdir bin
	printf '#!/bin/sh\nkill -9 $$\n' >bin/gnuplot
	chmod +x bin/gnuplot
	PATH=$PWD/bin:$PATH run "$HOTZONE" plot cycles --db r.db page-frag-free -o a.svg
	[ "$status" -eq 3 ]
	[[ "$output" == *"SIGKILL"* ]]
}

@test "a gnuplot that writes half a file is 3, and an older chart stays" {
	mkdir bin
	printf '#!/bin/sh\nexit 0\n' >bin/gnuplot
	chmod +x bin/gnuplot
	echo old >a.svg
	PATH=$PWD/bin:$PATH run "$HOTZONE" plot cycles --db r.db page-frag-free -o a.svg
	[ "$status" -eq 3 ]
	[[ "$output" == *"disk full?"* ]]
	[ "$(cat a.svg)" = old ]
}

@test "an unknown chart is 2, with the nearest and the list" {
	run "$HOTZONE" plot cycle --db r.db page-frag-free -o a.svg
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'cycles'? (there are: cycles, impact, lock, share, throughput)"* ]]
	run "$HOTZONE" plot slowpath_shar --db r.db page-frag-free -o a.svg
	[ "$status" -eq 2 ]
	[ "$output" = "hotzone: no chart or metric 'slowpath_shar'; did you mean 'slowpath_share'?" ]
}

@test "several scenarios and none named is 2, with the names" {
	run "$HOTZONE" plot cycles --db r.db -o a.svg
	[ "$status" -eq 2 ]
	[[ "$output" == *"page-frag-free, page-bench"* ]]
}

@test "bad use is 2" {
	run "$HOTZONE" plot cycles --db r.db page-frag-free
	[ "$status" -eq 2 ]
	run "$HOTZONE" plot cycles --db r.db page-frag-free -o a.pdf
	[ "$status" -eq 2 ]
	[[ "$output" == *"must end in .svg or .png"* ]]
	run "$HOTZONE" plot
	[ "$status" -eq 2 ]
}

@test "an output that cannot be written and a missing database are 3" {
	run "$HOTZONE" plot cycles --db r.db page-frag-free -o no/such/a.svg
	[ "$status" -eq 3 ]
	[[ "$output" == *"write chart: no/such/a.svg"* ]]
	run "$HOTZONE" plot cycles --db none.db -o a.svg
	[ "$status" -eq 3 ]
	[ ! -e none.db ]
}
