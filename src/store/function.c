/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/function.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "base/stats.h"
#include "base/text.h"
#include "base/types.h"
#include "store/interval.h"
#include "store/primary.h"
#include "store/statement.h"

static void sample_step(sqlite3_context *context, int n, sqlite3_value **value)
{
	struct stats *sample = sqlite3_aggregate_context(context, sizeof *sample);

	(void)n;
	if (sample && sqlite3_value_type(value[0]) != SQLITE_NULL)
		stats_add(sample, sqlite3_value_double(value[0]));
}

static void half_width95_final(sqlite3_context *context)
{
	struct stats *sample = sqlite3_aggregate_context(context, 0);

	if (sample && sample->n > 1)
		sqlite3_result_double(context, stats_half_width95(sample));
}

static void mean95_final(sqlite3_context *context)
{
	struct stats *sample = sqlite3_aggregate_context(context, 0);
	char text[INTERVAL_SIZE];

	if (sample && sample->n)
		sqlite3_result_text(context, interval_format(text, sample->mean, stats_half_width95(sample)), -1,
				    SQLITE_TRANSIENT);
}

struct bucket {
	int64_t low, high, count;
};

struct buckets {
	struct bucket *bucket;
	size_t n, room;
	int64_t total;
	double q;
};

static void quantile_step(sqlite3_context *context, int n, sqlite3_value **value)
{
	struct buckets *b = sqlite3_aggregate_context(context, sizeof *b);

	if (!b)
		return;
	for (int i = 0; i < n; i++)
		if (sqlite3_value_type(value[i]) == SQLITE_NULL)
			return;
	if (b->n == b->room) {
		b->room = b->room ? 2 * b->room : 256;
		b->bucket = xrealloc(b->bucket, b->room * sizeof *b->bucket);
	}
	b->q = sqlite3_value_double(value[0]);
	b->bucket[b->n] = (struct bucket){sqlite3_value_int64(value[1]), sqlite3_value_int64(value[2]),
					  sqlite3_value_int64(value[3])};
	b->total += b->bucket[b->n++].count;
}

static int bucket_order(const void *left, const void *right)
{
	const struct bucket *a = left, *b = right;

	return a->low < b->low ? -1 : a->low > b->low;
}

static void quantile_final(sqlite3_context *context)
{
	struct buckets *b = sqlite3_aggregate_context(context, 0);
	double rank;
	int64_t seen = 0;

	if (!b)
		return;
	if (b->n) {
		qsort(b->bucket, b->n, sizeof *b->bucket, bucket_order);
		rank = fmax(1, ceil(b->q * (double)b->total));
		for (size_t i = 0; i < b->n; i++) {
			const struct bucket *at = &b->bucket[i];

			seen += at->count;
			if ((double)seen < rank && i + 1 < b->n)
				continue;
			sqlite3_result_double(context, (double)at->low + ((double)at->high - (double)at->low - 1) / 2);
			break;
		}
	}
	free(b->bucket);
}

static void paired_step(sqlite3_context *context, int n, sqlite3_value **value)
{
	struct paired *pairs = sqlite3_aggregate_context(context, sizeof *pairs);

	(void)n;
	if (pairs && sqlite3_value_type(value[0]) != SQLITE_NULL && sqlite3_value_type(value[1]) != SQLITE_NULL)
		paired_add(pairs, sqlite3_value_double(value[0]), sqlite3_value_double(value[1]));
}

static void result_percent(sqlite3_context *context, double share)
{
	if (!isnan(share))
		sqlite3_result_double(context, 100 * share);
}

static void change_final(sqlite3_context *context)
{
	const struct paired *pairs = sqlite3_aggregate_context(context, 0);
	double change, half_width;

	if (!pairs)
		return;
	paired_judge(pairs, &change, &half_width);
	result_percent(context, change);
}

static void change95_final(sqlite3_context *context)
{
	const struct paired *pairs = sqlite3_aggregate_context(context, 0);
	double change, half_width;

	if (!pairs)
		return;
	paired_judge(pairs, &change, &half_width);
	result_percent(context, half_width);
}

static void verdict_final(sqlite3_context *context)
{
	const struct paired *pairs = sqlite3_aggregate_context(context, 0);
	double change, half_width;

	if (pairs)
		sqlite3_result_text(context, paired_verdict_name(paired_judge(pairs, &change, &half_width)), -1, SQLITE_STATIC);
}

/* How early a metric comes among those that its load is judged by; NULL for the others. */
static void primary_rank(sqlite3_context *context, int n, sqlite3_value **value)
{
	const char *load = (const char *)sqlite3_value_text(value[0]), *metric = (const char *)sqlite3_value_text(value[1]);
	const struct primary *found = load && metric ? primary_find(load, metric) : NULL;

	(void)n;
	if (found)
		sqlite3_result_int64(context, found - primaries);
}

int function_register(struct store *s, struct error *e)
{
	static const struct {
		const char *name;
		int arguments;
		void (*scalar)(sqlite3_context *, int, sqlite3_value **);
		void (*step)(sqlite3_context *, int, sqlite3_value **);
		void (*final)(sqlite3_context *);
	} functions[] = {
		{"half_width95", 1, NULL, sample_step, half_width95_final},
		{"mean95", 1, NULL, sample_step, mean95_final},
		{"quantile", 4, NULL, quantile_step, quantile_final},
		{"change_percent", 2, NULL, paired_step, change_final},
		{"change_half_width95", 2, NULL, paired_step, change95_final},
		{"change_verdict", 2, NULL, paired_step, verdict_final},
		{"primary_rank", 2, primary_rank, NULL, NULL},
	};

	for (size_t i = 0; i < HZ_ARRAY_SIZE(functions); i++)
		if (sqlite3_create_function(store_sqlite(s), functions[i].name, functions[i].arguments,
					    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, functions[i].scalar,
					    functions[i].step, functions[i].final) != SQLITE_OK)
			return statement_error(s, "register SQL functions", e);
	return 0;
}
