/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables, call trees and chart axes on their own; what commands print is tested by their names. */
#include "config.h"

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "plan/key.h"
#include "store/interval.h"
#include "store/primary.h"
#include "view/calltree.h"
#include "view/chart_axes.h"
#include "view/table.h"

/* What `print` writes, checked against `wanted`. */
#define ASSERT_PRINTS(wanted, print) \
	do { \
		char *printed = NULL; \
		size_t size = 0; \
		FILE *out = open_memstream(&printed, &size); \
		print; \
		fclose(out); \
		ck_assert_str_eq(printed, wanted); \
		free(printed); \
	} while (0)

START_TEST(columns_are_as_wide_as_what_is_in_them)
{
	struct table t = {0};

	table_column(&t, "word", TABLE_LEFT);
	table_column(&t, "two\nlines", TABLE_RIGHT);
	table_column(&t, "none", TABLE_RIGHT);
	table_column(&t, "", TABLE_LEFT);
	table_cell(&t, "a");
	table_cell(&t, "%d ±%d", 2431, 12);
	table_none(&t);
	table_cell(&t, "end");
	table_cell(&t, "longer");
	table_none(&t);
	table_none(&t);
	table_cell(&t, "%s", "");
	ASSERT_PRINTS("             two\n"
		      "word       lines\n"
		      "a       2431 ±12  end\n"
		      "longer         -\n", table_print(&t, out, 0));
	ASSERT_PRINTS("               two\n"
		      "  word       lines  none\n"
		      "  a       2431 ±12     -  end\n"
		      "  longer         -     -\n", table_print_all(&t, out, 2));
	table_fini(&t);
}
END_TEST

START_TEST(a_long_cell_is_kept_whole)
{
	struct table t = {0};
	char word[1001];

	memset(word, 'x', 1000);
	word[1000] = '\0';
	table_column(&t, "", TABLE_LEFT);
	table_cell(&t, "%s", word);
	ck_assert_str_eq(t.cell[0], word);
	table_fini(&t);
}
END_TEST

static void grow(struct calltree *root)
{
	calltree_add(root, "task;outer", 0);
	calltree_add(root, "task;outer;only", 0);
	calltree_add(root, "task;outer;only;left", 30);
	calltree_add(root, "task;outer;only;right;leaf", 50);
	calltree_add(root, "task;outer;only;right", 10);
	calltree_add(root, "task;tiny", 1);
	calltree_add(root, "task", 4);
	calltree_add(root, "irq;right;leaf", 5);
}

START_TEST(a_call_tree_is_printed_heaviest_first)
{
	struct calltree root = {0};

	grow(&root);
	ck_assert(root.total == 100);
	ASSERT_PRINTS("# Children      Self  Symbol\n"
		      "# ........  ........  ......\n"
		      "#\n"
		      "    95.00%     4.00%  task\n"
		      "            |\n"
		      "             --90.00%--outer\n"
		      "                       only\n"
		      "                       |\n"
		      "                       |--60.00%--right\n"
		      "                       |          |\n"
		      "                       |           --50.00%--leaf\n"
		      "                       |\n"
		      "                        --30.00%--left\n"
		      "\n"
		      "     5.00%     0.00%  irq\n"
		      "            |\n"
		      "             --5.00%--right\n"
		      "                       leaf\n", calltree_print(&root, root.total, 2, out));
	calltree_fini(&root);
}
END_TEST

START_TEST(callers_of_a_symbol_are_merged)
{
	struct calltree root = {0}, part = {0};
	const char **names;

	grow(&root);
	ck_assert(calltree_symbol(&root, "right", &part));
	ck_assert(!calltree_symbol(&root, "nobody", &part));
	ck_assert_uint_eq(part.children, 1);
	ck_assert(part.child[0].total == 65);
	ck_assert(part.child[0].self == 10);
	ck_assert(part.child[0].child[0].self == 55);
	ck_assert_uint_eq(calltree_names(&root, &names), 8);
	ck_assert_str_eq(names[0], "irq");
	free(names);
	calltree_fini(&root);
	calltree_fini(&part);
}
END_TEST

