/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/types.h"
#include "base/units.h"

static const struct {
	const char *text;
	enum dimension dimension;
	double value;
	const char *canonical;
} good[] = {
	{"64B", DIM_SIZE, 64, "64B"},
	{"4KiB", DIM_SIZE, 4096, "4KiB"},
	{"512KiB", DIM_SIZE, 524288, "512KiB"},
	{"0.5MiB", DIM_SIZE, 524288, "512KiB"},
	{"64GiB", DIM_SIZE, 68719476736.0, "64GiB"},
	{"1023B", DIM_SIZE, 1023, "1023B"},
	{"0B", DIM_SIZE, 0, "0B"},
	{"5ms", DIM_TIME, 0.005, "5ms"},
	{"16us", DIM_TIME, 16e-6, "16us"},
	{"47ns", DIM_TIME, 47e-9, "47ns"},
	{"1s", DIM_TIME, 1, "1s"},
	{"1000ms", DIM_TIME, 1, "1s"},
	{"1.5ns", DIM_TIME, 1.5e-9, "1.5ns"},
	{"10min", DIM_TIME, 600, "10min"},
	{"120cy", DIM_CYCLES, 120, "120cy"},
	{"120", DIM_CYCLES, 120, "120cy"},
	{"25Gbit/s", DIM_BIT_RATE, 25e9, "25Gbit/s"},
	{"2500Mbit/s", DIM_BIT_RATE, 2.5e9, "2.5Gbit/s"},
	{"12Mpps", DIM_PACKET_RATE, 12e6, "12Mpps"},
	{"800kpps", DIM_PACKET_RATE, 800e3, "800kpps"},
	{"14.88Mpps", DIM_PACKET_RATE, 14.88e6, "14.88Mpps"},
	{"2.6GHz", DIM_FREQUENCY, 2.6e9, "2.6GHz"},
	{"10%", DIM_FRACTION, 0.1, "10%"},
	{"0.1", DIM_FRACTION, 0.1, "10%"},
	{"150%", DIM_PERCENT, 150, "150%"},
	{"42", DIM_COUNT, 42, "42"},
	{"18446744073709551615", DIM_COUNT, 18446744073709551615.0, "18446744073709551615"},
	{"0.25", DIM_NUMBER, 0.25, "0.25"},
};

START_TEST(quantities_are_read_and_written)
{
	struct text out = {0};
	struct quantity q, again;
	struct error e;

	ck_assert_msg(!quantity_parse(good[_i].text, good[_i].dimension, &q, &e), "%s", e.text);
	ck_assert_int_eq((int)q.dimension, (int)good[_i].dimension);
	ck_assert_msg(q.value == good[_i].value, "%s is %.17g", good[_i].text, q.value);
	quantity_format(&q, &out);
	ck_assert_str_eq(out.s, good[_i].canonical);
	ck_assert(!quantity_parse(out.s, good[_i].dimension, &again, &e));
	ck_assert(again.value == q.value && again.whole == q.whole);
	text_fini(&out);
}
END_TEST

static const struct {
	const char *text;
	unsigned accepted;
	const char *why;
} bad[] = {
	{"", DIM_COUNT, "not a number"},
	{"many", DIM_COUNT, "not a number"},
	{"nan", DIM_TIME, "not a number"},
	{"inf", DIM_NUMBER, "not a number"},
	{"0x10", DIM_COUNT, "no unit 'x10'"},
	{"1e9", DIM_COUNT, "no unit 'e9'"},
	{"+1", DIM_COUNT, "not a number"},
	{" 1", DIM_COUNT, "not a number"},
	{"1 ", DIM_COUNT, "no unit ' '"},
	{"1.", DIM_NUMBER, "not a number"},
	{".5", DIM_NUMBER, "not a number"},
	{"1.2.3", DIM_NUMBER, "no unit '.3'"},
	{"-4", DIM_COUNT, "must not be negative"},
	{"-4ns", DIM_TIME, "must not be negative"},
	{"2.5", DIM_COUNT, "must be whole"},
	{"2.5cy", DIM_CYCLES, "must be whole"},
	{"0.3B", DIM_SIZE, "must be whole"},
	{"64", DIM_SIZE, "needs a unit"},
	{"5", DIM_TIME, "needs a unit"},
	{"25", DIM_BIT_RATE | DIM_PACKET_RATE, "needs a unit"},
	{"64Bx", DIM_SIZE, "no unit 'Bx'"},
	{"64kb", DIM_SIZE, "no unit 'kb'"},
	{"25Gbps", DIM_BIT_RATE, "no unit 'Gbps'"},
	{"64B", DIM_TIME, "this is a size"},
	{"5ms", DIM_SIZE, "this is a time"},
	{"5ms", DIM_COUNT, "this is a time"},
	{"2.6GHz", DIM_BIT_RATE, "this is a frequency"},
	{"18446744073709551616", DIM_COUNT, "too many digits"},
	{"17179869184TiB", DIM_SIZE, "too large"},
	{"0.00000000000000000001", DIM_NUMBER, "too many digits"},
};

START_TEST(anything_else_is_refused_with_what_was_expected)
{
	struct text expected = {0};
	struct quantity q;
	struct error e = {0};

	ck_assert_int_eq(quantity_parse(bad[_i].text, bad[_i].accepted, &q, &e), HZ_USER);
	ck_assert_msg(strstr(e.text, bad[_i].why), "%s", e.text);
	quantity_expected(bad[_i].accepted, &expected);
	ck_assert_msg(strstr(e.text, expected.s), "%s", e.text);
	text_fini(&expected);
}
END_TEST

START_TEST(rates_survive_the_round_trip)
{
	struct quantity q = {.dimension = DIM_BIT_RATE}, back;
	double value = 1;

	for (int i = 0; i < 2000; i++) {
		struct text t = {0};

		value = fmod(value * 69069 + 12345, 4e12);
		q.value = floor(value) / 8;
		quantity_format(&q, &t);
		ck_assert(!quantity_parse(t.s, DIM_BIT_RATE, &back, NULL));
		ck_assert_msg(back.value == q.value, "%s", t.s);
		text_fini(&t);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("units");
	TCase *tc = tcase_create("units");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, quantities_are_read_and_written, 0, (int)HZ_ARRAY_SIZE(good));
	tcase_add_loop_test(tc, anything_else_is_refused_with_what_was_expected, 0, (int)HZ_ARRAY_SIZE(bad));
	tcase_add_test(tc, rates_survive_the_round_trip);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
