/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running gnuplot. */
#ifndef HZ_VIEW_GNUPLOT_H
#define HZ_VIEW_GNUPLOT_H

#include "base/error.h"

/* Let gnuplot, found along PATH, run a script. Returns 0, or HZ_ENVIRONMENT: gnuplot is not installed, or it
 * failed, with what it said. */
int gnuplot_run(const char *script, struct error *e);

#endif
