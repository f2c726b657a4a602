# SPDX-License-Identifier: GPL-3.0-or-later
# From the layout of trace-cmd report to that of perf script, which also names the event's system and prints the page
# frame as page=.
#   COMM-PID [CPU] TIME: EVENT: TEXT   ->   COMM TID [CPU] TIME: SYSTEM:EVENT: TEXT
function system_of(event) {
	if (event ~ /^mm_/) return "kmem"
	if (event ~ /^napi_/) return "napi"
	if (event ~ /^page_pool_/) return "page_pool"
	if (event ~ /^softirq_/) return "irq"
	if (event ~ /_skb$/ && event !~ /receive/) return "skb"
	return "net"
}

/^cpus=/ { next }

{
	if (!match($0, /-[0-9]+ +\[[0-9]+\] +[0-9]+\.[0-9]+: [a-z_]+: */)) {
		print "perf-layout.awk: line " NR ": " $0 > "/dev/stderr"
		exit 1
	}
	comm = substr($0, 1, RSTART - 1)
	sub(/^ +/, "", comm)
	head = substr($0, RSTART + 1, RLENGTH - 1)
	text = substr($0, RSTART + RLENGTH)
	split(head, part, " ")
	event = part[4]
	sub(/:$/, "", event)
	if (match(text, /pfn=0x[0-9a-f]+/) && event ~ /^mm_/)
		sub(/^page=[^ ]+/, "page=" substr(text, RSTART + 4, RLENGTH - 4), text)
	printf "%16s %7d %s %12s %35s %s\n", comm, part[1], part[2], part[3], system_of(event) ":" event ":", text
}
