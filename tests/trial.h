/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A point drawn at random, run and judged; a failing one is shrunk to the settings that matter. */
#ifndef HZ_TESTS_TRIAL_H
#define HZ_TESTS_TRIAL_H

#include "load/result.h"
#include "random_point.h"

enum { TRIAL_LAWS_MAX = 64 };

/* What happened in some trials. */
struct trial_counts {
	uint32_t draws;
	uint32_t dropped;         /* settings, because the world refused the point */
	uint32_t refused;         /* draws that could not be mended */
	uint32_t known;           /* runs that ended early in a way that is known */
	uint32_t applied[TRIAL_LAWS_MAX]; /* laws[] */
};

/* A fault planted to see it found. */
struct fault {
	void (*plant)(struct params *p);   /* or NULL */
	void (*spoil)(struct result *r);   /* or NULL */
	bool (*met)(const struct params *p); /* where the fault shows; NULL: everywhere */
	unsigned seconds;                  /* limit of a run; 0: the usual one */
};

/* A draw that the world accepts, and its point. Ends the program when all that is drawn is refused. */
void trial_draw(struct draw *d, struct point *pt, struct random_points *from, struct stream *random, struct trial_counts *counts);

/* Run the point, twice if `again`: whether it ends well, keeps to the laws, and gives the same again; else appends to `why`. */
bool trial_is_sound(const struct point *pt, const struct fault *fault, bool again, struct trial_counts *counts, struct text *why);

/* Leave out of a draw that fails what does not matter for that, one setting after the other. `why` becomes what the rest says. */
void trial_shrink(struct draw *d, struct random_points *from, const struct fault *fault, bool again, struct text *why);

#endif
