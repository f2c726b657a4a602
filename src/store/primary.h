/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metric that a load is judged by: less of it is better. */
#ifndef HZ_STORE_PRIMARY_H
#define HZ_STORE_PRIMARY_H

#include <stddef.h>

struct primary {
	const char *load;           /* load.kind */
	const char *metric;
	const char *per;            /* "packet": the metric times `scale` is cycles per packet */
	double scale;
};

/* One row per load kind; further rows of the same kind are for runs that do not have the metric of the first. To add a load, add its
 * row here. */
extern const struct primary primaries[];
extern const size_t primaries_count;

/* The row of a load and one of its metrics, or NULL. */
const struct primary *primary_find(const char *load, const char *metric);

#endif
