/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Thousands of short runs of points drawn at random from the key table, on all CPUs. Whatever the policies, every run ends well, keeps to
 * laws.h, and gives the same again. A point that does not is shrunk to the settings that matter and kept as a scenario file in
 * tests/properties/ of the build folder.
 *
 *     tests/check_properties                 the points that `make check` runs
 *     tests/check_properties FIRST COUNT     points FIRST, FIRST + 1, ... and what they covered
 *     tests/check_properties NUMBER          one point, which is printed
 */
#include <glob.h>
#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/types.h"
#include "hw/lock.h"
#include "laws.h"
#include "mm/frag_release.h"
#include "mm/page_alloc.h"
#include "mm/pcp_guard.h"
#include "plan/plan.h"
#include "plan/policies.h"
#include "rig.h"
#include "trial.h"

enum {
	GROUPS = 120,
	PER_GROUP = 100,
	AGAIN = 20,               /* every twentieth point is run twice */
	COVERED_LEAST = 30,       /* runs that each value of a policy or a choice, each load and each model must have had */
	SHRUNK_MAX = 16,          /* failing points that are shrunk; when there are more, one is enough to begin with */
	KEYS_MAX = 1000,
	VALUES_MAX = 64,
	SEED = 2024,
};

/* What became of a point. */
struct outcome {
	bool done;
	double seconds;           /* of wall time */
	char failure[1500];       /* "" when there is none */
};

/* Of all workers. */
struct tally {
	atomic_uint next;         /* point */
	atomic_uint failed;       /* points */
	atomic_uint covered[KEYS_MAX][VALUES_MAX]; /* runs with this value of the key */
	struct trial_counts counts[CPU_SETSIZE];   /* each worker's */
	struct outcome outcome[];
};

static struct random_points points;
static char folder[PATH_MAX];
static struct tally *tally;

/* Name of the n-th value of a key whose values are to be covered, or NULL after the last. */
static const char *value_name(size_t k, size_t n)
{
	char *const *models = random_points_models(&points, k);

	if (models)
		return models[n];
	return keys[k].type == KEY_POLICY || keys[k].type == KEY_CHOICE ? key_word(&keys[k], n) : NULL;
}

static void cover(const struct point *pt)
{
	for (size_t k = 0; k < keys_count; k++)
		for (size_t n = 0; pt->key[k].value.text && n < VALUES_MAX && value_name(k, n); n++)
			if (!strcmp(value_name(k, n), pt->key[k].value.text))
				atomic_fetch_add(&tally->covered[k][n], 1);
}

/* Keep the failing draw as a scenario. */
static void report(struct draw *d, uint32_t number, bool again, struct text *why, struct outcome *out)
{
	char path[4200];

	if (atomic_fetch_add(&tally->failed, 1) < SHRUNK_MAX)
		trial_shrink(d, &points, NULL, again, why);
	snprintf(path, sizeof path, "%s/point-%u.yaml", folder, number);
	snprintf(out->failure, sizeof out->failure, "point %u: %.1300s", number, why->s);
	if (!draw_save(d, path, out->failure))
		perror(path);
}

static void try_point(uint32_t number, struct trial_counts *counts, struct outcome *out)
{
	struct stream *random = stream_new(SEED, number, "points");
	bool again = number % AGAIN == 0;
	struct timespec from, end;
	struct text why = {0};
	struct point pt;
	struct draw d;

	clock_gettime(CLOCK_MONOTONIC, &from);
	trial_draw(&d, &pt, &points, random, counts);
	cover(&pt);
	if (!trial_is_sound(&pt, NULL, again, counts, &why))
		report(&d, number, again, &why, out);
	clock_gettime(CLOCK_MONOTONIC, &end);
	out->seconds = (double)(end.tv_sec - from.tv_sec) + 1e-9 * (double)(end.tv_nsec - from.tv_nsec);
	out->done = true;
	text_fini(&why);
	point_fini(&pt);
	draw_fini(&d);
	stream_free(random);
}

/* A point as it is drawn, before it is run. */
static void show_point(uint32_t number)
{
	struct stream *random = stream_new(SEED, number, "points");
	struct trial_counts counts = {0};
	struct point pt;
	struct draw d;

	trial_draw(&d, &pt, &points, random, &counts);
	draw_save(&d, "/dev/stdout", "as drawn");
	point_fini(&pt);
	draw_fini(&d);
	stream_free(random);
}