#define POINTS 8

/* These structures own their strings elsewhere; here nothing frees them. */
static char *literal(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* Points swept by up to two keys. */
struct sweep {
	struct selected_axis axis[POINTS][2];
	struct selected_point point[POINTS];
	struct selected_scenario scenario;
};

static void add_workload(struct sweep *s, const char *policy, const char *workload, const char *rate, double number)
{
	size_t i = s->scenario.points++;
	struct selected_point *p = &s->point[i];

	p->policy = literal(policy);
	p->workload = literal(workload);
	p->situation = literal(rate ? rate : workload);
	p->axis = s->axis[i];
	if (rate)
		p->axis[p->axes++] = (struct selected_axis){literal("load.rate"), literal(rate), number};
	s->scenario.name = s->scenario.base_policy = literal("a");
	s->scenario.point = s->point;
}

static void add_point(struct sweep *s, const char *policy, const char *rate, double number, const char *cpus)
{
	size_t i = s->scenario.points++;
	struct selected_point *p = &s->point[i];

	p->policy = literal(policy);
	p->workload = p->situation = literal("");
	p->axis = s->axis[i];
	if (rate)
		p->axis[p->axes++] = (struct selected_axis){literal("load.rate"), literal(rate), number};
	if (cpus)
		p->axis[p->axes++] = (struct selected_axis){literal("load.cpus"), literal(cpus), NAN};
	s->scenario.name = literal("sweep");
	s->scenario.point = s->point;
}

START_TEST(the_longest_axis_is_x_and_the_next_makes_panels)
{
	struct sweep s = {0};
	struct chart_axes a;
	struct error e;

	add_point(&s, "buddy", "1Gbit/s", 1e9, "4");
	add_point(&s, "buddy", "2Gbit/s", 2e9, "4");
	add_point(&s, "buddy", "5Gbit/s", 5e9, "14");
	add_point(&s, "pcp", "1Gbit/s", 1e9, "14");
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, NULL, &e), 0);
	ck_assert_str_eq(a.x_label, "rate (Gbit/s)");
	ck_assert_str_eq(a.x_tics, "");
	ck_assert(a.place[2].x == 5);
	ck_assert_uint_eq(a.panels, 2);
	ck_assert_str_eq(a.panel[1], "cpus = 14");
	ck_assert_uint_eq(a.n_series, 2);
	ck_assert_str_eq(a.series[1], "pcp");
	ck_assert_uint_eq(a.place[3].panel * 10 + a.place[3].series, 11);
	chart_axes_peak(&a);
	ck_assert_str_eq(a.peak, "rate = 5Gbit/s, cpus = 14");
	ck_assert_uint_eq(a.panels, 1);
	ck_assert_int_eq(a.place[0].left_out, 1);
	ck_assert_int_eq(a.place[2].left_out, 0);
	ck_assert_int_eq(a.place[3].left_out, 1);
	chart_axes_fini(&a);
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, "cpus", &e), 0);
	ck_assert_str_eq(a.x_label, "cpus");
	ck_assert_uint_eq(a.panels, 3);
	chart_axes_fini(&a);
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, "load.rat", &e), HZ_USER);
	ck_assert_msg(strstr(e.text, "did you mean 'load.rate'?") != NULL, "%s", e.text);
}
END_TEST

