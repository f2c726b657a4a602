/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trace/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "trace/native_write.h"

static int copy_events(struct import *im, struct reader *r, struct pairing *p, struct native_writer *w, struct error *e)
{
	struct trace_event ev;
	int rc;

	while ((rc = reader_next(r, &ev, &p->summary, e)) > 0) {
		rc = pairing_add(p, &ev, e);
		if (!rc && w)
			rc = native_write(w, &ev, e);
		if (rc)
			return rc;
		if (!im->events++)
			im->start_ns = ev.time_ns;
		im->end_ns = ev.time_ns;
		if (ev.cpu >= im->cpus)
			im->cpus = ev.cpu + 1;
	}
	return rc < 0 ? (int)e->code : 0;
}

static int no_event(const struct import *im, const char *name, struct error *e)
{
	if (!im->text.lines)
		return error_set(e, HZ_USER, "%s: the trace is empty", name);
	return error_set(e, HZ_USER, "%s: no usable event in %" PRIu64 " lines (%" PRIu64 " other events, %" PRIu64
			 " bad lines); record kmem:mm_page_alloc and kmem:mm_page_free at least", name, im->text.lines,
			 im->text.skipped, im->text.bad);
}

int import_run(struct import *im, const struct import_options *o, struct error *e)
{
	struct native_writer *w = NULL;
	struct input *in = NULL;
	struct reader reader;
	struct pairing pairing;
	int rc;

	memset(im, 0, sizeof *im);
	rc = input_open(&in, o->input, o->interrupt, e);
	if (rc)
		return rc;
	if (o->output)
		rc = native_create(&w, o->output, e);
	if (rc) {
		input_close(in);
		return rc;
	}
	reader_init(&reader, in, o->format, o->skip_bad);
	pairing_init(&pairing);
	rc = copy_events(im, &reader, &pairing, w, e);
	pairing_finish(&pairing);
	/* What the reader and the pairing hold outlives them in *im. */
	im->text = reader.counts;
	im->format = reader.format;
	im->summary = pairing.summary;
	im->forgotten = pairing.live.forgotten;
	if (!rc && !im->events)
		rc = no_event(im, input_name(in), e);
	if (!rc && w) {
		rc = native_finish(w, &im->summary, &im->bytes, e);
		w = NULL;
	}
	native_abandon(w);
	memset(&reader.counts, 0, sizeof reader.counts);
	memset(&pairing.summary, 0, sizeof pairing.summary);
	reader_fini(&reader);
	pairing_fini(&pairing);
	input_close(in);
	return rc;
}

void import_fini(struct import *im)
{
	trace_summary_fini(&im->summary);
	free(im->text.skip);
	free(im->text.lost);
}
