# SPDX-License-Identifier: GPL-3.0-or-later
nobase_dist_pkgdata_DATA += \
	models/kernels/4.10.yaml models/kernels/4.19.yaml models/kernels/5.0.yaml models/kernels/5.13.yaml \
	models/kernels/5.14.yaml models/kernels/5.19.yaml models/kernels/6.0.yaml models/kernels/6.2.yaml \
	models/kernels/6.6.yaml models/kernels/6.8.yaml models/kernels/6.12.yaml models/kernels/6.19.yaml \
	models/kernels/7.1.yaml \
	models/machines/desktop-4.yaml models/machines/xeon-2x14.yaml \
	models/nics/ixgbe-10g.yaml models/nics/mlx5-2x100g.yaml
