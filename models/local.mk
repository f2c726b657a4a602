# SPDX-License-Identifier: GPL-3.0-or-later
nobase_dist_pkgdata_DATA += \
	models/kernels/4.10.yaml models/kernels/4.19.yaml models/kernels/5.0.yaml \
	models/machines/desktop-4.yaml models/machines/xeon-2x14.yaml \
	models/nics/ixgbe-10g.yaml models/nics/mlx5-2x100g.yaml
