/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reference of scenario files, written from the key table. */
#ifndef HZ_PLAN_MANUAL_H
#define HZ_PLAN_MANUAL_H

#include <stdio.h>

/* As text for a terminal. */
void manual_print(FILE *out);

/* As the source of the man page hotzone-scenario(5). */
void manual_print_man(FILE *out);

#endif
