/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "cmd/command.h"
#include "store/store.h"
#include "view/locks.h"
#include "view/output.h"
#include "view/profile.h"
#include "view/summary.h"

const char show_usage[] =
	"Usage: hotzone show [OPTION]... [SCENARIO]\n"
	"Show what the results database holds about SCENARIO, or about every scenario: one table row per point, the\n"
	"repetitions of a point averaged, then the policies compared; for a scenario with workloads the impact matrix.\n"
	"\n"
	"      --db FILE            results database (default: " STORE_DEFAULT_PATH ")\n"
	"      --point LABEL|N      only the point with this label or number\n"
	"      --workload NAME      only the points of this workload\n"
	"      --points             one row per point and nothing else, workloads or not\n"
	"      --impact             impact matrix: the policies side by side, as changes in percent\n"
	"      --locks              every lock, with the columns of perf lock contention\n"
	"      --profile            predicted call tree, as perf report prints it, in percent of busy cycles\n"
	"      --symbol NAME        with --profile: the tree below this function, its callers merged\n"
	"      --percent-limit P    with --profile: leave out what has less than P percent (default: 0.5)\n"
	"      --folded             folded stacks, for flamegraph.pl\n"
	"\n"
	"Exit status: 0 shown, 2 bad option or unknown name, 3 the database cannot be read, 5 nothing to show.\n";

enum show_what { SHOW_POINTS, SHOW_IMPACT, SHOW_LOCKS, SHOW_PROFILE, SHOW_FOLDED };

struct show {
	const char *db;
	struct selection which;
	struct profile_options profile;
	unsigned wanted;            /* bit per enum show_what */
};

static int parse_percent(const char *word, double *percent)
{
	char *end;

	*percent = strtod(word, &end);
	return end != word && !*end && *percent >= 0 && *percent <= 100;
}

static int parse(struct show *show, int argc, char **argv)
{
	enum { DB = 256, POINT, WORKLOAD, POINTS, IMPACT, LOCKS, PROFILE, SYMBOL, LIMIT, FOLDED };
	static const struct option options[] = {
		{"db", required_argument, NULL, DB},
		{"point", required_argument, NULL, POINT},
		{"workload", required_argument, NULL, WORKLOAD},
		{"points", no_argument, NULL, POINTS},
		{"impact", no_argument, NULL, IMPACT},
		{"locks", no_argument, NULL, LOCKS},
		{"profile", no_argument, NULL, PROFILE},
		{"symbol", required_argument, NULL, SYMBOL},
		{"percent-limit", required_argument, NULL, LIMIT},
		{"folded", no_argument, NULL, FOLDED},
		{NULL, 0, NULL, 0},
	};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (option) {
		case DB:
			show->db = optarg;
			break;
		case POINT:
			show->which.point = optarg;
			break;
		case WORKLOAD:
			show->which.workload = optarg;
			break;
		case POINTS:
			show->wanted |= 1u << SHOW_POINTS;
			break;
		case IMPACT:
			show->wanted |= 1u << SHOW_IMPACT;
			break;
		case LOCKS:
			show->wanted |= 1u << SHOW_LOCKS;
			break;
		case PROFILE:
			show->wanted |= 1u << SHOW_PROFILE;
			break;
		case SYMBOL:
			show->profile.symbol = optarg;
			break;
		case LIMIT:
			if (!parse_percent(optarg, &show->profile.percent_limit))
				return command_misuse("show", "--percent-limit '%s' is not a number from 0 to 100",
						      optarg);
			break;
		case FOLDED:
			show->wanted |= 1u << SHOW_FOLDED;
			break;
		case ':':
			return command_misuse("show", "%s needs a value", argv[optind - 1]);
		default:
			return command_misuse("show", "unknown option '%s'", argv[optind - 1]);
		}
	}
	if (argc - optind > 1)
		return command_misuse("show", "one scenario at a time, not also '%s'", argv[optind + 1]);
	show->which.scenario = argv[optind];
	if (show->profile.symbol && !(show->wanted & 1u << SHOW_PROFILE))
		return command_misuse("show", "--symbol goes with --profile");
	if (show->wanted & (show->wanted - 1))
		return command_misuse("show", "--points, --impact, --locks, --profile and --folded: choose one");
	return 0;
}

static enum summary_form form_of(const struct show *show)
{
	if (show->wanted & 1u << SHOW_POINTS)
		return SUMMARY_POINTS;
	return show->wanted & 1u << SHOW_IMPACT ? SUMMARY_IMPACT : SUMMARY_DEFAULT;
}

int command_show(int argc, char **argv)
{
	struct show show = {.db = STORE_DEFAULT_PATH, .profile = {.percent_limit = 0.5}};
	struct store *s;
	struct error e;
	int rc = parse(&show, argc, argv);

	if (rc)
		return rc;
	rc = store_open(&s, show.db, STORE_READ, &e);
	if (rc)
		return error_print(&e);
	if (show.wanted & 1u << SHOW_LOCKS)
		rc = locks_print(s, &show.which, stdout, &e);
	else if (show.wanted & 1u << SHOW_PROFILE)
		rc = profile_print(s, &show.which, &show.profile, stdout, &e);
	else if (show.wanted & 1u << SHOW_FOLDED)
		rc = profile_print_folded(s, &show.which, stdout, &e);
	else
		rc = summary_print(s, &show.which, form_of(&show), stdout, &e);
	if (!rc)
		rc = output_finish(stdout, &e);
	store_close(s);
	return rc ? error_print(&e) : 0;
}
