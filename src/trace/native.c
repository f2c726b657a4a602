/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/native.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "base/text.h"
#include "trace/codec.h"
#include "trace/footer.h"

struct native_reader {
	int fd;
	char *path;
	struct native_info info;
	uint64_t footer_at;
	uint64_t chain_end;         /* what the check of the last block must be */
	uint64_t at;                /* where the next block starts */
	uint64_t chain;
	uint64_t seen;              /* events handed out, or about to be: blocks are counted as a whole */
	uint64_t time_ns;           /* of the event before */
	unsigned char *raw;
	const unsigned char *p, *end;
	uint32_t left;              /* events left in the block */
	unsigned char *packed;
	ZSTD_DCtx *zstd;
	struct codec codec;
};

static int corrupt(const struct native_reader *r, struct error *e, const char *what)
{
	return error_set(e, HZ_USER, "%s: corrupt native trace: %s", r->path, what);
}

/* `len` bytes at `at`, all of them. */
static int read_at(struct native_reader *r, void *buf, size_t len, uint64_t at, struct error *e)
{
	unsigned char *p = buf;

	while (len) {
		ssize_t n = pread(r->fd, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, "read", r->path);
		if (!n)
			return corrupt(r, e, "it became shorter while it was read");
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

static int open_footer(struct native_reader *r, uint64_t size, struct error *e)
{
	unsigned char *bytes;
	uint64_t len = size - r->footer_at;
	bool good;
	int rc;

	if (r->footer_at < CODEC_HEADER || len > CODEC_FOOTER_MAX)
		return corrupt(r, e, "no footer where it should be");
	bytes = xmalloc(len);
	rc = read_at(r, bytes, len, r->footer_at, e);
	good = !rc && footer_decode(bytes, len, &r->info.summary, &r->chain_end);
	free(bytes);
	if (rc || good)
		return rc;
	return corrupt(r, e, "the footer is damaged or cut off");
}

static int open_header(struct native_reader *r, struct error *e)
{
	unsigned char header[CODEC_HEADER];
	struct stat st;
	uint32_t version;
	uint64_t size;
	int rc;

	if (fstat(r->fd, &st))
		return error_errno(e, "stat", r->path);
	if (!S_ISREG(st.st_mode))
		return error_set(e, HZ_USER, "%s: not a regular file", r->path);
	size = (uint64_t)st.st_size;
	if (!size)
		return error_set(e, HZ_USER, "%s: the file is empty", r->path);
	if (size < CODEC_HEADER) {
		char magic[8] = {0};

		rc = read_at(r, magic, size < 8 ? size : 8, 0, e);
		if (rc)
			return rc;
		return error_set(e, HZ_USER, memcmp(magic, CODEC_MAGIC, 8) ? "%s: not a native trace" :
				 "%s: truncated native trace: not even its header is whole", r->path);
	}
	rc = read_at(r, header, sizeof header, 0, e);
	if (rc)
		return rc;
	switch (header_decode(header, &r->info, &r->footer_at, &version)) {
	case HEADER_FOREIGN:
		return error_set(e, HZ_USER, "%s: not a native trace; make one with 'hotzone import'", r->path);
	case HEADER_NEWER:
		return error_set(e, HZ_USER, "%s: native trace of version %" PRIu32 ", this program knows up to %d",
				 r->path, version, CODEC_VERSION);
	case HEADER_CORRUPT:
		return corrupt(r, e, "the header is damaged");
	case HEADER_OK:
		break;
	}
	if (r->footer_at >= size)
		return error_set(e, HZ_USER, "%s: truncated native trace: %" PRIu64 " bytes, its footer should start "
				 "at %" PRIu64, r->path, size, r->footer_at);
	return open_footer(r, size, e);
}

int native_open(struct native_reader **out, const char *path, struct error *e)
{
	struct native_reader *r = xcalloc(1, sizeof *r);
	int rc;

	*out = NULL;
	r->path = xstrdup(path);
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a fifo must be refused, not waited for */
	rc = r->fd < 0 ? error_errno(e, "open", path) : open_header(r, e);
	if (!rc) {
		r->raw = xmalloc(CODEC_BLOCK_RAW);
		r->packed = xmalloc(ZSTD_compressBound(CODEC_BLOCK_RAW));
		r->zstd = ZSTD_createDCtx();
		if (!r->zstd)
			rc = error_set(e, HZ_ENVIRONMENT, "%s: out of memory for the zstd decoder", path);
	}
	if (rc) {
		native_close(r);
		return rc;
	}
	native_rewind(r);
	*out = r;
	return 0;
}

const struct native_info *native_info(const struct native_reader *r)
{
	return &r->info;
}

void native_rewind(struct native_reader *r)
{
	r->at = CODEC_HEADER;
	r->chain = 0;
	r->seen = 0;
	r->left = 0;
	r->time_ns = r->info.start_ns;
	r->p = r->end = r->raw;
}

static int read_block(struct native_reader *r, struct error *e)
{
	unsigned char head[CODEC_BLOCK_HEADER];
	uint64_t packed, raw, start;
	size_t got;
	int rc;

	if (r->footer_at - r->at < CODEC_BLOCK_HEADER)
		return corrupt(r, e, "bytes between the last block and the footer");
	rc = read_at(r, head, sizeof head, r->at, e);
	if (rc)
		return rc;
	packed = codec_get(head + 4, 4);
	raw = codec_get(head + 8, 4);
	r->left = (uint32_t)codec_get(head + 12, 4);
	start = codec_get(head + 16, 8);
	if (codec_get(head, 4) != CODEC_BLOCK_MAGIC || packed > r->footer_at - r->at - CODEC_BLOCK_HEADER ||
	    packed > ZSTD_compressBound(CODEC_BLOCK_RAW) || raw > CODEC_BLOCK_RAW || !r->left || start < r->time_ns)
		return corrupt(r, e, "a block's header is damaged");
	rc = read_at(r, r->packed, packed, r->at + CODEC_BLOCK_HEADER, e);
	if (rc)
		return rc;
	r->chain = XXH3_64bits_withSeed(head, CODEC_BLOCK_HEADER - 8, r->chain);
	r->chain = XXH3_64bits_withSeed(r->packed, packed, r->chain);
	if (r->chain != codec_get(head + 24, 8))
		return corrupt(r, e, "a block does not match its checksum");
	got = ZSTD_decompressDCtx(r->zstd, r->raw, CODEC_BLOCK_RAW, r->packed, packed);
	if (ZSTD_isError(got) || got != raw)
		return corrupt(r, e, "a block does not unpack");
	r->at += CODEC_BLOCK_HEADER + packed;
	r->p = r->raw;
	r->end = r->raw + raw;
	r->seen += r->left;
	codec_reset(&r->codec, start);
	return 0;
}

int native_next(struct native_reader *r, struct trace_event *event, struct error *e)
{
	if (!r->left) {
		if (r->p != r->end)
			return corrupt(r, e, "a block is longer than its events"), -1;
		if (r->at == r->footer_at) {
			if (r->seen != r->info.events || r->chain != r->chain_end)
				return corrupt(r, e, "blocks are missing"), -1;
			return 0;
		}
		if (read_block(r, e))
			return -1;
	}
	r->p = codec_decode(&r->codec, event, r->p, r->end);
	if (!r->p || event->cpu >= r->info.cpus ||
	    (event->type == TRACE_NAPI_POLL && event->device >= r->info.summary.devices)) {
		r->p = r->end;
		r->left = 0;
		r->at = r->footer_at;
		r->seen = 0;
		return corrupt(r, e, "an event does not decode"), -1;
	}
	r->time_ns = event->time_ns;
	r->left--;
	return 1;
}

void native_close(struct native_reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	ZSTD_freeDCtx(r->zstd);
	trace_summary_fini(&r->info.summary);
	free(r->raw);
	free(r->packed);
	free(r->path);
	free(r);
}
