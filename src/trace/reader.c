/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "trace/fields.h"

#define SKIPPED_NAMES_MAX 512 /* more different events than any kernel's network and memory code has */

static const char *const format_names[] = {
	[TRACE_FORMAT_AUTO] = "unknown",
	[TRACE_FORMAT_PERF] = "perf",
	[TRACE_FORMAT_TRACE_CMD] = "trace-cmd",
	[TRACE_FORMAT_TRACEFS] = "tracefs",
	[TRACE_FORMAT_FTRACE] = "trace-cmd or tracefs",
};

const char *trace_format_name(enum trace_format format)
{
	return format_names[format];
}

enum trace_format trace_format_find(const char *name)
{
	for (int f = TRACE_FORMAT_PERF; f <= TRACE_FORMAT_TRACEFS; f++)
		if (!strcmp(name, format_names[f]))
			return (enum trace_format)f;
	return TRACE_FORMAT_AUTO;
}

void reader_init(struct reader *r, struct input *in, enum trace_format format, bool skip_bad)
{
	*r = (struct reader){.format = format, .skip_bad = skip_bad};
	r->kind_known = format != TRACE_FORMAT_AUTO;
	r->kind = format == TRACE_FORMAT_PERF ? HEAD_PERF : HEAD_FTRACE;
	lines_init(&r->lines, in);
}

void reader_fini(struct reader *r)
{
	lines_fini(&r->lines);
	free(r->counts.skip);
	free(r->counts.lost);
}

/* Counted as "EVENT", or "SYSTEM:EVENT" where the text says the system. */
static void skip_event(struct reader *r, const struct head *h)
{
	struct reader_counts *c = &r->counts;
	const char *name = h->system_len ? h->system : h->name;
	size_t len = (size_t)(h->name + h->name_len - name);
	struct reader_skipped *s = c->skip;
	size_t i = r->last_skip;

	c->skipped++;
	if (len >= sizeof s->name)
		len = sizeof s->name - 1;
	if (i >= c->skips || memcmp(s[i].name, name, len) || s[i].name[len])
		for (i = 0; i < c->skips; i++)
			if (!memcmp(s[i].name, name, len) && !s[i].name[len])
				break;
	if (i == c->skips && i == SKIPPED_NAMES_MAX) {
		i--; /* the last row collects the rest */
		snprintf(s[i].name, sizeof s[i].name, "(other)");
	} else if (i == c->skips) {
		if (!(i & (i - 1)))
			c->skip = xrealloc(c->skip, (i ? i * 2 : 1) * sizeof *c->skip);
		s = &c->skip[c->skips++];
		memset(s, 0, sizeof *s);
		memcpy(s->name, name, len);
	}
	c->skip[i].count++;
	r->last_skip = i;
}

/* `count` 0: the recorder did not say how many. */
static void lose_events(struct reader *r, uint32_t cpu, uint64_t count)
{
	struct reader_counts *c = &r->counts;
	size_t i = 0;

	while (i < c->losts && c->lost[i].cpu < cpu)
		i++;
	if (i == c->losts || c->lost[i].cpu != cpu) {
		c->lost = xrealloc(c->lost, (c->losts + 1) * sizeof *c->lost);
		memmove(&c->lost[i + 1], &c->lost[i], (c->losts - i) * sizeof *c->lost);
		c->lost[i] = (struct reader_lost){.cpu = cpu};
		c->losts++;
	}
	c->lost[i].gaps++;
	c->lost[i].events += count;
	c->lost[i].unknown += !count;
	r->pending += !c->lost[i].pending;
	c->lost[i].pending = true;
	c->lost[i].pending_events += count;
}

/* "CPU:1 [LOST 12 EVENTS]" of tracefs; "CPU:1 [EVENTS DROPPED]", "CPU:1 [12 EVENTS DROPPED]" of trace-cmd. */
static bool lost_line(struct reader *r, const char *p, const char *end)
{
	uint64_t cpu, count = 0;

	p = scan_blanks(p, end);
	if (!SCAN_STARTS(p, end, "CPU:"))
		return false;
	p = scan_decimal(p + 4, end, TRACE_CPUS_MAX - 1, &cpu);
	if (!p || !SCAN_STARTS(p, end, " ["))
		return false;
	p += 2;
	if (SCAN_STARTS(p, end, "LOST ")) {
		p = scan_decimal(p + 5, end, UINT32_MAX, &count);
		if (!p || !SCAN_IS(p, end, " EVENTS]"))
			return false;
	} else if (!SCAN_IS(p, end, "EVENTS DROPPED]")) {
		p = scan_decimal(p, end, UINT32_MAX, &count);
		if (!p || !SCAN_IS(p, end, " EVENTS DROPPED]"))
			return false;
	}
	lose_events(r, (uint32_t)cpu, count);
	return true;
}

