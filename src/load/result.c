/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/result.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/text.h"
#include "base/types.h"

/* The stream: a header, then one payload of that many bytes. The payload is checked as a whole before a byte of it is
 * believed, so a reader never meets a count that the writer did not mean. */
#define STREAM_MAGIC 0x315352645a48ull
#define STREAM_MOST ((uint64_t)1 << 30)

struct stream_header {
	uint64_t magic;
	uint64_t size;
	uint64_t hash;              /* XXH3 of the payload */
};

static size_t grown(size_t n)
{
	/* Room is a power of two, so that it follows from the number of rows. */
	return n && (n & (n - 1)) ? 0 : n ? 2 * n : 1;
}

static void *next_row(void **rows, size_t *n, size_t size)
{
	size_t room = grown(*n);
	char *row;

	if (room)
		*rows = xrealloc(*rows, room * size);
	row = (char *)*rows + *n * size;
	memset(row, 0, size);
	++*n;
	return row;
}

static void copy_name(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

void result_metric(struct result *r, const char *name, const char *unit, double value)
{
	void *rows = r->metric;
	struct metric *m = next_row(&rows, &r->metrics, sizeof *m);

	r->metric = rows;
	copy_name(m->name, sizeof m->name, name);
	copy_name(m->unit, sizeof m->unit, unit);
	m->value = value;
}

struct lock_row *result_lock(struct result *r)
{
	void *rows = r->lock;
	struct lock_row *l = next_row(&rows, &r->locks, sizeof *l);

	r->lock = rows;
	return l;
}

void result_profile(struct result *r, const char *path, uint64_t calls, cycles_t self)
{
	void *rows = r->profile;
	struct profile_row *p = next_row(&rows, &r->profiles, sizeof *p);

	r->profile = rows;
	p->path = xstrdup(path);
	p->calls = calls;
	p->self = self;
}

double result_get(const struct result *r, const char *name)
{
	for (size_t i = 0; i < r->metrics; i++)
		if (!strcmp(r->metric[i].name, name))
			return r->metric[i].value;
	return NAN;
}

void result_fini(struct result *r)
{
	for (size_t i = 0; i < r->profiles; i++)
		free(r->profile[i].path);
	free(r->metric);
	free(r->lock);
	free(r->profile);
	free(r->failure);
	*r = (struct result){0};
}

static void put(struct text *t, const void *bytes, size_t n)
{
	if (n)
		text_add_bytes(t, bytes, n);
}

static void put_number(struct text *t, uint64_t value)
{
	put(t, &value, sizeof value);
}

static void put_string(struct text *t, const char *s)
{
	size_t n = strlen(s);

	put_number(t, n);
	put(t, s, n);
}

static void put_histogram(struct text *t, const struct histogram *h)
{
	uint64_t used = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		used += h->bucket[i] != 0;
	put_number(t, h->count);
	put_number(t, h->sum);
	put_number(t, h->max);
	put_number(t, used);
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->bucket[i])
			put_number(t, (uint64_t)i << 32 | h->bucket[i]);
}

static void put_result(struct text *t, const struct result *r)
{
	put_number(t, r->fingerprint);
	put_number(t, r->events);
	put_number(t, r->failure != NULL);
	if (r->failure)
		put_string(t, r->failure);
	put_number(t, r->metrics);
	put(t, r->metric, r->metrics * sizeof *r->metric);
	put_number(t, r->locks);
	for (size_t i = 0; i < r->locks; i++) {
		const struct lock_row *l = &r->lock[i];

		put(t, l, offsetof(struct lock_row, hold));
		put_histogram(t, &l->hold);
		put_histogram(t, &l->wait);
	}
	put_number(t, r->profiles);
	for (size_t i = 0; i < r->profiles; i++) {
		put_string(t, r->profile[i].path);
		put_number(t, r->profile[i].calls);
		put_number(t, r->profile[i].self);
	}
}

