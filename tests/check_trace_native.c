/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native trace: what is written is read, whatever is damaged is noticed, and pages pair as they should. */
#include <check.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/types.h"
#include "trace/codec.h"
#include "trace/live.h"
#include "trace/native.h"
#include "trace/native_write.h"
#include "trace/pages.h"
#include "trace/pairing.h"

static char folder[64], path[96], other[96];

static void setup(void)
{
	snprintf(folder, sizeof folder, "/tmp/check_trace_native.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/t.hzt", folder);
	snprintf(other, sizeof other, "%s/other.hzt", folder);
}

static void teardown(void)
{
	unlink(path);
	unlink(other);
	ck_assert_msg(!rmdir(folder), "something was left behind in %s", folder);
}

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Any event that a trace may hold; small and large numbers alike. */
static struct trace_event random_event(uint64_t *state, uint64_t *time_ns, uint32_t cpus, uint32_t devices)
{
	uint64_t bits = random_next(state);
	struct trace_event ev = {.type = (uint8_t)(bits % TRACE_TYPES), .cpu = (uint32_t)(bits >> 8) % cpus};

	*time_ns += bits & 1 << 20 ? 0 : random_next(state) >> (24 + random_next(state) % 40);
	ev.time_ns = *time_ns;
	ev.pid = bits & 1 << 21 ? -1 : (int32_t)(random_next(state) >> (33 + random_next(state) % 30));
	if (ev.type != TRACE_NAPI_POLL && ev.type != TRACE_LOST)
		ev.pfn = random_next(state) >> (12 + random_next(state) % 50);
	if (ev.type == TRACE_ALLOC || ev.type == TRACE_ZONE_LOCKED || ev.type == TRACE_PCPU_DRAIN ||
	    ev.type == TRACE_EXTFRAG)
		ev.migratetype = (bits >> 24) & 15;
	if (ev.migratetype || ev.type == TRACE_FREE)
		ev.order = (uint8_t)((bits >> 28 & 15) % (TRACE_ORDER_MAX + 1));
	if (ev.type == TRACE_EXTFRAG) {
		ev.fallback_order = (uint8_t)((bits >> 32 & 15) % (TRACE_ORDER_MAX + 1));
		ev.fallback_migratetype = (bits >> 36) & 15;
	}
	if (ev.type == TRACE_NAPI_POLL) {
		ev.work = (uint32_t)random_next(state) >> (bits >> 40 & 31);
		ev.budget = (uint32_t)random_next(state) >> (bits >> 45 & 31);
		ev.device = (uint32_t)(bits >> 50) % devices;
	}
	if (ev.type == TRACE_LOST)
		ev.lost = (uint32_t)random_next(state) >> (bits >> 40 & 31);
	if (bits & 1 << 22)
		ev.flags = (uint8_t)(bits >> 56 & 0x7e);
	if ((ev.type == TRACE_ALLOC || ev.type == TRACE_ZONE_LOCKED) && bits & 1 << 23) {
		ev.flags |= TRACE_FAILED;
		ev.pfn = 0;
	}
	return ev;
}

static bool same(const struct trace_event *a, const struct trace_event *b)
{
	return a->time_ns == b->time_ns && a->pfn == b->pfn && a->pid == b->pid && a->cpu == b->cpu &&
	       a->work == b->work && a->budget == b->budget && a->device == b->device && a->lost == b->lost &&
	       a->type == b->type && a->flags == b->flags && a->order == b->order && a->migratetype == b->migratetype &&
	       a->fallback_order == b->fallback_order && a->fallback_migratetype == b->fallback_migratetype;
}

/* A trace of `n` events made from a seed, with three devices. */
static void write_trace(const char *name, uint32_t n, uint32_t cpus)
{
	struct trace_summary s = {.allocs = 12, .packets = 34, .count = {[TRACE_LOST] = 56}};
	uint64_t state = 88172645463325252u, time_ns = 1000, bytes;
	struct native_writer *w;
	struct error e;
	struct stat st;

	trace_summary_device(&s, "eth0", 4);
	trace_summary_device(&s, "eth1", 4);
	trace_summary_device(&s, "(no_device)", 11);
	s.device[2].packets = 78;
	ck_assert_msg(!native_create(&w, name, &e), "%s", e.text);
	for (uint32_t i = 0; i < n; i++) {
		struct trace_event ev = random_event(&state, &time_ns, cpus, 3);

		if (native_write(w, &ev, &e))
			ck_abort_msg("%s", e.text);
	}
	ck_assert_msg(!native_finish(w, &s, &bytes, &e), "%s", e.text);
	ck_assert_int_eq(stat(name, &st), 0);
	ck_assert_uint_eq((uint64_t)st.st_size, bytes);
	trace_summary_fini(&s);
}

