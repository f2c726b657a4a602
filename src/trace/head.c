/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/head.h"

#include "trace/event.h"

/* A comm is padded on the left to 16 columns by default, so a '[' left of this column belongs to the comm, unless
 * someone removed the padding (perf does, for lines that call chains follow). */
#define COMM_COLUMNS 16
/* No pid and no thread group is wide enough to push the CPU further to the right than this. */
#define CPU_COLUMNS 160
#define FLAGS_LONGEST 8

static const char expect_cpu[] = "'[CPU]', a number in brackets";
static const char expect_ftrace_who[] = "'COMM-PID' in front of '[CPU]'";
static const char expect_perf_who[] = "'COMM TID' in front of '[CPU]'";
static const char expect_time[] = "a time as 'SECONDS.FRACTION:' with 1 to 9 decimals";
static const char expect_event[] = "an event name followed by ':'";
static const char expect_perf_event[] = "an event name as 'SYSTEM:EVENT:'";

/* The digits that end right before `p`: their start, or `p` when there are none. */
static const char *digits_back(const char *line, const char *p)
{
	while (p > line && scan_is_digit(p[-1]))
		p--;
	return p;
}

static bool read_pid(const char *start, const char *stop, int32_t *pid)
{
	uint64_t value = 0;

	if (scan_decimal(start, stop, INT32_MAX, &value) != stop)
		return false;
	*pid = (int32_t)value;
	return true;
}

/* "COMM-PID" and an optional "(TGID)" that end at `p`. */
static bool ftrace_who(struct head *h, const char *line, const char *p)
{
	const char *start;

	while (p > line && scan_is_blank(p[-1]))
		p--;
	if (p > line && p[-1] == ')') { /* "(  123)", or "(-------)" where the kernel does not know */
		while (p > line && p[-1] != '(')
			p--;
		if (p == line)
			return false;
		for (p--; p > line && scan_is_blank(p[-1]);)
			p--;
	}
	start = digits_back(line, p);
	return start < p && start > line && start[-1] == '-' && read_pid(start, p, &h->pid);
}

/* "COMM TID" or "COMM PID/TID" that ends at `p`; a TID of -1 is one that perf does not know. */
static bool perf_who(struct head *h, const char *line, const char *p)
{
	const char *start;

	while (p > line && scan_is_blank(p[-1]))
		p--;
	start = digits_back(line, p);
	if (start == p || !read_pid(start, p, &h->pid))
		return false;
	if (start > line && start[-1] == '-' && h->pid == 1) {
		start--;
		h->pid = -1;
	}
	if (start > line && start[-1] == '/') {
		start = digits_back(line, start - 1);
		if (start > line && start[-1] == '-')
			start--;
	}
	return start == line || scan_is_blank(start[-1]);
}

