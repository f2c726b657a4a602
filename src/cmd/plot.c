/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <stdio.h>

#include "base/error.h"
#include "cmd/command.h"
#include "store/store.h"
#include "view/catalog.h"
#include "view/chart.h"
#include "view/output.h"

const char plot_usage[] =
	"Usage: hotzone plot CHART [OPTION]... [SCENARIO] -o FILE\n"
	"       hotzone plot --list\n"
	"Draw a chart of SCENARIO with gnuplot. SCENARIO can be left out when the database holds only one. CHART may also be\n"
	"a metric, which is then drawn against the swept key.\n"
	"\n"
	"  -o, --output FILE        where to; ends in .svg or .png\n"
	"      --db FILE            results database (default: " STORE_DEFAULT_PATH ")\n"
	"      --point LABEL|N      only the point with this label or number\n"
	"      --workload NAME      only the points of this workload\n"
	"      --x KEY              swept key on the x axis (default: the one with the most values)\n"
	"      --list               list the charts\n"
	"\n"
	"Charts are the files plots/*.gp of the data folder. Each workload, else each value of a second swept key, gets a panel.\n"
	"The lines that a scenario asks for are drawn across the charts of cycles and of metrics.\n"
	"\n"
	"Exit status: 0 drawn, 2 bad option or unknown name, 3 database, output or gnuplot failed,\n"
	"5 nothing to draw.\n";

struct plot {
	const char *db;
	struct chart_options chart;
	int list;
};

static int parse(struct plot *plot, int argc, char **argv)
{
	enum { DB = 256, POINT, WORKLOAD, X, LIST };
	static const struct option options[] = {
		{"db", required_argument, NULL, DB},
		{"output", required_argument, NULL, 'o'},
		{"point", required_argument, NULL, POINT},
		{"workload", required_argument, NULL, WORKLOAD},
		{"x", required_argument, NULL, X},
		{"list", no_argument, NULL, LIST},
		{NULL, 0, NULL, 0},
	};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		switch (option) {
		case DB:
			plot->db = optarg;
			break;
		case 'o':
			plot->chart.output = optarg;
			break;
		case POINT:
			plot->chart.which.point = optarg;
			break;
		case WORKLOAD:
			plot->chart.which.workload = optarg;
			break;
		case X:
			plot->chart.x_key = optarg;
			break;
		case LIST:
			plot->list = 1;
			break;
		case ':':
			return command_misuse("plot", "%s needs a value", argv[optind - 1]);
		default:
			return command_misuse("plot", "unknown option '%s'", argv[optind - 1]);
		}
	}
	if (plot->list)
		return argc > optind ? command_misuse("plot", "--list stands alone") : 0;
	if (argc == optind)
		return command_misuse("plot", "which chart? See 'hotzone plot --list'");
	if (argc - optind > 2)
		return command_misuse("plot", "one scenario at a time, not also '%s'", argv[optind + 2]);
	if (!plot->chart.output)
		return command_misuse("plot", "-o FILE is missing: where to put the chart");
	plot->chart.name = argv[optind];
	plot->chart.which.scenario = argv[optind + 1];
	return 0;
}

static int list(struct error *e)
{
	struct catalog charts;
	int rc = catalog_load(&charts, CATALOG_CHARTS, e);

	if (!rc)
		catalog_print(&charts, stdout);
	catalog_fini(&charts);
	return rc ? rc : output_finish(stdout, e);
}

int command_plot(int argc, char **argv)
{
	struct plot plot = {.db = STORE_DEFAULT_PATH};
	struct store *s;
	struct error e;
	int rc = parse(&plot, argc, argv);

	if (rc)
		return rc;
	if (plot.list)
		return list(&e) ? error_print(&e) : 0;
	rc = store_open(&s, plot.db, STORE_READ, &e);
	if (!rc)
		rc = chart_draw(s, &plot.chart, &e);
	else
		s = NULL;
	store_close(s);
	return rc ? error_print(&e) : 0;
}
