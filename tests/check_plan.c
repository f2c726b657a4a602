/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenario and model files: what they become, and how they are refused. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/types.h"
#include "plan/plan.h"
#include "plan/policies.h"

#define BENCH "machine: desktop-4\nkernel: \"4.19\"\nload: page_bench\n"
#define FORWARD "machine: xeon-2x14\nkernel: \"4.19\"\nnic: mlx5-2x100g\nload: forward\n"

static char folder[] = "check-plan-XXXXXX";

static void enter_folder(void)
{
	memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	char command[64];

	ck_assert_int_eq(chdir(".."), 0);
	snprintf(command, sizeof command, "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static int load_with(struct plan *plan, const char *text, const char *const *set, size_t sets, struct error *e)
{
	struct plan_options options = {.set = set, .sets = sets, .models = "models"};

	put("s.yaml", text);
	return plan_load(plan, "s.yaml", &options, e);
}

static void load(struct plan *plan, const char *text)
{
	struct error e;

	ck_assert_msg(!load_with(plan, text, NULL, 0, &e), "%s", e.text);
}

/* The labels of all points, separated by " | ". */
static char *labels(const struct plan *plan)
{
	struct text t = {0};

	for (size_t i = 0; i < plan->points; i++)
		text_add(&t, "%s%s", i ? " | " : "", plan->point[i].label);
	return t.s;
}

static void expect_labels(const char *text, const char *const *set, size_t sets, const char *expected)
{
	struct plan plan;
	struct error e;
	char *got;

	ck_assert_msg(!load_with(&plan, text, set, sets, &e), "%s", e.text);
	got = labels(&plan);
	ck_assert_str_eq(got, expected);
	free(got);
	plan_fini(&plan);
}

START_TEST(a_point_has_every_key_in_its_field)
{
	struct plan plan;
	const struct params *p;

	load(&plan, FORWARD "load.packet_size: '64B:7  570B:4'\nload.cpus: 4\nrun: {duration: 1ms, seed: 18446744073709551615}\n"
		    "kernel.cost.merge: 47ns\nmachine.atomic: 47ns\nmachine.core_clock: 3GHz\nkernel.pcp.guard: irqsave\nnic.rx_usecs: 16us\n");
	ck_assert_uint_eq(plan.points, 1);
	p = &plan.point[0].params;
	ck_assert_str_eq(p->machine.name, "xeon-2x14");
	ck_assert_double_eq(p->machine.clock_hz, 2.6e9);
	ck_assert_uint_eq(machine_cpus(&p->machine), 56);
	ck_assert_uint_eq(p->machine.memory, 64ULL << 30);
	ck_assert_str_eq(p->mm.release, "4.19");
	ck_assert_double_eq(p->machine.core_hz, 3e9);
	ck_assert_uint_eq(p->mm.cost_merge, 141); /* of the core */
	ck_assert_uint_eq(p->machine.atomic, 122); /* of the clock: 122.2 */
	ck_assert_uint_eq(p->mm.pcp_batch_cap, 1 << 20);
	ck_assert_uint_eq(p->mm.pcp_batch, 0);
	ck_assert_ptr_eq(p->mm.page_frag_free, &frag_release_buddy);
	ck_assert_uint_eq(p->net.napi_weight, 64);
	ck_assert_str_eq(p->nic.name, "mlx5-2x100g");
	ck_assert_double_eq(p->nic.line_rate, 100e9);
	ck_assert_uint_eq(p->nic.rx_usecs, 16);
	ck_assert_uint_eq(p->load.cpus, 4);
	ck_assert_double_eq(p->load.rate_bps, 0);
	ck_assert_double_eq(p->load.rate_pps, 0);
	ck_assert_str_eq(p->load.packet_size, "64B:7 570B:4");
	ck_assert_uint_eq(p->run.duration, 2600000);
	ck_assert_uint_eq(p->run.seed, UINT64_MAX);
	ck_assert_uint_eq(plan.scenario.repetitions, 5);
	ck_assert_str_eq(plan.scenario.name, "s");
	plan_fini(&plan);
}
END_TEST

START_TEST(the_rate_is_in_bits_or_in_packets)
{
	struct plan plan;

	load(&plan, FORWARD "load.rate: [25Gbit/s, 12Mpps, line]\n");
	ck_assert_double_eq(plan.point[0].params.load.rate_bps, 25e9);
	ck_assert_double_eq(plan.point[0].params.load.rate_pps, 0);
	ck_assert_double_eq(plan.point[1].params.load.rate_bps, 0);
	ck_assert_double_eq(plan.point[1].params.load.rate_pps, 12e6);
	ck_assert_double_eq(plan.point[2].params.load.rate_bps, 0);
	ck_assert_double_eq(plan.point[2].params.load.rate_pps, 0);
	ck_assert_double_eq(plan.point[0].axis[0].number, 25e9);
	ck_assert_str_eq(plan.point[0].axis[0].text, "25Gbit/s");
	ck_assert(isnan(plan.point[2].axis[0].number));
	plan_fini(&plan);
}
END_TEST

START_TEST(bases_lie_below_models_and_releases_differ_as_they_should)
{
	struct plan plan;

	load(&plan, "machine: desktop-4\nkernel: [\"4.10\", \"4.19\", \"5.0\"]\nload: page_bench\n");
	ck_assert_uint_eq(plan.points, 3);
	ck_assert_uint_eq(plan.point[0].params.mm.pcp_batch_cap, 512 << 10);
	ck_assert_uint_eq(plan.point[1].params.mm.pcp_batch_cap, 1 << 20);
	ck_assert_ptr_eq(plan.point[1].params.mm.page_frag_free, &frag_release_buddy);
	ck_assert_ptr_eq(plan.point[2].params.mm.page_frag_free, &frag_release_pcp);
	ck_assert_int_eq((int)plan.point[2].params.mm.frag_bias, FRAG_BIAS_FIXED);
	ck_assert_str_eq(plan.point[2].params.mm.release, "5.0");
	plan_fini(&plan);
}
END_TEST

START_TEST(sweeps_count_in_file_order_the_last_fastest_and_policies_outermost)
{
	expect_labels(BENCH "load.cpus: [1, 2]\nload.order: [0, 3]\npolicies: {a: {}, b: {kernel: '5.0'}}\n", NULL, 0,
		      "a cpus=1 order=0 | a cpus=1 order=3 | a cpus=2 order=0 | a cpus=2 order=3 | "
		      "b cpus=1 order=0 | b cpus=1 order=3 | b cpus=2 order=0 | b cpus=2 order=3");
}
END_TEST

#define MACHINE "machine: xeon-2x14\nkernel: \"4.19\"\nnic: mlx5-2x100g\n"
#define WORKLOADS "workloads:\n  router: {load: forward, load.flows: 16}\n  bench: {load.kind: page_bench, load.order: 3}\n"

START_TEST(workloads_stand_inside_policies_and_outside_sweeps)
{
	struct plan plan;

	expect_labels(MACHINE WORKLOADS "policies: {a: {}, b: {kernel: '5.0'}}\nload.cpus: [1, 2]\n", NULL, 0,
		      "a router cpus=1 | a router cpus=2 | a bench cpus=1 | a bench cpus=2 | "
		      "b router cpus=1 | b router cpus=2 | b bench cpus=1 | b bench cpus=2");
	expect_labels(MACHINE WORKLOADS, NULL, 0, "router | bench");
	expect_labels(MACHINE WORKLOADS "where: workload != bench\n", NULL, 0, "router");
	load(&plan, MACHINE WORKLOADS "policies: {a: {}}\n");
	ck_assert_str_eq(plan.point[1].policy, "a");
	ck_assert_str_eq(plan.point[1].workload, "bench");
	ck_assert_uint_eq(plan.point[0].params.load.flows, 16);
	ck_assert_uint_eq(plan.point[1].params.load.order, 3);
	plan_fini(&plan);
}
END_TEST

START_TEST(a_workload_ignores_what_its_load_does_not_use)
{
	static const char *const set[] = {"load.flows=[4,8]"};

	expect_labels(MACHINE WORKLOADS "load.rate: [1Gbit/s, line]\nload.cpus: [1, 2]\n", NULL, 0,
		      "router rate=1Gbit/s cpus=1 | router rate=1Gbit/s cpus=2 | router rate=line cpus=1 | router rate=line cpus=2 | "
		      "bench cpus=1 | bench cpus=2");
	/* Zipped, the keys that are used vary; a group of which none is used does not. */
	expect_labels(MACHINE WORKLOADS "load.rate: [1Gbit/s, line]\nload.cpus: [1, 2]\nzip: [[load.rate, load.cpus]]\n", NULL, 0,
		      "router rate=1Gbit/s cpus=1 | router rate=line cpus=2 | bench cpus=1 | bench cpus=2");
	expect_labels(MACHINE WORKLOADS "load.rate: [1Gbit/s, line]\nload.burst: [1, 2]\nzip: [[load.rate, load.burst]]\n", NULL, 0,
		      "router rate=1Gbit/s burst=1 | router rate=line burst=2 | bench");
	expect_labels(MACHINE WORKLOADS "policies: {a: {load.arrivals: poisson}}\n", set, 1, "a router flows=4 | a router flows=8 | a bench");
	expect_labels(MACHINE WORKLOADS "load.rate: [1Gbit/s, line]\nwhere: workload == bench or load.rate == line\n", NULL, 0,
		      "router rate=line | bench");
}
END_TEST

START_TEST(policies_that_do_not_differ_under_a_workload_are_points_all_the_same)
{
	struct plan plan;

	load(&plan, MACHINE WORKLOADS "policies: {a: {}, b: {load.arrivals: poisson}}\n");
	ck_assert_uint_eq(plan.points, 4);
	ck_assert_str_eq(plan.point[1].config, plan.point[3].config);
	ck_assert_str_ne(plan.point[1].hash, plan.point[3].hash);
	plan_fini(&plan);
	expect_labels(MACHINE WORKLOADS "policies: {a: {}, b: {load.arrivals: poisson}}\nwhere: workload == bench\n", NULL, 0,
		      "a bench | b bench");
}
END_TEST

START_TEST(a_scenario_builds_on_another)
{
	struct plan plan;
	const struct scenario *s = &plan.scenario;
	char *got;

	put("base.yaml", BENCH "scenario: first\ntitle: base\ndescription: all of it\nload.cpus: [1, 2]\nload.order: [0, 3]\n"
		"policies: {a: {}, b: {kernel: '5.0'}}\nbaseline: b\nrepetitions: 7\nshow: [busy_share]\n"
		"lines: [{at: 201, label: budget, metric: cycles_per_pair}, {at: 2.5}]\n");
	put("middle.yaml", "base: base.yaml\ntitle: middle\nload.cpus: 3\n");
	load(&plan, "base: middle.yaml\nload.order: [1, 2]\nload.pages: 5\n");
	got = labels(&plan);
	ck_assert_str_eq(got, "a order=1 | a order=2 | b order=1 | b order=2");
	free(got);
	ck_assert_str_eq(s->name, "s");
	ck_assert_str_eq(s->title, "middle");
	ck_assert_str_eq(s->description, "all of it");
	ck_assert_uint_eq(s->repetitions, 7);
	ck_assert_str_eq(s->baseline.text, "b");
	ck_assert_uint_eq(s->shows, 1);
	ck_assert_str_eq(s->show[0].text, "busy_share");
	ck_assert_uint_eq(s->marks, 2);
	ck_assert(s->mark[0].at == 201 && s->mark[1].at == 2.5);
	ck_assert_str_eq(s->mark[0].metric, "cycles_per_pair");
	ck_assert_uint_eq(plan.point[0].params.load.cpus, 3);
	ck_assert_uint_eq(plan.point[0].params.load.pages, 5);
	ck_assert_str_eq(plan.point[0].key[key_find("load.cpus")].from.place.file, "middle.yaml");
	plan_fini(&plan);
	/* New policies take the place of all of the old ones, and of a baseline that was one of them. */
	load(&plan, "base: middle.yaml\npolicies: {c: {}, d: {kernel: '5.0'}}\nscenario: mine\nshow: []\n");
	ck_assert_str_eq(s->name, "mine");
	ck_assert_uint_eq(s->policies.items, 2);
	ck_assert_ptr_null(s->baseline.text);
	ck_assert_uint_eq(s->shows, 0);
	plan_fini(&plan);
}
END_TEST

START_TEST(a_circle_of_bases_is_refused)
{
	struct plan plan;
	struct error e = {0};

	put("a.yaml", "base: b.yaml\n");
	put("b.yaml", "title: x\nbase: ./s.yaml\n");
	ck_assert_int_eq(load_with(&plan, "base: a.yaml\n", NULL, 0, &e), HZ_USER);
	ck_assert_str_eq(e.text, "b.yaml:2:7: base: a circle: s.yaml, which is based on a.yaml, which is based on b.yaml, which is based on s.yaml");
	plan_fini(&plan);
}
END_TEST

START_TEST(errors_name_the_file_of_a_base)
{
	struct plan plan;
	struct error e = {0};

	ck_assert_int_eq(mkdir("sub", 0777), 0);
	put("sub/base.yaml", BENCH "load.cpus: [1, 2]\n");
	ck_assert_int_eq(load_with(&plan, "base: sub/base.yaml\npolicies: {a: {load.cpus: 3}}\n", NULL, 0, &e), HZ_USER);
	ck_assert_str_eq(e.text, "s.yaml:2:16: policy 'a' fixes load.cpus, which line 4 of sub/base.yaml sweeps");
	plan_fini(&plan);
	put("sub/base.yaml", BENCH "load.cpsu: 3\n");
	ck_assert_int_eq(load_with(&plan, "base: sub/base.yaml\n", NULL, 0, &e), HZ_USER);
	ck_assert_str_eq(e.text, "sub/base.yaml:4:1: unknown key 'load.cpsu'; did you mean 'load.cpus'?");
	plan_fini(&plan);
}
END_TEST

START_TEST(zipped_keys_vary_together)
{
	expect_labels(BENCH "load.cpus: [1, 2]\nload.pages: [8, 16]\nload.order: [0, 1]\nzip: [[load.order, load.cpus]]\n", NULL, 0,
		      "cpus=1 pages=8 order=0 | cpus=1 pages=16 order=0 | cpus=2 pages=8 order=1 | cpus=2 pages=16 order=1");
}
END_TEST

START_TEST(axes_that_end_alike_keep_their_paths)
{
	expect_labels("machine: desktop-4\nkernel.model: \"4.19\"\nload: page_bench\nkernel: {cost: {page_frag_free: [1cy, 2cy]}, "
		      "page_frag_free: [pcp], pcp.high: [600]}\n", NULL, 0,
		      "kernel.cost.page_frag_free=1cy kernel.page_frag_free=pcp high=600 | "
		      "kernel.cost.page_frag_free=2cy kernel.page_frag_free=pcp high=600");
}
END_TEST

START_TEST(set_replaces_in_place_or_sweeps_last)
{
	static const char *const replace[] = {"load.cpus=[4,2]", "repetitions=2"};
	static const char *const add[] = {"load.order=[1, 2]"};
	static const char *const fix[] = {"load.cpus=3"};
	static const char *const filter[] = {"where=load.cpus == 1"};
	static const char *const above[] = {"kernel.page_frag_free=pcp", "load.order=1"};
	struct plan plan;
	struct error e;

	expect_labels(BENCH "load.cpus: [1, 2]\nload.pages: [8, 9]\n", replace, 2, "cpus=4 pages=8 | cpus=4 pages=9 | cpus=2 pages=8 | "
		      "cpus=2 pages=9");
	expect_labels(BENCH "load.cpus: [1, 2]\n", add, 1, "cpus=1 order=1 | cpus=1 order=2 | cpus=2 order=1 | cpus=2 order=2");
	expect_labels(BENCH "load.cpus: [1, 2]\nload.pages: [8, 9]\nzip: [[load.cpus, load.pages]]\n", fix, 1, "pages=8 | pages=9");
	expect_labels(BENCH "load.cpus: [1, 2, 3]\nwhere: load.cpus > 1\n", filter, 1, "cpus=1");
	ck_assert(!load_with(&plan, BENCH "policies: {a: {kernel.page_frag_free: buddy}}\n", above, 2, &e));
	ck_assert_ptr_eq(plan.point[0].params.mm.page_frag_free, &frag_release_pcp);
	ck_assert_uint_eq(plan.point[0].params.load.order, 1);
	plan_fini(&plan);
}
END_TEST

static const struct {
	const char *where, *left;
} filters[] = {
	{"load.cpus <= 2", "a cpus=1 | a cpus=2 | b cpus=1 | b cpus=2"},
	{"load.cpus < 2", "a cpus=1 | b cpus=1"},
	{"load.cpus > 2", "a cpus=all | b cpus=all"},
	{"load.cpus >= 2", "a cpus=2 | a cpus=all | b cpus=2 | b cpus=all"},
	{"load.cpus == all and policy == b", "b cpus=all"},
	{"policy != a and load.cpus != 1", "b cpus=2 | b cpus=all"},
	{"policy == a and load.cpus == 1 or policy == b and load.cpus == 2", "a cpus=1 | b cpus=2"},
	{"policy == a and (load.cpus == 1 or load.cpus == 2)", "a cpus=1 | a cpus=2"},
	{"not (load.cpus == 1 or load.cpus == 2)", "a cpus=all | b cpus=all"},
	{"not not policy=='b'", "b cpus=1 | b cpus=2 | b cpus=all"},
	{"run.duration >= 10ms and load.pattern == single and kernel == 5.0", "b cpus=1 | b cpus=2 | b cpus=all"},
	{"run.duration > 40000000 or load.cpus==1", "a cpus=1 | b cpus=1"},
};

START_TEST(the_filter_keeps_what_it_says)
{
	struct text t = {0};

	text_add(&t, BENCH "load.cpus: [1, 2, all]\npolicies: {a: {}, b: {kernel: '5.0'}}\nwhere: \"%s\"\n", filters[_i].where);
	expect_labels(t.s, NULL, 0, filters[_i].left);
	text_fini(&t);
}
END_TEST

/* Each ends in exit code 2 and names the place and the reason. */
static const struct {
	const char *text;
	const char *expected;
} refused[] = {
	/* YAML */
	{"", "s.yaml:1:1: the file is empty"},
	{"- a\n", "s.yaml:1:1: a scenario is a mapping of keys, not a list"},
	{"load: [1, 2\n", "s.yaml:2:1: not valid YAML"},
	{"a: b: c\n", "s.yaml:1:5: not valid YAML"},
	{"load: &x page_bench\n", "s.yaml:1:7: a YAML anchor"},
	{"load: *x\n", "s.yaml:1:7: a YAML alias"},
	{"load: !!str forward\n", "s.yaml:1:7: a YAML tag"},
	{"%YAML 1.1\n---\nload: forward\n", "YAML directives"},
	{BENCH "---\nload: forward\n", "s.yaml:4:1: a second document"},
	{BENCH "title: a\ntitle: b\n", "s.yaml:5:1: 'title' is given twice; the first is in line 4"},
	{"[1]: 2\n", "s.yaml:1:1: a key must be a name"},
	/* keys */
	{BENCH "load.pakcet_size: 64B\n", "s.yaml:4:1: unknown key 'load.pakcet_size'; did you mean 'load.packet_size'?"},
	{BENCH "polices: {}\n", "s.yaml:4:1: unknown key 'polices'; did you mean 'policies'?"},
	{BENCH "pcp.batch: 3\n", "did you mean 'kernel.pcp.batch'?"},
	{"machine: desktop-4\nload:\n  kind: page_bench\n  cpu: 3\n", "s.yaml:4:3: unknown key 'load.cpu'; did you mean 'load.cpus'?"},
	{BENCH "xyzzy: 3\n", "s.yaml:4:1: unknown key 'xyzzy'"},
	{"load: {cpus: 2, kind: page_bench}\nload.cpus: 3\n", "s.yaml:2:1: load.cpus is given twice; the first is in line 1"},
	{BENCH "run: 5\n", "s.yaml:4:6: 'run' is a group of keys and takes no value"},
	{BENCH "run.seed: {a: 1}\n", "s.yaml:4:11: run.seed takes a value, not a mapping"},
	{BENCH "run.seed:\n", "s.yaml:4:10: run.seed: a value is missing"},
	{"machine: desktop-4\nkernel: '4.19'\n", "s.yaml: load.kind is missing"},
	{"load: page_bench\nkernel: '4.19'\n", "s.yaml: machine is missing"},
	{"machine: desktop-4\nkernel: '4.19'\nload: forward\n", "s.yaml: nic is missing"},
	{"machine: desktop-4\nkernel: '4.19'\nload: replay\n", "s.yaml: load.trace is missing"},
	{BENCH "load.rate: 1Gbit/s\n", "s.yaml:4:12: load.rate has no meaning under load: page_bench"},
	/* values */
	{BENCH "load.cpus: -4\n", "s.yaml:4:12: load.cpus: '-4': it must not be negative; expected a whole number"},
	{BENCH "load.cpus: 0\n", "s.yaml:4:12: load.cpus: 0 is out of range; expected 1 to 256, or 'all'"},
	{BENCH "load.cpus: 4x\n", "s.yaml:4:12: load.cpus: '4x': no unit 'x'"},
	{BENCH "run.duration: 10\n", "s.yaml:4:15: run.duration: 10cy is out of range; expected 1000cy to"},
	{BENCH "run.duration: 10ns\n", "s.yaml:4:15: run.duration: 40cy is out of range"},
	{BENCH "run.duration: 10m\n", "s.yaml:4:15: run.duration: '10m': no unit 'm'; expected a time such as 5ms"},
	{BENCH "run.duration: 64KiB\n", "s.yaml:4:15: run.duration: '64KiB': this is a size"},
	{FORWARD "load.rate: 25Gbps\n", "s.yaml:5:12: load.rate: '25Gbps': no unit 'Gbps'; expected a bit rate such as 25Gbit/s"},
	{FORWARD "load.rate: 25\n", "s.yaml:5:12: load.rate: '25': it needs a unit"},
	{FORWARD "load.rate: fast\n", "or 'line'"},
	{FORWARD "load.packet_size: 64\n", "needs a unit"},
	{FORWARD "load.packet_size: 64B 570B\n", "sizes with weights"},
	{FORWARD "load.packet_size: 20B\n", "expected 64B to 9216B"},
	{FORWARD "load.packet_size: 64B:0\n", "a weight is 1 to"},
	{FORWARD "nic.rx_usecs: 1500ns\n", "not a whole number of microseconds"},
	{BENCH "load.pattern: bluk\n", "s.yaml:4:15: 'bluk' is not a choice of load.pattern; expected single | bulk | bulk_api | remote | frag; "
				       "did you mean 'bulk'?"},
	/* lists */
	{BENCH "title: [a, b]\n", "s.yaml:4:8: 'title' takes one value, not a list"},
	{BENCH "scenario: [a, b]\n", "s.yaml:4:11: 'scenario' takes one value, not a list"},
	{BENCH "repetitions: [1, 2]\n", "s.yaml:4:14: 'repetitions' takes one value, not a list"},
	{BENCH "run.seed: [1, 2]\n", "s.yaml:4:11: run.seed takes one value, not a list"},
	{BENCH "policies: {a: {load.cpus: [1, 2]}}\n", "s.yaml:4:27: load.cpus: a policy takes no list"},
	{BENCH "load.cpus: []\n", "s.yaml:4:12: load.cpus: the list is empty"},
	{BENCH "load.cpus: [1, [2]]\n", "s.yaml:4:16: load.cpus takes a value, not a list"},
	{BENCH "repetitions: 0\n", "repetitions: 0 is out of range"},
	{BENCH "repetitions: -1\n", "must not be negative"},
	{BENCH "scenario: a b\n", "a name has letters"},
	/* policies, zip, where, points */
	{BENCH "policies: [a, b]\n", "s.yaml:4:11: 'policies' is a mapping"},
	{BENCH "policies: {a: 3}\n", "s.yaml:4:15: policy 'a' is a mapping"},
	{BENCH "policies: {a: {kernel.pcp.bach: 3}}\n", "s.yaml:4:16: unknown key 'kernel.pcp.bach'; did you mean 'kernel.pcp.batch'?"},
	{BENCH "load.cpus: [1, 2]\npolicies: {a: {load.cpus: 3}}\n", "s.yaml:5:16: policy 'a' fixes load.cpus, which line 4 sweeps"},
	{BENCH "policies: {a: {}, b: {}}\n", "s.yaml: the points 'a' and 'b' are the same in every key"},
	{BENCH "load.cpus: [1, 2]\nzip: [[load.cpus, load.order]]\n", "s.yaml:5:7: zip: load.order has no list of values"},
	{BENCH "load.cpus: [1, 2]\nload.order: [1, 2, 3]\nzip: [[load.cpus, load.order]]\n", "zip: load.cpus has 2 values and load.order "
												"has 3"},
	{BENCH "load.cpus: [1, 2]\nload.order: [1, 2]\nzip: [[load.cpus, load.order], [load.order, load.cpus]]\n", "is in two groups"},
	{BENCH "load.cpus: [1, 2]\nzip: [[load.cpus, load.cpus]]\n", "in the group twice"},
	{BENCH "zip: load.cpus\n", "s.yaml:4:6: 'zip' is a list of groups"},
	{BENCH "where: load.cpu < 3\n", "s.yaml:4:8: where: unknown key 'load.cpu'; did you mean 'load.cpus'?"},
	{BENCH "where: load.cpus < 3x\n", "s.yaml:4:8: where: load.cpus: '3x'"},
	{BENCH "where: load.cpus < \n", "where: it ends where a value is expected"},
	{BENCH "where: load.cpus 3\n", "where: '3' stands where one of < <= > >= == != is expected"},
	{BENCH "where: load.cpus = 3\n", "where: '=' stands where one of"},
	{BENCH "where: (load.cpus < 3\n", "where: it ends where ')' is expected"},
	{BENCH "where: load.cpus < 3 load.order < 2\n", "where: 'load.order' stands where 'and', 'or' or the end is expected"},
	{BENCH "where: kernel < 5.0\n", "where: '5.0' has no order"},
	{BENCH "where: load.cpus == '3\n", "is not closed"},
	{BENCH "where: load.rate > 1Mpps\n", "s.yaml:4:8: where: load.rate has no meaning under this load"},
	{FORWARD "load.rate: [1Gbit/s, line]\nwhere: load.rate > 1Mpps\n", "load.rate is 1Gbit/s in one point and cannot be compared"},
	{BENCH "where: load.order > 3\n", "s.yaml:4:8: where: no point passes"},
	/* workloads */
	{BENCH "workloads: [a]\n", "s.yaml:4:12: 'workloads' is a mapping from names"},
	{BENCH "workloads: {a: 3}\n", "s.yaml:4:16: workload 'a' is a mapping"},
	{BENCH "workloads: {'a b': {}}\n", "s.yaml:4:13: workload 'a b': a name has letters"},
	{BENCH "workloads: {a: {load.cpu: 3}}\n", "s.yaml:4:17: unknown key 'load.cpu'; did you mean 'load.cpus'?"},
	{BENCH "workloads: {a: {load.cpus: [1, 2]}}\n", "s.yaml:4:28: load.cpus: a workload takes no list"},
	{BENCH "workload: {a: {}}\n", "s.yaml:4:1: unknown key 'workload'; did you mean 'workloads'?"},
	{BENCH "load.cpus: [1, 2]\nworkloads: {a: {load.cpus: 3}}\n", "s.yaml:5:17: workload 'a' fixes load.cpus, which line 4 sweeps"},
	{BENCH "policies: {p: {load.cpus: 3}}\nworkloads: {a: {load.cpus: 3}}\n", "s.yaml:5:17: workload 'a' sets load.cpus, which policy 'p' "
										   "sets too"},
	{BENCH "workloads: {a: {}, b: {}}\n", "s.yaml: the points 'a' and 'b' are the same in every key"},
	{BENCH "workloads: {a: {}, b: {load.cpus: 1}}\npolicies: {p: {}, q: {}}\n", "are the same in every key"},
	{BENCH "workloads: {a: {load.flows: 3}}\n", "s.yaml:4:17: workload 'a': load.flows has no meaning under load: page_bench"},
	{BENCH "workloads: {a: {}}\nload.flows: 3\n", "s.yaml:5:1: load.flows has no meaning under the load of any workload: page_bench"},
	{BENCH "workloads: {a: {}}\nload.flows: [3, 4]\n", "s.yaml:5:1: load.flows has no meaning under the load of any workload: page_bench"},
	{BENCH "workloads: {a: {}}\npolicies: {p: {load.flows: 3}}\n", "s.yaml:5:16: load.flows has no meaning under the load of any workload"},
	{BENCH "workloads: {a: {}}\nwhere: load.flows > 3\n", "s.yaml:5:8: where: load.flows has no meaning under this load; ask for the "
								"workload first"},
	{"machine: desktop-4\nkernel: '4.19'\nworkloads: {a: {load.cpus: 2}}\n", "s.yaml: load.kind is missing"},
	{BENCH "where: worklaod == a\n", "where: unknown key 'worklaod'; did you mean 'workload'?"},
	/* baseline, show, lines, base */
	{BENCH "policies: {old: {}, new: {kernel: '5.0'}}\nbaseline: odl\n", "s.yaml:5:11: baseline: there is no policy 'odl'; did you mean 'old'?"},
	{BENCH "baseline: old\n", "s.yaml:4:11: baseline: there is no policy 'old'"},
	{BENCH "show: busy_share\n", "s.yaml:4:7: 'show' is a list of metrics"},
	{BENCH "show: [a, a]\n", "s.yaml:4:11: show: a is in the list twice"},
	{BENCH "show: [[a]]\n", "s.yaml:4:8: 'show' takes one value, not a list"},
	{BENCH "lines: 201\n", "s.yaml:4:8: 'lines' is a list"},
	{BENCH "lines: [{label: x}]\n", "s.yaml:4:9: a line is a mapping with 'at'"},
	{BENCH "lines: [{at: 2ms}]\n", "s.yaml:4:14: at: '2ms'"},
	{BENCH "lines: [{at: 2, lable: x}]\n", "s.yaml:4:17: unknown part of a line 'lable'; did you mean 'label'?"},
	{"base: nowhere.yaml\n", "s.yaml:1:7: base: cannot read 'nowhere.yaml': No such file"},
	{"base: [a]\n", "s.yaml:1:7: 'base' takes one value, not a list"},
	{"base: s.yaml\n", "s.yaml:1:7: base: a circle: s.yaml, which is based on s.yaml"},
	/* models */
	{"machine: xeon-2x41\nkernel: '4.19'\nload: page_bench\n", "s.yaml:1:10: no machine model 'xeon-2x41'; did you mean 'xeon-2x14'?; "
								  "there are: broken, circle, desktop-4,"},
	{"machine: desktop-4\nkernel: 9.99\nload: page_bench\n", "s.yaml:2:9: no kernel model '9.99'"},
	{"machine: ./nowhere.yaml\nkernel: '4.19'\nload: page_bench\n", "s.yaml:1:10: no machine model: cannot read './nowhere.yaml'"},
	{"machine: broken\nkernel: '4.19'\nload: page_bench\n", "models/machines/broken.yaml: machine.sockets is missing"},
	{"machine: unsourced\nkernel: '4.19'\nload: page_bench\n", "models/machines/unsourced.yaml:2:9: machine.atomic is a measured quantity "
								  "and needs its origin"},
	{"machine: circle\nkernel: '4.19'\nload: page_bench\n", "models/machines/circle.yaml:1:7: more than 32 bases"},
	{"machine: orphan\nkernel: '4.19'\nload: page_bench\n", "models/machines/orphan.yaml:1:7: no machine model 'nobody'"},
	{"machine: typo\nkernel: '4.19'\nload: page_bench\n", "models/machines/typo.yaml:2:1: unknown key 'machine.cloack'; "
							      "did you mean 'machine.clock'?"},
	{"machine: status\nkernel: '4.19'\nload: page_bench\n", "models/machines/status.yaml:1:43: status 'guessed': expected measured"},
	{"machine: many\nkernel: '4.19'\nload: page_bench\n", "models/machines/many.yaml:1:8: machine.clock: a model takes no list"},
	{"machine: desktop-4\nkernel: '4.19'\nload: {kind: replay, trace: gone.hzt}\n", "s.yaml:3:29: cannot open the trace: gone.hzt: No such "
											"file"},
};

static void put_models(void)
{
	ck_assert_int_eq(mkdir("models", 0777), 0);
	ck_assert_int_eq(mkdir("models/machines", 0777), 0);
	put("models/machines/broken.yaml", "clock: 1GHz\n");
	put("models/machines/unsourced.yaml", "clock: 1GHz\natomic: 20cy\n");
	put("models/machines/circle.yaml", "base: circle\n");
	put("models/machines/orphan.yaml", "base: nobody\n");
	put("models/machines/typo.yaml", "base: desktop-4\ncloack: 1GHz\n");
	put("models/machines/status.yaml", "atomic: {value: 2cy, source: x, status:   guessed}\n");
	put("models/machines/many.yaml", "clock: [1GHz, 2GHz]\n");
	put("models/machines/fast.yaml", "base: desktop-4\nclock: 5GHz\natomic: {value: 10ns, source: here, status: derived}\n");
}

START_TEST(bad_input_is_refused_with_place_and_reason)
{
	struct plan plan;
	struct error e = {0};

	put_models();
	ck_assert_int_eq(load_with(&plan, refused[_i].text, NULL, 0, &e), HZ_USER);
	ck_assert_int_eq((int)e.code, HZ_USER);
	ck_assert_msg(strstr(e.text, refused[_i].expected), "'%s' instead of '%s'", e.text, refused[_i].expected);
	plan_fini(&plan);
}
END_TEST

static const struct {
	const char *set, *expected;
} refused_sets[] = {
	{"load.cpus", "--set: 'load.cpus': expected path=value"},
	{"=3", "expected path=value"},
	{"load.cpu=3", "--set: unknown key 'load.cpu'; did you mean 'load.cpus'?"},
	{"load.cpus=", "--set: load.cpus: a value is missing"},
	{"load.cpus=-1", "must not be negative"},
	{"run.seed=[1,2]", "run.seed takes one value, not a list"},
	{"load.cpus={a: 1}", "takes a value, not a mapping"},
	{"title=x", "'title' can be set in the scenario file only"},
};

START_TEST(bad_sets_are_refused)
{
	const char *const set[] = {refused_sets[_i].set};
	struct plan plan;
	struct error e = {0};

	ck_assert_int_eq(load_with(&plan, BENCH, set, 1, &e), HZ_USER);
	ck_assert_msg(strstr(e.text, refused_sets[_i].expected), "%s", e.text);
	plan_fini(&plan);
}
END_TEST

START_TEST(a_set_given_twice_is_refused)
{
	static const char *const set[] = {"load.cpus=1", "load.cpus=2"};
	struct plan plan;
	struct error e = {0};

	ck_assert_int_eq(load_with(&plan, BENCH, set, 2, &e), HZ_USER);
	ck_assert_msg(strstr(e.text, "load.cpus is set twice"), "%s", e.text);
	plan_fini(&plan);
}
END_TEST

START_TEST(a_missing_file_is_an_environment_error)
{
	struct plan_options options = {0};
	struct plan plan;
	struct error e = {0};

	ck_assert_int_eq(plan_load(&plan, "nowhere.yaml", &options, &e), HZ_ENVIRONMENT);
	ck_assert(strstr(e.text, "nowhere.yaml"));
	plan_fini(&plan);
}
END_TEST

START_TEST(a_users_model_is_found_and_may_build_on_ours)
{
	struct plan plan;

	put_models();
	load(&plan, "machine: fast\nkernel: '4.19'\nload: page_bench\n");
	ck_assert_double_eq(plan.point[0].params.machine.clock_hz, 5e9);
	ck_assert_uint_eq(plan.point[0].params.machine.atomic, 50);
	ck_assert_uint_eq(plan.point[0].params.machine.cores, 4);
	ck_assert_str_eq(plan.point[0].params.machine.name, "fast");
	plan_fini(&plan);
	load(&plan, "machine: models/machines/fast.yaml\nkernel: '4.19'\nload: page_bench\n");
	ck_assert_uint_eq(plan.point[0].params.machine.atomic, 50);
	ck_assert_str_eq(plan.point[0].params.machine.name, "fast.yaml");
	plan_fini(&plan);
}
END_TEST

static void hash_of(const char *text, char hash[POINT_HASH_SIZE])
{
	struct plan plan;

	load(&plan, text);
	memcpy(hash, plan.point[0].hash, POINT_HASH_SIZE);
	plan_fini(&plan);
}

START_TEST(the_hash_follows_the_values_not_how_they_are_written)
{
	char plain[POINT_HASH_SIZE], other[POINT_HASH_SIZE];

	hash_of(BENCH "run.duration: 1ms\n", plain);
	ck_assert_uint_eq(strlen(plain), 32);
	hash_of("title: anything\nrun: {duration: 1000us}\nload.kind: page_bench\nload.cpus: all\n\nkernel.model: '4.19'\n"
		"machine: {model: desktop-4}\nrepetitions: 2\n", other);
	ck_assert_str_eq(plain, other);
	hash_of(BENCH "run.duration: 4000000\n", other);
	ck_assert_str_eq(plain, other);
	hash_of(BENCH "run.duration: 4000001\n", other);
	ck_assert_str_ne(plain, other);
	hash_of(BENCH "run.duration: 1ms\nrun.seed: 2\n", other);
	ck_assert_str_ne(plain, other);
	hash_of(BENCH "run.duration: 1ms\nkernel.cost.merge: 19cy\n", other);
	ck_assert_str_ne(plain, other);
}
END_TEST

START_TEST(a_trace_counts_by_its_content)
{
	char first[POINT_HASH_SIZE], moved[POINT_HASH_SIZE], changed[POINT_HASH_SIZE];
	struct plan plan;

	put("a.hzt", "one");
	ck_assert_int_eq(mkdir("sub", 0777), 0);
	put("sub/b.hzt", "one");
	hash_of("machine: desktop-4\nkernel: '4.19'\nload: replay\nload.trace: a.hzt\n", first);
	hash_of("machine: desktop-4\nkernel: '4.19'\nload: replay\nload.trace: sub/b.hzt\n", moved);
	ck_assert_str_eq(first, moved);
	put("a.hzt", "two");
	hash_of("machine: desktop-4\nkernel: '4.19'\nload: replay\nload.trace: a.hzt\n", changed);
	ck_assert_str_ne(first, changed);
	put("sub/t.yaml", "machine: desktop-4\nkernel: '4.19'\nload: replay\nload.trace: b.hzt\n");
	ck_assert_int_eq(plan_load(&plan, "sub/t.yaml", &(struct plan_options){0}, NULL), 0);
	ck_assert_str_eq(plan.point[0].params.load.trace, "sub/b.hzt");
	plan_fini(&plan);
}
END_TEST

START_TEST(policies_share_the_seed)
{
	struct plan plan;

	load(&plan, BENCH "policies: {a: {}, b: {kernel: '5.0'}, c: {kernel.zone_lock: ticket}}\nrun.seed: 99\n");
	for (size_t i = 0; i < plan.points; i++)
		ck_assert_uint_eq(plan.point[i].params.run.seed, 99);
	plan_fini(&plan);
}
END_TEST

static char *config_of(const struct plan *plan)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	plan_print_config(plan, f);
	fclose(f);
	return text;
}

static void expect_line(const char *text, const char *start, const char *end)
{
	const char *line = strstr(text, start);

	ck_assert_msg(line != NULL, "no '%s'", start);
	line++;
	ck_assert_msg(strcspn(line, "\n") >= strlen(end) && !strncmp(line + strcspn(line, "\n") - strlen(end), end, strlen(end)),
		      "'%.*s' does not end in '%s'", (int)strcspn(line, "\n"), line, end);
}

START_TEST(the_config_tells_where_values_come_from_and_is_a_scenario_itself)
{
	static const char *const set[] = {"load.order=2"};
	char hash[POINT_HASH_SIZE];
	struct plan plan;
	struct error e;
	char *text;

	put_models();
	ck_assert(!load_with(&plan, "machine: fast\nkernel: '5.0'\nload:\n  kind: page_bench\n  cpus: 2\n", set, 1, &e));
	text = config_of(&plan);
	expect_line(text, "\nload.cpus: 2 ", "# s.yaml:5");
	expect_line(text, "\nload.order: 2 ", "# --set");
	expect_line(text, "\nload.think: 0cy ", "# default");
	expect_line(text, "\nmachine.clock: 5GHz ", "# models/machines/fast.yaml:2");
	expect_line(text, "\nmachine.atomic: 50cy ", "# models/machines/fast.yaml:3 (derived: here)");
	expect_line(text, "\nkernel.frag_bias: fixed ", "models/kernels/5.0.yaml:6");
	ck_assert_ptr_null(strstr(text, "load.rate"));
	memcpy(hash, plan.point[0].hash, sizeof hash);
	plan_fini(&plan);
	load(&plan, text);
	ck_assert_str_eq(plan.point[0].hash, hash);
	ck_assert_str_eq(plan.scenario.name, "s");
	free(text);
	plan_fini(&plan);
}
END_TEST

static int too_many(const struct params *p, struct error *e)
{
	return p->load.cpus > 8 ? error_set(e, HZ_USER, "too many CPUs") : 0;
}

START_TEST(contradictions_name_the_point)
{
	struct plan_options options = {.check = too_many};
	struct plan plan;
	struct error e = {0};

	put("s.yaml", BENCH "load.cpus: [4, 9]\n");
	ck_assert_int_eq(plan_load(&plan, "s.yaml", &options, &e), HZ_USER);
	ck_assert_str_eq(e.text, "s.yaml: point 'cpus=9': too many CPUs");
	plan_fini(&plan);
}
END_TEST

/* Rows of the key table that contradict themselves would only show when a user meets them. */
START_TEST(the_key_table_is_sound)
{
	const struct key *key = &keys[_i];
	struct value v;
	struct error e;

	ck_assert_uint_eq(key_find(key->path), (size_t)_i);
	ck_assert(key->offset + key->size <= sizeof(struct params));
	ck_assert_str_ne(key->help, "");
	ck_assert(key->help[strlen(key->help) - 1] != '.');
	ck_assert(key->max == 0 || key->min <= key->max);
	ck_assert_int_eq(key->type == KEY_CHOICE, key->names != NULL);
	ck_assert_int_eq(key->type == KEY_POLICY, key->policies != NULL);
	ck_assert(!(key->flags & KEY_COST) || !key->standard);
	for (size_t i = 0; i < (size_t)_i; i++)
		ck_assert_msg(keys[i].offset + keys[i].size <= key->offset || key->offset + key->size <= keys[i].offset,
			      "%s and %s share a field", keys[i].path, key->path);
	if (key->standard) {
		ck_assert_msg(!key_parse(key, key->standard, &v, &e), "%s", e.text);
		ck_assert_msg(!value_settle(key, &v, &(struct machine_params){.clock_hz = 1e9}, &e), "%s", e.text);
		value_fini(&v);
	}
	if (key->zero) {
		ck_assert(!key_parse(key, key->zero, &v, &e));
		ck_assert(v.word);
		value_fini(&v);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan");
	TCase *tc = tcase_create("plan");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, enter_folder, leave_folder);
	tcase_add_loop_test(tc, the_key_table_is_sound, 0, (int)keys_count);
	tcase_add_test(tc, a_point_has_every_key_in_its_field);
	tcase_add_test(tc, the_rate_is_in_bits_or_in_packets);
	tcase_add_test(tc, bases_lie_below_models_and_releases_differ_as_they_should);
	tcase_add_test(tc, sweeps_count_in_file_order_the_last_fastest_and_policies_outermost);
	tcase_add_test(tc, workloads_stand_inside_policies_and_outside_sweeps);
	tcase_add_test(tc, a_workload_ignores_what_its_load_does_not_use);
	tcase_add_test(tc, policies_that_do_not_differ_under_a_workload_are_points_all_the_same);
	tcase_add_test(tc, a_scenario_builds_on_another);
	tcase_add_test(tc, a_circle_of_bases_is_refused);
	tcase_add_test(tc, errors_name_the_file_of_a_base);
	tcase_add_test(tc, zipped_keys_vary_together);
	tcase_add_test(tc, axes_that_end_alike_keep_their_paths);
	tcase_add_test(tc, set_replaces_in_place_or_sweeps_last);
	tcase_add_loop_test(tc, the_filter_keeps_what_it_says, 0, (int)HZ_ARRAY_SIZE(filters));
	tcase_add_loop_test(tc, bad_input_is_refused_with_place_and_reason, 0, (int)HZ_ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, bad_sets_are_refused, 0, (int)HZ_ARRAY_SIZE(refused_sets));
	tcase_add_test(tc, a_set_given_twice_is_refused);
	tcase_add_test(tc, a_missing_file_is_an_environment_error);
	tcase_add_test(tc, a_users_model_is_found_and_may_build_on_ours);
	tcase_add_test(tc, the_hash_follows_the_values_not_how_they_are_written);
	tcase_add_test(tc, a_trace_counts_by_its_content);
	tcase_add_test(tc, policies_share_the_seed);
	tcase_add_test(tc, the_config_tells_where_values_come_from_and_is_a_scenario_itself);
	tcase_add_test(tc, contradictions_name_the_point);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
