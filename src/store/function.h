/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL functions that every connection of a store has:
 *   half_width95(x)                 half-width of the 95 % Student interval of the mean; NULL below two values
 *   mean95(x)                       mean and interval as text, "2431 ±12"; NULL without values
 *   quantile(q, low, high, count)   quantile of a histogram given by its buckets: the middle of the bucket that holds it
 * All are aggregates and ignore rows whose arguments are NULL. */
#ifndef HZ_STORE_FUNCTION_H
#define HZ_STORE_FUNCTION_H

#include "base/error.h"
#include "store/store.h"

int function_register(struct store *s, struct error *e);

#endif
