/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "plan/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/types.h"
#include "base/units.h"

#define TICK_MS 200
#define TAIL_SIZE 4096         /* of a child's last words */

/* A child at work; pid 0: free. */
struct slot {
	pid_t pid;
	size_t job;
	int result;                /* memory file that the child writes its result to */
	int words;                 /* read end of its stdout and stderr */
	bool late;                 /* killed because of the time limit */
	double started;
	char tail[TAIL_SIZE + 1];
	size_t tail_len;
};

struct queue {
	const struct queue_job *job;
	size_t jobs, next;
	const struct queue_options *options;
	const struct queue_events *events;
	struct slot *slot;
	size_t slots, running;
	sigset_t outer_mask;       /* of the caller, and of the children */
	int signals;
	int stop;                  /* code to end with, or 0 */
	struct error *e;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void stop(struct queue *q, int code)
{
	if (code && !q->stop)
		q->stop = code;
}

/* The child's whole life. It leaves without cleaning up what belongs to its parent. */
static void __attribute__((noreturn)) live(const struct queue *q, const struct slot *s, int words, pid_t parent)
{
	const struct queue_job *job = &q->job[s->job];
	struct rlimit memory = {q->options->memory_limit, q->options->memory_limit};
	struct params params = *job->params;
	struct error e = {.code = HZ_RUN_FAILED, .text = "failed without a reason"};

	/* Ctrl-C is the parent's affair, but the parent's death is the child's too. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(HZ_INTERRUPTED);
	sigprocmask(SIG_SETMASK, &q->outer_mask, NULL);
	dup2(words, STDOUT_FILENO);
	dup2(words, STDERR_FILENO);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	if (q->options->memory_limit)
		setrlimit(RLIMIT_AS, &memory);
	params.run.repetition = job->repetition;
	if (q->options->run(&params, s->result, &e)) {
		fprintf(stderr, "%s\n", e.text);
		fflush(stderr);
		_exit(HZ_RUN_FAILED);
	}
	fflush(stdout);
	_exit(HZ_OK);
}

static void slot_close(struct slot *s)
{
	if (s->result >= 0)
		close(s->result);
	if (s->words >= 0)
		close(s->words);
	*s = (struct slot){.result = -1, .words = -1};
}

static int launch(struct queue *q, struct slot *s)
{
	int words[2];
	pid_t parent = getpid();

	*s = (struct slot){.job = q->next, .result = memfd_create("hotzone-result", MFD_CLOEXEC), .words = -1};
	if (s->result < 0)
		return error_errno(q->e, "cannot start a run", "memfd_create");
	if (pipe2(words, O_CLOEXEC)) {
		error_errno(q->e, "cannot start a run", "pipe");
		slot_close(s);
		return HZ_ENVIRONMENT;
	}
	s->words = words[0];
	fcntl(s->words, F_SETFL, O_NONBLOCK);
	fflush(NULL);
	s->started = now();
	s->pid = fork();
	if (!s->pid)
		live(q, s, words[1], parent);
	close(words[1]);
	if (s->pid < 0) {
		error_errno(q->e, "cannot start a run", "fork");
		slot_close(s);
		return HZ_ENVIRONMENT;
	}
	q->next++;
	q->running++;
	return 0;
}

static void fill_slots(struct queue *q)
{
	for (size_t i = 0; i < q->slots && q->next < q->jobs && !q->stop; i++) {
		size_t job = q->next;

		if (q->slot[i].pid)
			continue;
		if (q->events->started)
			stop(q, q->events->started(q->events->self, job, q->e));
		if (q->stop)
			return;
		stop(q, launch(q, &q->slot[i]));
		if (q->stop && q->events->dropped)
			q->events->dropped(q->events->self, job, NULL);
	}
}

/* Keep the end of what the child says. */
static void listen_to(struct slot *s)
{
	char block[1024];
	ssize_t n;

	while ((n = read(s->words, block, sizeof block)) > 0) {
		size_t len = (size_t)n, keep = s->tail_len;

		if (keep + len > TAIL_SIZE)
			keep = TAIL_SIZE - len;
		memmove(s->tail, s->tail + s->tail_len - keep, keep);
		memcpy(s->tail + keep, block, len);
		s->tail_len = keep + len;
	}
}

/* The tail as one text without a cut first line and without line ends at its end. */
static const char *last_words(struct slot *s)
{
	char *start = s->tail;

	while (s->tail_len && strchr("\n\r ", s->tail[s->tail_len - 1]))
		s->tail_len--;
	s->tail[s->tail_len] = '\0';
	if (s->tail_len > TAIL_SIZE / 2 && strchr(start, '\n'))
		start = strchr(start, '\n') + 1;
	return start;
}

static bool out_of_memory(const struct queue *q, const char *words)
{
	return q->options->memory_limit && (strstr(words, "out of memory") || strstr(words, "bad_alloc") ||
					    strstr(words, "Cannot allocate memory"));
}

static void explain_limit(const char *what, enum dimension dimension, double value, struct text *why)
{
	struct quantity limit_value = {dimension, value, (uint64_t)value};

	text_add(why, "%s limit of ", what);
	quantity_format(&limit_value, why);
	text_add(why, " reached");
}

/* What became of a child that did not end well. */
static enum queue_state explain_end(const struct queue *q, struct slot *s, int status, struct text *why)
{
	const char *words = last_words(s);
	enum queue_state state = QUEUE_FAILED;
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (s->late) {
		explain_limit("time", DIM_TIME, q->options->time_limit, why);
		state = QUEUE_KILLED;
	} else if (out_of_memory(q, words)) {
		explain_limit("memory", DIM_SIZE, (double)q->options->memory_limit, why);
		state = QUEUE_KILLED;
	} else if (sig == SIGKILL || sig == SIGTERM || sig == SIGXCPU) {
		text_add(why, "killed by SIG%s", sigabbrev_np(sig));
		state = QUEUE_KILLED;
	} else if (sig) {
		const char *name = sigabbrev_np(sig);

		text_add(why, "crashed with signal %s%s", name ? "SIG" : "", name ? name : strsignal(sig));
	} else if (WEXITSTATUS(status) != HZ_RUN_FAILED) {
		text_add(why, "ended with exit status %d", WEXITSTATUS(status));
	}
	if (*words)
		text_add(why, "%s%s", why->len ? ": " : "", words);
	return state;
}

static int report_end(struct queue *q, struct slot *s, int status, double cpu_seconds)
{
	struct queue_report report = {.job = s->job, .wall_seconds = now() - s->started, .cpu_seconds = cpu_seconds};
	struct result result = {0};
	struct text why = {0};
	struct error garbled;
	int code;

	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		report.state = explain_end(q, s, status, &why);
	} else if (lseek(s->result, 0, SEEK_SET) < 0 || result_read(&result, s->result, &garbled)) {
		report.state = QUEUE_FAILED;
		text_add(&why, "the result cannot be read: %s", garbled.text);
	} else {
		report.result = &result;
		report.state = result.failure ? QUEUE_FAILED : QUEUE_DONE;
		text_add(&why, "%s", result.failure ? result.failure : "");
	}
	report.why = text_str(&why);
	code = q->events->ended(q->events->self, &report, q->e);
	result_fini(&result);
	text_fini(&why);
	return code;
}

/* Report the children that have ended. */
static void reap(struct queue *q)
{
	for (size_t i = 0; i < q->slots; i++) {
		struct slot *s = &q->slot[i];
		struct rusage usage;
		double cpu;
		int status;

		if (!s->pid || wait4(s->pid, &status, WNOHANG, &usage) != s->pid)
			continue;
		listen_to(s);
		cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
		      (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
		stop(q, report_end(q, s, status, cpu));
		slot_close(s);
		q->running--;
	}
}

static void enforce_time(struct queue *q)
{
	double time = now();

	for (size_t i = 0; i < q->slots && q->options->time_limit > 0; i++) {
		struct slot *s = &q->slot[i];

		if (s->pid && !s->late && time - s->started >= q->options->time_limit) {
			s->late = true;
			kill(s->pid, SIGKILL);
		}
	}
}

/* Sleep until a child speaks or ends, a signal comes, or it is time to look at the clock. */
static void wait_for_news(struct queue *q, struct pollfd *watch)
{
	struct signalfd_siginfo info;

	watch[q->slots] = (struct pollfd){.fd = q->signals, .events = POLLIN};
	for (size_t i = 0; i < q->slots; i++)
		watch[i] = (struct pollfd){.fd = q->slot[i].pid ? q->slot[i].words : -1, .events = POLLIN};
	poll(watch, q->slots + 1, TICK_MS);
	for (size_t i = 0; i < q->slots; i++) {
		if (!(watch[i].revents & (POLLIN | POLLHUP)))
			continue;
		listen_to(&q->slot[i]);
		if (!(watch[i].revents & POLLIN)) {
			close(q->slot[i].words);
			q->slot[i].words = -1;
		}
	}
	while (read(q->signals, &info, sizeof info) == sizeof info)
		if (info.ssi_signo != SIGCHLD)
			stop(q, error_set(q->e, HZ_INTERRUPTED, "interrupted by SIG%s",
					  sigabbrev_np((int)info.ssi_signo)));
}

/* The queue ends early: nobody waits for these results. */
static void drop_running(struct queue *q)
{
	for (size_t i = 0; i < q->slots; i++) {
		struct slot *s = &q->slot[i];

		if (!s->pid)
			continue;
		kill(s->pid, SIGKILL);
		while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
			;
		if (q->events->dropped)
			q->events->dropped(q->events->self, s->job, NULL);
		slot_close(s);
		q->running--;
	}
}

static int work(struct queue *q)
{
	struct pollfd *watch = xcalloc(q->slots + 1, sizeof *watch);

	fill_slots(q);
	while (q->running && !q->stop) {
		wait_for_news(q, watch);
		reap(q);
		enforce_time(q);
		fill_slots(q);
		if (q->events->tick)
			q->events->tick(q->events->self, q->running);
	}
	reap(q);
	drop_running(q);
	free(watch);
	return q->stop;
}

static size_t slots_for(const struct queue_options *options, size_t jobs)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = options->parallel ? options->parallel : online > 0 ? (size_t)online : 1;

	return n < jobs ? n : jobs;
}

/* The signals that stop the queue, unless the caller ignores them (nohup), and the news of children. */
static void watch_signals(sigset_t *set)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};

	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(stops); i++) {
		struct sigaction action;

		if (!sigaction(stops[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(set, stops[i]);
	}
}

int queue_run(const struct queue_job *job, size_t jobs, const struct queue_options *options,
	      const struct queue_events *events, struct error *e)
{
	struct queue q = {.job = job, .jobs = jobs, .options = options, .events = events, .e = e};
	struct sigaction children;
	sigset_t ours;
	int status;

	if (!jobs)
		return 0;
	watch_signals(&ours);
	sigprocmask(SIG_BLOCK, &ours, &q.outer_mask);
	sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, &children);
	q.signals = signalfd(-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC);
	if (q.signals < 0) {
		status = error_errno(e, "cannot start runs", "signalfd");
	} else {
		q.slots = slots_for(options, jobs);
		q.slot = xcalloc(q.slots, sizeof *q.slot);
		status = work(&q);
		free(q.slot);
		close(q.signals);
	}
	sigaction(SIGCHLD, &children, NULL);
	sigprocmask(SIG_SETMASK, &q.outer_mask, NULL);
	return status;
}
