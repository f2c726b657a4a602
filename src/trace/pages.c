/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/pages.h"

#include <stdlib.h>

#include "base/text.h"

int trace_pages_before(struct native_reader *r, struct trace_pages *pages, struct error *e)
{
	struct trace_event ev;
	size_t room = 0;
	int rc;

	native_rewind(r);
	*pages = (struct trace_pages){NULL, 0};
	while ((rc = native_next(r, &ev, e)) > 0) {
		if (ev.type != TRACE_FREE || !(ev.flags & TRACE_PRETRACE))
			continue;
		if (pages->n == room) {
			room = room ? room * 2 : 256;
			pages->page = xrealloc(pages->page, room * sizeof *pages->page);
		}
		pages->page[pages->n++] = (struct trace_page){ev.pfn, ev.cpu, ev.order};
	}
	if (rc < 0) {
		trace_pages_fini(pages);
		return e->code;
	}
	native_rewind(r);
	return 0;
}

void trace_pages_fini(struct trace_pages *pages)
{
	free(pages->page);
	*pages = (struct trace_pages){NULL, 0};
}
