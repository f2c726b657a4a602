/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "release.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "plan/plan.h"

static struct params point(const char *release, const char *load)
{
	char path[] = "release-XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");
	struct plan_options options = {0};
	struct error e = {0};
	struct params params;
	struct plan plan;

	ck_assert_ptr_nonnull(f);
	fprintf(f, "{machine: desktop-4, kernel: '%s', %s}\n", release, load);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_msg(!plan_load(&plan, path, &options, &e), "%s", e.text);
	params = plan.point[0].params;
	plan_fini(&plan);
	unlink(path);
	return params;
}

struct params release_params(const char *release)
{
	return point(release, "load: page_bench");
}

struct params release_host(const char *release, const char *load)
{
	char text[64];

	snprintf(text, sizeof text, "nic: mlx5-2x100g, load: %s", load);
	return point(release, text);
}