/* One worker per CPU; each takes the next point while there is one. */
static void try_points(uint32_t first, uint32_t count)
{
	size_t size = sizeof *tally + count * sizeof tally->outcome[0];
	cpu_set_t cpus;

	tally = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED || keys_count > KEYS_MAX || laws_count > TRIAL_LAWS_MAX || sched_getaffinity(0, sizeof cpus, &cpus))
		rig_give_up("no room for the outcomes of %u points, %zu keys, %zu laws", count, keys_count, laws_count);
	fflush(NULL);
	for (int worker = 0; worker < CPU_COUNT(&cpus); worker++) {
		pid_t pid = fork();

		if (pid < 0 && !worker)
			rig_give_up("no worker");
		for (uint32_t n; !pid && (n = atomic_fetch_add(&tally->next, 1)) < count;)
			try_point(first + n, &tally->counts[worker], &tally->outcome[n]);
		if (!pid)
			_exit(0);
	}
	while (wait(NULL) > 0)
		;
}

static struct trial_counts sum_counts(void)
{
	struct trial_counts sum = {0};

	for (size_t i = 0; i < HZ_ARRAY_SIZE(tally->counts); i++) {
		const struct trial_counts *c = &tally->counts[i];

		sum.draws += c->draws;
		sum.dropped += c->dropped;
		sum.refused += c->refused;
		sum.known += c->known;
		for (size_t l = 0; l < laws_count; l++)
			sum.applied[l] += c->applied[l];
	}
	return sum;
}

START_TEST(every_run_of_the_group_is_sound)
{
	for (int i = _i * PER_GROUP; i < (_i + 1) * PER_GROUP; i++) {
		ck_assert_msg(tally->outcome[i].done, "point %d: its worker died", i);
		ck_assert_msg(!tally->outcome[i].failure[0], "%s (tests/properties/point-%d.yaml)", tally->outcome[i].failure, i);
	}
}
END_TEST

START_TEST(every_value_has_been_run_often)
{
	for (size_t k = 0; k < keys_count; k++)
		for (size_t n = 0; value_name(k, n); n++)
			ck_assert_msg(n < VALUES_MAX && tally->covered[k][n] >= COVERED_LEAST, "%s: %s was run %u times", keys[k].path,
				      value_name(k, n), n < VALUES_MAX ? tally->covered[k][n] : 0);
}
END_TEST

START_TEST(every_law_has_been_asked_for_often)
{
	struct trial_counts sum = sum_counts();

	for (size_t i = 0; i < laws_count; i++)
		ck_assert_msg(sum.applied[i] >= COVERED_LEAST, "%s: asked for %u times", laws[i].what, sum.applied[i]);
}
END_TEST

/* What is drawn is run, as it was drawn and to its end. */
START_TEST(few_draws_are_refused)
{
	struct trial_counts sum = sum_counts();

	ck_assert_msg(sum.refused * 10 < sum.draws, "%u of %u draws were refused", sum.refused, sum.draws);
	ck_assert_msg(sum.dropped < 2 * sum.draws, "%u settings of %u draws were dropped", sum.dropped, sum.draws);
	ck_assert_msg(sum.known * 50 < sum.draws, "%u of %u runs ended early", sum.known, sum.draws);
}
END_TEST

/* Policies that are wrong, to see that it shows. */

static void free_twice(struct cpu *cpu, struct memory *mm, struct page *page)
{
	free_the_page(cpu, mm, page);
	page->state = PAGE_ALLOCATED;
	free_the_page(cpu, mm, page);
}

static const struct frag_release release_twice = {{"twice", "frees a page twice"}, free_twice};

static void plant_double_free(struct params *p)
{
	p->mm.page_frag_free = &release_twice;
}

static void free_never(struct cpu *cpu, struct memory *mm, struct page *page)
{
	(void)cpu;
	(void)mm;
	(void)page;
}

static const struct frag_release release_never = {{"never", "forgets the page"}, free_never};

static void plant_leak(struct params *p)
{
	p->mm.page_frag_free = &release_never;
}

static bool enter_locked(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	spin_lock(cpu, &zone->lock);
	(void)mm;
	return true;
}

static void leave_locked(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	spin_unlock(cpu, &zone->lock);
}

static const struct pcp_guard guard_recursive = {{"recursive", "zone->lock around itself"}, .enter = enter_locked, .leave = leave_locked};

static void plant_recursion(struct params *p)
{
	p->mm.pcp_guard = &guard_recursive;
}

static bool enter_by_chance(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)mm;
	(void)zone;
	cpu_work(cpu, (cycles_t)getpid() % 61);
	return true;
}

static void leave_nothing(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)cpu;
	(void)mm;
	(void)zone;
}

