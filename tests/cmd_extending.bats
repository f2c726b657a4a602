#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# What docs/extending.md shows is in the tree, and what it tells the reader to do works.

setup() {
	T=$(mktemp -d)
	cd "$T"
	unset HOTZONE_MODELS
	page=$HZ_SRCDIR/docs/extending.md
}

# Each fenced block behind a line that is nothing but a path in backticks and a colon goes to shown/PATH.
blocks() {
	awk '
	/^`[^`]*`:$/ { path = substr($0, 2, length($0) - 3); next }
	/^```/ && inside { inside = 0; path = ""; close(file); next }
	/^```/ && path { inside = 1; file = "shown/" path; dir = file; sub(/\/[^\/]*$/, "", dir); system("mkdir -p " dir); next }
	inside { print >file }
	' "$page"
}

@test "docs/extending.md: the code shown is the code in the tree" {
	blocks
	cmp shown/src/hw/lock_cna.c "$HZ_SRCDIR/src/hw/lock_cna.c"
	for path in src/hw/local.mk src/plan/policies.h tests/check_lock.c scenarios/zone-lock-cna.yaml; do
		[ -s "shown/$path" ]
		# All its lines, one after the other.
		awk 'NR == FNR { want[++n] = $0; next } { at = $0 == want[at + 1] ? at + 1 : $0 == want[1]; if (at == n) { found = 1; exit } }
			END { exit !found }' "shown/$path" "$HZ_SRCDIR/$path" || { echo "not in $path"; false; }
	done
}

@test "docs/extending.md: every file that it names exists" {
	grep -oE '`(src|tests|models|scenarios|docs)/[A-Za-z0-9_./-]+`' "$page" | tr -d '`' | sort -u >paths
	[ "$(wc -l <paths)" -gt 25 ]
	while read -r path; do
		case $path in
		tests/properties/ | tests/check_properties) continue ;; # of the build folder
		esac
		[ -e "$HZ_SRCDIR/$path" ] || { echo "no $path"; false; }
	done <paths
}

@test "docs/extending.md: every family is in its table, where its struct is" {
	sed -n 's/^| `\(kernel[^`]*\)` | `\([a-z_]*\)` | `\(.*\)` |$/\1 \2 \3/p' "$page" >table
	sed -n 's/.*[ \t]X(\([a-z_]*\), .*/\1/p' "$HZ_SRCDIR/src/plan/policies.h" | sort -u >families
	cut -d' ' -f2 table | sort | diff - families
	while read -r key family header; do
		grep -q "^struct $family {" "$HZ_SRCDIR/$header"
		grep -q "POLICY(\"$key\"," "$HZ_SRCDIR"/src/plan/keys_*.h
	done <table
}

@test "docs/extending.md: what the policy took is what is there" {
	grep -E '^ [a-z/_.]+ +\| +[0-9]+ \++$' "$page" >stat
	[ "$(wc -l <stat)" -eq 4 ]
	total=0
	while read -r path _ lines plus; do
		[ -e "$HZ_SRCDIR/$path" ]
		[ "${#plus}" -eq "$lines" ]
		total=$((total + lines))
	done <stat
	grep -qx " 4 files changed, $total insertions(+)" "$page"
	[ "$(awk '$1 == "src/hw/lock_cna.c" { print $3 }' stat)" -eq "$(wc -l <"$HZ_SRCDIR/src/hw/lock_cna.c")" ]
	# The test, an empty line behind it, and the line that runs it.
	blocks
	[ "$(awk '$1 == "tests/check_lock.c" { print $3 }' stat)" -eq $(($(wc -l <shown/tests/check_lock.c) + 2)) ]
}

@test "docs/extending.md: its models are found without compiling, and change what they say" {
	blocks
	mv shown/mymodels .
	ln -s "$HZ_SRCDIR/scenarios" scenarios
	sed -n '/^```sh$/,/^```$/p' "$page" | grep '^hotzone ' >commands
	[ "$(wc -l <commands)" -eq 2 ]
	while read -r command; do
		bash -c "\"$HOTZONE\" ${command#hotzone }" >>printed
	done <commands
	grep -q '^kernel.zone_lock: cna  # .*6.6-cna.yaml:4' printed
	grep -q '^kernel.pcp.batch: 31  # .*6.6-cna.yaml' printed
	"$HOTZONE" query --format csv "SELECT count(*) FROM run WHERE state = 'done'" | grep -qx 4
	sed -i 's/, source: "what if", status: assumed//' mymodels/machines/small-node.yaml
	run "$HOTZONE" run --models mymodels --set machine=small-node --dry-run scenarios/page-frag-free.yaml
	[ "$status" -eq 2 ]
	[[ "$output" == *small-node.yaml:5* ]]
}
