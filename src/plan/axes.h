/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The swept keys of a scenario, and counting through their values. */
#ifndef HZ_PLAN_AXES_H
#define HZ_PLAN_AXES_H

#include "plan/scenario.h"

/* A swept key. */
struct axis {
	const struct assignment *values;
	const struct zip *zip;    /* or NULL */
	size_t dimension;
};

/* Axes that vary together; alone or zipped. */
struct span {
	size_t length;
	size_t index;             /* while counting through the points */
};

/* Zero-initialise. */
struct axes {
	struct axis *axis;        /* in file order, those that only --set sweeps last */
	size_t n;
	struct span *dimension;
	size_t dimensions;
};

/* Every key of a zip group is swept, unless --set fixes it, and is in no other group. Returns 0 or HZ_USER. */
int axes_check_zips(const struct scenario *s, struct error *e);

/* Find the axes; all stand at their first value. Returns 0, or HZ_USER when zipped lists differ in length. */
int axes_find(struct axes *axes, const struct scenario *s, struct error *e);
void axes_fini(struct axes *axes);

/* Combinations of values, SIZE_MAX for more than a size_t holds. */
size_t axes_points(const struct axes *axes);
/* Next combination, the last dimension fastest; false after the last one, with all at their first value again. */
bool axes_advance(struct axes *axes);

/* chosen[key] of each axis: its current value. */
void axes_choose(const struct axes *axes, const struct setting **chosen);

/* Is the current combination, under this load, the same as one before, told apart by nothing but dimensions of which no key has a
 * meaning? `load` is a mask of KEY_USED_BY. */
bool axes_repeat(const struct axes *axes, unsigned load);

/* "rate" for load.rate, or the whole path where another axis ends in the same word. */
const char *axes_name(const struct axes *axes, size_t key);

#endif
