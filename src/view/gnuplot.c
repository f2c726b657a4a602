/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/gnuplot.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

extern char **environ;

/* An open file without a name. */
static FILE *nameless_file(struct error *e)
{
	FILE *f = tmpfile();

	if (!f)
		error_errno(e, "make temporary file", "for gnuplot");
	return f;
}

/* The script comes on standard input: then no name of a temporary file can get into the chart. */
static int spawn(FILE *script, FILE *said, pid_t *pid)
{
	char *argv[] = {(char[]){"gnuplot"}, (char[]){"-"}, NULL};
	posix_spawn_file_actions_t actions;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fileno(said), STDERR_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fileno(said), STDOUT_FILENO);
	rc = posix_spawnp(pid, "gnuplot", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

/* What gnuplot said, on one line. */
static void read_said(FILE *said, struct text *out)
{
	char part[512];
	size_t n;

	rewind(said);
	while ((n = fread(part, 1, sizeof part, said)) > 0)
		text_add_bytes(out, part, n);
	for (size_t i = 0; i < out->len; i++)
		if (strchr("\n\t\r", out->s[i]))
			out->s[i] = ' ';
}

static int not_installed(struct error *e)
{
	return error_set(e, HZ_ENVIRONMENT, "run gnuplot: it is not installed (Debian: apt-get install gnuplot-nox)");
}

static int run(FILE *script, FILE *said, struct error *e)
{
	struct text words = {0};
	pid_t pid;
	int status, rc = spawn(script, said, &pid);

	if (rc == ENOENT)
		return not_installed(e);
	if (rc)
		return error_set(e, HZ_ENVIRONMENT, "run gnuplot: %s", strerror(rc));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_errno(e, "wait for", "gnuplot");
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	/* A child that could not start is told from one that failed by the status that a shell uses, too. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return not_installed(e);
	read_said(said, &words);
	if (WIFSIGNALED(status))
		error_set(e, HZ_ENVIRONMENT, "run gnuplot: it was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		error_set(e, HZ_ENVIRONMENT, "run gnuplot: it failed: %s", words.len ? words.s : "it did not say why");
	text_fini(&words);
	return HZ_ENVIRONMENT;
}

int gnuplot_run(const char *script, struct error *e)
{
	FILE *in = nameless_file(e), *said = in ? nameless_file(e) : NULL;
	int rc = HZ_ENVIRONMENT;

	if (said) {
		fputs(script, in);
		rewind(in);
		rc = ferror(in) ? error_set(e, HZ_ENVIRONMENT, "write temporary file: for gnuplot") : run(in, said, e);
	}
	if (in)
		fclose(in);
	if (said)
		fclose(said);
	return rc;
}