static void assert_reads_back(struct native_reader *r, uint32_t n, uint32_t cpus)
{
	uint64_t state = 88172645463325252u, time_ns = 1000;
	struct trace_event ev;
	struct error e;

	for (uint32_t i = 0; i < n; i++) {
		struct trace_event want = random_event(&state, &time_ns, cpus, 3);

		if (native_next(r, &ev, &e) != 1 || !same(&ev, &want))
			ck_abort_msg("event %" PRIu32 " of %" PRIu32 " is another one", i, n);
	}
	ck_assert_int_eq(native_next(r, &ev, &e), 0);
	ck_assert_int_eq(native_next(r, &ev, &e), 0);
	ck_assert_uint_eq(native_info(r)->end_ns, time_ns);
}

START_TEST(what_is_written_is_read)
{
	static const struct {
		uint32_t events, cpus;
	} cases[] = {{1, 1}, {1000, 4}, {200000, TRACE_CPUS_MAX}}; /* the last takes many blocks */
	struct native_reader *r;
	struct error e;

	write_trace(path, cases[_i].events, cases[_i].cpus);
	ck_assert_msg(!native_open(&r, path, &e), "%s", e.text);
	ck_assert_uint_eq(native_info(r)->events, cases[_i].events);
	ck_assert_uint_le(native_info(r)->cpus, cases[_i].cpus);
	ck_assert_uint_eq(native_info(r)->summary.allocs, 12);
	ck_assert_uint_eq(native_info(r)->summary.packets, 34);
	ck_assert_uint_eq(native_info(r)->summary.count[TRACE_LOST], 56);
	ck_assert_uint_eq(native_info(r)->summary.devices, 3);
	ck_assert_str_eq(native_info(r)->summary.device[2].name, "(no_device)");
	ck_assert_uint_eq(native_info(r)->summary.device[2].packets, 78);
	assert_reads_back(r, cases[_i].events, cases[_i].cpus);
	native_rewind(r);
	assert_reads_back(r, cases[_i].events, cases[_i].cpus);
	native_close(r);
}
END_TEST

static char *slurp(const char *name, size_t *len)
{
	FILE *f = fopen(name, "rb");
	struct stat st;
	char *bytes;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fstat(fileno(f), &st), 0);
	*len = (size_t)st.st_size;
	bytes = malloc(*len);
	ck_assert_uint_eq(fread(bytes, 1, *len, f), *len);
	fclose(f);
	return bytes;
}

