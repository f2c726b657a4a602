/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cmd/command.h"
#include "load/world.h"
#include "plan/plan.h"
#include "plan/queue.h"
#include "store/store.h"
#include "view/summary.h"

#define TIME_LIMIT_SECONDS 600
#define PARALLEL_MAX 1024

const char run_usage[] =
	"Usage: hotzone run [OPTION]... SCENARIO...\n"
	"Simulate every point of the scenario files as often as they ask for, keep the results in a database and print a table\n"
	"with one row per point. Runs that the database already holds are not repeated, so the same command goes on where it\n"
	"was interrupted. 'hotzone help scenario' explains scenario files.\n"
	"\n"
	"      --db FILE            results database (default: " STORE_DEFAULT_PATH " in the current folder)\n"
	"  -j, --jobs N             runs at a time (default: the number of CPUs); results do not depend on it\n"
	"      --set PATH=VALUE     set a key over scenario, models, policies and workloads; [a,b] sweeps it; may be repeated\n"
	"      --models FOLDER      look for models in FOLDER/{machines,kernels,nics} first (default: $HOTZONE_MODELS)\n"
	"      --dry-run            list the points and stop\n"
	"      --show-config        print every key of every point with where its value comes from, and stop\n"
	"      --again              repeat runs that are done, too\n"
	"      --time-limit TIME    kill a run after this much wall time (default: 10min; 0s: never)\n"
	"      --memory-limit SIZE  end a run that asks for more memory than this (default: no limit)\n"
	"  -q, --quiet              no progress and no table\n"
	"\n"
	"Exit status: 0 every run is done, 2 bad option, scenario or model, 3 a file or the database failed, 4 some run failed\n"
	"(the others are kept), 130 interrupted (finished runs are kept).\n";

struct options {
	const char *db;
	const char **set;
	struct plan_options plan;
	struct queue_options queue;
	bool dry_run, show_config, again, quiet;
};

/* A run to do, and what the store calls it. */
struct job {
	int64_t run;
	const struct plan *plan;
	const struct point *point;
	uint32_t repetition;
};