/* A frame of a call chain: "    ffffffff812 symbol+0x1 ([kernel])" of perf, " => symbol" of ftrace. */
static bool chain_line(const char *line, const char *end)
{
	const char *p = scan_blanks(line, end), *start = p;

	if (p == line)
		return false;
	if (SCAN_STARTS(p, end, "=> "))
		return true;
	while (p < end && scan_hex_value(*p) >= 0)
		p++;
	return p > start && p < end && scan_is_blank(*p) && end[-1] == ')';
}

/* "cpus=4", "version = 6" and "CPU 3 is empty" of trace-cmd. */
static bool trace_cmd_line(struct reader *r, const char *line, const char *end)
{
	const char *p = NULL;
	uint64_t n;

	if (SCAN_STARTS(line, end, "cpus="))
		p = scan_decimal(line + 5, end, UINT32_MAX, &n);
	else if (SCAN_STARTS(line, end, "version = "))
		p = scan_decimal(line + 10, end, UINT32_MAX, &n);
	else if (SCAN_STARTS(line, end, "CPU ") && (p = scan_decimal(line + 4, end, UINT32_MAX, &n)))
		p = SCAN_IS(p, end, " is empty") ? end : NULL;
	if (p != end)
		return false;
	if (r->format == TRACE_FORMAT_AUTO) {
		r->format = TRACE_FORMAT_TRACE_CMD;
		r->kind = HEAD_FTRACE;
		r->kind_known = true;
	}
	return true;
}

/* "# entries-in-buffer/entries-written: 21137/21137   #P:4" */
static void entries_line(struct reader *r, const char *p, const char *end)
{
	uint64_t here, written;

	p = scan_decimal(scan_blanks(p, end), end, UINT64_MAX, &here);
	if (!p || p == end || *p != '/' || !scan_decimal(p + 1, end, UINT64_MAX, &written))
		return;
	r->counts.announced += here;
	r->counts.overwritten += written > here ? written - here : 0;
}

static void comment_line(struct reader *r, const char *line, const char *end)
{
	static const char entries[] = "# entries-in-buffer/entries-written:";

	if (SCAN_STARTS(line, end, entries))
		entries_line(r, line + sizeof entries - 1, end);
	if (r->format == TRACE_FORMAT_AUTO && SCAN_STARTS(line, end, "# tracer:")) {
		r->format = TRACE_FORMAT_TRACEFS;
		r->kind = HEAD_FTRACE;
		r->kind_known = true;
	}
}

static bool decide_kind(struct reader *r, enum head_kind kind)
{
	r->kind = kind;
	r->kind_known = true;
	r->format = kind == HEAD_PERF ? TRACE_FORMAT_PERF : TRACE_FORMAT_FTRACE;
	return true;
}

static bool event_head(struct reader *r, struct head *h, const char *line, const char *end, struct scan_error *why)
{
	struct scan_error perf_why;
	struct head perf;
	bool is_perf;

	if (r->kind_known)
		return head_parse(h, r->kind, line, end, why);
	is_perf = head_parse(&perf, HEAD_PERF, line, end, &perf_why);
	if (!(is_perf && perf.system_len) && head_parse(h, HEAD_FTRACE, line, end, why))
		return decide_kind(r, HEAD_FTRACE);
	if (is_perf) {
		*h = perf;
		return decide_kind(r, HEAD_PERF);
	}
	if (perf_why.at > why->at)
		*why = perf_why;
	else if (perf_why.at == why->at && why->at == line)
		why->expected = "'COMM-PID [CPU] TIME: EVENT: ...' (tracefs, trace-cmd report) or "
				"'COMM TID [CPU] TIME: SYSTEM:EVENT: ...' (perf script)";
	return false;
}

/* perf's own records are no tracepoints; those of lost events matter. */
static bool perf_record(struct reader *r, const struct head *h, const char *end)
{
	uint64_t count = 0;

	if (h->name_len < 12 || memcmp(h->name, "PERF_RECORD_", 12))
		return false;
	if (scan_is(h->name, h->name + h->name_len, "PERF_RECORD_LOST", 16) && SCAN_STARTS(h->text, end, "lost ")) {
		scan_decimal(h->text + 5, end, UINT32_MAX, &count);
		lose_events(r, h->cpu, count);
		r->counts.comments++;
		return true;
	}
	skip_event(r, h);
	return true;
}

enum line_result { LINE_EVENT, LINE_OTHER, LINE_BAD, LINE_CUT };

static enum line_result read_line(struct reader *r, const char *line, const char *end, struct trace_summary *devices,
				  struct scan_error *why)
{
	struct trace_event *ev = &r->event;
	const char *device;
	size_t device_len;
	struct head h;
	enum trace_type type;

