/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

uint32_t trace_summary_device(struct trace_summary *s, const char *name, size_t len)
{
	if (len >= sizeof s->device->name)
		len = sizeof s->device->name - 1;
	for (size_t i = 0; i < s->devices; i++)
		if (!memcmp(s->device[i].name, name, len) && !s->device[i].name[len])
			return (uint32_t)i;
	if (s->devices == TRACE_DEVICES_MAX)
		return TRACE_DEVICES_MAX;
	if (!(s->devices & (s->devices - 1))) /* room is the next power of two */
		s->device = xrealloc(s->device, (s->devices ? s->devices * 2 : 1) * sizeof *s->device);
	memset(&s->device[s->devices], 0, sizeof *s->device);
	memcpy(s->device[s->devices].name, name, len);
	return (uint32_t)s->devices++;
}

void trace_summary_fini(struct trace_summary *s)
{
	free(s->device);
	s->device = NULL;
	s->devices = 0;
}
