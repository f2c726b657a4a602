# SPDX-License-Identifier: GPL-3.0-or-later
nobase_dist_pkgdata_DATA += \
	queries/configs.sql \
	queries/content.sql \
	queries/cycles.sql \
	queries/failures.sql \
	queries/functions.sql \
	queries/impact.sql \
	queries/locks.sql \
	queries/metrics.sql \
	queries/points.sql \
	queries/runs.sql
