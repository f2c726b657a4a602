/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the repetitions of a point say together. */
#ifndef HZ_VIEW_MEASURE_H
#define HZ_VIEW_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/stats.h"
#include "store/primary.h"
#include "store/store.h"

/* A metric over the repetitions that are done. */
struct measure {
	char *name;
	double mean;
	double half_width;          /* of the 95 % interval; NAN for one repetition */
};

struct distribution {
	double mean, p50, p99, max; /* cycles; NAN without values */
};

/* All zone locks of a machine together; the repetitions' histograms are pooled. */
struct zone_lock {
	double acquisitions;        /* per run; NAN: no zone lock was ever taken */
	double contended;           /* of them, had to wait */
	struct distribution hold;
	struct distribution wait;   /* of the contended ones */
};

struct measures {
	struct measure *measure;
	size_t n;
	struct zone_lock zone;
};

int measures_load(struct store *s, int64_t point, struct measures *out, struct error *e);
/* NULL when no repetition has it. */
const struct measure *measures_get(const struct measures *m, const char *name);
/* The mean, or NAN. */
double measures_mean(const struct measures *m, const char *name);
void measures_fini(struct measures *m);

/* Every metric that some finished run of the scenario has, by name. Zero-initialise. */
struct metric_names {
	char **name;
	size_t n;
};
int metric_names_load(struct store *s, int64_t scenario, struct metric_names *names, struct error *e);
int metric_names_have(const struct metric_names *names, const char *word);
/* The nearest one, or NULL. */
const char *metric_names_nearest(const struct metric_names *names, const char *word);
void metric_names_fini(struct metric_names *names);

/* What a point of this load is judged by: the first of the load's primary metrics that it has. NULL when it has none. */
const struct primary *measures_primary(const struct measures *m, const char *load);

/* Pair the point's runs with those of its point of comparison in one metric. Returns 0 with pairs->n 0 when there is none. */
int measures_pair(struct store *s, int64_t point, const char *metric, struct paired *pairs, struct error *e);

#endif
