/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of traces: every way in which kernels and tools write a line, and the lines that must be refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/types.h"
#include "trace/import.h"

#define EVENTS_MAX 16

/* What a reader made of a text. */
static struct {
	struct trace_event event[EVENTS_MAX];
	int events;
	int rc;                /* of the last reader_next */
	struct error error;
	struct reader reader;
	struct trace_summary devices;
	struct input *in;
	char path[64];
} got;

static void setup(void)
{
	memset(&got, 0, sizeof got);
}

static void teardown(void)
{
	if (!got.in)
		return;
	reader_fini(&got.reader);
	trace_summary_fini(&got.devices);
	input_close(got.in);
	unlink(got.path);
	got.in = NULL;
}

static void read_text_as(const char *text, enum trace_format format, bool skip_bad)
{
	int fd;
	struct trace_event ev;

	teardown();
	setup();
	snprintf(got.path, sizeof got.path, "/tmp/check_trace_text.XXXXXX");
	fd = mkstemp(got.path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
	ck_assert_int_eq(input_open(&got.in, got.path, NULL, &got.error), 0);
	reader_init(&got.reader, got.in, format, skip_bad);
	while ((got.rc = reader_next(&got.reader, &ev, &got.devices, &got.error)) > 0) {
		ck_assert_int_lt(got.events, EVENTS_MAX);
		got.event[got.events++] = ev;
	}
}

static void read_text(const char *text)
{
	read_text_as(text, TRACE_FORMAT_AUTO, false);
}

static void assert_read(const char *text, int events)
{
	read_text(text);
	ck_assert_msg(got.rc == 0, "%s: %s", text, got.error.text);
	ck_assert_msg(got.events == events, "%s: %d events, not %d", text, got.events, events);
}

/* Everything in front of the event's text, for the same event. */
static const struct {
	const char *head;
	int32_t pid;
	uint32_t cpu;
	uint64_t time_ns;
} heads[] = {
	/* tracefs of 6.8 and of 4.10, trace-cmd with and without flags */
	{"            bash-1748    [003] .....    47.570924: ", 1748, 3, 47570924000},
	{"            bash-1748  [003] d.h1    47.570924: ", 1748, 3, 47570924000},
	{"            bash-1748  [003]    47.570924: ", 1748, 3, 47570924000},
	{"            bash-1748  [003] d.h110    47.570924: ", 1748, 3, 47570924000}, /* 4.10, two digits of depth */
	{"            bash-1748    [003] .....    47.570924001: ", 1748, 3, 47570924001}, /* nanoseconds */
	{"            bash-1748    [003] .....    47.5: ", 1748, 3, 47500000000},
	{"          <idle>-0       [000] ..s1.     0.000001: ", 0, 0, 1000},
	{"           <...>-12345   [127] .....    47.570924: ", 12345, 127, 47570924000},
	{"     kworker/1:2-2058    [001] ..s1.    47.570924: ", 2058, 1, 47570924000},
	{"       CPU 0/KVM-4711    [001] .....    47.570924: ", 4711, 1, 47570924000},
	{"   my prog-1-2-3-99      [001] .....    47.570924: ", 99, 1, 47570924000},
	{"        a-1 [01]-99      [001] .....    47.570924: ", 99, 1, 47570924000},
	{" a-1 [0] 1.0: b:-99      [001] .....    47.570924: ", 99, 1, 47570924000}, /* a comm that looks like a head */
	{"           12345-99      [001] .....    47.570924: ", 99, 1, 47570924000},
	{"                -99      [001] .....    47.570924: ", 99, 1, 47570924000}, /* an empty comm */
	{"            bash-1748    (   1740) [003] .....    47.570924: ", 1748, 3, 47570924000},
	{"            bash-1748    (-------) [003] .....    47.570924: ", 1748, 3, 47570924000},
	{"          ba (sh-1748    (1740)    [003] .....    47.570924: ", 1748, 3, 47570924000},
	{"bash-1748 [003] ..... 47.570924: ", 1748, 3, 47570924000}, /* somebody removed the padding */
	/* perf script */
	{"            bash    1748 [003]    47.570924: kmem:", 1748, 3, 47570924000},
	{"            bash    1748 [003]    47.570924001:             kmem:", 1748, 3, 47570924001},
	{"            bash    1740/1748 [003]    47.570924: kmem:", 1748, 3, 47570924000},
	{"bash  1748 [003]    47.570924: kmem:", 1748, 3, 47570924000}, /* with call chains */
	{"       CPU 0/KVM    1748 [003]    47.570924: kmem:", 1748, 3, 47570924000},
	{"   my prog-1 2-3    1748 [003]    47.570924: kmem:", 1748, 3, 47570924000},
	{"        a 1 [01]    1748 [003]    47.570924: kmem:", 1748, 3, 47570924000},
	{" a 1 [0] 1.0: b:    1748 [003]    47.570924: kmem:", 1748, 3, 47570924000},
	{"         swapper       0 [000]     0.000001: kmem:", 0, 0, 1000},
	{"             :-1      -1 [003]    47.570924: kmem:", -1, 3, 47570924000},
	{"             :-1      -1/-1 [003]    47.570924: kmem:", -1, 3, 47570924000},
};

START_TEST(head_is_read_from_the_right)
{
	char text[256];

	snprintf(text, sizeof text, "%smm_page_free: page=00000000c62c8ba3 pfn=0x2b35 order=3\n", heads[_i].head);
	assert_read(text, 1);
	ck_assert_int_eq(got.event[0].pid, heads[_i].pid);
	ck_assert_uint_eq(got.event[0].cpu, heads[_i].cpu);
	ck_assert_uint_eq(got.event[0].time_ns, heads[_i].time_ns);
	ck_assert_uint_eq(got.event[0].type, TRACE_FREE);
	ck_assert_uint_eq(got.event[0].pfn, 0x2b35);
	ck_assert_uint_eq(got.event[0].order, 3);
	ck_assert_int_eq(got.reader.kind, strstr(heads[_i].head, "kmem:") ? HEAD_PERF : HEAD_FTRACE);
}
END_TEST

#define FTRACE "            bash-1748    [003] .....    47.570924: "
#define PERF "            bash    1748 [003]    47.570924: "

/* One event each: the text, and what it means. */
static const struct {
	const char *text;
	struct trace_event want; /* without who and when */
} bodies[] = {
	{FTRACE "mm_page_alloc: page=00000000c84ac648 pfn=0x2767ef order=0 migratetype=1 gfp_flags=GFP_A|__GFP_B\n",
	 {.type = TRACE_ALLOC, .pfn = 0x2767ef, .migratetype = 1}},
	{FTRACE "mm_page_alloc: page=ffffea0005da85c0 pfn=1534487 order=10 migratetype=0 gfp_flags=0x24200ca\n",
	 {.type = TRACE_ALLOC, .pfn = 1534487, .order = 10}}, /* through 5.4: decimal */
	{PERF "kmem:mm_page_alloc: page=0x176a17 pfn=1534487 order=0 migratetype=0 gfp_flags=0x4dc0\n",
	 {.type = TRACE_ALLOC, .pfn = 1534487}},
	{FTRACE "mm_page_alloc: page=0000000000000000 pfn=0x0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT\n",
	 {.type = TRACE_ALLOC, .order = 3, .flags = TRACE_FAILED}},
	{FTRACE "mm_page_alloc:        page=(nil) pfn=0x0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT\n",
	 {.type = TRACE_ALLOC, .order = 3, .flags = TRACE_FAILED}},
	{FTRACE "mm_page_alloc: page=          (null) pfn=0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT\n",
	 {.type = TRACE_ALLOC, .order = 3, .flags = TRACE_FAILED}}, /* before 4.15 */
	{FTRACE "mm_page_alloc: page=(null) pfn=0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT\n",
	 {.type = TRACE_ALLOC, .order = 3, .flags = TRACE_FAILED}},
	{PERF "kmem:mm_page_alloc: page=0x0 pfn=0x0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT\n",
	 {.type = TRACE_ALLOC, .order = 3, .flags = TRACE_FAILED}},
	{FTRACE "mm_page_alloc: page=00000000c84ac648 pfn=0x0 order=3 migratetype=0 gfp_flags=GFP_NOWAIT\n",
	 {.type = TRACE_ALLOC, .order = 3}}, /* frame 0 itself */
	{FTRACE "mm_page_free: page=(____ptrval____) pfn=0x2b35 order=1\n",
	 {.type = TRACE_FREE, .pfn = 0x2b35, .order = 1}},
	{FTRACE "mm_page_free_batched: page=ffffea0005da85c0 pfn=17 order=0 cold=0\n",
	 {.type = TRACE_FREE_BATCHED, .pfn = 17}}, /* 4.10 */
	{FTRACE "mm_page_alloc_zone_locked: page=0x1 pfn=0x33 order=3 migratetype=2 percpu_refill=1\n",
	 {.type = TRACE_ZONE_LOCKED, .pfn = 0x33, .order = 3, .migratetype = 2, .flags = TRACE_PERCPU_REFILL}},
	{FTRACE "mm_page_alloc_zone_locked: page=0000000000000000 pfn=0x0 order=3 migratetype=2 percpu_refill=0\n",
	 {.type = TRACE_ZONE_LOCKED, .order = 3, .migratetype = 2, .flags = TRACE_FAILED}}, /* through 4.20 */
	{FTRACE "mm_page_pcpu_drain: page=000000009e2264d5 pfn=0x12610c order=2 migratetype=1\r\n",
	 {.type = TRACE_PCPU_DRAIN, .pfn = 0x12610c, .order = 2, .migratetype = 1}},
	{FTRACE "mm_page_alloc_extfrag: page=000000002ee09664 pfn=0x208 alloc_order=3 fallback_order=8 "
	 "pageblock_order=9 alloc_migratetype=0 fallback_migratetype=1 fragmenting=1 change_ownership=1\n",
	 {.type = TRACE_EXTFRAG, .pfn = 0x208, .order = 3, .fallback_order = 8, .fallback_migratetype = 1,
	  .flags = TRACE_CHANGE_OWNERSHIP}},
	{FTRACE "napi_poll: napi poll on napi struct 0000000059baaf6a for device eth2 work 3 budget 64\n",
	 {.type = TRACE_NAPI_POLL, .work = 3, .budget = 64}},
	{PERF "napi:napi_poll: napi poll on napi struct 0xff499cee5fa6 for device (no_device) work 0 budget 300  \n",
	 {.type = TRACE_NAPI_POLL, .budget = 300}},
	/* page_pool of 5.14, 6.11 and 6.18 */
	{FTRACE "page_pool_state_hold: page_pool=000000000fe33e6b page=00000000e7d9f040 pfn=0xcff0 hold=1425\n",
	 {.type = TRACE_POOL_HOLD, .pfn = 0xcff0}},
	{FTRACE "page_pool_state_release: page_pool=000000000fe33e6b netmem=00000000e7d9f040 pfn=0xcff0 release=1425\n",
	 {.type = TRACE_POOL_RELEASE, .pfn = 0xcff0}},
	{FTRACE "page_pool_state_hold: page_pool=0000000067040 netmem=000000002291c is_net_iov=0, pfn=0xbb34 hold=1\n",
	 {.type = TRACE_POOL_HOLD, .pfn = 0xbb34}},
	{PERF "page_pool:page_pool_state_release: page_pool=0x1 netmem=0x2 is_net_iov=0 pfn=0xcff0 release=1425\n",
	 {.type = TRACE_POOL_RELEASE, .pfn = 0xcff0}},
};

START_TEST(every_event_is_read)
{
	const struct trace_event *want = &bodies[_i].want, *ev = &got.event[0];

	read_text(bodies[_i].text);
	ck_assert_msg(got.rc == 0, "%s", got.error.text);
	ck_assert_int_eq(got.events, 1);
	ck_assert_uint_eq(ev->type, want->type);
	ck_assert_uint_eq(ev->pfn, want->pfn);
	ck_assert_uint_eq(ev->order, want->order);
	ck_assert_uint_eq(ev->migratetype, want->migratetype);
	ck_assert_uint_eq(ev->flags, want->flags);
	ck_assert_uint_eq(ev->fallback_order, want->fallback_order);
	ck_assert_uint_eq(ev->fallback_migratetype, want->fallback_migratetype);
	ck_assert_uint_eq(ev->work, want->work);
	ck_assert_uint_eq(ev->budget, want->budget);
	ck_assert_int_eq(ev->pid, 1748);
	ck_assert_uint_eq(ev->cpu, 3);
}
END_TEST

#define FREE "mm_page_free: page=1 pfn=0x11 order=0\n"

START_TEST(devices_are_told_apart)
{
	assert_read(FTRACE "napi_poll: napi poll on napi struct 1 for device eth2 work 3 budget 64\n"
		    FTRACE "napi_poll: napi poll on napi struct 1 for device eth work 1 budget 64\n"
		    FTRACE "napi_poll: napi poll on napi struct 1 for device eth2 work 2 budget 64\n", 3);
	ck_assert_uint_eq(got.devices.devices, 2);
	ck_assert_str_eq(got.devices.device[got.event[0].device].name, "eth2");
	ck_assert_str_eq(got.devices.device[got.event[1].device].name, "eth");
	ck_assert_uint_eq(got.event[2].device, got.event[0].device);
}
END_TEST

START_TEST(other_events_are_counted_by_name)
{
	assert_read(FTRACE "softirq_entry: vec=3 [action=NET_RX]\n" FTRACE FREE
		    FTRACE "softirq_entry: vec=2 [action=NET_TX]\n"
		    FTRACE "page_pool_release: page_pool=1 inflight=0 hold=1728 release=1728 cnt=2\n"
		    FTRACE "kfree_skb: skbaddr=1 protocol=2048 location=f+0x2e9/0x1360 [pktgen] reason: NOT_SPECIFIED\n"
		    FTRACE "vfs_read <-ksys_read\n", 1);
	ck_assert_uint_eq(got.reader.counts.skipped, 5);
	ck_assert_uint_eq(got.reader.counts.skips, 4);
	ck_assert_str_eq(got.reader.counts.skip[0].name, "softirq_entry");
	ck_assert_uint_eq(got.reader.counts.skip[0].count, 2);
	ck_assert_str_eq(got.reader.counts.skip[3].name, "(function)");
	/* The same name in another system is another event. */
	assert_read(PERF "kmem:" FREE PERF "probe:" FREE PERF "    1000  cycles:  ffff81 f+0x1\n" PERF
		    "PERF_RECORD_COMM exec: bash:1/1\n", 1);
	ck_assert_uint_eq(got.reader.counts.skips, 3);
	ck_assert_str_eq(got.reader.counts.skip[0].name, "probe:mm_page_free");
}
END_TEST

START_TEST(pool_events_without_a_page_frame_are_skipped)
{
	assert_read(FTRACE "page_pool_state_hold: page_pool=1 page=000000002291c6ce hold=1\n" /* 5.4 */
		    FTRACE "page_pool_state_hold: page_pool=1 netmem=1 is_net_iov=1, pfn=0x0 hold=1\n"
		    FTRACE "page_pool_state_hold: page_pool=1 netmem=1 is_net_iov=1, pfn=0x12 hold=1\n"
		    FTRACE "page_pool_state_release: page_pool=1 netmem=1 pfn=0x0 release=1\n" FTRACE FREE, 1);
	ck_assert_uint_eq(got.reader.counts.no_page, 4);
	ck_assert_uint_eq(got.reader.counts.skipped, 4);
}
END_TEST

START_TEST(headers_and_call_chains_are_no_events)
{
	assert_read("# tracer: nop\n#\n# entries-in-buffer/entries-written: 21137/30000   #P:4\n"
		    "##### CPU 2 buffer started ####\n" FTRACE FREE FTRACE "<stack trace>\n => free_unref_page\n"
		    " => __put_page\n\n", 1);
	ck_assert_int_eq(got.reader.format, TRACE_FORMAT_TRACEFS);
	ck_assert_uint_eq(got.reader.counts.announced, 21137);
	ck_assert_uint_eq(got.reader.counts.overwritten, 8863);
	assert_read("version = 6\nCPU 3 is empty\ncpus=4\n" FTRACE FREE, 1);
	ck_assert_int_eq(got.reader.format, TRACE_FORMAT_TRACE_CMD);
	assert_read("# ========\n# captured on    : Sat\n#\n"
		    "bash  1748 [003]    47.570924: kmem:" FREE
		    "\tffffffff812b3c5d free_unref_page+0x4d ([kernel.kallsyms])\n"
		    "\t    7f1c2a3b4c5d [unknown] (/usr/lib/x86_64-linux-gnu/libc.so.6)\n"
		    "\t               0 [unknown] ([unknown])\n\n"
		    "dd  1748 [003]    47.570925: kmem:" FREE
		    "\tffffffff812b3c5d free_unref_page+0x4d (inlined)\n\n", 2);
	ck_assert_int_eq(got.reader.format, TRACE_FORMAT_PERF);
	ck_assert_uint_eq(got.reader.counts.lines, got.reader.counts.comments + 2);
}
END_TEST

START_TEST(lost_events_are_counted_by_cpu)
{
	assert_read("CPU:1 [LOST 7 EVENTS]\n" FTRACE FREE "CPU:3 [LOST 12 EVENTS]\nCPU:0 [EVENTS DROPPED]\n"
		    "CPU:3 [5 EVENTS DROPPED]\n" FTRACE FREE "CPU:3 [EVENTS DROPPED]\n", 6);
	ck_assert_uint_eq(got.reader.counts.losts, 3);
	ck_assert_uint_eq(got.reader.counts.lost[0].cpu, 0);
	ck_assert_uint_eq(got.reader.counts.lost[0].unknown, 1);
	ck_assert_uint_eq(got.reader.counts.lost[1].events, 7);
	ck_assert_uint_eq(got.reader.counts.lost[2].events, 17);
	ck_assert_uint_eq(got.reader.counts.lost[2].gaps, 3);
	/* A gap stands in front of what was read after it, at its time. */
	ck_assert_uint_eq(got.event[0].type, TRACE_LOST);
	ck_assert_uint_eq(got.event[0].time_ns, 47570924000);
	ck_assert_uint_eq(got.event[0].lost, 7);
	ck_assert_uint_eq(got.event[1].type, TRACE_FREE);
	ck_assert_uint_eq(got.event[2].cpu, 0);
	ck_assert_uint_eq(got.event[3].cpu, 3);
	ck_assert_uint_eq(got.event[3].lost, 17);
	ck_assert_uint_eq(got.event[4].type, TRACE_FREE);
	ck_assert_uint_eq(got.event[5].type, TRACE_LOST);
	assert_read(PERF "PERF_RECORD_LOST lost 9\n" PERF "kmem:" FREE, 2);
	ck_assert_uint_eq(got.reader.counts.lost[0].cpu, 3);
	ck_assert_uint_eq(got.reader.counts.lost[0].events, 9);
}
END_TEST

START_TEST(time_never_runs_backwards)
{
	assert_read("            bash-1748    [003] .....    47.570924: " FREE
		    "            bash-1748    [002] .....    47.570920: " FREE
		    "            bash-1748    [003] .....    47.570930: " FREE, 3);
	ck_assert_uint_eq(got.reader.counts.backwards, 1);
	ck_assert_uint_eq(got.reader.counts.backwards_most_ns, 4000);
	ck_assert_uint_eq(got.event[1].time_ns, 47570924000);
	ck_assert_uint_eq(got.event[2].time_ns, 47570930000);
}
END_TEST

/* Lines to be refused: where, counted from 1, and what is said. */
static const struct {
	const char *text;
	unsigned column;
	const char *message;
} refused[] = {
	{"nonsense\n", 1, "(tracefs, trace-cmd report) or"},
	{"            bash-1748    [003 .....    47.570924: " FREE, 26, "'[CPU]'"},
	{"            bash-1748    [9999] .....    47.570924: " FREE, 26, "'[CPU]'"},
	{"            bash-1748    [003] .....    47570924: " FREE, 41, "a time as"},
	{"            bash-1748    [003] .....    47.5709240001: " FREE, 41, "a time as"},
	{"            bash-1748    [003] .....    47.0000000001: " FREE, 41, "a time as"},
	{"            bash-1748    [003] .....    47.570924: \n", 51, "an event name"},
	{"            bash-1748    [003] .....    47.570924: mm_page_free page\n", 52, "an event name"},
	{FTRACE "mm_page_free: page=1 pfn=0x2b35\n", 83, "expected field order=, found the end of the line"},
	{FTRACE "mm_page_free: page=1 order=0\n", 80, "expected field pfn="},
	{FTRACE "mm_page_free: page=1 pfn=2b35 order=0\n", 77, "a page frame number, decimal or 0x, found '2b35"},
	{FTRACE "mm_page_free: page=1 pfn=0x order=0\n", 77, "a page frame number"},
	{FTRACE "mm_page_free: page=1 pfn=-1 order=0\n", 77, "a page frame number"},
	{FTRACE "mm_page_free: page=1 pfn=0xffffffffffffffff order=0\n", 77, "a page frame number"},
	{FTRACE "mm_page_free: page=1 pfn=99999999999999999999 order=0\n", 77, "a page frame number"},
	{FTRACE "mm_page_free: page=1 pfn=0x1 order=14\n", 87, "a page order, 0 to 13, found '14'"},
	{FTRACE "mm_page_free: page=1 pfn=0x1 order\n", 81, "KEY=VALUE"},
	{FTRACE "mm_page_alloc: page=1 pfn=0x1 order=0 gfp_flags=0\n", 90, "field migratetype="},
	{FTRACE "mm_page_alloc_zone_locked: page=1 pfn=0x1 order=0 migratetype=0\n", 115, "field percpu_refill="},
	{FTRACE "mm_page_alloc_extfrag: page=1 pfn=0x1 fallback_order=1\n", 106, "field alloc_order="},
	{FTRACE "napi_poll: napi poll on napi struct 1 for device eth0 work x budget 64\n", 111,
	 "the number of packets"},
	{FTRACE "napi_poll: napi poll on napi struct 1 for device eth0 work 1\n", 112, "' budget N'"},
	{FTRACE "napi_poll: poll\n", 63, "'napi poll on napi struct PTR"},
	{FTRACE "napi_poll: napi poll on napi struct 1\n", 89, "' for device NAME"},
	{FTRACE "mm_page_free: page=1 pfn=0x1 order=0", 88, "the text ends inside a line"},
	/* The kind is settled by the first event. */
	{PERF "kmem:" FREE FTRACE FREE, 1, "'COMM TID [CPU] TIME: SYSTEM:EVENT: ...'"},
	{FTRACE FREE PERF "kmem:" FREE, 1, "'COMM-PID [CPU] TIME: EVENT: ...'"},
	{PERF "kmem:" FREE PERF "mm_page_free\n", 46, "SYSTEM:EVENT:"},
	{"CPU:1 [LOST x EVENTS]\n", 7, "expected"},
};

START_TEST(bad_lines_are_refused_with_their_place)
{
	char place[128];
	bool second = strchr(refused[_i].text, '\n') && strchr(refused[_i].text, '\n')[1];

	read_text(refused[_i].text);
	ck_assert_msg(got.rc == -1, "%s was taken", refused[_i].text);
	ck_assert_int_eq(got.error.code, HZ_USER);
	snprintf(place, sizeof place, "%s:%d:%u: ", got.path, second ? 2 : 1, refused[_i].column);
	ck_assert_msg(!strncmp(got.error.text, place, strlen(place)), "%s does not start with %s (%s)", got.error.text,
		      place, refused[_i].text);
	ck_assert_msg(strstr(got.error.text, refused[_i].message), "%s does not say %s", got.error.text,
		      refused[_i].message);
	/* Counted instead, when that is asked for. */
	read_text_as(refused[_i].text, TRACE_FORMAT_AUTO, true);
	ck_assert_int_eq(got.rc, 0);
	ck_assert_uint_eq(got.reader.counts.bad, 1);
	ck_assert_ptr_nonnull(strstr(got.reader.counts.first_bad, refused[_i].message));
	ck_assert_int_eq(got.events, second ? 1 : 0);
}
END_TEST

START_TEST(an_endless_line_is_refused)
{
	char *text = malloc(LINES_LONGEST + 100);

	memset(text, 'x', LINES_LONGEST + 99);
	text[LINES_LONGEST + 99] = 0;
	read_text_as(text, TRACE_FORMAT_AUTO, true);
	free(text);
	ck_assert_int_eq(got.rc, -1);
	ck_assert_ptr_nonnull(strstr(got.error.text, ":1: line longer than"));
}
END_TEST

START_TEST(lines_are_whole_across_reads)
{
	/* More than one buffer of lines of many lengths, so that some line lies across every boundary. */
	const int lines = 20000;
	struct text text = {0};
	struct trace_event ev;
	struct error e;
	int fd, n = 0, rc;

	for (int i = 0; i < lines; i++)
		text_add(&text, "%*s-1 [000] .... 1.000000: mm_page_free: page=1 pfn=%d order=0\n", 10 + i % 40, "x",
			 i);
	snprintf(got.path, sizeof got.path, "/tmp/check_trace_text.XXXXXX");
	fd = mkstemp(got.path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text.s, text.len), (ssize_t)text.len);
	close(fd);
	text_fini(&text);
	ck_assert_int_eq(input_open(&got.in, got.path, NULL, &e), 0);
	reader_init(&got.reader, got.in, TRACE_FORMAT_TRACEFS, false);
	while ((rc = reader_next(&got.reader, &ev, &got.devices, &e)) > 0)
		ck_assert_uint_eq(ev.pfn, (uint64_t)n++);
	ck_assert_int_eq(rc, 0);
	ck_assert_int_eq(n, lines);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("trace text");
	TCase *t = tcase_create("reader");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, head_is_read_from_the_right, 0, (int)HZ_ARRAY_SIZE(heads));
	tcase_add_loop_test(t, every_event_is_read, 0, (int)HZ_ARRAY_SIZE(bodies));
	tcase_add_loop_test(t, bad_lines_are_refused_with_their_place, 0, (int)HZ_ARRAY_SIZE(refused));
	tcase_add_test(t, devices_are_told_apart);
	tcase_add_test(t, other_events_are_counted_by_name);
	tcase_add_test(t, pool_events_without_a_page_frame_are_skipped);
	tcase_add_test(t, headers_and_call_chains_are_no_events);
	tcase_add_test(t, lost_events_are_counted_by_cpu);
	tcase_add_test(t, time_never_runs_backwards);
	tcase_add_test(t, an_endless_line_is_refused);
	tcase_add_test(t, lines_are_whole_across_reads);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