	if (line == end || *line == '#') {
		comment_line(r, line, end);
		r->counts.comments++;
		return LINE_OTHER;
	}
	if (!event_head(r, &h, line, end, why)) {
		if (lost_line(r, line, end))
			return LINE_OTHER;
		if (trace_cmd_line(r, line, end) || chain_line(line, end)) {
			r->counts.comments++;
			return LINE_OTHER;
		}
		return LINE_BAD;
	}
	type = fields_type(&h);
	if (type == TRACE_TYPES) {
		if (!perf_record(r, &h, end))
			skip_event(r, &h);
		return LINE_OTHER;
	}
	*ev = (struct trace_event){.type = (uint8_t)type, .time_ns = h.time_ns, .cpu = h.cpu, .pid = h.pid};
	switch (fields_parse(ev, h.text, end, &device, &device_len, why)) {
	case FIELDS_OK:
		break;
	case FIELDS_NO_PAGE:
		r->counts.no_page++;
		skip_event(r, &h);
		return LINE_OTHER;
	case FIELDS_BAD:
		return LINE_BAD;
	}
	if (type == TRACE_NAPI_POLL) {
		ev->device = trace_summary_device(devices, device, device_len);
		if (ev->device == TRACE_DEVICES_MAX) {
			scan_refuse(why, device, "one of at most 4096 devices");
			return LINE_BAD;
		}
	}
	return LINE_EVENT;
}

static void bad_line(struct reader *r, const char *line, const char *end, const struct scan_error *why, struct error *e)
{
	int found = end - why->at > 32 ? 32 : (int)(end - why->at);

	/* The excerpt goes to a terminal. */
	for (int i = 0; i < found; i++)
		if ((unsigned char)why->at[i] < ' ' || why->at[i] == 0x7f)
			found = i;
	error_at(e, input_name(r->lines.in), r->lines.number, (unsigned long)(why->at - line) + 1,
		 "expected %s, found %s%.*s%s", why->expected, why->at == end ? "the end of the line" : "'", found,
		 why->at, why->at == end ? "" : "'");
}

/* The oldest pending gap as an event at the time of the event behind it. */
static void give_lost(struct reader *r, struct trace_event *event)
{
	for (size_t i = 0; i < r->counts.losts; i++) {
		struct reader_lost *lost = &r->counts.lost[i];

		if (!lost->pending)
			continue;
		*event = (struct trace_event){
			.type = TRACE_LOST,
			.time_ns = r->time_ns,
			.cpu = lost->cpu,
			.lost = lost->pending_events > UINT32_MAX ? UINT32_MAX : (uint32_t)lost->pending_events,
		};
		lost->pending = false;
		lost->pending_events = 0;
		r->pending--;
		return;
	}
}

static void order_in_time(struct reader *r)
{
	if (r->any && r->event.time_ns < r->time_ns) {
		uint64_t back = r->time_ns - r->event.time_ns;

		r->counts.backwards++;
		if (back > r->counts.backwards_most_ns)
			r->counts.backwards_most_ns = back;
		r->event.time_ns = r->time_ns;
	}
	r->time_ns = r->event.time_ns;
	r->any = true;
}

int reader_next(struct reader *r, struct trace_event *event, struct trace_summary *devices, struct error *e)
{
	const char *line, *end;
	struct scan_error why;
	enum line_result result;
	int rc;

	while (!r->held) {
		rc = lines_next(&r->lines, &line, &end, e);
		if (rc < 0)
			return -1;
		if (!rc && r->pending && r->any) { /* nothing follows the gap */
			give_lost(r, event);
			return 1;
		}
		if (!rc)
			return 0;
		r->counts.lines++;
		while (end > line && scan_is_blank(end[-1]))
			end--;
		result = r->lines.cut ? LINE_CUT : read_line(r, line, end, devices, &why);
		switch (result) {
		case LINE_EVENT:
			order_in_time(r);
			r->held = true;
			break;
		case LINE_OTHER:
			break;
		case LINE_BAD:
		case LINE_CUT:
			if (result == LINE_CUT)
				error_at(e, input_name(r->lines.in), r->lines.number, (unsigned long)(end - line) + 1,
					 "the text ends inside a line; the trace is truncated");
			else
				bad_line(r, line, end, &why, e);
			if (!r->skip_bad)
				return -1;
			if (!r->counts.bad++)
				snprintf(r->counts.first_bad, sizeof r->counts.first_bad, "%.*s",
					 (int)sizeof r->counts.first_bad - 1, e->text);
			break;
		}
	}
	if (r->pending) {
		give_lost(r, event);
		return 1;
	}
	*event = r->event;
	r->held = false;
	return 1;
}
