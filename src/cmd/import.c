/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cmd/command.h"
#include "trace/import.h"
#include "trace/native.h"

const char import_usage[] =
	"Usage: hotzone import FILE -o TRACE.hzt [--format FORMAT] [--skip-bad] [--json]\n"
	"       hotzone import FILE --check      [--format FORMAT] [--skip-bad] [--json]\n"
	"       hotzone import --dump TRACE.hzt\n"
	"\n"
	"Reads the text of a recorded trace and writes a native one, which 'load: replay' runs.\n"
	"FILE is the output of 'perf script', of 'trace-cmd report' or of tracefs' trace or trace_pipe,\n"
	"plain or compressed with zstd, gzip or xz; '-' is standard input. What was kept, left out and\n"
	"could not be paired is told on stderr. Record at least kmem:mm_page_alloc and kmem:mm_page_free,\n"
	"better kmem:* , page_pool:* and napi:napi_poll.\n"
	"\n"
	"  -o, --output FILE    the native trace; it appears only when it is whole\n"
	"      --check          only read and report\n"
	"      --format FORMAT  perf, trace-cmd or tracefs; default: told by the text\n"
	"      --skip-bad       count lines that do not parse instead of stopping at the first\n"
	"      --json           the report as JSON on stdout\n"
	"      --dump           print a native trace, one event per line\n"
	"\n"
	"Exit: 0 done, 2 bad input, 3 a file could not be read or written, 130 interrupted.\n";

struct import_command {
	struct import_options import;
	bool check, json, dump;
};

/* The only state outside of the call: a handler has no other way to say something. */
static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

static void catch_signals(struct input_interrupt *interrupt)
{
	struct sigaction action = {.sa_handler = stop}, old;
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

	sigemptyset(&action.sa_mask);
	sigemptyset(&interrupt->signals);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		/* What is ignored stays ignored: nohup, or a job in the background. */
		if (numbers[i] == SIGHUP && !sigaction(numbers[i], NULL, &old) && old.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
		sigaddset(&interrupt->signals, numbers[i]);
	}
	interrupt->stop = &stopped;
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is then a failed write like any other */
}

/* A row of the report: what it is called in JSON and on the terminal. */
struct fact {
	const char *key;
	const char *label;
	uint64_t value;
	bool always; /* also on the terminal when 0 */
};

#define FACTS 20

static uint64_t missing_events(const struct import *im)
{
	uint64_t found = im->events - im->summary.count[TRACE_LOST] + im->text.skipped + im->text.bad;

	return im->text.announced > found ? im->text.announced - found : 0;
}

static void collect_facts(const struct import *im, struct fact facts[FACTS])
{
	const struct trace_summary *s = &im->summary;
	const struct fact list[FACTS] = {
		{"allocs", "pages allocated", s->allocs, true},
		{"alloc_frames", "  their frames", s->alloc_frames, false},
		{"silent_allocs", "  of these seen only as page_pool holds", s->silent_allocs, false},
		{"frees", "pages freed", s->frees, true},
		{"free_frames", "  their frames", s->free_frames, false},
		{"free_matched", "  allocated in the trace", s->free_matched, true},
		{"free_pretrace", "  allocated before the trace", s->free_pretrace, true},
		{"free_unpaired", "  already free (handed out without an event)", s->free_unpaired, false},
		{"order_differs", "  with another order than allocated", s->order_differs, false},
		{"alloc_unpaired", "allocations of a page still out (freed without an event)", s->alloc_unpaired,
		 false},
		{"failed_allocs", "failed allocations", s->failed_allocs, false},
		{"live_end", "pages still out at the end", s->live_end, true},
		{"live_end_frames", "  their frames", s->live_end_frames, false},
		{"live_peak", "most pages out at once", s->live_peak, true},
		{"forgotten_frames", "freed frames forgotten to bound memory", im->forgotten, false},
		{"napi_packets", "packets by napi_poll", s->packets, true},
		{"time_backwards", "times that ran backwards (set to the time before)", im->text.backwards, false},
		{"time_backwards_most_ns", "  at most, ns", im->text.backwards_most_ns, false},
		{"missing", "events fewer than the text's header announces", missing_events(im), false},
		{"overwritten", "older events that the ring buffer had no room for", im->text.overwritten, false},
	};

	memcpy(facts, list, sizeof list);
}

