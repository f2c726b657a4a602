# SPDX-License-Identifier: GPL-3.0-or-later
nobase_dist_pkgdata_DATA += \
	scenarios/bulk-allocator.yaml \
	scenarios/frag-impact.yaml \
	scenarios/page-bench-cpus.yaml \
	scenarios/page-fault-batch.yaml \
	scenarios/page-frag-cache.yaml \
	scenarios/page-frag-free.yaml \
	scenarios/page-pool-refcount.yaml \
	scenarios/pcp-batch-scale.yaml \
	scenarios/pcp-free-high.yaml \
	scenarios/remote-drain.yaml \
	scenarios/remote-drain-unfixed.yaml \
	scenarios/replay-ipfwd.yaml \
	scenarios/skb-defer.yaml \
	scenarios/tcp-rings.yaml \
	scenarios/zone-lock-cna.yaml \
	scenarios/traces/README.md \
	scenarios/traces/ipfwd-jumbo.hzt