static bool read_time(struct head *h, const char **at, const char *end, struct scan_error *why)
{
	static const uint32_t scale[10] = {0, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
	uint64_t seconds, fraction;
	const char *p = *at, *q;

	q = scan_decimal(p, end, UINT64_MAX / 1000000000 - 1, &seconds);
	if (!q || q == end || *q != '.')
		return scan_refuse(why, p, expect_time);
	p = ++q;
	q = scan_decimal(p, end, 999999999, &fraction);
	if (!q || q - p > 9 || q == end || *q != ':')
		return scan_refuse(why, *at, expect_time);
	h->time_ns = seconds * 1000000000 + fraction * scale[q - p];
	*at = q + 1;
	return true;
}

/* "EVENT:" of ftrace. */
static bool ftrace_event(struct head *h, const char *p, const char *end, struct scan_error *why)
{
	const char *stop = p;

	h->system = p;
	h->system_len = 0;
	while (stop < end && *stop != ':' && !scan_is_blank(*stop))
		stop++;
	if (stop < end && *stop == ':' && stop > p) {
		h->name = p;
		h->name_len = (size_t)(stop - p);
		h->text = scan_blanks(stop + 1, end);
		return true;
	}
	if (SCAN_STARTS(scan_blanks(stop, end), end, "<-") || SCAN_STARTS(p, end, "<stack trace>")) {
		h->name = "(function)";
		h->name_len = 10;
		h->text = end;
		return true;
	}
	return scan_refuse(why, p, expect_event);
}

/* "SYSTEM:EVENT:" of perf; records of perf's own (comm, mmap, lost) have no system. */
static bool perf_event(struct head *h, const char *p, const char *end, struct scan_error *why)
{
	const char *stop = p, *colon;

	if (SCAN_STARTS(p, end, "PERF_RECORD_")) {
		stop = scan_word(p, end);
		h->system = p;
		h->system_len = 0;
		h->name = p;
		h->name_len = (size_t)(stop - p);
		h->text = scan_blanks(stop, end);
		return true;
	}
	while (stop < end && scan_is_digit(*stop)) /* the period of a hardware event, in a recording of both kinds */
		stop++;
	if (stop > p && stop < end && scan_is_blank(*stop))
		p = scan_blanks(stop, end);
	stop = scan_word(p, end);
	if (stop == p || stop[-1] != ':')
		return scan_refuse(why, p, expect_perf_event);
	stop--;
	colon = memchr(p, ':', (size_t)(stop - p));
	if (colon == p || (colon && colon + 1 == stop))
		return scan_refuse(why, p, expect_perf_event);
	h->system = p;
	h->system_len = colon ? (size_t)(colon - p) : 0; /* hardware events ("cycles:") have no system */
	h->name = colon ? colon + 1 : p;
	h->name_len = (size_t)(stop - h->name);
	h->text = scan_blanks(stop + 1, end);
	return true;
}

/* The line read with `bracket` as the '[' of "[CPU]". */
static bool parse_at(struct head *h, enum head_kind kind, const char *line, const char *bracket, const char *end,
		     struct scan_error *why)
{
	uint64_t cpu;
	const char *p = scan_decimal(bracket + 1, end, TRACE_CPUS_MAX - 1, &cpu);

	if (!p || p == end || *p != ']')
		return scan_refuse(why, bracket, expect_cpu);
	h->cpu = (uint32_t)cpu;
	if (kind == HEAD_PERF ? !perf_who(h, line, bracket) : !ftrace_who(h, line, bracket))
		return scan_refuse(why, line, kind == HEAD_PERF ? expect_perf_who : expect_ftrace_who);
	p = scan_blanks(p + 1, end);
	if (kind == HEAD_FTRACE) { /* flags are 4 to 6 characters, or absent; the time ends in ':' */
		const char *stop = scan_word(p, end);

		if (stop > p && stop[-1] != ':' && stop - p <= FLAGS_LONGEST)
			p = scan_blanks(stop, end);
	}
	if (!read_time(h, &p, end, why))
		return false;
	p = scan_blanks(p, end);
	return kind == HEAD_PERF ? perf_event(h, p, end, why) : ftrace_event(h, p, end, why);
}

static bool parse_between(struct head *h, enum head_kind kind, const char *line, const char *from, const char *to,
			  const char *end, struct scan_error *why)
{
	struct scan_error here;

	for (const char *p = from; p < to && (p = memchr(p, '[', (size_t)(to - p))); p++) {
		if (parse_at(h, kind, line, p, end, &here))
			return true;
		if (here.at > why->at) /* the attempt that came furthest explains best */
			*why = here;
	}
	return false;
}

bool head_parse(struct head *h, enum head_kind kind, const char *line, const char *end, struct scan_error *why)
{
	const char *comm_end = end - line > COMM_COLUMNS ? line + COMM_COLUMNS : end;
	const char *limit = end - line > CPU_COLUMNS ? line + CPU_COLUMNS : end;

	*why = (struct scan_error){line, kind == HEAD_PERF ? "'COMM TID [CPU] TIME: SYSTEM:EVENT: ...'" :
					 "'COMM-PID [CPU] TIME: EVENT: ...'"};
	return parse_between(h, kind, line, comm_end, limit, end, why) ||
	       parse_between(h, kind, line, line, comm_end, end, why);
}
