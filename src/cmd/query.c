/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cmd/command.h"
#include "store/store.h"
#include "view/catalog.h"
#include "view/output.h"
#include "view/rows.h"

const char query_usage[] =
	"Usage: hotzone query [OPTION]... NAME\n"
	"       hotzone query [OPTION]... \"SQL\"\n"
	"       hotzone query --list\n"
	"Ask the results database: a query that ships with the program, by name, or any reading SQL statement.\n"
	"docs/database.md describes the tables and views.\n"
	"\n"
	"      --db FILE            results database (default: " STORE_DEFAULT_PATH ")\n"
	"      --format FORMAT      table, csv or json (default: table)\n"
	"      --list               list the named queries\n"
	"\n"
	"Exit status: 0 also for an empty answer, 2 bad SQL or unknown name, 3 the database cannot be read.\n";

struct query {
	const char *db;
	const char *what;           /* name or SQL; NULL: list */
	enum rows_format format;
};

static int parse(struct query *query, int argc, char **argv, struct error *e)
{
	enum { DB = 256, FORMAT, LIST };
	static const struct option options[] = {
		{"db", required_argument, NULL, DB},
		{"format", required_argument, NULL, FORMAT},
		{"list", no_argument, NULL, LIST},
		{NULL, 0, NULL, 0},
	};
	int option, list = 0;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (option) {
		case DB:
			query->db = optarg;
			break;
		case FORMAT:
			if (rows_format_parse(optarg, &query->format, e))
				return command_misuse("query", "%s", e->text);
			break;
		case LIST:
			list = 1;
			break;
		case ':':
			return command_misuse("query", "%s needs a value", argv[optind - 1]);
		default:
			return command_misuse("query", "unknown option '%s'", argv[optind - 1]);
		}
	}
	if (argc - optind != !list)
		return command_misuse("query", list ? "--list stands alone" :
				      argc == optind ? "which query? A name or SQL, see 'hotzone query --list'" :
				      "one query at a time; put SQL in quotes");
	query->what = argv[optind];
	return 0;
}

/* A word without blanks or signs can only be a name. */
static int is_name(const char *what)
{
	return *what && !what[strspn(what, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")];
}

static int answer(const struct query *query, const char *origin, const char *sql, struct error *e)
{
	struct store *s;
	int rc = store_open(&s, query->db, STORE_READ, e);

	if (rc)
		return rc;
	rc = rows_print(s, origin, sql, query->format, stdout, e);
	store_close(s);
	return rc;
}

static int answer_named(const struct query *query, struct error *e)
{
	const struct catalog_entry *named;
	struct catalog queries;
	struct text sql = {0};
	int rc = catalog_load(&queries, CATALOG_QUERIES, e);

	if (!rc && !query->what) {
		catalog_print(&queries, stdout);
	} else if (!rc) {
		named = catalog_find(&queries, "query", query->what, e);
		rc = named ? text_add_file(&sql, "read query", named->path, e) : HZ_USER;
		if (!rc)
			rc = answer(query, named->path, text_str(&sql), e);
	}
	text_fini(&sql);
	catalog_fini(&queries);
	return rc;
}

int command_query(int argc, char **argv)
{
	struct query query = {.db = STORE_DEFAULT_PATH};
	struct error e;
	int rc = parse(&query, argc, argv, &e);

	if (rc)
		return rc;
	if (!query.what || is_name(query.what))
		rc = answer_named(&query, &e);
	else
		rc = answer(&query, "SQL", query.what, &e);
	if (!rc)
		rc = output_finish(stdout, &e);
	return rc ? error_print(&e) : 0;
}
