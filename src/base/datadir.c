/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/datadir.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Cut the last component off; "" once nothing is left to cut. */
static void path_up(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash ? slash : path) = '\0';
}

/* A source tree holds the models and what builds the program; an installation has no configure.ac. */
static bool is_source_tree(const char *dir)
{
	struct text path = {0};
	bool found;

	text_add(&path, "%s/configure.ac", dir);
	found = access(text_str(&path), F_OK) == 0;
	text_fini(&path);
	if (!found)
		return false;
	text_add(&path, "%s/models/machines", dir);
	found = access(text_str(&path), F_OK) == 0;
	text_fini(&path);
	return found;
}

/* Fill `dir` with the source tree around the running program. Returns false when it does not run from one. */
static bool find_source_tree(char dir[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", dir, PATH_MAX - 1);

	if (len <= 0)
		return false;
	dir[len] = '\0';
	path_up(dir);
	if (is_source_tree(dir))
		return true;
	path_up(dir);
	return is_source_tree(dir);
}

char *datadir_path(const char *relative)
{
	const char *env = getenv("HOTZONE_DATA");
	char tree[PATH_MAX];
	struct text path = {0};

	if (env && *env)
		text_add(&path, "%s/%s", env, relative);
	else if (find_source_tree(tree))
		text_add(&path, "%s/%s", tree, relative);
	else
		text_add(&path, "%s/%s", HZ_DATADIR, relative);
	return path.s;
}
