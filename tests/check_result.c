/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results across a pipe: what is written is read; what is cut, garbled or forged is refused. */
#define XXH_INLINE_ALL
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/error.h"
#include "base/text.h"
#include "load/result.h"

static void fill(struct result *r)
{
	struct lock_row *l;

	r->fingerprint = 0xfedcba9876543210u;
	r->events = 42;
	for (int i = 0; i < 5; i++) {
		char name[16];

		snprintf(name, sizeof name, "metric_%d", i);
		result_metric(r, name, "cycles", i * 1.5);
	}
	l = result_lock(r);
	strcpy(l->name, "zone->lock (node 0 Normal)");
	strcpy(l->kind, "qspinlock");
	strcpy(l->caller, "free_one_page");
	l->acquisitions = 3;
	l->contended = 1;
	l->handoff[2] = 7;
	histogram_add(&l->hold, 0);
	histogram_add(&l->hold, 1000);
	histogram_add(&l->hold, UINT64_MAX);
	histogram_add(&l->wait, 77);
	strcpy(result_lock(r)->name, "pcp");
	result_profile(r, "a;b;c", 10, 12345);
	result_profile(r, "", 0, 0);
	result_profile(r, "a", 1, UINT64_MAX);
}

static void assert_same_lock(const struct lock_row *a, const struct lock_row *b)
{
	ck_assert_str_eq(a->name, b->name);
	ck_assert_str_eq(a->kind, b->kind);
	ck_assert_str_eq(a->caller, b->caller);
	ck_assert_uint_eq(a->acquisitions, b->acquisitions);
	ck_assert_uint_eq(a->contended, b->contended);
	ck_assert_mem_eq(a->handoff, b->handoff, sizeof a->handoff);
	ck_assert_mem_eq(&a->hold, &b->hold, sizeof a->hold);
	ck_assert_mem_eq(&a->wait, &b->wait, sizeof a->wait);
}

static void assert_same(const struct result *a, const struct result *b)
{
	ck_assert_uint_eq(a->fingerprint, b->fingerprint);
	ck_assert_uint_eq(a->events, b->events);
	ck_assert_uint_eq(a->metrics, b->metrics);
	for (size_t i = 0; i < a->metrics; i++) {
		ck_assert_str_eq(a->metric[i].name, b->metric[i].name);
		ck_assert_str_eq(a->metric[i].unit, b->metric[i].unit);
		ck_assert(a->metric[i].value == b->metric[i].value);
	}
	ck_assert_uint_eq(a->locks, b->locks);
	for (size_t i = 0; i < a->locks; i++)
		assert_same_lock(&a->lock[i], &b->lock[i]);
	ck_assert_uint_eq(a->profiles, b->profiles);
	for (size_t i = 0; i < a->profiles; i++) {
		ck_assert_str_eq(a->profile[i].path, b->profile[i].path);
		ck_assert_uint_eq(a->profile[i].calls, b->profile[i].calls);
		ck_assert_uint_eq(a->profile[i].self, b->profile[i].self);
	}
	ck_assert_int_eq(a->failure != NULL, b->failure != NULL);
	if (a->failure)
		ck_assert_str_eq(a->failure, b->failure);
}

/* The stream of a filled result. */
static struct text stream(void)
{
	struct result r = {0};
	struct text bytes = {0};
	struct error e;
	char part[256];
	FILE *f = tmpfile();
	size_t n;