static void print_report(const struct import *im, const struct import_command *c)
{
	struct fact facts[FACTS];

	fprintf(stderr, "%s: %s text, %" PRIu64 " lines, %.6f s, %" PRIu32 " CPUs\n",
		strcmp(c->import.input, "-") ? c->import.input : "stdin", trace_format_name(im->format), im->text.lines,
		(double)(im->end_ns - im->start_ns) / 1e9, im->cpus);
	fprintf(stderr, "%12" PRIu64 "  events kept\n", im->events);
	for (unsigned t = 0; t < TRACE_TYPES; t++)
		if (im->summary.count[t])
			fprintf(stderr, "%12" PRIu64 "    %s\n", im->summary.count[t],
				trace_type_name((enum trace_type)t));
	fprintf(stderr, "%12" PRIu64 "  events of other kinds skipped\n", im->text.skipped);
	for (size_t i = 0; i < im->text.skips; i++)
		fprintf(stderr, "%12" PRIu64 "    %s\n", im->text.skip[i].count, im->text.skip[i].name);
	if (im->text.no_page)
		fprintf(stderr, "%12" PRIu64 "    of these page_pool events without a page frame\n", im->text.no_page);
	collect_facts(im, facts);
	for (size_t i = 0; i < FACTS; i++)
		if (facts[i].always || facts[i].value)
			fprintf(stderr, "%12" PRIu64 "  %s\n", facts[i].value, facts[i].label);
	for (size_t i = 0; i < im->summary.devices; i++)
		fprintf(stderr, "%12" PRIu64 "    %s, in %" PRIu64 " polls\n", im->summary.device[i].packets,
			im->summary.device[i].name, im->summary.device[i].polls);
	for (size_t i = 0; i < im->text.losts; i++) {
		const struct reader_lost *l = &im->text.lost[i];

		fprintf(stderr, "%12" PRIu64 "  events lost by CPU %" PRIu32 ", in %" PRIu64 " gaps", l->events, l->cpu,
			l->gaps);
		if (l->unknown)
			fprintf(stderr, " (%" PRIu64 " of unknown size)", l->unknown);
		fputc('\n', stderr);
	}
	if (im->text.bad)
		fprintf(stderr, "%12" PRIu64 "  bad lines left out; the first: %s\n", im->text.bad, im->text.first_bad);
	if (c->import.output)
		fprintf(stderr, "%s: %" PRIu64 " bytes\n", c->import.output, im->bytes);
}

static void json_key(struct text *t, const char *key)
{
	text_add(t, "%s\n    ", t->s[t->len - 1] == '{' ? "" : ",");
	text_add_json(t, key);
	text_add(t, ": ");
}

static int print_json(const struct import *im, const struct import_command *c)
{
	struct fact facts[FACTS];
	struct text t = {0};
	int rc = 0;
	struct error e;

	text_add(&t, "{\n  \"file\": ");
	text_add_json(&t, c->import.input);
	text_add(&t, ",\n  \"format\": ");
	text_add_json(&t, trace_format_name(im->format));
	text_add(&t, ",\n  \"lines\": %" PRIu64 ",\n  \"comment_lines\": %" PRIu64 ",\n  \"bad_lines\": %" PRIu64,
		 im->text.lines, im->text.comments, im->text.bad);
	text_add(&t, ",\n  \"cpus\": %" PRIu32 ",\n  \"start_ns\": %" PRIu64 ",\n  \"duration_ns\": %" PRIu64, im->cpus,
		 im->start_ns, im->end_ns - im->start_ns);
	text_add(&t, ",\n  \"kept\": %" PRIu64 ",\n  \"events\": {", im->events);
	for (unsigned i = 0; i < TRACE_TYPES; i++) {
		json_key(&t, trace_type_name((enum trace_type)i));
		text_add(&t, "%" PRIu64, im->summary.count[i]);
	}
	text_add(&t, "\n  },\n  \"skipped\": %" PRIu64 ",\n  \"skipped_events\": {", im->text.skipped);
	for (size_t i = 0; i < im->text.skips; i++) {
		json_key(&t, im->text.skip[i].name);
		text_add(&t, "%" PRIu64, im->text.skip[i].count);
	}
	text_add(&t, "\n  },\n  \"skipped_without_page\": %" PRIu64, im->text.no_page);
	collect_facts(im, facts);
	for (size_t i = 0; i < FACTS; i++)
		text_add(&t, ",\n  \"%s\": %" PRIu64, facts[i].key, facts[i].value);
	text_add(&t, ",\n  \"napi\": {");
	for (size_t i = 0; i < im->summary.devices; i++) {
		json_key(&t, im->summary.device[i].name);
		text_add(&t, "{\"packets\": %" PRIu64 ", \"polls\": %" PRIu64 "}", im->summary.device[i].packets,
			 im->summary.device[i].polls);
	}
	text_add(&t, "\n  },\n  \"lost\": [");
	for (size_t i = 0; i < im->text.losts; i++)
		text_add(&t, "%s\n    {\"cpu\": %" PRIu32 ", \"events\": %" PRIu64 ", \"gaps\": %" PRIu64
			 ", \"gaps_of_unknown_size\": %" PRIu64 "}", i ? "," : "", im->text.lost[i].cpu,
			 im->text.lost[i].events, im->text.lost[i].gaps, im->text.lost[i].unknown);
	text_add(&t, "\n  ]");
	if (c->import.output)
		text_add(&t, ",\n  \"bytes\": %" PRIu64, im->bytes);
	text_add(&t, "\n}\n");
	if (fputs(t.s, stdout) == EOF || fflush(stdout)) {
		rc = error_errno(&e, "write", "stdout");
		error_print(&e);
	}
	text_fini(&t);
	return rc;
}

