/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/statement.h"

static const char doing[] = "read results";

static int load_metrics(struct store *s, int64_t point, struct measures *out, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT metric, mean, half_width FROM summary WHERE point = ?", e);

	if (!rc)
		statement_bind_int(&st, 1, point);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		out->measure = xrealloc(out->measure, (out->n + 1) * sizeof *out->measure);
		out->measure[out->n++] = (struct measure){
			.name = xstrdup(statement_text(&st, 0)),
			.mean = statement_real(&st, 1),
			.half_width = statement_real(&st, 2),
		};
	}
	statement_fini(&st);
	return rc;
}

static struct distribution read_distribution(struct statement *st, int column)
{
	return (struct distribution){
		.mean = statement_real(st, column),
		.p50 = statement_real(st, column + 1),
		.p99 = statement_real(st, column + 2),
		.max = statement_real(st, column + 3),
	};
}

static int load_zone_lock(struct store *s, int64_t point, struct zone_lock *zone, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT acquisitions, contended, hold_mean, hold_p50, hold_p99, hold_max,"
		" wait_mean, wait_p50, wait_p99, wait_max FROM zone_lock WHERE point = ?", e);

	if (!rc) {
		statement_bind_int(&st, 1, point);
		rc = statement_step(&st, &row, e);
	}
	if (!rc) {
		zone->acquisitions = row ? statement_real(&st, 0) : NAN;
		zone->contended = row ? statement_real(&st, 1) : NAN;
		zone->hold = row ? read_distribution(&st, 2) : (struct distribution){NAN, NAN, NAN, NAN};
		zone->wait = row ? read_distribution(&st, 6) : (struct distribution){NAN, NAN, NAN, NAN};
	}
	statement_fini(&st);
	return rc;
}

int measures_load(struct store *s, int64_t point, struct measures *out, struct error *e)
{
	int rc;

	*out = (struct measures){0};
	rc = load_metrics(s, point, out, e);
	return rc ? rc : load_zone_lock(s, point, &out->zone, e);
}

const struct measure *measures_get(const struct measures *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->measure[i].name, name))
			return &m->measure[i];
	return NULL;
}

double measures_mean(const struct measures *m, const char *name)
{
	const struct measure *found = measures_get(m, name);

	return found ? found->mean : NAN;
}

void measures_fini(struct measures *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->measure[i].name);
	free(m->measure);
	*m = (struct measures){0};
}

const struct primary *measures_primary(const struct measures *m, const char *load)
{
	for (size_t i = 0; i < primaries_count; i++)
		if (!strcmp(primaries[i].load, load) && measures_get(m, primaries[i].metric))
			return &primaries[i];
	return NULL;
}

int measures_pair(struct store *s, int64_t point, const char *metric, struct paired *pairs, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT b.value, m.value FROM pair d JOIN metric m ON m.run = d.run AND m.name = ?2"
		" JOIN metric b ON b.run = d.base_run AND b.name = ?2 WHERE d.point = ?1 ORDER BY d.repetition", e);

	*pairs = (struct paired){0};
	if (!rc) {
		statement_bind_int(&st, 1, point);
		statement_bind_text(&st, 2, metric);
	}
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		paired_add(pairs, statement_real(&st, 0), statement_real(&st, 1));
	}
	statement_fini(&st);
	return rc;
}

int metric_names_load(struct store *s, int64_t scenario, struct metric_names *names, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, doing,
		"SELECT DISTINCT m.name FROM point p JOIN current_run r ON r.point = p.id AND r.state = 'done' JOIN metric m ON m.run = r.id"
		" WHERE p.scenario = ? ORDER BY 1", e);

	if (!rc)
		statement_bind_int(&st, 1, scenario);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		names->name = xrealloc(names->name, (names->n + 1) * sizeof *names->name);
		names->name[names->n++] = xstrdup(statement_text(&st, 0));
	}
	statement_fini(&st);
	return rc;
}

int metric_names_have(const struct metric_names *names, const char *word)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->name[i], word))
			return 1;
	return 0;
}

const char *metric_names_nearest(const struct metric_names *names, const char *word)
{
	return text_nearest(word, (const char *const *)names->name, names->n);
}

void metric_names_fini(struct metric_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
	*names = (struct metric_names){0};
}
