/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/datadir.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/histogram.h"
#include "base/stats.h"
#include "base/text.h"

START_TEST(histogram_buckets_tile_the_integers)
{
	ck_assert_uint_eq(histogram_low(0), 0);
	for (unsigned i = 0; i + 1 < HISTOGRAM_BUCKETS; i++) {
		uint64_t low = histogram_low(i), high = histogram_high(i);

		ck_assert_uint_lt(low, high);
		ck_assert_uint_eq(high, histogram_low(i + 1));
		ck_assert_uint_eq(histogram_bucket(low), i);
		ck_assert_uint_eq(histogram_bucket(high - 1), i);
		ck_assert_msg(i < 32 || (double)(high - low) <= 0.0625 * (double)low, "bucket %u is too wide", i);
	}
	ck_assert_uint_eq(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
}
END_TEST

START_TEST(histogram_quantiles_of_small_values_are_exact)
{
	struct histogram h = {0};

	ck_assert(histogram_quantile(&h, 0.5) == 0.0);
	for (uint64_t v = 1; v <= 20; v++)
		histogram_add(&h, v);
	ck_assert(histogram_quantile(&h, 0.0) == 1.0);
	ck_assert(histogram_quantile(&h, 0.5) == 10.0);
	ck_assert(histogram_quantile(&h, 0.95) == 19.0);
	ck_assert(histogram_quantile(&h, 1.0) == 20.0);
	ck_assert(histogram_mean(&h) == 10.5);
}
END_TEST

START_TEST(histogram_quantile_stays_within_its_bucket_and_the_maximum)
{
	struct histogram h = {0};

	histogram_add(&h, 1000);
	ck_assert(histogram_quantile(&h, 0.5) <= 1000.0);
	for (uint64_t v = 1; v <= 100000; v++)
		histogram_add(&h, v);
	for (double q = 0.1; q < 1.0; q += 0.1)
		ck_assert_double_eq_tol(histogram_quantile(&h, q), q * 100000.0, 0.0625 * q * 100000.0);
}
END_TEST

START_TEST(histogram_merge_equals_adding_all)
{
	struct histogram all = {0}, a = {0}, b = {0};

	for (uint64_t v = 1; v < 1u << 20; v = v * 3 + 1) {
		histogram_add(&all, v);
		histogram_add(v % 2 ? &a : &b, v);
	}
	histogram_merge(&a, &b);
	ck_assert_mem_eq(&a, &all, sizeof all);
}
END_TEST

START_TEST(stats_of_a_known_sample)
{
	static const double sample[] = {2, 4, 4, 4, 5, 5, 7, 9};
	struct stats s = {0};

	stats_add(&s, sample[0]);
	ck_assert(isnan(stats_half_width95(&s)));
	ck_assert(stats_stddev(&s) == 0.0);
	for (size_t i = 1; i < 8; i++)
		stats_add(&s, sample[i]);
	ck_assert_double_eq_tol(s.mean, 5.0, 1e-12);
	ck_assert_double_eq_tol(stats_stddev(&s), sqrt(32.0 / 7.0), 1e-12);
	/* Student's t, 7 degrees of freedom, 0.975: 2.364624. */
	ck_assert_double_eq_tol(stats_half_width95(&s), 2.364624 * sqrt(32.0 / 7.0) / sqrt(8.0), 1e-5);
}
END_TEST

START_TEST(mser_cuts_the_transient_and_nothing_else)
{
	double batch[40];
	int steady;

	for (size_t i = 0; i < 40; i++)
		batch[i] = (i < 7 ? 50.0 : 10.0) + (i % 2 ? 0.5 : -0.5);
	ck_assert_uint_eq(stats_mser(batch, 40, &steady), 7);
	ck_assert_int_eq(steady, 1);
	for (size_t i = 0; i < 40; i++)
		batch[i] = 10.0 + (i % 2 ? 0.5 : -0.5);
	ck_assert_uint_le(stats_mser(batch, 40, &steady), 1);
	ck_assert_int_eq(steady, 1);
}
END_TEST

START_TEST(mser_reports_a_series_that_never_settles)
{
	double batch[40];
	int steady;

	for (size_t i = 0; i < 40; i++)
		batch[i] = (double)i;
	stats_mser(batch, 40, &steady);
	ck_assert_int_eq(steady, 0);
}
END_TEST

START_TEST(mser_ignores_batches_without_observations)
{
	double batch[] = {90, NAN, 90, 10, 11, NAN, 10, 11, 10, 11, 10, 11};
	int steady;

	ck_assert_uint_eq(stats_mser(batch, 12, &steady), 3);
	ck_assert_int_eq(steady, 1);
}
END_TEST

START_TEST(text_grows_and_quotes)
{
	struct text t = {0};

	ck_assert_str_eq(text_str(&t), "");
	for (int i = 0; i < 1000; i++)
		text_add(&t, "%d,", i % 10);
	ck_assert_uint_eq(t.len, 2000);
	ck_assert_uint_eq(strlen(text_str(&t)), 2000);
	text_fini(&t);
	text_add_json(&t, "a\"b\\c\nd\x01");
	ck_assert_str_eq(text_str(&t), "\"a\\\"b\\\\c\\nd\\u0001\"");
	text_fini(&t);
	ck_assert_ptr_null(t.s);
}
END_TEST

START_TEST(text_nearest_forgives_slips_only)
{
	static const char *const names[] = {"machine", "kernel", "nic", "repetitions"};

	ck_assert_str_eq(text_nearest("kernle", names, 4), "kernel");
	ck_assert_str_eq(text_nearest("machin", names, 4), "machine");
	ck_assert_str_eq(text_nearest("repititions", names, 4), "repetitions");
	ck_assert_ptr_null(text_nearest("bandwidth", names, 4));
	ck_assert_ptr_null(text_nearest("x", names, 0));
	ck_assert_uint_eq(text_distance("", "abc"), 3);
	ck_assert_uint_eq(text_distance("abcd", "abdc"), 1);
}
END_TEST

START_TEST(error_says_where_as_far_as_known)
{
	struct error e;

	ck_assert_int_eq(error_at(&e, "a.yaml", 3, 7, "no key '%s'", "x"), HZ_USER);
	ck_assert_str_eq(e.text, "a.yaml:3:7: no key 'x'");
	error_at(&e, "a.yaml", 3, 0, "no");
	ck_assert_str_eq(e.text, "a.yaml:3: no");
	error_at(&e, "a.yaml", 0, 7, "no");
	ck_assert_str_eq(e.text, "a.yaml: no");
	ck_assert_int_eq(error_set(NULL, HZ_RUN_FAILED, "unseen"), HZ_RUN_FAILED);
}
END_TEST

START_TEST(error_cuts_what_does_not_fit)
{
	struct error e;
	char longer[2000];

	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	ck_assert_int_eq(error_set(&e, HZ_ENVIRONMENT, "%s", longer), HZ_ENVIRONMENT);
	ck_assert_uint_eq(strlen(e.text), sizeof e.text - 1);
	ck_assert_int_eq(error_at(&e, longer, 1, 1, "lost"), HZ_USER);
	ck_assert_uint_eq(strlen(e.text), sizeof e.text - 1);
}
END_TEST

START_TEST(fingerprint_depends_on_every_part_and_on_order)
{
	uint64_t a = fingerprint_add(0, 1, 2, 3), b = fingerprint_add(0, 2, 2, 3);

	ck_assert_uint_eq(a, fingerprint_add(0, 1, 2, 3));
	ck_assert_uint_ne(a, b);
	ck_assert_uint_ne(a, fingerprint_add(0, 1, 3, 2));
	ck_assert_uint_ne(a, fingerprint_add(0, 1, 2, 4));
	ck_assert_uint_ne(fingerprint_add(a, 2, 2, 3), fingerprint_add(b, 1, 2, 3));
}
END_TEST

START_TEST(datadir_follows_the_environment)
{
	char *path;

	setenv("HOTZONE_DATA", "somewhere/else", 1);
	path = datadir_path("plots/locks.gp");
	ck_assert_str_eq(path, "somewhere/else/plots/locks.gp");
	free(path);
	unsetenv("HOTZONE_DATA");
	path = datadir_path("plots/locks.gp");
	ck_assert_msg(strcmp(path + strlen(path) - 15, "/plots/locks.gp") == 0 && path[0] == '/', "%s", path);
	free(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base");
	TCase *tc = tcase_create("base");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, histogram_buckets_tile_the_integers);
	tcase_add_test(tc, histogram_quantiles_of_small_values_are_exact);
	tcase_add_test(tc, histogram_quantile_stays_within_its_bucket_and_the_maximum);
	tcase_add_test(tc, histogram_merge_equals_adding_all);
	tcase_add_test(tc, stats_of_a_known_sample);
	tcase_add_test(tc, mser_cuts_the_transient_and_nothing_else);
	tcase_add_test(tc, mser_reports_a_series_that_never_settles);
	tcase_add_test(tc, mser_ignores_batches_without_observations);
	tcase_add_test(tc, text_grows_and_quotes);
	tcase_add_test(tc, text_nearest_forgives_slips_only);
	tcase_add_test(tc, error_says_where_as_far_as_known);
	tcase_add_test(tc, error_cuts_what_does_not_fit);
	tcase_add_test(tc, fingerprint_depends_on_every_part_and_on_order);
	tcase_add_test(tc, datadir_follows_the_environment);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
