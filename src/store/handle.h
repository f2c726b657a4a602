/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of struct store, for the files of this room. */
#ifndef HZ_STORE_HANDLE_H
#define HZ_STORE_HANDLE_H

#include "store/store.h"

struct store {
	struct sqlite3 *db;
	char *path;
	int writer;                 /* the file is open for writing and in WAL mode */
	int planning;               /* a plan transaction is open */
};

#endif
