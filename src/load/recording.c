/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/recording.h"

#include <stdlib.h>

#include "base/text.h"
#include "trace/native.h"
#include "trace/pages.h"

#define NONE UINT32_MAX

/* Which block is out at a page frame: open addressing, at most half full. */
struct frames {
	uint64_t *pfn;            /* + 1; 0: empty */
	uint32_t *block;          /* NONE: nothing is out there any more */
	size_t mask, used;
};

static size_t frames_place(const struct frames *f, uint64_t pfn)
{
	size_t i = (size_t)(pfn * UINT64_C(0x9E3779B97F4A7C15) >> 20) & f->mask;

	while (f->pfn[i] && f->pfn[i] != pfn + 1)
		i = (i + 1) & f->mask;
	return i;
}

static void frames_set(struct frames *f, uint64_t pfn, uint32_t block)
{
	size_t i;

	if (2 * (f->used + 1) > f->mask) {
		struct frames wider = {.mask = f->mask ? 2 * f->mask + 1 : 1023};

		wider.pfn = xcalloc(wider.mask + 1, sizeof *wider.pfn);
		wider.block = xcalloc(wider.mask + 1, sizeof *wider.block);
		for (size_t j = 0; f->pfn && j <= f->mask; j++)
			if (f->pfn[j] && f->block[j] != NONE)
				frames_set(&wider, f->pfn[j] - 1, f->block[j]);
		free(f->pfn);
		free(f->block);
		*f = wider;
	}
	i = frames_place(f, pfn);
	f->used += !f->pfn[i];
	f->pfn[i] = pfn + 1;
	f->block[i] = block;
}

static uint32_t frames_take(struct frames *f, uint64_t pfn)
{
	size_t i;
	uint32_t block;

	if (!f->pfn)
		return NONE;
	i = frames_place(f, pfn);
	block = f->pfn[i] ? f->block[i] : NONE;
	if (block != NONE)
		f->block[i] = NONE;
	return block;
}

static uint32_t add_block(struct recording *r, uint32_t cpu, unsigned order)
{
	if (r->blocks == r->room) {
		r->room = r->room ? 2 * r->room : 1024;
		r->block = xrealloc(r->block, r->room * sizeof *r->block);
	}
	r->block[r->blocks] = (struct recorded_block){.cpu = cpu, .order = (uint8_t)order};
	return r->blocks++;
}

static void add_step(struct recorded_cpu *c, struct recorded_step step)
{
	if (c->steps == c->room) {
		c->room = c->room ? 2 * c->room : 256;
		c->step = xrealloc(c->step, c->room * sizeof *c->step);
	}
	c->step[c->steps++] = step;
}

static void add_event(struct recording *r, struct frames *out, const struct trace_event *event, uint64_t start)
{
	bool silent = event->type == TRACE_POOL_HOLD && (event->flags & TRACE_SILENT_ALLOC);
	struct recorded_step step = {.at_ns = event->time_ns - start};

	if (event->order > MAX_ORDER) {
		r->too_large++;
	} else if (event->type == TRACE_ALLOC && (event->flags & TRACE_FAILED)) {
		r->failed++;
	} else if (event->type == TRACE_ALLOC || silent) {
		/* HIGHATOMIC and later types have no lists of their own here. */
		step.migratetype = event->migratetype < MIGRATE_TYPES ? event->migratetype : MIGRATE_UNMOVABLE;
		step.block = add_block(r, event->cpu, silent ? 0 : event->order);
		frames_set(out, event->pfn, step.block);
		add_step(&r->cpu[event->cpu], step);
	} else if (event->type == TRACE_FREE) {
		step.frees = true;
		step.block = frames_take(out, event->pfn);
		if (step.block == NONE)
			r->unpaired++;
		else
			add_step(&r->cpu[event->cpu], step);
	}
}

static int add_pages_before(struct recording *r, struct frames *out, struct native_reader *reader, struct error *e)
{
	struct trace_pages pages;
	int code = trace_pages_before(reader, &pages, e);

	if (code)
		return code;
	for (size_t i = 0; i < pages.n; i++) {
		uint32_t block;

		if (pages.page[i].order > MAX_ORDER)
			continue;
		block = add_block(r, RECORDING_BEFORE, pages.page[i].order);
		r->block[block].freed_by = pages.page[i].cpu;
		frames_set(out, pages.page[i].pfn, block);
	}
	trace_pages_fini(&pages);
	return 0;
}

static void look(struct recording *r, const struct native_info *info)
{
	*r = (struct recording){
		.cpus = info->cpus,
		.length_ns = info->end_ns - info->start_ns,
		.events = info->events,
		.packets = info->summary.packets,
	};
}

int recording_look(struct recording *r, const char *path, struct error *e)
{
	struct native_reader *reader;
	int code = native_open(&reader, path, e);

	*r = (struct recording){0};
	if (code)
		return code;
	look(r, native_info(reader));
	native_close(reader);
	return 0;
}

int recording_load(struct recording *r, const char *path, struct error *e)
{
	struct native_reader *reader;
	struct frames out = {0};
	struct trace_event event;
	int code = native_open(&reader, path, e), more = 0;

	*r = (struct recording){0};
	if (code)
		return code;
	look(r, native_info(reader));
	r->cpu = xcalloc(r->cpus, sizeof *r->cpu);
	code = add_pages_before(r, &out, reader, e);
	while (!code && (more = native_next(reader, &event, e)) == 1)
		add_event(r, &out, &event, native_info(reader)->start_ns);
	if (more < 0)
		code = (int)e->code;
	free(out.pfn);
	free(out.block);
	native_close(reader);
	if (code)
		recording_fini(r);
	return code;
}

void recording_fini(struct recording *r)
{
	for (uint32_t i = 0; i < r->cpus && r->cpu; i++)
		free(r->cpu[i].step);
	free(r->cpu);
	free(r->block);
	*r = (struct recording){0};
}
