/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/types.h"
#include "cmd/command.h"
#include "plan/manual.h"

const char help_usage[] =
	"Usage: hotzone help [TOPIC]\n"
	"Explain a command, or one of:\n"
	"\n"
	"  scenario         scenario and model files: every key with its type, range and default\n"
	"  scenario --man   the same as the source of a man page\n"
	"  queries          the queries that ship with the program\n"
	"  charts           the charts that ship with the program\n";

/* Topics that a command lists. */
static const struct topic {
	const char *name;
	char *argv[2];
} listed[] = {
	{"queries", {"query", "--list"}},
	{"charts", {"plot", "--list"}},
};

static void print_overview(FILE *out)
{
	fputs("Usage: hotzone COMMAND [OPTION]...\n"
	      "Predict what a page-allocator change does to a network machine: lock hold and wait, contention, cycles per packet.\n"
	      "\n",
	      out);
	for (const struct command *c = commands; c->name; c++)
		fprintf(out, "  %-8s %s\n", c->name, c->summary);
	fputs("\n'hotzone help COMMAND' tells more, 'hotzone help scenario' explains scenario files.\n", out);
}

static int no_topic(const char *word)
{
	const char *names[32] = {"scenario", "queries", "charts"};
	const char *near;
	size_t n = 3;

	for (const struct command *c = commands; c->name && n < HZ_ARRAY_SIZE(names); c++)
		names[n++] = c->name;
	near = text_nearest(word, names, n);
	return near ? command_misuse("help", "no topic '%s'; did you mean '%s'?", word, near)
		    : command_misuse("help", "no topic '%s'", word);
}

static int explain(int argc, char **argv)
{
	const struct command *c = command_find(argv[1]);

	if (!strcmp(argv[1], "scenario")) {
		if (argc == 2)
			manual_print(stdout);
		else if (argc == 3 && !strcmp(argv[2], "--man"))
			manual_print_man(stdout);
		else
			return command_misuse("help", "'%s': expected --man or nothing", argv[2]);
		return HZ_OK;
	}
	if (argc > 2)
		return command_misuse("help", "one topic at a time");
	for (size_t i = 0; i < HZ_ARRAY_SIZE(listed); i++)
		if (!strcmp(argv[1], listed[i].name)) {
			char *list[] = {listed[i].argv[0], listed[i].argv[1], NULL};

			return command_find(list[0])->run(2, list);
		}
	if (!c)
		return no_topic(argv[1]);
	fputs(c->usage, stdout);
	return HZ_OK;
}

int command_help(int argc, char **argv)
{
	struct error e;
	int status = HZ_OK;

	if (argc < 2)
		print_overview(stdout);
	else
		status = explain(argc, argv);
	if (!status && (fflush(stdout) || ferror(stdout))) {
		error_errno(&e, "cannot write", "standard output");
		return error_print(&e);
	}
	return status;
}
