#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# hotzone query, on a database of invented results.

setup() {
	T=$(mktemp -d)
	cd "$T"
	"${HOTZONE%/*}/tests/make_db" r.db
}

@test "every named query is listed with a summary and answers in every format" {
	"$HOTZONE" query --list | awk 'NR > 1 { print $1, NF }' >names
	[ "$(wc -l <names)" -ge 9 ]
	[ "$(wc -l <names)" -eq "$(ls "$HZ_SRCDIR"/queries/*.sql | wc -l)" ]
	while read -r name words; do
		[ "$words" -ge 3 ]
		for format in table csv json; do
			"$HOTZONE" query --db r.db "$name" --format "$format" >out || { echo "$name $format"; false; }
			[ "$(wc -l <out)" -ge 2 ]
		done
	done <names
}

@test "every named query stands in the manual of the database" {
	for f in "$HZ_SRCDIR"/queries/*.sql; do
		name=${f##*/}
		grep -q "^| \`${name%.sql}\`" "$HZ_SRCDIR/docs/database.md" || { echo "$name"; false; }
	done
}

@test "every table, view and column stands in the manual of the database" {
	"$HOTZONE" query --db r.db --format csv \
		"SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')" |
		tail -n +2 >columns
	[ "$(wc -l <columns)" -ge 80 ]
	while IFS=, read -r table column; do
		grep -q "^### \`$table\`" "$HZ_SRCDIR/docs/database.md" || { echo "$table"; false; }
		sed -n "/^### \`$table\`/,/^##/p" "$HZ_SRCDIR/docs/database.md" | grep -q "\`$column\`" ||
			{ echo "$table.$column"; false; }
	done <columns
}

@test "csv quotes what needs it and nothing else" {
	run "$HOTZONE" query --db r.db --format csv \
		"SELECT label, 'a' || char(10) || 'b' AS \"two, lines\", NULL AS n, '' AS e, 7 AS i, 0.1 AS r FROM point WHERE label LIKE '%quoted%'"
	[ "$status" -eq 0 ]
	[ "$output" = 'label,"two, lines",n,e,i,r
"cpus=2, ""quoted""","a
b",,"",7,0.1' ]
}

@test "json escapes, and says null for what it has no number for" {
	run "$HOTZONE" query --db r.db --format json \
		"SELECT label AS \"a \"\"name\"\"\", char(9) || '\\' || char(10) || char(1) AS t, NULL AS n, 1e300 * 1e10 AS inf, 0.1 AS r, 3 AS i FROM point WHERE label LIKE '%quoted%'"
	[ "$status" -eq 0 ]
	[ "$output" = '[
  {"a \"name\"": "cpus=2, \"quoted\"", "t": "\t\\\n\u0001", "n": null, "inf": null, "r": 0.1, "i": 3}
]' ]
}

@test "the table aligns, shows NULL as a dash and a line break as \\n" {
	run "$HOTZONE" query --db r.db "SELECT 1 AS number, 'a' AS word, NULL AS none UNION ALL SELECT 100, 'x' || char(10) || 'y', NULL ORDER BY 1"
	[ "$status" -eq 0 ]
	[ "$output" = 'number  word  none
     1  a     -
   100  x\ny  -' ]
}

@test "an empty answer is 0, with a header" {
	run "$HOTZONE" query --db r.db "SELECT id, label FROM point WHERE 0"
	[ "$status" -eq 0 ]
	[ "$output" = "id  label" ]
	run "$HOTZONE" query --db r.db --format csv "SELECT id, label FROM point WHERE 0"
	[ "$status" -eq 0 ]
	[ "$output" = "id,label" ]
	run "$HOTZONE" query --db r.db --format json "SELECT id, label FROM point WHERE 0"
	[ "$status" -eq 0 ]
	[ "$output" = "[]" ]
}

@test "bad SQL is 2, with SQLite's message and the place" {
	run "$HOTZONE" query --db r.db "SELECT
  nam FROM scenario"
	[ "$status" -eq 2 ]
	[ "$output" = "hotzone: SQL:2:3: no such column: nam" ]
	run "$HOTZONE" query --db r.db "SELECT * FORM scenario"
	[ "$status" -eq 2 ]
	[[ "$output" == *'SQL:1:10: near "FORM": syntax error'* ]]
	run "$HOTZONE" query --db r.db "SELECT 1; SELECT 2"
	[ "$status" -eq 2 ]
	run "$HOTZONE" query --db r.db " "
	[ "$status" -eq 2 ]
}

@test "a query cannot write" {
	before=$(cksum <r.db)
	for sql in "DELETE FROM run" "CREATE TABLE x (y)" "ATTACH 'new.db' AS n" "VACUUM" "PRAGMA user_version = 9"; do
		run "$HOTZONE" query --db r.db "$sql"
		[ "$status" -eq 2 ] || { echo "$sql: $status $output"; false; }
	done
	[ "$(cksum <r.db)" = "$before" ]
	[ "$(ls)" = r.db ]
}

@test "an unknown name is 2, with the nearest" {
	run "$HOTZONE" query --db r.db pionts
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'points'?"* ]]
	run "$HOTZONE" query --db r.db --format cvs points
	[ "$status" -eq 2 ]
	[[ "$output" == *"did you mean 'csv'?"* ]]
	run "$HOTZONE" query
	[ "$status" -eq 2 ]
}

@test "a missing database is 3 and stays missing" {
	run "$HOTZONE" query --db none.db points
	[ "$status" -eq 3 ]
	[ ! -e none.db ]
}

@test "a full disk under standard output is 3" {
	run sh -c '"$HOTZONE" query --db r.db content >/dev/full'
	[ "$status" -eq 3 ]
}

@test "functions mean95, half_width95 and quantile are there" {
	run "$HOTZONE" query --db r.db --format csv "SELECT mean95(value), count(*) FROM current_run r JOIN metric m ON m.run = r.id WHERE r.point = 10 AND m.name = 'cycles_per_packet'"
	[[ "${lines[1]}" =~ ^20[0-9]+\ ±[0-9]+,5$ ]]
}

@test "the order in which runs finish leaves no trace but times" {
	"${HOTZONE%/*}/tests/make_db" b.db backwards
	"$HOTZONE" query --db r.db content >one
	"$HOTZONE" query --db b.db content >two
	[ "$(wc -l <one)" -gt 10000 ]
	cmp one two
	"$HOTZONE" query --db r.db --format csv "SELECT started, id FROM run WHERE started IS NOT NULL ORDER BY id" >one
	[ "$(wc -l <one)" -gt 100 ]
}
