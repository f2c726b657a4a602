#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A source file includes only from its own room and from lower floors. One TAP line per room.
set -eu
cd "${HZ_SRCDIR:-$(dirname "$0")/..}/src"

# Rooms that each room may include from, itself left out.
rooms='base:
sim: base
trace: base
hw: base sim
mm: base sim hw
net: base sim hw mm
load: base sim trace hw mm net
plan: base sim trace hw mm net load
store: base sim trace hw mm net load
view: base store
cmd: base sim trace hw mm net load plan store view'

# Print what is wrong with the includes of the files named: $1 room, $2 rooms it may include from, then the files.
breaches() {
	room=$1
	allowed=" $room $2 "
	shift 2
	awk -v room="$room" -v allowed="$allowed" '
	function wrong(why) { printf "src/%s:%d: %s: %s\n", FILENAME, FNR, why, $0 }
	/^[ \t]*#[ \t]*include[ \t]*</ {
		if ($0 ~ /<(simgrid|xbt)\// && room != "sim")
			wrong("only src/sim may include SimGrid")
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		path = $0
		sub(/^[^"]*"/, "", path)
		sub(/".*$/, "", path)
		if (path == "config.h")
			next
		if (path !~ /^[a-z]+\/[a-z0-9_]+\.h$/) {
			wrong("an include is written \"room/file.h\"")
			next
		}
		if (!index(allowed, " " substr(path, 1, index(path, "/") - 1) " "))
			wrong("room " room " may include only from:" allowed)
	}' "$@"
}

# Each room that exists must have a row above, so that a new room cannot stay unseen.
n=0
report() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		printf '%s\n' "$2" | sed 's/^/# /'
		echo "not ok $n - $1"
	fi
}

unknown=
for dir in */; do
	printf '%s\n' "$rooms" | grep -q "^${dir%/}:" || unknown="$unknown$dir has no floor "
done
report "every room has a floor" "$unknown"
report "main.c includes from cmd only" "$(breaches main cmd main.c)"

while IFS=: read -r room below; do
	set -- "$room"/*.[ch]
	[ -e "$1" ] || continue
	report "src/$room includes from its own and lower floors" "$(breaches "$room" "$below" "$@")"
done <<END
$rooms
END
echo "1..$n"