static const struct pcp_guard guard_by_chance = {{"chance", "takes another time in every process"}, .enter = enter_by_chance, .leave = leave_nothing};

static void plant_chance(struct params *p)
{
	p->mm.pcp_guard = &guard_by_chance;
}

static bool enter_never(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)cpu;
	(void)mm;
	(void)zone;
	while (pause())
		;
	return true;
}

static const struct pcp_guard guard_never = {{"never", "hangs"}, .enter = enter_never, .leave = leave_nothing};

static void plant_hang(struct params *p)
{
	p->mm.pcp_guard = &guard_never;
}

static bool enter_crash(struct cpu *cpu, struct memory *mm, struct zone *zone)
{
	(void)cpu;
	(void)mm;
	(void)zone;
	abort();
}

static const struct pcp_guard guard_crash = {{"crash", "ends the process"}, .enter = enter_crash, .leave = leave_nothing};

static void plant_crash(struct params *p)
{
	p->mm.pcp_guard = &guard_crash;
}

static struct metric *metric_of(struct result *r, const char *name)
{
	for (size_t i = 0; i < r->metrics; i++)
		if (!strcmp(r->metric[i].name, name))
			return &r->metric[i];
	return NULL;
}

static void spoil_counter(struct result *r)
{
	if (metric_of(r, "zone_allocs"))
		metric_of(r, "zone_allocs")->value += 1e9;
}

static void spoil_number(struct result *r)
{
	if (metric_of(r, "busy_share"))
		metric_of(r, "busy_share")->value = 1.0 / 0.0;
}

static void spoil_lock(struct result *r)
{
	for (size_t i = 0; i < r->locks; i++)
		r->lock[i].contended++;
}

static bool shares_fragments(const struct params *p)
{
	return p->load.kind == LOAD_FORWARD || (p->load.kind == LOAD_PAGE_BENCH && p->load.pattern == BENCH_FRAG);
}

/* Nothing is allocated before the clock starts. */
static bool starts_clean(const struct params *p)
{
	return p->load.kind == LOAD_PAGE_BENCH;
}

static const struct {
	const char *what, *report;   /* what the report has somewhere */
	struct fault fault;
} faults[] = {
	{"a page is freed twice", "page", {.plant = plant_double_free, .met = shares_fragments}},
	{"a page is lost", "nobody has a reference", {.plant = plant_leak, .met = shares_fragments}},
	{"a lock is taken twice", "possible recursive locking", {.plant = plant_recursion, .met = starts_clean}},
	{"a run is not the same again", "the same again is not the same", {.plant = plant_chance}},
	{"a run hangs", "ended without", {.plant = plant_hang, .seconds = 1}},
	{"a run crashes", "ended without", {.plant = plant_crash}},
	{"a counter does not add up", "blocks allocated", {.spoil = spoil_counter}},
	{"a metric is no number", "busy_share is inf", {.spoil = spoil_number}},
	{"a lock's counts differ", "contended", {.spoil = spoil_lock}},
};

START_TEST(a_planted_fault_is_found)
{
	enum { POINTS = 40 };
	const struct fault *fault = &faults[_i].fault;
	uint32_t met = 0;
	struct trial_counts counts = {0};
	struct text why = {0};

	for (uint32_t i = 0; met < POINTS && !why.len; i++) {
		struct stream *random = stream_new(SEED, i, "points");
		struct point pt;
		struct draw d;

		trial_draw(&d, &pt, &points, random, &counts);
		if (!fault->met || fault->met(&pt.params)) {
			trial_is_sound(&pt, fault, true, &counts, &why);
			met++;
		}
		point_fini(&pt);
		draw_fini(&d);
		stream_free(random);
	}
	ck_assert_msg(why.len && strstr(why.s, faults[_i].report), "%s: %s", faults[_i].what, why.len ? why.s : "not found");
	text_fini(&why);
}
END_TEST

static bool ticket_on_many_cpus(const struct params *p)
{
	return p->mm.zone_lock == &lock_ticket && p->load.cpus >= 3;
}

