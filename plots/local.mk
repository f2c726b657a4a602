# SPDX-License-Identifier: GPL-3.0-or-later
nobase_dist_pkgdata_DATA += \
	plots/cycles.gp \
	plots/impact.gp \
	plots/lock.gp \
	plots/share.gp \
	plots/style.gnuplot \
	plots/throughput.gp
