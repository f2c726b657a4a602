/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void text_reserve(struct text *t, size_t more)
{
	size_t need = t->len + more + 1;

	if (need <= t->room)
		return;
	t->room = need < 64 ? 64 : need + need / 2;
	t->s = xrealloc(t->s, t->room);
}

void text_add(struct text *t, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n >= 0) {
		text_reserve(t, (size_t)n);
		vsnprintf(t->s + t->len, (size_t)n + 1, format, again);
		t->len += (size_t)n;
	}
	va_end(again);
}

void text_add_bytes(struct text *t, const char *bytes, size_t len)
{
	text_reserve(t, len);
	memcpy(t->s + t->len, bytes, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void text_add_json(struct text *t, const char *s)
{
	text_add_bytes(t, "\"", 1);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			text_add(t, "\\%c", c);
		else if (c == '\n')
			text_add(t, "\\n");
		else if (c == '\t')
			text_add(t, "\\t");
		else if (c < 0x20)
			text_add(t, "\\u%04x", c);
		else
			text_add_bytes(t, s, 1);
	}
	text_add_bytes(t, "\"", 1);
}

int text_add_file(struct text *t, const char *operation, const char *path, struct error *e)
{
	char part[4096];
	FILE *f = fopen(path, "r");
	size_t n;
	int rc = 0;

	if (!f)
		return error_errno(e, operation, path);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		text_add_bytes(t, part, n);
	if (ferror(f))
		rc = error_errno(e, operation, path);
	fclose(f);
	return rc;
}

const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}

void text_fini(struct text *t)
{
	free(t->s);
	*t = (struct text){0};
}

static void *checked(void *p, size_t size)
{
	if (!p && size) {
		fprintf(stderr, "hotzone: out of memory (%zu bytes)\n", size);
		exit(3);
	}
	return p;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size), size);
}

void *xcalloc(size_t n, size_t size)
{
	return checked(calloc(n, size), n && size);
}

void *xrealloc(void *old, size_t size)
{
	return checked(realloc(old, size), size);
}

char *xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}

unsigned text_distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), width = lb + 1;
	unsigned *d = xcalloc((la + 1) * width, sizeof *d);
	unsigned result;

	for (size_t i = 0; i <= la; i++)
		d[i * width] = (unsigned)i;
	for (size_t j = 0; j <= lb; j++)
		d[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		for (size_t j = 1; j <= lb; j++) {
			unsigned best = d[(i - 1) * width + j - 1] + (a[i - 1] != b[j - 1]);

			if (d[(i - 1) * width + j] + 1 < best)
				best = d[(i - 1) * width + j] + 1;
			if (d[i * width + j - 1] + 1 < best)
				best = d[i * width + j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[(i - 2) * width + j - 2] + 1 < best)
				best = d[(i - 2) * width + j - 2] + 1;
			d[i * width + j] = best;
		}
	}
	result = d[la * width + lb];
	free(d);
	return result;
}

const char *text_nearest(const char *word, const char *const *names, size_t n)
{
	const char *best = NULL;
	unsigned best_distance = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned d = text_distance(word, names[i]);

		if (!best || d < best_distance) {
			best = names[i];
			best_distance = d;
		}
	}
	return best && best_distance <= 1 + strlen(word) / 3 ? best : NULL;
}