/* What is left of a failing draw is what its failure needs, and the scenario that is kept of it is the same point. */
START_TEST(a_failing_point_is_shrunk_and_kept)
{
	const struct fault fault = {.spoil = spoil_number, .met = ticket_on_many_cpus};
	struct trial_counts counts = {0};
	struct text why = {0};
	struct point pt = {0};
	struct draw d = {0};
	struct plan plan;
	struct error e;
	char path[4200];

	for (uint32_t i = 0; !why.len; i++) {
		struct stream *random = stream_new(SEED, i, "points");

		point_fini(&pt);
		draw_fini(&d);
		trial_draw(&d, &pt, &points, random, &counts);
		if (d.items > d.needed + 15)
			trial_is_sound(&pt, &fault, false, &counts, &why);
		stream_free(random);
	}
	trial_shrink(&d, &points, &fault, false, &why);
	point_fini(&pt);
	ck_assert_msg(!draw_resolve(&d, &points, &pt, &e), "%s", e.text);
	ck_assert(ticket_on_many_cpus(&pt.params));
	/* Those two, and CPUs enough. */
	ck_assert_msg(d.items <= d.needed + 4, "%zu settings are left of a draw that needs two", d.items - d.needed);
	snprintf(path, sizeof path, "%s/kept.yaml", folder);
	ck_assert(draw_save(&d, path, "a failure\nof two lines"));
	ck_assert_msg(!plan_load(&plan, path, &(struct plan_options){0}, &e), "%s", e.text);
	ck_assert_uint_eq(plan.points, 1);
	ck_assert_str_eq(plan.point[0].config, pt.config);
	plan_fini(&plan);
	ck_assert_int_eq(unlink(path), 0);
	point_fini(&pt);
	draw_fini(&d);
	text_fini(&why);
}
END_TEST

static void print(uint32_t first, uint32_t count)
{
	struct trial_counts sum = sum_counts();
	uint32_t slowest = 0, missing = 0;

	printf("%u draws, %u settings dropped, %u refused, %u known failures\n", sum.draws, sum.dropped, sum.refused, sum.known);
	for (size_t k = 0; k < keys_count; k++)
		for (size_t n = 0; n < VALUES_MAX && value_name(k, n); n++)
			printf("%7u  %s: %s\n", tally->covered[k][n], keys[k].path, value_name(k, n));
	for (size_t i = 0; i < laws_count; i++)
		printf("%7u  law: %s\n", sum.applied[i], laws[i].what);
	for (uint32_t i = 0; i < count; i++) {
		const struct outcome *o = &tally->outcome[i];

		if (o->failure[0])
			printf("%s\n", o->failure);
		if (o->seconds > tally->outcome[slowest].seconds)
			slowest = i;
		missing += !o->done;
	}
	printf("%u points, %u of them not run, the slowest is point %u: %.2f s\n", count, missing, first + slowest,
	       tally->outcome[slowest].seconds);
}

/* tests/properties beside this program, without what another run has left. */
static void make_folder(const char *program)
{
	const char *slash = strrchr(program, '/');
	char name[4000], pattern[4200];
	glob_t left;

	snprintf(name, sizeof name, "%.*sproperties", slash ? (int)(slash - program) + 1 : 0, program);
	mkdir(name, 0777);
	/* Scenarios name their trace by its whole path. */
	if (!realpath(name, folder))
		rig_give_up("no folder %s", name);
	snprintf(pattern, sizeof pattern, "%s/*", folder);
	if (glob(pattern, 0, NULL, &left))
		return;
	for (size_t i = 0; i < left.gl_pathc; i++)
		unlink(left.gl_pathv[i]);
	globfree(&left);
}

int main(int argc, char **argv)
{
	uint32_t first = argc > 1 ? (uint32_t)atoi(argv[1]) : 0;
	uint32_t count = argc > 2 ? (uint32_t)atoi(argv[2]) : argc > 1 ? 1 : GROUPS * PER_GROUP;
	Suite *suite = suite_create("properties");
	TCase *runs = tcase_create("runs"), *draws = tcase_create("draws"), *planted = tcase_create("planted");
	int status;

	make_folder(argv[0]);
	random_points_init(&points, folder);
	if (argc == 2)
		show_point(first);
	try_points(first, count);
	if (argc > 1) {
		print(first, count);
		return tally->failed ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	tcase_add_loop_test(runs, every_run_of_the_group_is_sound, 0, GROUPS);
	suite_add_tcase(suite, runs);
	tcase_add_test(draws, every_value_has_been_run_often);
	tcase_add_test(draws, every_law_has_been_asked_for_often);
	tcase_add_test(draws, few_draws_are_refused);
	suite_add_tcase(suite, draws);
	tcase_add_loop_test(planted, a_planted_fault_is_found, 0, HZ_ARRAY_SIZE(faults));
	tcase_add_test(planted, a_failing_point_is_shrunk_and_kept);
	suite_add_tcase(suite, planted);
	status = rig_main(suite);
	/* What has failed is kept, with the traces that it needs. */
	if (!tally->failed)
		random_points_remove(&points);
	random_points_fini(&points);
	rmdir(folder);
	return status;
}
