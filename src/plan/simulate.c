/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/world.h"
#include "plan/queue.h"

int queue_simulate(const struct params *p, int fd, struct error *e)
{
	struct result r = {0};
	int status = world_run(p, &r, e);

	if (!status)
		status = result_write(&r, fd, e);
	result_fini(&r);
	return status;
}
