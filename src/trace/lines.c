/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void lines_init(struct lines *l, struct input *in)
{
	*l = (struct lines){.in = in, .buf = xmalloc(LINES_LONGEST)};
}

void lines_fini(struct lines *l)
{
	free(l->buf);
	l->buf = NULL;
}

/* Move the unfinished line to the front and read on behind it. */
static int fill(struct lines *l, struct error *e)
{
	size_t got;
	int rc;

	memmove(l->buf, l->buf + l->at, l->len - l->at);
	l->len -= l->at;
	l->at = 0;
	if (l->len == LINES_LONGEST)
		return error_at(e, input_name(l->in), l->number + 1, 0,
				"line longer than %zu bytes; is this a text trace?", LINES_LONGEST);
	rc = input_read(l->in, l->buf + l->len, LINES_LONGEST - l->len, &got, e);
	if (rc)
		return rc;
	l->len += got;
	l->end = !got;
	return 0;
}

int lines_next(struct lines *l, const char **line, const char **line_end, struct error *e)
{
	size_t seen = 0;
	char *start, *stop;

	for (;;) {
		start = l->buf + l->at;
		stop = memchr(start + seen, '\n', l->len - l->at - seen);
		if (stop || l->end)
			break;
		seen = l->len - l->at;
		if (fill(l, e))
			return -1;
	}
	if (!stop) {
		if (l->at == l->len)
			return 0;
		stop = l->buf + l->len;
		l->at = l->len;
		l->cut = true;
	} else {
		l->at = (size_t)(stop - l->buf) + 1;
	}
	if (stop > start && stop[-1] == '\r')
		stop--;
	l->number++;
	*line = start;
	*line_end = stop;
	return 1;
}