	fill(&r);
	ck_assert_int_eq(result_write(&r, fileno(f), &e), 0);
	rewind(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		text_add_bytes(&bytes, part, n);
	fclose(f);
	result_fini(&r);
	return bytes;
}

static int read_bytes(const char *bytes, size_t n, struct result *r, struct error *e)
{
	FILE *f = tmpfile();
	int rc;

	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	fflush(f);
	ck_assert_int_eq(lseek(fileno(f), 0, SEEK_SET), 0);
	rc = result_read(r, fileno(f), e);
	fclose(f);
	return rc;
}

static void assert_empty(const struct result *r)
{
	static const struct result empty;

	ck_assert_mem_eq(r, &empty, sizeof empty);
}

START_TEST(rows_are_kept)
{
	struct result r = {0};

	fill(&r);
	ck_assert(result_get(&r, "metric_4") == 6.0);
	ck_assert(isnan(result_get(&r, "metric_5")));
	for (int i = 0; i < 100; i++)
		result_metric(&r, "a name that is longer than a metric's name may be, by far", "and a long unit too",
			      i);
	ck_assert_uint_eq(r.metrics, 105);
	ck_assert_uint_eq(strlen(r.metric[104].name), sizeof r.metric[0].name - 1);
	ck_assert(r.metric[104].value == 99);
	ck_assert(r.metric[0].value == 0);
	result_fini(&r);
	assert_empty(&r);
}
END_TEST

START_TEST(what_is_written_is_read)
{
	struct result a = {0}, b;
	struct error e;
	int ends[2];

	fill(&a);
	a.failure = xstrdup("deadlock:\n CPU 1 holds zone->lock");
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(result_write(&a, ends[1], &e), 0);
	close(ends[1]);
	ck_assert_int_eq(result_read(&b, ends[0], &e), 0);
	close(ends[0]);
	assert_same(&a, &b);
	result_fini(&a);
	result_fini(&b);
}
END_TEST

START_TEST(an_empty_result_is_a_result)
{
	struct result a = {0}, b;
	struct error e;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(result_write(&a, ends[1], &e), 0);
	close(ends[1]);
	ck_assert_int_eq(result_read(&b, ends[0], &e), 0);
	close(ends[0]);
	assert_empty(&b);
}
END_TEST

START_TEST(a_stream_cut_anywhere_is_refused)
{
	struct text bytes = stream();

	for (size_t n = 0; n < bytes.len; n++) {
		struct result r;
		struct error e = {0};

		ck_assert_int_eq(read_bytes(bytes.s, n, &r, &e), HZ_ENVIRONMENT);
		ck_assert_int_eq(e.code, HZ_ENVIRONMENT);
		ck_assert_msg(strstr(e.text, "read result: ") == e.text, "%s", e.text);
		assert_empty(&r);
	}
	text_fini(&bytes);
}
END_TEST

START_TEST(a_stream_with_any_byte_changed_is_refused)
{
	struct text bytes = stream();

	for (size_t i = 0; i < bytes.len; i++) {
		struct result r;
		struct error e;

		bytes.s[i] ^= 0x10;
		ck_assert_msg(read_bytes(bytes.s, bytes.len, &r, &e) == HZ_ENVIRONMENT, "byte %zu", i);
		assert_empty(&r);
		bytes.s[i] ^= 0x10;
	}
	text_fini(&bytes);
}
END_TEST

/* Sizes out of a process that went wrong may carry a right hash. Nothing may be read or allocated by them. */
START_TEST(a_forged_stream_is_read_or_refused_within_its_bounds)
{
	struct text bytes = stream();
	const size_t head = 24;
	unsigned refused = 0;

	for (size_t i = head; i < bytes.len; i++) {
		struct result r;
		struct error e;
		char old = bytes.s[i];
		XXH64_hash_t hash;

		bytes.s[i] = (char)0xff;
		hash = XXH3_64bits(bytes.s + head, bytes.len - head);
		memcpy(bytes.s + 16, &hash, sizeof hash);
		if (read_bytes(bytes.s, bytes.len, &r, &e))
			refused++;
		result_fini(&r);
		bytes.s[i] = old;
	}
	ck_assert_uint_gt(refused, 100);
	text_fini(&bytes);
}
END_TEST

START_TEST(a_huge_size_allocates_nothing)
{
	struct text bytes = stream();
	struct result r;
	struct error e;
	uint64_t size = (uint64_t)1 << 62;

	memcpy(bytes.s + 8, &size, sizeof size);
	ck_assert_int_eq(read_bytes(bytes.s, bytes.len, &r, &e), HZ_ENVIRONMENT);
	size = (uint64_t)1 << 29;
	memcpy(bytes.s + 8, &size, sizeof size);
	ck_assert_int_eq(read_bytes(bytes.s, bytes.len, &r, &e), HZ_ENVIRONMENT);
	ck_assert_msg(strstr(e.text, "the stream ended after") != NULL, "%s", e.text);
	text_fini(&bytes);
}
END_TEST

START_TEST(a_failed_write_says_so)
{
	struct result r = {0};
	struct error e;
	FILE *full = fopen("/dev/full", "w");

	fill(&r);
	ck_assert_ptr_nonnull(full);
	ck_assert_int_eq(result_write(&r, fileno(full), &e), HZ_ENVIRONMENT);
	ck_assert_msg(strstr(e.text, "No space left") != NULL, "%s", e.text);
	fclose(full);
	result_fini(&r);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("result");
	TCase *c = tcase_create("stream");
	SRunner *runner;
	int failed;

	tcase_add_test(c, rows_are_kept);
	tcase_add_test(c, what_is_written_is_read);
	tcase_add_test(c, an_empty_result_is_a_result);
	tcase_add_test(c, a_stream_cut_anywhere_is_refused);
	tcase_add_test(c, a_stream_with_any_byte_changed_is_refused);
	tcase_add_test(c, a_forged_stream_is_read_or_refused_within_its_bounds);
	tcase_add_test(c, a_huge_size_allocates_nothing);
	tcase_add_test(c, a_failed_write_says_so);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
