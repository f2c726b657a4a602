/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/primary.h"

#include <string.h>

#include "base/types.h"

const struct primary primaries[] = {
	{"forward", "cycles_per_packet", "packet", 1},
	{"xdp", "cycles_per_packet", "packet", 1},
	{"tc_drop", "cycles_per_packet", "packet", 1},
	{"udp_sink", "cycles_per_packet", "packet", 1},
	{"tcp_sink", "cycles_per_packet", "packet", 1},
	{"page_bench", "cycles_per_pair", "pair", 1},
	{"page_fault", "cycles_per_fault", "fault", 1},
	{"frag_ring", "cycles_per_fragment", "fragment", 1},
	{"socket_tx", "cycles_per_fragment", "fragment", 1},
	{"vhost_net", "cycles_per_fragment", "fragment", 1},
	{"pressure", "cycles_per_alloc", "allocation", 1},
	{"isolated", "interruption_share", "Mcycle", 1e6},
	{"replay", "cycles_per_packet", "packet", 1},
	{"replay", "cycles_per_op", "operation", 1},
};

const size_t primaries_count = HZ_ARRAY_SIZE(primaries);

const struct primary *primary_find(const char *load, const char *metric)
{
	for (size_t i = 0; i < primaries_count; i++)
		if (!strcmp(primaries[i].load, load) && !strcmp(primaries[i].metric, metric))
			return &primaries[i];
	return NULL;
}