START_TEST(workloads_make_panels_and_those_without_the_key_are_left_out)
{
	struct sweep s = {0};
	struct chart_axes a;
	struct error e;

	add_workload(&s, "a", "router", "1Mpps", 1e6);
	add_workload(&s, "a", "router", "2Mpps", 2e6);
	add_workload(&s, "a", "pages", NULL, 0);
	add_workload(&s, "b", "router", "1Mpps", 1e6);
	add_workload(&s, "b", "faults", NULL, 0);
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, NULL, &e), 0);
	ck_assert_str_eq(a.x_label, "rate (Mpps)");
	ck_assert_uint_eq(a.panels, 1);
	ck_assert_str_eq(a.panel[0], "router");
	ck_assert_uint_eq(a.n_series, 2);
	ck_assert_str_eq(a.left_out, "pages, faults");
	ck_assert_int_eq(a.place[2].left_out + a.place[4].left_out, 2);
	chart_axes_peak(&a);
	ck_assert_str_eq(a.peak, "workload = router, rate = 2Mpps");
	chart_axes_fini(&a);
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, NULL, &e), 0);
	chart_axes_situations(&a);
	ck_assert_str_eq(a.x_tics, "(\"1Mpps\" 1, \"2Mpps\" 2, \"pages\" 3, \"faults\" 4)");
	ck_assert_uint_eq(a.n_series, 1);
	ck_assert_str_eq(a.series[0], "b");
	ck_assert_int_eq(a.place[2].left_out, 1);
	ck_assert(a.place[3].x == 1 && a.place[4].x == 4 && !a.place[4].left_out);
	chart_axes_fini(&a);
}
END_TEST

START_TEST(workloads_without_a_sweep_have_policies_along_the_axis)
{
	struct sweep s = {0};
	struct chart_axes a;
	struct error e;

	add_workload(&s, "a", "router", NULL, 0);
	add_workload(&s, "a", "pages", NULL, 0);
	add_workload(&s, "b", "router", NULL, 0);
	add_workload(&s, "b", "pages", NULL, 0);
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, NULL, &e), 0);
	ck_assert_str_eq(a.x_tics, "(\"a\" 1, \"b\" 2)");
	ck_assert_uint_eq(a.panels, 2);
	ck_assert_str_eq(a.left_out, "");
	ck_assert(a.place[3].x == 2 && a.place[3].panel == 1);
	chart_axes_peak(&a);
	ck_assert_str_eq(a.peak, "workload = pages");
	ck_assert_uint_eq(a.n_series, 2);
	ck_assert_int_eq(a.place[0].left_out + a.place[1].left_out * 2 + a.place[2].left_out * 4 + a.place[3].left_out * 8, 5);
	chart_axes_fini(&a);
}
END_TEST

START_TEST(a_wide_sweep_that_grows_by_a_factor_is_logarithmic)
{
	static const double wide[] = {1, 2, 3, 4, 8, 16, 256}, even[] = {1, 10, 20, 30, 40, 36}, few[] = {1, 8, 64, 512};
	static const struct {
		const double *x;
		size_t n;
		int log;
	} sweeps[] = {{wide, 7, 1}, {even, 6, 0}, {few, 4, 0}};

	for (size_t k = 0; k < 3; k++) {
		char values[POINTS][16];
		struct sweep s = {0};
		struct chart_axes a;
		struct error e;

		for (size_t i = 0; i < sweeps[k].n; i++) {
			snprintf(values[i], sizeof values[i], "%g", sweeps[k].x[i]);
			add_point(&s, "a", values[i], sweeps[k].x[i], NULL);
		}
		ck_assert_int_eq(chart_axes_init(&a, &s.scenario, NULL, &e), 0);
		ck_assert_int_eq(a.x_log, sweeps[k].log);
		ck_assert_str_eq(a.x_tics, sweeps[k].log ? "(1, 2, 3, 4, 8, 16, 256)" : "");
		chart_axes_fini(&a);
	}
}
END_TEST

/* A load without a primary metric would be missing in every comparison. */
START_TEST(every_load_has_a_primary_metric)
{
	const struct key *kind = &keys[key_find("load.kind")];
	size_t row = 0;

	while (row < primaries_count && strcmp(primaries[row].load, key_word(kind, (size_t)_i)))
		row++;
	ck_assert_msg(row < primaries_count, "%s has no row in store/primary.c", key_word(kind, (size_t)_i));
}
END_TEST

static struct paired pairs_of(size_t n, const double *before, const double *after)
{
	struct paired p = {0};

	for (size_t i = 0; i < n; i++)
		paired_add(&p, before[i], after[i]);
	return p;
}

