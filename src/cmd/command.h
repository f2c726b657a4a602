/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of subcommands. Each subcommand is one file that defines one function. */
#ifndef HZ_CMD_COMMAND_H
#define HZ_CMD_COMMAND_H

/* argv[0] is the subcommand's own name. Returns the exit code. */
typedef int command_fn(int argc, char **argv);

struct command {
	const char *name;
	const char *summary; /* one line for `hotzone help` */
	command_fn *run;
	const char *usage;   /* text of `hotzone help NAME` and of NAME --help */
};

command_fn command_run, command_show, command_query, command_plot, command_import, command_help;

extern const char run_usage[], show_usage[], query_usage[], plot_usage[], import_usage[], help_usage[];

/* The table, ended by a row without a name. */
extern const struct command commands[];

/* The row, or NULL. */
const struct command *command_find(const char *name);

int command_main(int argc, char **argv);

/* "hotzone NAME: message" and where to read more, on stderr; returns HZ_USER. */
int command_misuse(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
