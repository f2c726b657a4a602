#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# The program as built: it starts, knows its version, and its manual page knows all that it can do.

setup() {
	T=$(mktemp -d)
	cd "$T"
}

@test "--version prints name and version" {
	run "$HOTZONE" --version
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^hotzone\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "without a command the exit status is 2" {
	run "$HOTZONE"
	[ "$status" -eq 2 ]
}

@test "a misspelt command is answered with the nearest one" {
	run "$HOTZONE" shwo
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'show'?"* ]]
}

# The names of the commands, from the list that --help prints.
commands() {
	"$HOTZONE" --help | awk '/^  [a-z]+  / { print $1 }'
}

@test "every command explains itself and stands in the manual page" {
	man=$HZ_SRCDIR/docs/hotzone.1
	[ "$(commands | wc -l)" -ge 5 ]
	for command in $(commands); do
		"$HOTZONE" "$command" --help >usage
		grep -q "^Usage: hotzone $command" usage
		grep -q "^\.SS hotzone $command\$" "$man" || { echo "manual page without: $command"; false; }
	done
}

@test "every option that a usage text names stands in the manual page" {
	sed 's/\\-/-/g' "$HZ_SRCDIR/docs/hotzone.1" >man
	for command in $(commands); do
		"$HOTZONE" "$command" --help | grep -oE -- '(^|[ ,\[])--?[a-z][a-z-]*' | tr -d ' ,[' | sort -u >options
		while read -r option; do
			grep -qE -- "(^|[^a-z-])$option([^a-z-]|\$)" man || { echo "manual page without: $command $option"; false; }
		done <options
	done
}

@test "the program holds no path of the machine that built it" {
	[ -d "$HZ_SRCDIR" ]
	strip -o hotzone "$HOTZONE" || skip "no strip"
	! grep -qF -- "$(cd "$HZ_SRCDIR" && pwd)/src" hotzone
}

@test "run from a build folder it finds the data of the source tree around it" {
	mkdir -p tree/models/machines tree/queries tree/build
	touch tree/configure.ac
	printf -- '-- SPDX-License-Identifier: GPL-3.0-or-later\n-- of this tree\nSELECT 1\n' >tree/queries/mine.sql
	cp "$HOTZONE" tree/build/hotzone
	unset HOTZONE_DATA
	run tree/build/hotzone query --list
	[ "$status" -eq 0 ]
	[[ "$output" =~ mine\ +of\ this\ tree ]]
}

@test "HOTZONE_DATA wins over the source tree" {
	mkdir -p tree/models/machines tree/queries tree/build other/queries
	touch tree/configure.ac tree/queries/mine.sql other/queries/theirs.sql
	cp "$HOTZONE" tree/build/hotzone
	HOTZONE_DATA=$T/other run tree/build/hotzone query --list
	[ "$status" -eq 0 ]
	[[ "$output" == *theirs* && "$output" != *mine* ]]
}

@test "the first scenario of README.md runs, and so do the commands below it" {
	sed -n '/^    machine: /,/^    run.duration: /s/^    //p' "$HZ_SRCDIR/README.md" >mine.yaml
	[ -s mine.yaml ]
	sed -n '/^    hotzone run --dry-run/,/^$/s/^    //p' "$HZ_SRCDIR/README.md" >commands
	[ "$(wc -l <commands)" -eq 6 ]
	command -v gnuplot >/dev/null || sed -i '/^hotzone plot/d' commands
	hotzone() { "$HOTZONE" "$@"; }
	while read -r line; do
		eval "$line"
	done <commands
}
