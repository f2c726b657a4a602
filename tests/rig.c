/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rig.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stats.h"
#include "base/text.h"
#include "load/world.h"

#define LISTED(family, value) &value,
const struct lock_kind *const rig_lock_kinds[] = {LOCK_KINDS(LISTED)};

void rig_hw(struct hw *hw, const struct machine_params *machine, uint32_t cpus, uint32_t windows, cycles_t window_length)
{
	struct error e = {0};

	*hw = (struct hw){0};
	ck_assert_msg(!hw_init(hw, machine, cpus, windows, window_length, &e), "%s", e.text);
}

void rig_run(struct hw *hw, void (*body)(struct cpu *, void *), void *args, size_t size)
{
	for (uint32_t i = 0; i < hw->cpus; i++) {
		context_new(&hw->cpu[i], "test", true, body, args ? (char *)args + i * size : NULL);
		context_new_idle(&hw->cpu[i]);
	}
	hw_run(hw);
}

void rig_give_up(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

static bool read_all(int fd, void *to, size_t n)
{
	for (char *p = to; n;) {
		ssize_t got = read(fd, p, n);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static pid_t start_child(int pipe_fd[2], unsigned seconds)
{
	pid_t pid;

	fflush(NULL);
	if (pipe(pipe_fd) || (pid = fork()) < 0)
		rig_give_up("no child for a run: %s", strerror(errno));
	close(pipe_fd[pid ? 1 : 0]);
	if (!pid) {
		signal(SIGALRM, SIG_DFL);
		alarm(seconds);
	}
	return pid;
}

bool rig_child(void (*compute)(const void *arg, void *out), const void *arg, void *out, size_t size, unsigned seconds)
{
	int fd[2], status;
	pid_t pid = start_child(fd, seconds);
	bool whole;

	if (!pid) {
		compute(arg, out);
		_exit(write(fd[1], out, size) == (ssize_t)size ? 0 : 1);
	}
	whole = read_all(fd[0], out, size);
	close(fd[0]);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status) && whole;
}

void rig_world(const struct params *p, struct result *r, unsigned seconds)
{
	struct error e = {0};
	int fd[2], status, code;
	pid_t pid = start_child(fd, seconds);
	char what[1200];

	if (!pid) {
		struct result mine = {0};

		code = world_run(p, &mine, &e);
		if (code) {
			mine.failure = xstrdup(e.text);
			code = 0;
		}
		_exit(result_write(&mine, fd[1], &e));
	}
	*r = (struct result){0};
	code = result_read(r, fd[0], &e);
	close(fd[0]);
	if (waitpid(pid, &status, 0) != pid)
		rig_give_up("a run's child is lost: %s", strerror(errno));
	if (!code && WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	result_fini(r);
	snprintf(what, sizeof what, "%s (wait status %#x)", e.text, (unsigned)status);
	r->failure = xstrdup(what);
}

double rig_half_width(const double *batch, size_t n, double *mean)
{
	struct stats s = {0};

	for (size_t i = 0; i < n; i++)
		stats_add(&s, batch[i]);
	*mean = s.mean;
	return gsl_cdf_tdist_Pinv(0.9995, (double)(n - 1)) * stats_stddev(&s) / sqrt((double)n);
}

int rig_main(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
