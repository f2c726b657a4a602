/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of what a command prints. */
#ifndef HZ_VIEW_OUTPUT_H
#define HZ_VIEW_OUTPUT_H

#include <stdio.h>

#include "base/error.h"

/* Make sure that everything printed has arrived. Returns 0, or HZ_ENVIRONMENT when it has not (disk full, ...). */
int output_finish(FILE *out, struct error *e);

#endif