static void spew(const char *name, const char *bytes, size_t len)
{
	FILE *f = fopen(name, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

/* Reads `name` to its end: whether that worked, or it was refused as the user's mistake. */
static bool is_good(const char *name)
{
	struct native_reader *r;
	struct trace_event ev;
	struct error e = {.code = HZ_OK};
	int rc = native_open(&r, name, &e);

	if (!rc) {
		do
			rc = native_next(r, &ev, &e);
		while (rc > 0);
		native_close(r);
	}
	if (rc) {
		ck_assert_msg(e.code == HZ_USER, "%d: %s", e.code, e.text);
		ck_assert_msg(!strncmp(e.text, name, strlen(name)), "%s", e.text);
	}
	return !rc;
}

START_TEST(every_changed_bit_is_noticed)
{
	size_t len;
	char *bytes;

	write_trace(path, 100, 4);
	bytes = slurp(path, &len);
	spew(other, bytes, len);
	ck_assert(is_good(other));
	for (size_t i = 0; i < len; i++) {
		bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
		spew(other, bytes, len);
		ck_assert_msg(!is_good(other), "byte %zu of %zu", i, len);
		bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
	}
	free(bytes);
}
END_TEST

START_TEST(every_other_length_is_noticed)
{
	size_t len;
	char *bytes;

	write_trace(path, 100, 4);
	bytes = slurp(path, &len);
	for (size_t i = 0; i < len; i++) {
		spew(other, bytes, i);
		ck_assert_msg(!is_good(other), "%zu of %zu bytes", i, len);
	}
	bytes = realloc(bytes, len + 1);
	bytes[len] = 0;
	spew(other, bytes, len + 1);
	ck_assert(!is_good(other));
	free(bytes);
}
END_TEST

START_TEST(exchanged_and_missing_blocks_are_noticed)
{
	size_t len, first, second;
	char *bytes, *changed;

	write_trace(path, 200000, 4);
	bytes = slurp(path, &len);
	changed = malloc(len);
	first = CODEC_BLOCK_HEADER + codec_get((unsigned char *)bytes + CODEC_HEADER + 4, 4);
	second = CODEC_BLOCK_HEADER + codec_get((unsigned char *)bytes + CODEC_HEADER + first + 4, 4);
	memcpy(changed, bytes, len);
	memcpy(changed + CODEC_HEADER, bytes + CODEC_HEADER + first, second);
	memcpy(changed + CODEC_HEADER + second, bytes + CODEC_HEADER, first);
	spew(other, changed, len);
	ck_assert(!is_good(other));
	free(changed);
	free(bytes);
}
END_TEST

static void write_one_free(const char *name, uint64_t pfn)
{
	struct trace_event ev = {.type = TRACE_FREE, .pfn = pfn};
	struct trace_summary s = {.frees = 1};
	struct native_writer *w;
	struct error e;
	uint64_t bytes;

	ck_assert_int_eq(native_create(&w, name, &e), 0);
	ck_assert_int_eq(native_write(w, &ev, &e), 0);
	ck_assert_int_eq(native_finish(w, &s, &bytes, &e), 0);
}

START_TEST(a_sound_block_of_another_trace_is_noticed)
{
	size_t len, len_other, block;
	char *bytes, *bytes_other;

	write_one_free(path, 7);
	write_one_free(other, 9);
	bytes = slurp(path, &len);
	bytes_other = slurp(other, &len_other);
	ck_assert_uint_eq(len, len_other);
	block = CODEC_BLOCK_HEADER + codec_get((unsigned char *)bytes + CODEC_HEADER + 4, 4);
	memcpy(bytes + CODEC_HEADER, bytes_other + CODEC_HEADER, block);
	spew(other, bytes, len);
	ck_assert(is_good(path));
	ck_assert(!is_good(other));
	free(bytes);
	free(bytes_other);
}
END_TEST

START_TEST(decoding_takes_any_bytes)
{
	struct codec *c = xcalloc(1, sizeof *c);
	uint64_t state = 1234567;
	unsigned char bytes[64];
	struct trace_event ev;
	unsigned good = 0;

	for (int n = 0; n < 200000; n++) {
		const unsigned char *p = bytes, *end = bytes + random_next(&state) % (sizeof bytes + 1);

		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (unsigned char)(random_next(&state) >> (n % 2 ? 1 : 58));
		codec_reset(c, 1000);
		while (p && p < end) {
			p = codec_decode(c, &ev, p, end);
			if (!p)
				break;
			good++;
			if (p > end || ev.type >= TRACE_TYPES || ev.cpu >= TRACE_CPUS_MAX ||
			    ev.order > TRACE_ORDER_MAX || ev.fallback_order > TRACE_ORDER_MAX ||
			    ev.pfn > TRACE_PFN_MAX || ev.time_ns < 1000)
				ck_abort_msg("round %d: out of range", n);
		}
	}
	ck_assert_uint_gt(good, 1000);
	free(c);
}
END_TEST

START_TEST(an_abandoned_trace_leaves_the_old_one)
{
	struct trace_event ev = {.type = TRACE_FREE};
	struct native_writer *w;
	struct error e;

	write_trace(path, 10, 1);
	ck_assert_int_eq(native_create(&w, path, &e), 0);
	ck_assert_int_eq(native_write(w, &ev, &e), 0);
	native_abandon(w);
	ck_assert(is_good(path));
}
END_TEST

/* Allocations and frees in short: type, page frame, order. */
static struct trace_event event(enum trace_type type, uint64_t pfn, unsigned order)
{
	return (struct trace_event){.type = (uint8_t)type, .pfn = pfn, .order = (uint8_t)order};
}

static uint8_t add(struct pairing *p, enum trace_type type, uint64_t pfn, unsigned order)
{
	struct trace_event ev = event(type, pfn, order);
	struct error e;

	ck_assert_int_eq(pairing_add(p, &ev, &e), 0);
	return ev.flags;
}

START_TEST(pages_pair)
{
	struct pairing p;
	const struct trace_summary *s = &p.summary;

	pairing_init(&p);
	ck_assert_int_eq(add(&p, TRACE_ALLOC, 100, 3), 0);
	ck_assert_int_eq(add(&p, TRACE_ALLOC, 200, 0), 0);
	ck_assert_int_eq(add(&p, TRACE_FREE, 100, 3), 0);
	ck_assert_int_eq(add(&p, TRACE_FREE_BATCHED, 100, 0), 0); /* in addition, not again */
	ck_assert_int_eq(add(&p, TRACE_FREE, 300, 1), TRACE_PRETRACE);
	ck_assert_int_eq(add(&p, TRACE_FREE, 300, 1), TRACE_UNPAIRED);
	ck_assert_int_eq(add(&p, TRACE_ALLOC, 200, 2), TRACE_UNPAIRED);
	ck_assert_int_eq(add(&p, TRACE_FREE, 200, 0), TRACE_ORDER_DIFFERS);
	ck_assert_int_eq(add(&p, TRACE_POOL_HOLD, 400, 0), TRACE_SILENT_ALLOC);
	ck_assert_int_eq(add(&p, TRACE_ALLOC, 401, 2), 0);
	ck_assert_int_eq(add(&p, TRACE_POOL_HOLD, 401, 0), 0); /* an allocation of its own told of it */
	ck_assert_int_eq(add(&p, TRACE_POOL_RELEASE, 400, 0), 0);
	ck_assert_int_eq(add(&p, TRACE_FREE, 400, 0), 0);
	ck_assert_int_eq(add(&p, TRACE_FREE, 401, 2), 0); /* the hold did not change its order */
	ck_assert_int_eq(add(&p, TRACE_ALLOC, 300, 0), 0);
	ck_assert_int_eq(add(&p, TRACE_ZONE_LOCKED, 500, 0), 0);
	ck_assert_int_eq(add(&p, TRACE_PCPU_DRAIN, 300, 0), 0);
	pairing_finish(&p);
	ck_assert_uint_eq(s->allocs, 6);
	ck_assert_uint_eq(s->alloc_frames, 8 + 1 + 4 + 1 + 4 + 1);
	ck_assert_uint_eq(s->silent_allocs, 1);
	ck_assert_uint_eq(s->frees, 6);
	ck_assert_uint_eq(s->free_frames, 8 + 2 + 2 + 1 + 1 + 4);
	ck_assert_uint_eq(s->free_matched, 4);
	ck_assert_uint_eq(s->free_pretrace, 1);
	ck_assert_uint_eq(s->free_unpaired, 1);
	ck_assert_uint_eq(s->alloc_unpaired, 1);
	ck_assert_uint_eq(s->order_differs, 1);
	ck_assert_uint_eq(s->live_end, 1);
	ck_assert_uint_eq(s->live_end_frames, 1);
	ck_assert_uint_eq(s->live_peak, 2);
	ck_assert_uint_eq(s->count[TRACE_FREE_BATCHED], 1);
	pairing_fini(&p);
}
END_TEST

START_TEST(failed_allocations_never_pair)
{
	struct trace_event ev = {.type = TRACE_ALLOC, .flags = TRACE_FAILED};
	struct pairing p;
	struct error e;

	pairing_init(&p);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pairing_add(&p, &ev, &e), 0);
	ck_assert_uint_eq(ev.flags, TRACE_FAILED);
	ck_assert_int_eq(add(&p, TRACE_FREE, 0, 0), TRACE_PRETRACE);
	ck_assert_uint_eq(p.summary.failed_allocs, 3);
	ck_assert_uint_eq(p.summary.allocs, 0);
	ck_assert_uint_eq(p.summary.count[TRACE_ALLOC], 3);
	pairing_fini(&p);
}
END_TEST

START_TEST(live_keeps_every_state)
{
	struct live l;
	struct error e;
	uint64_t state = 42;

	live_init(&l, LIVE_CHUNKS_MAX);
	for (uint64_t i = 0; i < 100000; i++)
		ck_assert_int_eq(live_set(&l, i * 7919, (unsigned)(i % 15) + 1, &e), LIVE_UNKNOWN);
	for (uint64_t i = 0; i < 100000; i++)
		ck_assert_int_eq(live_set(&l, i * 7919, LIVE_FREED, &e), (int)(i % 15) + 1);
	ck_assert_int_eq(live_set(&l, random_next(&state) | UINT64_C(1) << 51, LIVE_FREED, &e), LIVE_UNKNOWN);
	ck_assert_uint_eq(l.forgotten, 0);
	live_fini(&l);
}
END_TEST

START_TEST(live_forgets_what_is_free_before_it_gives_up)
{
	const uint32_t limit = 1000;
	struct live l;
	struct error e = {.code = HZ_OK};
	uint64_t pfn = 0;

	live_init(&l, limit);
	ck_assert_int_eq(live_set(&l, 5, LIVE_ORDER0 + 3, &e), LIVE_UNKNOWN);
	for (int i = 0; i < 5000; i++)
		ck_assert_int_eq(live_set(&l, pfn += 64, LIVE_FREED, &e), LIVE_UNKNOWN);
	ck_assert_uint_gt(l.forgotten, 3000);
	ck_assert_uint_le(l.used, limit);
	ck_assert_int_eq(live_set(&l, 5, LIVE_FREED, &e), LIVE_ORDER0 + 3); /* what is out is never forgotten */
	while (live_set(&l, pfn += 64, LIVE_ORDER0, &e) >= 0)
		ck_assert_uint_lt(pfn, 64 * 10000);
	ck_assert_int_eq(e.code, HZ_ENVIRONMENT);
	ck_assert_ptr_nonnull(strstr(e.text, "the limit of memory"));
	live_fini(&l);
}
END_TEST

START_TEST(pages_before_the_trace)
{
	static const struct {
		enum trace_type type;
		uint64_t pfn;
		unsigned order;
	} script[] = {{TRACE_FREE, 7, 2}, {TRACE_ALLOC, 8, 0}, {TRACE_FREE, 8, 0}, {TRACE_FREE, 8, 0},
		      {TRACE_FREE, 3, 1}};
	struct native_writer *w;
	struct native_reader *r;
	struct trace_pages pages;
	struct trace_event ev;
	struct pairing p;
	struct error e;
	uint64_t bytes;

	pairing_init(&p);
	ck_assert_int_eq(native_create(&w, path, &e), 0);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(script); i++) {
		ev = event(script[i].type, script[i].pfn, script[i].order);
		ev.cpu = (uint32_t)i;
		ck_assert_int_eq(pairing_add(&p, &ev, &e), 0);
		ck_assert_int_eq(native_write(w, &ev, &e), 0);
	}
	pairing_finish(&p);
	ck_assert_int_eq(native_finish(w, &p.summary, &bytes, &e), 0);
	pairing_fini(&p);
	ck_assert_int_eq(native_open(&r, path, &e), 0);
	ck_assert_int_eq(native_next(r, &ev, &e), 1);
	ck_assert_int_eq(trace_pages_before(r, &pages, &e), 0);
	ck_assert_uint_eq(pages.n, 2);
	ck_assert_uint_eq(pages.n, native_info(r)->summary.free_pretrace);
	ck_assert_uint_eq(pages.page[0].pfn, 7);
	ck_assert_uint_eq(pages.page[0].order, 2);
	ck_assert_uint_eq(pages.page[1].pfn, 3);
	ck_assert_uint_eq(pages.page[1].cpu, 4);
	ck_assert_int_eq(native_next(r, &ev, &e), 1); /* from the start again */
	ck_assert_uint_eq(ev.pfn, 7);
	trace_pages_fini(&pages);
	native_close(r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("native trace");
	TCase *t = tcase_create("native");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, what_is_written_is_read, 0, 3);
	tcase_add_test(t, every_changed_bit_is_noticed);
	tcase_add_test(t, every_other_length_is_noticed);
	tcase_add_test(t, exchanged_and_missing_blocks_are_noticed);
	tcase_add_test(t, a_sound_block_of_another_trace_is_noticed);
	tcase_add_test(t, decoding_takes_any_bytes);
	tcase_add_test(t, an_abandoned_trace_leaves_the_old_one);
	tcase_add_test(t, pages_pair);
	tcase_add_test(t, failed_allocations_never_pair);
	tcase_add_test(t, live_keeps_every_state);
	tcase_add_test(t, live_forgets_what_is_free_before_it_gives_up);
	tcase_add_test(t, pages_before_the_trace);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