struct session {
	const struct options *options;
	struct plan *plan;
	size_t plans;
	struct store *store;
	struct job *job;
	struct queue_job *queue;
	size_t jobs;
	size_t kept;               /* done before */
	size_t done, failed;       /* now */
	double started;
	bool terminal;             /* stderr is one: show progress */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void progress_clear(const struct session *s)
{
	if (s->terminal)
		fputs("\r\033[K", stderr);
}

static void progress_show(void *self, size_t running)
{
	const struct session *s = self;
	size_t ended = s->done + s->failed;
	double elapsed = now() - s->started;

	if (!s->terminal)
		return;
	fprintf(stderr, "\r\033[K%zu of %zu runs, %zu running", ended, s->jobs, running);
	if (s->failed)
		fprintf(stderr, ", %zu failed", s->failed);
	if (ended) {
		unsigned long left = (unsigned long)(elapsed / (double)ended * (double)(s->jobs - ended) + 0.5);

		fprintf(stderr, ", %lu:%02lu left", left / 60, left % 60);
	}
	fflush(stderr);
}

static int run_started(void *self, size_t job, struct error *e)
{
	const struct session *s = self;

	return store_run_start(s->store, s->job[job].run, e);
}

static int run_dropped(void *self, size_t job, struct error *e)
{
	const struct session *s = self;

	return store_run_reset(s->store, s->job[job].run, e);
}

static void say_failed(const struct session *s, const struct job *job, const struct queue_report *report)
{
	progress_clear(s);
	fprintf(stderr, "hotzone: %s, point '%s', repetition %u %s: %s\n", job->plan->scenario.name, job->point->label,
		job->repetition + 1, report->state == QUEUE_KILLED ? "was killed" : "failed", report->why);
}

static int run_ended(void *self, const struct queue_report *report, struct error *e)
{
	struct session *s = self;
	const struct job *job = &s->job[report->job];
	struct store_times times = {report->wall_seconds, report->cpu_seconds};

	if (report->state == QUEUE_DONE) {
		s->done++;
	} else {
		s->failed++;
		say_failed(s, job, report);
	}
	if (report->result)
		return store_run_done(s->store, job->run, report->result, &times, e);
	return store_run_failed(s->store, job->run, report->state == QUEUE_KILLED ? STORE_KILLED : STORE_FAILED,
				report->why, &times, e);
}

static void add_job(struct session *s, const struct plan *plan, const struct point *pt, uint32_t repetition,
		    int64_t run)
{
	s->job = xrealloc(s->job, (s->jobs + 1) * sizeof *s->job);
	s->job[s->jobs++] = (struct job){run, plan, pt, repetition};
}

static int enter_point(struct session *s, const struct plan *plan, size_t index, int64_t scenario, struct error *e)
{
	const struct point *pt = &plan->point[index];
	struct store_axis *axis = xcalloc(pt->axes + 1, sizeof *axis);
	struct store_point row = {.hash = pt->hash,
				  .label = pt->label,
				  .policy = pt->policy,
				  .workload = pt->workload,
				  .position = (uint32_t)index + 1,
				  .config = pt->config,
				  .axis = axis,
				  .axes = pt->axes};
	int64_t point, run;
	int status;

	for (size_t i = 0; i < pt->axes; i++)
		axis[i] = (struct store_axis){keys[pt->axis[i].key].path, pt->axis[i].text, pt->axis[i].number};
	status = store_plan_point(s->store, scenario, &row, &point, e);
	free(axis);
	for (uint32_t i = 0; i < plan->scenario.repetitions && !status; i++) {
		enum store_state state;

		status = store_plan_run(s->store, point, i, pt->params.run.seed, HZ_MODEL_VERSION, &run, &state, e);
		if (status)
			break;
		if (state == STORE_DONE && !s->options->again)
			s->kept++;
		else
			add_job(s, plan, pt, i, run);
	}
	return status;
}

static int enter_scenario(struct session *s, const struct scenario *scenario, int64_t *id, struct error *e)
{
	struct store_show *show = xcalloc(scenario->shows + 1, sizeof *show);
	struct store_line *line = xcalloc(scenario->marks + 1, sizeof *line);
	struct text *place = xcalloc(scenario->shows + 1, sizeof *place);
	struct store_scenario row = {.name = scenario->name, .title = scenario->title, .path = scenario->tree[0].file,
				     .text = scenario->tree[0].source, .baseline = scenario->baseline.text,
				     .show = show, .shows = scenario->shows, .line = line, .lines = scenario->marks};
	int status;

	for (size_t i = 0; i < scenario->shows; i++) {
		const struct word *w = &scenario->show[i];

		text_add(&place[i], "%s:%lu:%lu", w->place.file, w->place.line, w->place.column);
		show[i] = (struct store_show){w->text, place[i].s};
	}
	for (size_t i = 0; i < scenario->marks; i++)
		line[i] = (struct store_line){scenario->mark[i].metric, scenario->mark[i].at, scenario->mark[i].label};
	status = store_plan_scenario(s->store, &row, id, e);
	for (size_t i = 0; i < scenario->shows; i++)
		text_fini(&place[i]);
	free(place);
	free(line);
	free(show);
	return status;
}

static int enter_plan(struct session *s, const struct plan *plan, struct error *e)
{
	int64_t scenario;
	int status = enter_scenario(s, &plan->scenario, &scenario, e);

	for (size_t i = 0; i < plan->points && !status; i++)
		status = enter_point(s, plan, i, scenario, e);
	return status;
}

static int enter_all(struct session *s, struct error *e)
{
	int status = store_plan_begin(s->store, e);

	if (status)
		return status;
	for (size_t i = 0; i < s->plans && !status; i++)
		status = enter_plan(s, &s->plan[i], e);
	if (!status)
		return store_plan_commit(s->store, e);
	store_plan_rollback(s->store);
	return status;
}

static int work(struct session *s, struct error *e)
{
	const struct queue_events events = {s, run_started, run_ended, run_dropped, progress_show};
	int status;

	s->queue = xcalloc(s->jobs + 1, sizeof *s->queue);
	for (size_t i = 0; i < s->jobs; i++)
		s->queue[i] = (struct queue_job){&s->job[i].point->params, s->job[i].repetition};
	s->started = now();
	s->terminal = !s->options->quiet && isatty(STDERR_FILENO);
	status = queue_run(s->queue, s->jobs, &s->options->queue, &events, e);
	progress_clear(s);
	return status;
}

static int end_output(struct error *e)
{
	return fflush(stdout) || ferror(stdout) ? error_errno(e, "cannot write", "standard output") : 0;
}

static int print_tables(const struct session *s, struct error *e)
{
	int status = 0;

	for (size_t i = 0; i < s->plans && !status; i++) {
		struct selection which = {.scenario = s->plan[i].scenario.name};

		if (i)
			putchar('\n');
		status = summary_print(s->store, &which, SUMMARY_DEFAULT, stdout, e);
	}
	return status ? status : end_output(e);
}

static void say_end(const struct session *s)
{
	fprintf(stderr, "hotzone: %zu run%s done in %.1f s", s->done, s->done == 1 ? "" : "s", now() - s->started);
	if (s->kept)
		fprintf(stderr, ", %zu done before", s->kept);
	if (s->failed)
		fprintf(stderr, ", %zu failed", s->failed);
	if (s->done + s->failed < s->jobs)
		fprintf(stderr, ", %zu left to do", s->jobs - s->done - s->failed);
	fprintf(stderr, "; results in %s\n", store_path(s->store));
}

static int simulate(struct session *s, struct error *e)
{
	int status = enter_all(s, e), shown;
	struct error trouble;

	if (status)
		return status;
	status = work(s, e);
	if (!s->options->quiet)
		say_end(s);
	if (status)
		return status;
	shown = s->options->quiet ? 0 : print_tables(s, &trouble);
	if (shown)
		*e = trouble;
	else if (s->failed)
		return error_set(e, HZ_RUN_FAILED, "%zu of %zu runs failed; the others are kept", s->failed, s->jobs);
	return shown;
}

/* Two files with one name would take each other's place in the database. */
static int check_names(const struct session *s, struct error *e)
{
	for (size_t i = 0; i < s->plans; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcmp(s->plan[i].scenario.name, s->plan[j].scenario.name))
				return error_set(e, HZ_USER, "%s and %s are both called '%s'",
						 s->plan[j].scenario.tree[0].file, s->plan[i].scenario.tree[0].file,
						 s->plan[i].scenario.name);
	return 0;
}

static int load_all(struct session *s, char **files, size_t n, struct error *e)
{
	int status = 0;

	s->plan = xcalloc(n, sizeof *s->plan);
	for (size_t i = 0; i < n && !status; i++)
		status = plan_load(&s->plan[s->plans++], files[i], &s->options->plan, e);
	return status ? status : check_names(s, e);
}

static int run(const struct options *o, char **files, size_t n)
{
	struct session s = {.options = o};
	struct error e;
	int status = load_all(&s, files, n, &e);

	for (size_t i = 0; i < s.plans && !status && o->dry_run; i++)
		plan_print(&s.plan[i], stdout);
	for (size_t i = 0; i < s.plans && !status && o->show_config; i++) {
		fputs(i ? "---\n" : "", stdout);
		plan_print_config(&s.plan[i], stdout);
	}
	if (!status && (o->dry_run || o->show_config)) {
		status = end_output(&e);
	} else if (!status) {
		status = store_open(&s.store, o->db, STORE_WRITE, &e);
		if (!status)
			status = simulate(&s, &e);
		store_close(s.store);
	}
	if (status)
		error_print(&e);
	for (size_t i = 0; i < s.plans; i++)
		plan_fini(&s.plan[i]);
	free(s.plan);
	free(s.job);
	free(s.queue);
	return status;
}

static int read_limit(const char *option, const char *text, enum dimension dimension, struct quantity *q)
{
	struct error e;

	return quantity_parse(text, dimension, q, &e) ? command_misuse("run", "%s: %s", option, e.text) : 0;
}

static int parse_options(struct options *o, int argc, char **argv)
{
	enum {
		OPTION_DB = 256,
		OPTION_SET,
		OPTION_MODELS,
		OPTION_DRY_RUN,
		OPTION_SHOW_CONFIG,
		OPTION_AGAIN,
		OPTION_TIME_LIMIT,
		OPTION_MEMORY_LIMIT
	};
	static const struct option options[] = {
		{"db", required_argument, NULL, OPTION_DB},
		{"jobs", required_argument, NULL, 'j'},
		{"set", required_argument, NULL, OPTION_SET},
		{"models", required_argument, NULL, OPTION_MODELS},
		{"dry-run", no_argument, NULL, OPTION_DRY_RUN},
		{"show-config", no_argument, NULL, OPTION_SHOW_CONFIG},
		{"again", no_argument, NULL, OPTION_AGAIN},
		{"time-limit", required_argument, NULL, OPTION_TIME_LIMIT},
		{"memory-limit", required_argument, NULL, OPTION_MEMORY_LIMIT},
		{"quiet", no_argument, NULL, 'q'},
		{NULL, 0, NULL, 0},
	};
	struct quantity q;
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":j:q", options, NULL)) != -1) {
		switch (option) {
		case OPTION_DB:
			o->db = optarg;
			break;
		case OPTION_SET:
			o->set[o->plan.sets++] = optarg;
			break;
		case OPTION_MODELS:
			o->plan.models = optarg;
			break;
		case OPTION_DRY_RUN:
			o->dry_run = true;
			break;
		case OPTION_SHOW_CONFIG:
			o->show_config = true;
			break;
		case OPTION_AGAIN:
			o->again = true;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'j':
			if (read_limit("-j", optarg, DIM_COUNT, &q))
				return HZ_USER;
			if (!q.whole || q.whole > PARALLEL_MAX)
				return command_misuse("run", "-j: %s is out of range; expected 1 to %d", optarg,
						      PARALLEL_MAX);
			o->queue.parallel = (unsigned)q.whole;
			break;
		case OPTION_TIME_LIMIT:
			if (read_limit("--time-limit", optarg, DIM_TIME, &q))
				return HZ_USER;
			o->queue.time_limit = q.value;
			break;
		case OPTION_MEMORY_LIMIT:
			if (read_limit("--memory-limit", optarg, DIM_SIZE, &q))
				return HZ_USER;
			o->queue.memory_limit = q.whole;
			break;
		case ':':
			return command_misuse("run", "option '%s' needs a value", argv[optind - 1]);
		default:
			return command_misuse("run", "no option '%s'", argv[optind - 1]);
		}
	}
	return optind == argc ? command_misuse("run", "which scenario?") : 0;
}

int command_run(int argc, char **argv)
{
	struct options o = {
		.db = STORE_DEFAULT_PATH,
		.set = xcalloc((size_t)argc + 1, sizeof *o.set),
		.plan = {.models = getenv("HOTZONE_MODELS"), .check = world_check},
		.queue = {.time_limit = TIME_LIMIT_SECONDS, .run = queue_simulate},
	};
	int status;

	o.plan.set = o.set;
	status = parse_options(&o, argc, argv);
	if (!status)
		status = run(&o, argv + optind, (size_t)(argc - optind));
	free(o.set);
	return status;
}
