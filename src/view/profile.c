/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/profile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/statement.h"
#include "view/calltree.h"

/* Called for each path of a point. */
typedef void path_fn(void *arg, const char *path, double cycles);

static int each_path(struct store *s, const struct selected_point *p, path_fn *visit, void *arg, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, "read profile",
		"SELECT f.path, sum(f.self) FROM current_run r JOIN profile f ON f.run = r.id"
		" WHERE r.point = ? AND r.state = 'done' GROUP BY f.path ORDER BY f.path", e);

	if (!rc)
		statement_bind_int(&st, 1, p->id);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		visit(arg, statement_text(&st, 0), statement_real(&st, 1) / p->done);
	}
	statement_fini(&st);
	return rc;
}

static void add_path(void *arg, const char *path, double cycles)
{
	calltree_add(arg, path, cycles);
}

static int unknown_symbol(const struct calltree *tree, const char *symbol, struct error *e)
{
	const char **names, *near;
	size_t n = calltree_names(tree, &names);

	near = text_nearest(symbol, names, n);
	error_set(e, HZ_USER, "no function '%s' in any profile%s%s%s", symbol, near ? "; did you mean '" : "",
		  near ? near : "", near ? "'?" : "");
	free(names);
	return HZ_USER;
}

static void print_point(const struct selected_scenario *scenario, const struct selected_point *p, struct calltree *tree,
			double whole, double limit, FILE *out)
{
	fprintf(out, "# %s, point %u: %s\n# %u of %u runs, %.0f busy cycles per run\n#\n", scenario->name, p->position,
		p->label, p->done, p->planned, whole);
	calltree_print(tree, whole, limit, out);
}

struct printing {
	const struct profile_options *options;
	FILE *out;
	unsigned profiles;          /* points that have one */
	unsigned printed;
	struct calltree everything; /* paths of all points, to look a symbol up in */
};

static int print_one(struct store *s, const struct selected_scenario *scenario, const struct selected_point *p,
		     struct printing *printing, struct error *e)
{
	const char *symbol = printing->options->symbol;
	struct calltree tree = {0}, part = {0};
	int rc = each_path(s, p, add_path, &tree, e);

	if (!rc && tree.children) {
		printing->profiles++;
		if (symbol)
			each_path(s, p, add_path, &printing->everything, e);
		if (!symbol || calltree_symbol(&tree, symbol, &part)) {
			fputs(printing->printed++ ? "\n\n" : "", printing->out);
			print_point(scenario, p, symbol ? &part : &tree, tree.total, printing->options->percent_limit,
				    printing->out);
		}
	}
	calltree_fini(&tree);
	calltree_fini(&part);
	return rc;
}

int profile_print(struct store *s, const struct selection *which, const struct profile_options *options, FILE *out,
		  struct error *e)
{
	struct printing printing = {.options = options, .out = out};
	struct selected found;
	int rc = selection_find(which, s, &found, e);

	for (size_t i = 0; !rc && i < found.scenarios; i++)
		for (size_t j = 0; !rc && j < found.scenario[i].points; j++)
			rc = print_one(s, &found.scenario[i], &found.scenario[i].point[j], &printing, e);
	if (!rc && !printing.profiles)
		rc = error_set(e, HZ_NOTHING, "%s holds no profile of a finished run", store_path(s));
	else if (!rc && !printing.printed)
		rc = unknown_symbol(&printing.everything, options->symbol, e);
	calltree_fini(&printing.everything);
	selected_fini(&found);
	return rc;
}

struct folding {
	const char *label;          /* NULL: no frame for it */
	unsigned long lines;
	FILE *out;
};

static void fold_path(void *arg, const char *path, double cycles)
{
	struct folding *f = arg;

	if (cycles < 0.5)
		return;
	if (f->label) {
		for (const char *c = f->label; *c; c++)
			fputc(*c == ';' ? ',' : *c, f->out);
		fputc(';', f->out);
	}
	fprintf(f->out, "%s %.0f\n", path, cycles);
	f->lines++;
}

int profile_print_folded(struct store *s, const struct selection *which, FILE *out, struct error *e)
{
	struct folding folding = {.out = out};
	struct selected found;
	int rc = selection_find(which, s, &found, e);
	int several = !rc && (found.scenarios > 1 || found.scenario[0].points > 1);

	for (size_t i = 0; !rc && i < found.scenarios; i++)
		for (size_t j = 0; !rc && j < found.scenario[i].points; j++) {
			folding.label = several ? found.scenario[i].point[j].label : NULL;
			rc = each_path(s, &found.scenario[i].point[j], fold_path, &folding, e);
		}
	if (!rc && !folding.lines)
		rc = error_set(e, HZ_NOTHING, "%s holds no profile of a finished run", store_path(s));
	selected_fini(&found);
	return rc;
}