static int write_all(int fd, const void *bytes, size_t n, struct error *e)
{
	for (const char *p = bytes; n;) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return error_errno(e, "write result", "pipe");
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int result_write(const struct result *r, int fd, struct error *e)
{
	struct stream_header header = {.magic = STREAM_MAGIC};
	struct text payload = {0};
	int rc;

	put_result(&payload, r);
	header.size = payload.len;
	header.hash = XXH3_64bits(payload.s, payload.len);
	if (payload.len > STREAM_MOST)
		rc = error_set(e, HZ_ENVIRONMENT, "write result: %zu bytes are more than a result can have",
			       payload.len);
	else
		rc = write_all(fd, &header, sizeof header, e);
	if (!rc)
		rc = write_all(fd, payload.s, payload.len, e);
	text_fini(&payload);
	return rc;
}

/* What is left to decode. `bad` is set at the first thing that does not fit; from then on everything reads as zero. */
struct reader {
	const char *at;
	size_t left;
	int bad;
};

static void get(struct reader *in, void *to, size_t n)
{
	if (n > in->left)
		in->bad = 1;
	if (in->bad) {
		memset(to, 0, n);
		return;
	}
	memcpy(to, in->at, n);
	in->at += n;
	in->left -= n;
}

static uint64_t get_number(struct reader *in)
{
	uint64_t value;

	get(in, &value, sizeof value);
	return value;
}

/* A number of things of at least `size` bytes each that can still follow. */
static uint64_t get_count(struct reader *in, size_t size)
{
	uint64_t n = get_number(in);

	if (n > in->left / size)
		in->bad = 1;
	return in->bad ? 0 : n;
}

static char *get_string(struct reader *in)
{
	uint64_t n = get_count(in, 1);
	char *s = xmalloc(n + 1);

	get(in, s, n);
	s[n] = '\0';
	return s;
}

static void get_histogram(struct reader *in, struct histogram *h)
{
	h->count = get_number(in);
	h->sum = get_number(in);
	h->max = get_number(in);
	for (uint64_t n = get_count(in, sizeof(uint64_t)); n; n--) {
		uint64_t entry = get_number(in);

		if (entry >> 32 >= HISTOGRAM_BUCKETS) {
			in->bad = 1;
			return;
		}
		h->bucket[entry >> 32] = (uint32_t)entry;
	}
}

static void get_metric(struct reader *in, struct result *r)
{
	struct metric m;

	get(in, &m, sizeof m);
	m.name[sizeof m.name - 1] = '\0';
	m.unit[sizeof m.unit - 1] = '\0';
	result_metric(r, m.name, m.unit, m.value);
}

static void get_lock(struct reader *in, struct result *r)
{
	struct lock_row *l = result_lock(r);

	get(in, l, offsetof(struct lock_row, hold));
	l->name[sizeof l->name - 1] = '\0';
	l->kind[sizeof l->kind - 1] = '\0';
	l->caller[sizeof l->caller - 1] = '\0';
	get_histogram(in, &l->hold);
	get_histogram(in, &l->wait);
}

static void get_profile(struct reader *in, struct result *r)
{
	char *path = get_string(in);
	uint64_t calls = get_number(in);
	cycles_t self = get_number(in);

	result_profile(r, path, calls, self);
	free(path);
}

static void get_result(struct reader *in, struct result *r)
{
	r->fingerprint = get_number(in);
	r->events = get_number(in);
	if (get_number(in))
		r->failure = get_string(in);
	for (uint64_t n = get_count(in, sizeof(struct metric)); n && !in->bad; n--)
		get_metric(in, r);
	for (uint64_t n = get_count(in, offsetof(struct lock_row, hold)); n && !in->bad; n--)
		get_lock(in, r);
	for (uint64_t n = get_count(in, 3 * sizeof(uint64_t)); n && !in->bad; n--)
		get_profile(in, r);
	if (in->left)
		in->bad = 1;
}

/* Returns the number of bytes read, less than n only at the end of the stream, or -1 with *e filled. */
static ssize_t read_all(int fd, void *bytes, size_t n, struct error *e)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = read(fd, (char *)bytes + have, n - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			error_errno(e, "read result", "pipe");
			return -1;
		}
		if (!got)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/* Read in parts that grow with what really came: a size alone makes nobody allocate. */
static int read_payload(int fd, uint64_t size, struct text *payload, struct error *e)
{
	char part[65536];

	while (payload->len < size) {
		uint64_t left = size - payload->len;
		ssize_t got = read_all(fd, part, left < sizeof part ? (size_t)left : sizeof part, e);

		if (got < 0)
			return HZ_ENVIRONMENT;
		if (!got)
			return error_set(e, HZ_ENVIRONMENT, "read result: the stream ended after %zu of %llu bytes",
					 payload->len, (unsigned long long)size);
		text_add_bytes(payload, part, (size_t)got);
	}
	return 0;
}

int result_read(struct result *r, int fd, struct error *e)
{
	struct stream_header header;
	struct text payload = {0};
	ssize_t got = read_all(fd, &header, sizeof header, e);
	int rc;

	*r = (struct result){0};
	if (got < 0)
		return HZ_ENVIRONMENT;
	if (!got)
		return error_set(e, HZ_ENVIRONMENT, "read result: the run ended without one");
	if ((size_t)got < sizeof header)
		return error_set(e, HZ_ENVIRONMENT, "read result: the stream ended in its header");
	if (header.magic != STREAM_MAGIC || header.size > STREAM_MOST)
		return error_set(e, HZ_ENVIRONMENT, "read result: the stream is garbled");
	rc = read_payload(fd, header.size, &payload, e);
	if (!rc && XXH3_64bits(text_str(&payload), payload.len) != header.hash)
		rc = error_set(e, HZ_ENVIRONMENT, "read result: the stream is garbled");
	if (!rc) {
		struct reader in = {.at = text_str(&payload), .left = payload.len};

		get_result(&in, r);
		if (in.bad)
			rc = error_set(e, HZ_ENVIRONMENT, "read result: the stream is garbled");
	}
	if (rc)
		result_fini(r);
	text_fini(&payload);
	return rc;
}
