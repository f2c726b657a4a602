/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/native_write.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "base/text.h"
#include "trace/codec.h"
#include "trace/footer.h"

#define COMPRESSION_LEVEL 3

struct native_writer {
	int fd;
	char *path, *temporary;
	uint64_t size;              /* bytes written */
	uint64_t chain;             /* check of the last block */
	struct native_info info;    /* what the header needs */
	uint64_t block_start_ns;
	uint32_t block_events;
	unsigned char *raw, *raw_end;
	unsigned char *packed;      /* block header and compressed events */
	size_t packed_room;
	ZSTD_CCtx *zstd;
	struct codec codec;
};

static void writer_free(struct native_writer *w)
{
	ZSTD_freeCCtx(w->zstd);
	free(w->raw);
	free(w->packed);
	free(w->path);
	free(w->temporary);
	free(w);
}

/* Where the file really goes: through a symbolic link, as any other program would write. */
static int check_target(struct native_writer *w, const char *path, struct error *e)
{
	struct stat st;
	char *target;

	w->path = xstrdup(path);
	if (stat(path, &st))
		return errno == ENOENT ? 0 : error_errno(e, "stat", path);
	if (!S_ISREG(st.st_mode))
		return error_set(e, HZ_USER, "%s: not a regular file, a native trace cannot be written there", path);
	target = realpath(path, NULL);
	if (target) {
		free(w->path);
		w->path = target;
	}
	return 0;
}

int native_create(struct native_writer **out, const char *path, struct error *e)
{
	struct native_writer *w = xcalloc(1, sizeof *w);
	static const unsigned char nothing[CODEC_HEADER];
	struct text name = {0};
	int rc;

	*out = NULL;
	w->fd = -1;
	rc = check_target(w, path, e);
	if (rc) {
		writer_free(w);
		return rc;
	}
	text_add(&name, "%s.part-%ld", w->path, (long)getpid());
	w->temporary = name.s;
	w->fd = open(w->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (w->fd < 0) {
		rc = error_errno(e, "create", w->temporary);
		writer_free(w);
		return rc;
	}
	w->raw = w->raw_end = xmalloc(CODEC_BLOCK_RAW);
	w->packed_room = CODEC_BLOCK_HEADER + ZSTD_compressBound(CODEC_BLOCK_RAW);
	w->packed = xmalloc(w->packed_room);
	w->zstd = ZSTD_createCCtx();
	if (!w->zstd)
		rc = error_set(e, HZ_ENVIRONMENT, "%s: out of memory for the zstd encoder", path);
	else if (write(w->fd, nothing, sizeof nothing) != (ssize_t)sizeof nothing)
		rc = error_errno(e, "write", w->temporary);
	w->size = sizeof nothing;
	if (rc) {
		native_abandon(w);
		return rc;
	}
	*out = w;
	return 0;
}

static int write_all(struct native_writer *w, const unsigned char *bytes, size_t len, struct error *e)
{
	while (len) {
		ssize_t n = write(w->fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, "write", w->temporary);
		bytes += n;
		len -= (size_t)n;
		w->size += (uint64_t)n;
	}
	return 0;
}

static int write_block(struct native_writer *w, struct error *e)
{
	size_t raw = (size_t)(w->raw_end - w->raw), packed;
	unsigned char *head = w->packed, *body = head + CODEC_BLOCK_HEADER, *p = head;

	packed = ZSTD_compressCCtx(w->zstd, body, w->packed_room - CODEC_BLOCK_HEADER, w->raw, raw, COMPRESSION_LEVEL);
	if (ZSTD_isError(packed))
		return error_set(e, HZ_ENVIRONMENT, "compress: %s: %s", w->path, ZSTD_getErrorName(packed));
	p = codec_put(p, CODEC_BLOCK_MAGIC, 4);
	p = codec_put(p, packed, 4);
	p = codec_put(p, raw, 4);
	p = codec_put(p, w->block_events, 4);
	p = codec_put(p, w->block_start_ns, 8);
	w->chain = XXH3_64bits_withSeed(head, (size_t)(p - head), w->chain);
	w->chain = XXH3_64bits_withSeed(body, packed, w->chain);
	codec_put(p, w->chain, 8);
	w->raw_end = w->raw;
	w->block_events = 0;
	return write_all(w, head, CODEC_BLOCK_HEADER + packed, e);
}

int native_write(struct native_writer *w, const struct trace_event *ev, struct error *e)
{
	if (CODEC_BLOCK_RAW - (size_t)(w->raw_end - w->raw) < CODEC_EVENT_MAX) {
		int rc = write_block(w, e);

		if (rc)
			return rc;
	}
	assert(ev->time_ns >= w->info.end_ns);
	if (!w->block_events) {
		w->block_start_ns = ev->time_ns;
		codec_reset(&w->codec, ev->time_ns);
	}
	if (!w->info.events)
		w->info.start_ns = ev->time_ns;
	w->info.end_ns = ev->time_ns;
	if (ev->cpu >= w->info.cpus)
		w->info.cpus = ev->cpu + 1;
	w->info.events++;
	w->block_events++;
	w->raw_end = codec_encode(&w->codec, ev, w->raw_end);
	return 0;
}

static int finish(struct native_writer *w, const struct trace_summary *s, struct error *e)
{
	unsigned char header[CODEC_HEADER], *footer;
	uint64_t footer_at;
	size_t len;
	int rc = w->block_events ? write_block(w, e) : 0;

	if (rc)
		return rc;
	footer_at = w->size;
	footer = footer_encode(s, w->chain, &len);
	rc = write_all(w, footer, len, e);
	free(footer);
	if (rc)
		return rc;
	header_encode(header, &w->info, footer_at);
	if (pwrite(w->fd, header, sizeof header, 0) != (ssize_t)sizeof header)
		return error_errno(e, "write", w->temporary);
	if (fsync(w->fd)) /* a full disk may show only now */
		return error_errno(e, "fsync", w->temporary);
	rc = close(w->fd);
	w->fd = -1;
	if (rc)
		return error_errno(e, "close", w->temporary);
	if (rename(w->temporary, w->path))
		return error_errno(e, "rename", w->path);
	return 0;
}

int native_finish(struct native_writer *w, const struct trace_summary *s, uint64_t *bytes, struct error *e)
{
	int rc;

	assert(w->info.events);
	rc = finish(w, s, e);
	*bytes = w->size;
	if (rc)
		native_abandon(w);
	else
		writer_free(w);
	return rc;
}

void native_abandon(struct native_writer *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	unlink(w->temporary);
	writer_free(w);
}
