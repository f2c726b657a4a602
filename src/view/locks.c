/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/locks.h"

#include <math.h>

#include "base/types.h"
#include "store/statement.h"
#include "view/table.h"

static double clock_of(struct store *s, int64_t point, struct error *e, int *rc)
{
	struct statement st;
	double clock = NAN;
	int row;

	*rc = statement_prepare(&st, s, "read locks",
		"SELECT mean FROM summary WHERE point = ? AND metric = 'clock_hz'", e);
	if (!*rc) {
		statement_bind_int(&st, 1, point);
		*rc = statement_step(&st, &row, e);
		clock = *rc || !row ? NAN : statement_real(&st, 0);
	}
	statement_fini(&st);
	return clock;
}

/* As perf prints a time; in cycles when the clock is unknown. */
static void time_cell(struct table *t, double cycles, double clock_hz)
{
	static const struct {
		double ns;
		const char *unit;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
	double ns = cycles * 1e9 / clock_hz;

	if (isnan(cycles)) {
		table_none(t);
		return;
	}
	if (isnan(ns)) {
		table_cell(t, "%.0f cyc", cycles);
		return;
	}
	for (size_t i = 0; i < HZ_ARRAY_SIZE(units); i++)
		if (ns >= units[i].ns) {
			table_cell(t, "%.2f %s", ns / units[i].ns, units[i].unit);
			return;
		}
	table_cell(t, "%.0f ns", ns);
}

static void count_cell(struct table *t, double count)
{
	if (isnan(count))
		table_none(t);
	else
		table_cell(t, "%.0f", count);
}

static void add_columns(struct table *t)
{
	static const struct {
		const char *heading;
		enum table_align align;
	} columns[] = {
		{"contended", TABLE_RIGHT}, {"total wait", TABLE_RIGHT}, {"max wait", TABLE_RIGHT},
		{"avg wait", TABLE_RIGHT}, {"type", TABLE_RIGHT}, {"caller", TABLE_LEFT}, {"lock", TABLE_LEFT},
		{"acquired", TABLE_RIGHT}, {"trylock\nfailed", TABLE_RIGHT}, {"hold mean\ncycles", TABLE_RIGHT},
		{"hold p99\ncycles", TABLE_RIGHT}, {"handoffs\nsame CPU", TABLE_RIGHT}, {"SMT", TABLE_RIGHT},
		{"socket", TABLE_RIGHT}, {"cross", TABLE_RIGHT},
	};

	for (size_t i = 0; i < HZ_ARRAY_SIZE(columns); i++)
		table_column(t, columns[i].heading, columns[i].align);
}

static void add_row(struct table *t, struct statement *st, double clock_hz)
{
	double contended = statement_real(st, 0);

	count_cell(t, contended);
	time_cell(t, contended > 0 ? statement_real(st, 1) : NAN, clock_hz);
	time_cell(t, statement_real(st, 2), clock_hz);
	time_cell(t, statement_real(st, 3), clock_hz);
	table_cell(t, "%s", statement_text(st, 4));
	if (statement_null(st, 5))
		table_none(t);
	else
		table_cell(t, "%s", statement_text(st, 5));
	table_cell(t, "%s", statement_text(st, 6));
	for (int i = 7; i < 15; i++)
		count_cell(t, statement_real(st, i));
}

static int print_point(struct store *s, const struct selected_scenario *scenario, const struct selected_point *p,
		       unsigned *printed, FILE *out, struct error *e)
{
	struct statement st;
	struct table t = {0};
	int row, rc;
	double clock_hz = clock_of(s, p->id, e, &rc);

	if (rc)
		return rc;
	rc = statement_prepare(&st, s, "read locks",
		"SELECT contended, wait_total, wait_max, wait_mean, kind, caller, name, acquisitions, trylock_failures,"
		" hold_mean, hold_p99, handoff_self, handoff_smt, handoff_socket, handoff_cross"
		" FROM lock_summary WHERE point = ? ORDER BY wait_total DESC, hold_total DESC, name", e);
	if (!rc)
		statement_bind_int(&st, 1, p->id);
	add_columns(&t);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		add_row(&t, &st, clock_hz);
	}
	statement_fini(&st);
	if (!rc && t.cells) {
		fprintf(out, "%s%s, point %u: %s (%u of %u runs; counts and totals per run)\n\n",
			(*printed)++ ? "\n" : "", scenario->name, p->position, p->label, p->done, p->planned);
		table_print(&t, out, 0);
	}
	table_fini(&t);
	return rc;
}

int locks_print(struct store *s, const struct selection *which, FILE *out, struct error *e)
{
	struct selected found;
	unsigned printed = 0;
	int rc = selection_find(which, s, &found, e);

	for (size_t i = 0; !rc && i < found.scenarios; i++)
		for (size_t j = 0; !rc && j < found.scenario[i].points; j++)
			rc = print_point(s, &found.scenario[i], &found.scenario[i].point[j], &printed, out, e);
	if (!rc && !printed)
		rc = error_set(e, HZ_NOTHING, "%s holds no lock of a finished run", store_path(s));
	selected_fini(&found);
	return rc;
}
