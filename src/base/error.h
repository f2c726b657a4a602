/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A failed operation as a value: what to tell the user and which exit code it deserves. */
#ifndef HZ_BASE_ERROR_H
#define HZ_BASE_ERROR_H

#include <stdarg.h>

/* Exit codes of the command, documented in hotzone(1). */
enum hz_exit {
	HZ_OK = 0,
	HZ_REGRESSION = 1,    /* the gate found a regression */
	HZ_USER = 2,          /* bad option, scenario, model, trace or query */
	HZ_ENVIRONMENT = 3,   /* file, disk, database, missing program */
	HZ_RUN_FAILED = 4,    /* at least one run failed; the others stand */
	HZ_NOTHING = 5,       /* nothing to compare or show */
	HZ_INTERRUPTED = 130, /* stopped by a signal; finished runs are kept */
};

struct error {
	int code; /* one of enum hz_exit */
	char text[1024];
};

/* Fill `e` (may be NULL) and return `code`, so that a failing function ends in one line. Text that does not fit
 * is cut. */
int error_set(struct error *e, enum hz_exit code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with a place in front: "file:line:column: message". Line and column count from 1; column 0 leaves the
 * column out, line 0 both. Code is HZ_USER. */
int error_at(struct error *e, const char *file, unsigned long line, unsigned long column, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Environment error: "operation: subject: strerror(errno)". */
int error_errno(struct error *e, const char *operation, const char *subject);

/* Print "hotzone: text" on stderr. Returns e->code. */
int error_print(const struct error *e);

#endif
