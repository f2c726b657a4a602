/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/types.h"
#include "config.h"

const struct command commands[] = {
	{"run", "simulate scenarios, keep the results, print a table", command_run, run_usage},
	{"show", "show results: tables, locks, profile", command_show, show_usage},
	{"query", "ask the results database", command_query, query_usage},
	{"plot", "draw a chart with gnuplot", command_plot, plot_usage},
	{"import", "turn a recorded trace into a native one", command_import, import_usage},
	{"help", "explain a command, the scenario keys, the charts or the queries", command_help, help_usage},
	{NULL, NULL, NULL, NULL},
};

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

int command_misuse(const char *name, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "hotzone %s: ", name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nSee 'hotzone help %s'.\n", name);
	return HZ_USER;
}

static int unknown_command(const char *word)
{
	const char *names[HZ_ARRAY_SIZE(commands)];
	size_t n = 0;
	const char *near;

	for (const struct command *c = commands; c->name; c++)
		names[n++] = c->name;
	near = text_nearest(word, names, n);
	fprintf(stderr, "hotzone: no command '%s'%s%s%s\nSee 'hotzone help'.\n", word,
		near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	return HZ_USER;
}

int command_main(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return argc < 2 ? (command_help(1, argv), HZ_USER) : command_help(1, argv);
	if (!strcmp(argv[1], "--version")) {
		printf("hotzone %s\n", PACKAGE_VERSION);
		return HZ_OK;
	}
	c = command_find(argv[1]);
	if (!c)
		return unknown_command(argv[1]);
	for (int i = 2; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			fputs(c->usage, stdout);
			return HZ_OK;
		}
	return c->run(argc - 1, argv + 1);
}
