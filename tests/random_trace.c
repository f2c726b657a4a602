/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "random_trace.h"

#include "rig.h"
#include "sim/stream.h"
#include "trace/native_write.h"

void random_trace(const char *path, uint32_t cpus, uint32_t events, uint64_t seed)
{
	enum { MOST = 300 };
	struct stream *random = stream_new(seed, 0, "trace");
	struct trace_summary summary = {.packets = events / 4};
	struct trace_event out[MOST] = {{0}};
	uint32_t count = 0;
	uint64_t now = 1000, next_pfn = 1 << 20, bytes;
	struct native_writer *w;
	struct error e;

	if (native_create(&w, path, &e))
		rig_give_up("%s", e.text);
	for (uint32_t i = 0; i < events; i++) {
		struct trace_event ev = {.pid = 1, .cpu = stream_index(random, cpus)};

		now += stream_index(random, 2000);
		if (i < cpus) {
			/* So that every CPU is in the trace. */
			ev.cpu = i;
			ev.type = TRACE_FREE;
			ev.flags = TRACE_PRETRACE;
			ev.pfn = i + 1;
			summary.free_pretrace++;
		} else if (count < MOST && (!count || stream_index(random, 2))) {
			ev.type = TRACE_ALLOC;
			ev.order = (uint8_t)(stream_index(random, 3) ? 0 : stream_index(random, 5));
			ev.migratetype = (uint8_t)stream_index(random, 3);
			ev.pfn = next_pfn;
			next_pfn += 32;
			out[count++] = ev;
			summary.allocs++;
		} else {
			uint32_t which = stream_index(random, count);

			ev.type = TRACE_FREE;
			ev.pfn = out[which].pfn;
			ev.order = out[which].order;
			out[which] = out[--count];
			summary.frees++;
		}
		ev.time_ns = now;
		if (native_write(w, &ev, &e))
			rig_give_up("%s", e.text);
	}
	if (native_finish(w, &summary, &bytes, &e))
		rig_give_up("%s", e.text);
	stream_free(random);
}
