/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/pairs.h"

int pairs_cpus(const struct params *p, uint32_t *cpus, struct error *e)
{
	if (p->load.cpus % 2 || *cpus < 2)
		return error_set(e, HZ_USER, "load.cpus is %u; this load takes CPUs in pairs", *cpus);
	*cpus -= *cpus % 2;
	return 0;
}
