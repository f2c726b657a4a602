/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *e, enum hz_exit code, const char *format, ...)
{
	va_list args;

	if (!e)
		return (int)code;
	e->code = (int)code;
	va_start(args, format);
	vsnprintf(e->text, sizeof e->text, format, args);
	va_end(args);
	return (int)code;
}

int error_at(struct error *e, const char *file, unsigned long line, unsigned long column, const char *format, ...)
{
	va_list args;
	int used;

	if (!e)
		return HZ_USER;
	e->code = HZ_USER;
	if (line && column)
		used = snprintf(e->text, sizeof e->text, "%s:%lu:%lu: ", file, line, column);
	else if (line)
		used = snprintf(e->text, sizeof e->text, "%s:%lu: ", file, line);
	else
		used = snprintf(e->text, sizeof e->text, "%s: ", file);
	if (used < 0 || (size_t)used >= sizeof e->text)
		return HZ_USER;
	va_start(args, format);
	vsnprintf(e->text + used, sizeof e->text - (size_t)used, format, args);
	va_end(args);
	return HZ_USER;
}

int error_errno(struct error *e, const char *operation, const char *subject)
{
	int saved = errno;

	return error_set(e, HZ_ENVIRONMENT, "%s: %s: %s", operation, subject, strerror(saved));
}

int error_print(const struct error *e)
{
	fprintf(stderr, "hotzone: %s\n", e->text);
	return e->code;
}