START_TEST(changes_as_a_person_reads_them)
{
	static const double base[] = {100, 100, 100, 100}, less[] = {80, 81, 80, 81}, noise[] = {101, 99, 100.5, 100},
		zero[] = {0, 0, 0, 0}, hair[] = {99.999, 99.999, 99.999, 99.999}, tenth[] = {110, 110, 110, 110};
	char text[INTERVAL_SIZE];
	struct paired p;

	p = pairs_of(4, base, less);
	ck_assert_str_eq(interval_format_change(text, &p), "-19.50 ±0.92");
	p = pairs_of(3, base, less);
	ck_assert_str_eq(interval_format_change(text, &p), "-19.7 ?");
	p = pairs_of(4, base, noise);
	ck_assert_str_eq(interval_format_change(text, &p), "~ +0.1 ±1.4");
	p = pairs_of(4, base, base);
	ck_assert_str_eq(interval_format_change(text, &p), "=");
	p = pairs_of(4, base, tenth);
	ck_assert_str_eq(interval_format_change(text, &p), "+10.00 ±0");
	p = pairs_of(4, base, hair);
	ck_assert_str_eq(interval_format_change(text, &p), "0.00 ±0");
	p = pairs_of(4, zero, tenth);
	ck_assert_str_eq(interval_format_change(text, &p), "from 0");
}
END_TEST

START_TEST(mixed_units_are_put_on_one_scale)
{
	struct sweep s = {0};
	struct chart_axes a;
	struct error e;

	add_point(&s, "", "500Mbit/s", 5e8, NULL);
	add_point(&s, "", "1Gbit/s", 1e9, NULL);
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, NULL, &e), 0);
	ck_assert_str_eq(a.x_label, "rate (Mbit/s)");
	ck_assert_double_eq_tol(a.place[1].x, 1000, 1e-9);
	chart_axes_fini(&a);
}
END_TEST

START_TEST(words_and_policies_stand_along_the_axis)
{
	struct sweep s = {0}, policies = {0};
	struct chart_axes a;
	struct error e;

	add_point(&s, "", "slow", NAN, NULL);
	add_point(&s, "", "fast", NAN, NULL);
	ck_assert_int_eq(chart_axes_init(&a, &s.scenario, NULL, &e), 0);
	ck_assert_str_eq(a.x_tics, "(\"slow\" 1, \"fast\" 2)");
	ck_assert(a.place[1].x == 2);
	chart_axes_fini(&a);
	add_point(&policies, "buddy", NULL, NAN, NULL);
	add_point(&policies, "pcp", NULL, NAN, NULL);
	ck_assert_int_eq(chart_axes_init(&a, &policies.scenario, NULL, &e), 0);
	ck_assert_str_eq(a.x_tics, "(\"buddy\" 1, \"pcp\" 2)");
	ck_assert_uint_eq(a.n_series, 1);
	chart_axes_peak(&a);
	ck_assert_uint_eq(a.n_series, 2);
	ck_assert_str_eq(a.series[1], "pcp");
	ck_assert_int_eq(a.place[0].left_out + a.place[1].left_out, 0);
	chart_axes_fini(&a);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("view");
	TCase *c = tcase_create("view");
	SRunner *runner;
	int failed;

	tcase_add_test(c, columns_are_as_wide_as_what_is_in_them);
	tcase_add_test(c, a_long_cell_is_kept_whole);
	tcase_add_test(c, a_call_tree_is_printed_heaviest_first);
	tcase_add_test(c, callers_of_a_symbol_are_merged);
	tcase_add_test(c, the_longest_axis_is_x_and_the_next_makes_panels);
	tcase_add_test(c, workloads_make_panels_and_those_without_the_key_are_left_out);
	tcase_add_test(c, workloads_without_a_sweep_have_policies_along_the_axis);
	tcase_add_test(c, a_wide_sweep_that_grows_by_a_factor_is_logarithmic);
	tcase_add_loop_test(c, every_load_has_a_primary_metric, 0, LOAD_KINDS);
	tcase_add_test(c, changes_as_a_person_reads_them);
	tcase_add_test(c, mixed_units_are_put_on_one_scale);
	tcase_add_test(c, words_and_policies_stand_along_the_axis);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
