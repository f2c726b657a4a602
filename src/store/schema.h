/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables and views of the results database, as migration steps. docs/database.md explains each. */
#ifndef HZ_STORE_SCHEMA_H
#define HZ_STORE_SCHEMA_H

#include "store/migration.h"

extern const struct migration schema_steps[];
extern const unsigned schema_version;

#endif
