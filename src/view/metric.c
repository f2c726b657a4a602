/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/metric.h"

#include <math.h>
#include <string.h>

#include "base/types.h"
#include "store/interval.h"

const struct metric_column metric_columns[] = {
	{"offered_pps", "offered\nMpps", 1e-6, 3, 0},
	{"achieved_pps", "achieved\nMpps", 1e-6, 3, 0},
	{"offered_bps", "offered\nGbit/s", 1e-9, 2, 0},
	{"achieved_bps", "achieved\nGbit/s", 1e-9, 2, 0},
	{"drops_rx_out_of_buffer", "rx\ndrops", 1, 0, 0},
	{"drops_tx_ring_full", "tx\ndrops", 1, 0, 0},
	{"drops_socket_full", "socket\ndrops", 1, 0, 0},
	{"drops_tap_full", "tap\ndrops", 1, 0, 0},
	{"ops_per_second", "Mop/s", 1e-6, 3, 0},
	{"replayed_allocs", "allocs", 1, 0, 0},
	{"replayed_frees", "frees", 1, 0, 0},
	{"cycles_per_packet", "cycles\nper packet", 1, 0, 1},
	{"cycles_per_pair", "cycles\nper pair", 1, 0, 1},
	{"cycles_per_fragment", "cycles\nper frag", 1, 0, 1},
	{"cycles_per_fault", "cycles\nper fault", 1, 0, 1},
	{"cycles_per_op", "cycles\nper op", 1, 0, 1},
	{"cycles_per_alloc", "cycles\nper alloc", 1, 0, 1},
	{"cycles_per_free", "cycles\nper free", 1, 0, 1},
	{"interruption_share", "interrupted\nper million", 1e6, 0, 1},
	{"busy_share", "busy\n%", 100, 1, 0},
	{"txcompletion_share", "tx compl.\n%", 100, 2, 0},
	{"slowpath_share", "slow path\n%", 100, 2, 0},
};

const size_t metric_columns_count = HZ_ARRAY_SIZE(metric_columns);

const struct metric_column *metric_column_find(const char *name)
{
	for (size_t i = 0; i < metric_columns_count; i++)
		if (!strcmp(metric_columns[i].name, name))
			return &metric_columns[i];
	return NULL;
}

void metric_number_cell(struct table *t, double value, int decimals)
{
	if (isnan(value))
		table_none(t);
	else
		table_cell(t, "%.*f", decimals, value);
}

void metric_cell(struct table *t, const struct metric_column *metric, const struct measure *m)
{
	double scale = metric ? metric->scale : 1;
	char text[INTERVAL_SIZE];

	if (m && (!metric || metric->interval))
		table_cell(t, "%s", interval_format(text, m->mean * scale, m->half_width * scale));
	else
		metric_number_cell(t, m ? m->mean * scale : NAN, metric ? metric->decimals : 0);
}
