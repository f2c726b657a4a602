/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/input.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/text.h"

#define RAW_SIZE ((size_t)128 << 10)
#define XZ_MEMORY (UINT64_C(100) << 20) /* what a file made by xz -9 needs */

enum packing { PACKING_NONE, PACKING_ZSTD, PACKING_GZIP, PACKING_XZ };

struct input {
	int fd;
	bool regular;
	const char *name;
	const struct input_interrupt *interrupt;
	enum packing packing;
	unsigned char *raw;       /* bytes as they lie in the file: raw[at..len) is not used yet */
	size_t at, len;
	bool raw_end;
	bool mid;                 /* inside a compressed frame, where the file must not end */
	ZSTD_DStream *zstd;
	z_stream gzip;
	lzma_stream xz;
	bool gzip_open, xz_open, xz_done;
};

const char *input_name(const struct input *in)
{
	return in->name;
}

/* Wait until a read would not block. A signal that comes between the look at the flag and the wait must end the
 * wait, so the signals are held back and let in only by ppoll. */
static int wait_readable(struct input *in, struct error *e)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	const struct input_interrupt *i = in->interrupt;
	sigset_t before;

	if (!i)
		return 0;
	sigprocmask(SIG_BLOCK, &i->signals, &before);
	if (!*i->stop && !in->regular)
		ppoll(&p, 1, NULL, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (*i->stop)
		return error_set(e, HZ_INTERRUPTED, "%s: interrupted while reading", in->name);
	return 0;
}

static int raw_read(struct input *in, void *buf, size_t room, size_t *got, struct error *e)
{
	ssize_t n;

	for (;;) {
		int rc = wait_readable(in, e);

		if (rc)
			return rc;
		n = read(in->fd, buf, room);
		if (n >= 0)
			break;
		if (errno != EINTR && errno != EAGAIN)
			return error_errno(e, "read", in->name);
	}
	*got = (size_t)n;
	return 0;
}

static int raw_fill(struct input *in, struct error *e)
{
	size_t got;
	int rc;

	if (in->at < in->len || in->raw_end)
		return 0;
	in->at = in->len = 0;
	rc = raw_read(in, in->raw, RAW_SIZE, &got, e);
	if (rc)
		return rc;
	in->len = got;
	in->raw_end = !got;
	return 0;
}

static bool starts(const struct input *in, const char *magic, size_t len)
{
	return in->len >= len && !memcmp(in->raw, magic, len);
}

static int decoder_open(struct input *in, struct error *e)
{
	if (starts(in, "\x28\xb5\x2f\xfd", 4)) {
		in->packing = PACKING_ZSTD;
		in->zstd = ZSTD_createDStream();
		if (!in->zstd)
			return error_set(e, HZ_ENVIRONMENT, "%s: out of memory for the zstd decoder", in->name);
	} else if (starts(in, "\x1f\x8b", 2)) {
		in->packing = PACKING_GZIP;
		if (inflateInit2(&in->gzip, 15 + 16) != Z_OK)
			return error_set(e, HZ_ENVIRONMENT, "%s: out of memory for the gzip decoder", in->name);
		in->gzip_open = true;
	} else if (starts(in, "\xfd" "7zXZ\0", 6)) {
		in->packing = PACKING_XZ;
		if (lzma_stream_decoder(&in->xz, XZ_MEMORY, LZMA_CONCATENATED) != LZMA_OK)
			return error_set(e, HZ_ENVIRONMENT, "%s: out of memory for the xz decoder", in->name);
		in->xz_open = true;
	} else if (starts(in, "\x17\x08\x44tracing", 10)) {
		return error_set(e, HZ_USER, "%s: a binary trace-cmd recording; import the text of "
				 "'trace-cmd report -i %s'", in->name, in->name);
	} else if (starts(in, "PERFILE2", 8)) {
		return error_set(e, HZ_USER, "%s: a binary perf recording; import the text of 'perf script -i %s'",
				 in->name, in->name);
	} else if (starts(in, "\x89HZT", 4)) {
		return error_set(e, HZ_USER, "%s: a native trace already; nothing to import", in->name);
	}
	return 0;
}

int input_open(struct input **out, const char *path, const struct input_interrupt *interrupt, struct error *e)
{
	struct input *in = xcalloc(1, sizeof *in);
	struct stat st;
	int rc = 0;

	*out = NULL;
	in->interrupt = interrupt;
	in->raw = xmalloc(RAW_SIZE);
	if (!strcmp(path, "-")) {
		in->name = "stdin";
		in->fd = STDIN_FILENO;
	} else {
		in->name = path;
		/* Without O_NONBLOCK a fifo that has no writer would hold us here, deaf to a signal. */
		in->fd = open(path, O_RDONLY | O_CLOEXEC | (interrupt ? O_NONBLOCK : 0));
		if (in->fd < 0)
			rc = error_errno(e, "open", path);
	}
	if (!rc && fstat(in->fd, &st))
		rc = error_errno(e, "stat", in->name);
	if (!rc) {
		in->regular = S_ISREG(st.st_mode);
		/* A pipe may hand out its first bytes one by one; the longest magic has 10. */
		while (!rc && !in->raw_end && in->len < 10) {
			size_t got = 0;

			rc = raw_read(in, in->raw + in->len, RAW_SIZE - in->len, &got, e);
			in->len += got;
			in->raw_end = !got;
		}
	}
	if (!rc)
		rc = decoder_open(in, e);
	if (rc) {
		input_close(in);
		return rc;
	}
	*out = in;
	return 0;
}

