/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points drawn at random from the key table, as the settings that a scenario would make: any machine, kernel and network card model, any
 * load, any value of every policy and choice, numbers small enough for a run of some milliseconds. A key, policy, load or model that is
 * added is drawn without a word here. */
#ifndef HZ_TESTS_RANDOM_POINT_H
#define HZ_TESTS_RANDOM_POINT_H

#include "plan/point.h"
#include "sim/stream.h"

/* What there is to draw from. */
struct random_points {
	char **model[3];          /* names of machines, kernels, network cards, each ended by NULL */
	char **trace;             /* paths of native traces, ended by NULL */
	struct model_shelf shelf;
};

/* A key set to a value. */
struct drawn {
	size_t key;               /* index in keys[] */
	char *text;
};

struct draw {
	struct drawn *item;       /* the models and the load first: a point needs them */
	size_t items;
	size_t needed;            /* how many those are */
};

/* `folder` exists and gets the traces. Ends the program when there are no models. */
void random_points_init(struct random_points *from, const char *folder);
/* Delete the traces. */
void random_points_remove(const struct random_points *from);
void random_points_fini(struct random_points *from);

/* The names that a model key can have, ended by NULL; NULL for other keys. */
char *const *random_points_models(const struct random_points *from, size_t key);

/* Settings that contradict one another are possible: see draw_mend(). */
void draw_new(struct draw *d, struct random_points *from, struct stream *random);

/* Drop one of the settings that a refusal names. Returns false when it names none that can go. */
bool draw_mend(struct draw *d, const char *refusal, struct stream *random);
void draw_fini(struct draw *d);

/* The point of these settings, with all its keys. Returns 0, or the plan's error: a draw never has one. The caller calls point_fini. */
int draw_resolve(const struct draw *d, struct random_points *from, struct point *pt, struct error *e);

/* The draw as a scenario file, with a comment of several lines at its head. Returns whether it could be written. */
bool draw_save(const struct draw *d, const char *path, const char *comment);

#endif
