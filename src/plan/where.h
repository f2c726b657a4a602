/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter of a scenario's points:
 *
 *     filter     = term { "or" term }
 *     term       = factor { "and" factor }
 *     factor     = "not" factor | "(" filter ")" | comparison
 *     comparison = key ("<" | "<=" | ">" | ">=" | "==" | "!=") value
 *
 * A key is a path of the key table, "policy" or "workload"; a value is written as in a scenario, in '...' if it has blanks. A
 * word that stands for a number (load.cpus: all, load.rate: line) is greater than every number. Choices and names
 * are compared with == and != only, and a bit rate is not compared with a packet rate. */
#ifndef HZ_PLAN_WHERE_H
#define HZ_PLAN_WHERE_H

#include "plan/key.h"

struct where;

/* Compile. Returns 0, or HZ_USER with what is wrong (no place in front). */
int where_parse(struct where **out, const char *text, struct error *e);
/* NULL is allowed. */
void where_free(struct where *w);

/* A point as the filter sees it. */
struct where_point {
	const char *policy;          /* "" when there is none */
	const char *workload;        /* "" when there is none */
	const struct value *value;   /* keys_count settled values; text NULL: the key has none in this point */
	const struct machine_params *machine;
};

/* Does the point pass? Returns 0 with *pass set, or HZ_USER. */
int where_test(const struct where *w, const struct where_point *point, bool *pass, struct error *e);

#endif