static int damaged(const struct input *in, const char *packing, const char *why, struct error *e)
{
	return error_set(e, HZ_USER, "%s: damaged %s data: %s", in->name, packing, why);
}

static int zstd_step(struct input *in, ZSTD_outBuffer *to, struct error *e)
{
	ZSTD_inBuffer from = {in->raw, in->len, in->at};
	size_t left = ZSTD_decompressStream(in->zstd, to, &from);

	in->at = from.pos;
	if (ZSTD_isError(left))
		return damaged(in, "zstd", ZSTD_getErrorName(left), e);
	in->mid = left != 0;
	return 0;
}

static int gzip_step(struct input *in, ZSTD_outBuffer *to, struct error *e)
{
	int rc;

	in->gzip.next_in = in->raw + in->at;
	in->gzip.avail_in = (uInt)(in->len - in->at);
	in->gzip.next_out = (unsigned char *)to->dst + to->pos;
	in->gzip.avail_out = (uInt)(to->size - to->pos);
	if (!in->mid && in->gzip.avail_in && in->gzip.total_in) /* another member follows */
		inflateReset(&in->gzip);
	rc = inflate(&in->gzip, Z_NO_FLUSH);
	in->at = in->len - in->gzip.avail_in;
	to->pos = to->size - in->gzip.avail_out;
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return damaged(in, "gzip", in->gzip.msg ? in->gzip.msg : "no gzip stream", e);
	in->mid = rc != Z_STREAM_END;
	return 0;
}

static int xz_step(struct input *in, ZSTD_outBuffer *to, struct error *e)
{
	lzma_ret rc;

	in->xz.next_in = in->raw + in->at;
	in->xz.avail_in = in->len - in->at;
	in->xz.next_out = (uint8_t *)to->dst + to->pos;
	in->xz.avail_out = to->size - to->pos;
	rc = lzma_code(&in->xz, in->raw_end ? LZMA_FINISH : LZMA_RUN);
	in->at = in->len - in->xz.avail_in;
	to->pos = to->size - in->xz.avail_out;
	if (rc == LZMA_MEMLIMIT_ERROR)
		return error_set(e, HZ_ENVIRONMENT, "%s: its xz window is larger than this program allows; "
				 "unpack it with xz -dc and import from a pipe", in->name);
	if (rc != LZMA_OK && rc != LZMA_STREAM_END && rc != LZMA_BUF_ERROR)
		return damaged(in, "xz", rc == LZMA_DATA_ERROR ? "wrong checksum or content" : "not an xz stream", e);
	in->mid = rc != LZMA_STREAM_END;
	in->xz_done = rc == LZMA_STREAM_END;
	return 0;
}

static int unpack(struct input *in, ZSTD_outBuffer *to, struct error *e)
{
	switch (in->packing) {
	case PACKING_ZSTD:
		return zstd_step(in, to, e);
	case PACKING_GZIP:
		return gzip_step(in, to, e);
	default:
		return xz_step(in, to, e);
	}
}

int input_read(struct input *in, void *buf, size_t room, size_t *got, struct error *e)
{
	ZSTD_outBuffer to = {buf, room, 0};
	int rc;

	*got = 0;
	if (in->packing == PACKING_NONE) {
		if (in->at == in->len)
			return raw_read(in, buf, room, got, e);
		*got = in->len - in->at < room ? in->len - in->at : room;
		memcpy(buf, in->raw + in->at, *got);
		in->at += *got;
		return 0;
	}
	while (!to.pos && !in->xz_done) {
		rc = raw_fill(in, e);
		if (rc)
			return rc;
		/* A decoder may hold back output although its input is used up, so it gets one more turn at the end. */
		rc = in->raw_end && in->at == in->len && !in->mid ? 0 : unpack(in, &to, e);
		if (rc)
			return rc;
		if (in->raw_end && in->at == in->len && !to.pos) {
			if (in->mid)
				return error_set(e, HZ_USER, "%s: the compressed data ends too early; the file is "
						 "truncated", in->name);
			break;
		}
	}
	*got = to.pos;
	return 0;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	ZSTD_freeDStream(in->zstd);
	if (in->gzip_open)
		inflateEnd(&in->gzip);
	if (in->xz_open)
		lzma_end(&in->xz);
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in->raw);
	free(in);
}
