/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h, the plan part: which runs should be there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/handle.h"
#include "store/statement.h"

static const char doing[] = "plan runs";

int store_plan_begin(struct store *s, struct error *e)
{
	int rc = statement_execute(s, doing, "BEGIN IMMEDIATE", e);

	s->planning = !rc;
	return rc;
}

int store_plan_commit(struct store *s, struct error *e)
{
	int rc = statement_execute(s, doing, "COMMIT", e);

	if (rc)
		store_plan_rollback(s);
	s->planning = 0;
	return rc;
}

void store_plan_rollback(struct store *s)
{
	if (s->planning)
		statement_execute(s, doing, "ROLLBACK", NULL);
	s->planning = 0;
}

/* Run an INSERT ... RETURNING id. The statement is stepped to its end, because only then its work is done. */
static int returned_id(struct statement *st, int64_t *id, struct error *e)
{
	int row, rc = statement_step(st, &row, e);

	if (!rc && row) {
		*id = statement_int(st, 0);
		rc = statement_step(st, &row, e);
	}
	return rc;
}

/* Run `sql` with `id` as its only value. */
static int run_with(struct store *s, const char *sql, int64_t id, struct error *e)
{
	struct statement st;
	int rc = statement_prepare(&st, s, doing, sql, e);

	if (!rc) {
		statement_bind_int(&st, 1, id);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

static int plan_shows(struct store *s, int64_t id, const struct store_scenario *scenario, struct error *e)
{
	struct statement st;
	int rc = run_with(s, "DELETE FROM scenario_show WHERE scenario = ?", id, e);

	if (rc || !scenario->shows)
		return rc;
	rc = statement_prepare(&st, s, doing, "INSERT INTO scenario_show (scenario, ordinal, metric, place) VALUES (?, ?, ?, ?)", e);
	for (size_t i = 0; !rc && i < scenario->shows; i++) {
		statement_bind_int(&st, 1, id);
		statement_bind_int(&st, 2, (int64_t)i + 1);
		statement_bind_text(&st, 3, scenario->show[i].metric);
		statement_bind_text(&st, 4, scenario->show[i].place);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

static int plan_lines(struct store *s, int64_t id, const struct store_scenario *scenario, struct error *e)
{
	struct statement st;
	int rc = run_with(s, "DELETE FROM scenario_line WHERE scenario = ?", id, e);

	if (rc || !scenario->lines)
		return rc;
	rc = statement_prepare(&st, s, doing, "INSERT INTO scenario_line (scenario, ordinal, metric, at, label) VALUES (?, ?, ?, ?, ?)", e);
	for (size_t i = 0; !rc && i < scenario->lines; i++) {
		statement_bind_int(&st, 1, id);
		statement_bind_int(&st, 2, (int64_t)i + 1);
		statement_bind_text(&st, 3, scenario->line[i].metric);
		statement_bind_real(&st, 4, scenario->line[i].at);
		statement_bind_text(&st, 5, scenario->line[i].label);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

int store_plan_scenario(struct store *s, const struct store_scenario *scenario, int64_t *id, struct error *e)
{
	struct statement st;
	int rc = statement_prepare(&st, s, doing,
		"INSERT INTO scenario (name, title, path, text, baseline) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (name) DO UPDATE SET title = ?2, path = ?3, text = ?4, baseline = ?5 RETURNING id", e);

	if (!rc) {
		statement_bind_text(&st, 1, scenario->name);
		statement_bind_text(&st, 2, scenario->title);
		statement_bind_text(&st, 3, scenario->path);
		statement_bind_text(&st, 4, scenario->text);
		statement_bind_text(&st, 5, scenario->baseline ? scenario->baseline : "");
		rc = returned_id(&st, id, e);
	}
	statement_fini(&st);
	if (!rc)
		rc = run_with(s, "UPDATE point SET position = NULL WHERE scenario = ?", *id, e);
	if (!rc)
		rc = plan_shows(s, *id, scenario, e);
	return rc ? rc : plan_lines(s, *id, scenario, e);
}

static int plan_axes(struct store *s, int64_t point, const struct store_point *p, struct error *e)
{
	struct statement st;
	int rc = run_with(s, "DELETE FROM point_axis WHERE point = ?", point, e);

	if (rc || !p->axes)
		return rc;
	rc = statement_prepare(&st, s, doing,
		"INSERT INTO point_axis (point, ordinal, key, value, number) VALUES (?, ?, ?, ?, ?)", e);
	for (size_t i = 0; !rc && i < p->axes; i++) {
		statement_bind_int(&st, 1, point);
		statement_bind_int(&st, 2, (int64_t)i + 1);
		statement_bind_text(&st, 3, p->axis[i].key);
		statement_bind_text(&st, 4, p->axis[i].value);
		statement_bind_real(&st, 5, p->axis[i].number);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

int store_plan_point(struct store *s, int64_t scenario, const struct store_point *p, int64_t *id, struct error *e)
{
	struct statement st;
	int rc = statement_prepare(&st, s, doing,
		"INSERT INTO point (scenario, hash, position, label, policy, config, workload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT (scenario, hash) DO UPDATE SET position = ?3, label = ?4, policy = ?5, config = ?6, workload = ?7"
		" WHERE position IS NULL RETURNING id", e);

	*id = 0;
	if (!rc) {
		statement_bind_int(&st, 1, scenario);
		statement_bind_text(&st, 2, p->hash);
		statement_bind_int(&st, 3, p->position);
		statement_bind_text(&st, 4, p->label);
		statement_bind_text(&st, 5, p->policy);
		statement_bind_text(&st, 6, p->config);
		statement_bind_text(&st, 7, p->workload);
		rc = returned_id(&st, id, e);
	}
	statement_fini(&st);
	if (!rc && !*id)
		return error_set(e, HZ_USER, "point %" PRIu32 " (%s) is the same as an earlier point of this scenario",
				 p->position, p->label);
	return rc ? rc : plan_axes(s, *id, p, e);
}

static enum store_state state_of(const char *name)
{
	enum store_state state = STORE_PLANNED;

	while (state < STORE_STATES - 1 && strcmp(store_state_name(state), name))
		state++;
	return state;
}

int store_plan_run(struct store *s, int64_t point, uint32_t repetition, uint64_t seed, uint32_t model_version,
		   int64_t *id, enum store_state *state, struct error *e)
{
	struct statement st;
	char seed_text[24];
	int row, rc = statement_prepare(&st, s, doing,
		"INSERT INTO run (point, repetition, model_version, seed) VALUES (?, ?, ?, ?)"
		" ON CONFLICT DO NOTHING", e);

	snprintf(seed_text, sizeof seed_text, "%" PRIu64, seed);
	if (!rc) {
		statement_bind_int(&st, 1, point);
		statement_bind_int(&st, 2, repetition);
		statement_bind_int(&st, 3, model_version);
		statement_bind_text(&st, 4, seed_text);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	if (rc)
		return rc;
	rc = statement_prepare(&st, s, doing,
		"SELECT id, state FROM run WHERE point = ? AND repetition = ? AND model_version = ?", e);
	if (!rc) {
		statement_bind_int(&st, 1, point);
		statement_bind_int(&st, 2, repetition);
		statement_bind_int(&st, 3, model_version);
		rc = statement_step(&st, &row, e);
	}
	if (!rc) {
		*id = statement_int(&st, 0);
		*state = state_of(statement_text(&st, 1));
	}
	statement_fini(&st);
	return rc;
}