static void dump_event(const struct trace_event *ev, const struct trace_summary *s)
{
	static const char *const flags[] = {"failed", "percpu_refill", "change_ownership", "silent_alloc",
					    "pretrace", "unpaired", "order_differs"};
	const char *between = " flags=";

	printf("%" PRIu64 ".%09" PRIu64 " [%03" PRIu32 "] %" PRId32 " %s", ev->time_ns / 1000000000,
	       ev->time_ns % 1000000000, ev->cpu, ev->pid, trace_type_name((enum trace_type)ev->type));
	switch ((enum trace_type)ev->type) {
	case TRACE_NAPI_POLL:
		printf(" device=%s work=%" PRIu32 " budget=%" PRIu32, s->device[ev->device].name, ev->work, ev->budget);
		break;
	case TRACE_LOST:
		printf(" events=%" PRIu32, ev->lost);
		break;
	case TRACE_ALLOC:
	case TRACE_ZONE_LOCKED:
	case TRACE_PCPU_DRAIN:
	case TRACE_EXTFRAG:
		printf(" pfn=0x%" PRIx64 " order=%u migratetype=%u", ev->pfn, ev->order, ev->migratetype);
		if (ev->type == TRACE_EXTFRAG)
			printf(" fallback_order=%u fallback_migratetype=%u", ev->fallback_order,
			       ev->fallback_migratetype);
		break;
	default:
		printf(" pfn=0x%" PRIx64 " order=%u", ev->pfn, ev->order);
		break;
	}
	for (unsigned i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (ev->flags & 1u << i) {
			printf("%s%s", between, flags[i]);
			between = ",";
		}
	putchar('\n');
}

static int dump(const char *path)
{
	struct native_reader *r;
	struct trace_event ev;
	struct error e;
	int rc = native_open(&r, path, &e);

	if (rc)
		return error_print(&e);
	while ((rc = native_next(r, &ev, &e)) > 0 && !ferror(stdout))
		dump_event(&ev, &native_info(r)->summary);
	native_close(r);
	if (ferror(stdout) || fflush(stdout))
		error_errno(&e, "write", "stdout");
	else if (!rc)
		return HZ_OK;
	return error_print(&e);
}

static int run_import(struct import_command *c)
{
	struct input_interrupt interrupt;
	struct import im;
	struct error e;
	int rc;

	catch_signals(&interrupt);
	c->import.interrupt = &interrupt;
	rc = import_run(&im, &c->import, &e);
	if (rc) {
		error_print(&e);
	} else {
		print_report(&im, c);
		if (c->json)
			rc = print_json(&im, c);
	}
	import_fini(&im);
	return rc;
}

/* Returns HZ_OK with *c filled. */
static int parse_options(struct import_command *c, int argc, char **argv)
{
	enum { OPTION_CHECK = 256, OPTION_FORMAT, OPTION_SKIP_BAD, OPTION_JSON, OPTION_DUMP };
	static const struct option options[] = {
		{"output", required_argument, NULL, 'o'},
		{"check", no_argument, NULL, OPTION_CHECK},
		{"format", required_argument, NULL, OPTION_FORMAT},
		{"skip-bad", no_argument, NULL, OPTION_SKIP_BAD},
		{"json", no_argument, NULL, OPTION_JSON},
		{"dump", no_argument, NULL, OPTION_DUMP},
		{NULL, 0, NULL, 0},
	};
	int o;

	opterr = 0;
	optind = 1;
	while ((o = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		switch (o) {
		case 'o':
			c->import.output = optarg;
			break;
		case OPTION_CHECK:
			c->check = true;
			break;
		case OPTION_FORMAT:
			c->import.format = trace_format_find(optarg);
			if (c->import.format == TRACE_FORMAT_AUTO)
				return command_misuse("import", "no format '%s'; there are perf, trace-cmd and tracefs",
						      optarg);
			break;
		case OPTION_SKIP_BAD:
			c->import.skip_bad = true;
			break;
		case OPTION_JSON:
			c->json = true;
			break;
		case OPTION_DUMP:
			c->dump = true;
			break;
		case ':':
			return command_misuse("import", "%s needs a value", argv[optind - 1]);
		default:
			return command_misuse("import", "no option '%s'", argv[optind - 1]);
		}
	}
	if (optind + 1 != argc)
		return command_misuse("import", optind == argc ? "which file?" : "one file at a time");
	c->import.input = argv[optind];
	return HZ_OK;
}

int command_import(int argc, char **argv)
{
	struct import_command c = {.check = false};
	int rc = parse_options(&c, argc, argv);

	if (rc)
		return rc;
	if (c.dump && (c.import.output || c.check || c.json || c.import.skip_bad || c.import.format))
		return command_misuse("import", "--dump goes with no other option");
	if (c.dump)
		return dump(c.import.input);
	if (c.check == !!c.import.output)
		return command_misuse("import", c.check ? "--check writes nothing; leave out -o" :
				      "where to? Give -o FILE or --check");
	return run_import(&c);
}
