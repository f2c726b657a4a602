/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the files that belong to the program are: models/, scenarios/, plots/. */
#ifndef HZ_BASE_DATADIR_H
#define HZ_BASE_DATADIR_H

/*
 * The path of the data file `relative`, such as "models/machines" or "plots/locks.gp", to be freed by the caller.
 * It is looked for in one folder only: $HOTZONE_DATA if that is set; else the source tree when the program runs from
 * there or from a build folder in it; else the folder of the installation. Whether the file exists is not checked.
 */
char *datadir_path(const char *relative);

#endif
