/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast the simulator is: `make bench`. Every row is a process of its own, measured in CPU seconds, start-up and set-up included.
 * Arguments name the rows to run; none means all. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "bench_naive.h"
#include "hw/context.h"
#include "hw/lock.h"
#include "load/world.h"
#include "plan/policies.h"
#include "points.h"
#include "trace/import.h"

#define TRACE_EVENTS 800000u

struct row;

/* What a row's process brings back. */
struct outcome {
	double work;       /* units done */
	double switches;   /* of stacks; < 0: does not apply */
	double end;        /* simulated cycles; 0: does not apply */
	double locks;      /* acquisitions of the zone lock per packet; < 0: does not apply */
};

struct place {
	char text[64], native[64]; /* the trace, as text and imported */
};

struct row {
	const char *name, *what, *unit;
	void (*run)(const struct row *row, const struct place *place, struct outcome *o);
	uint32_t cpus, frags;
	double amount;     /* rounds, or milliseconds of simulated time */
	int compare;       /* rows further up to compare with, 0: none */
};

static void fail(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(EXIT_FAILURE);
}

static void simulate(const struct params *p, struct result *r)
{
	struct error e = {0};

	if (world_run(p, r, &e))
		fail(e.text);
	if (r->failure)
		fail(r->failure);
}

/* One socket, so that there is one zone; each CPU forwards a million packets per second and is not overloaded. The hardware's own costs
 * are 0, which lets one lock serve 64 CPUs. */
static void run_forward(const struct row *row, const struct place *place, struct outcome *o)
{
	struct params p = point_router();
	struct result r = {0};

	(void)place;
	p.machine = point_free_machine(row->cpus);
	p.machine.clock_hz = 2.6e9;
	p.machine.memory = UINT64_C(16) << 30;
	p.run.duration = (cycles_t)(row->amount * 2.6e6);
	p.run.windows = 1;
	p.nic.ports = 1;
	p.load.cpus = row->cpus;
	p.load.rate_pps = 1e6 * row->cpus;
	p.load.flows = 0;
	p.mm.page_frag_free = row->frags ? &frag_release_buddy : &frag_release_pcp;
	p.net.frags_per_page = row->frags ? row->frags : 1;
	p.net.rx_headroom = 0;
	simulate(&p, &r);
	o->work = result_get(&r, "packets");
	o->switches = result_get(&r, "switches");
	o->locks = r.locks ? (double)r.lock[0].acquisitions / o->work : 0;
}

struct closed {
	struct lock *lock;
	struct stream *random;
	uint32_t rounds;
};

static void think_and_hold(struct cpu *cpu, void *arg)
{
	struct closed *c = arg;

	for (uint32_t i = 0; i < c->rounds; i++) {
		cpu_work(cpu, 600 + stream_index(c->random, 100));
		spin_lock(cpu, c->lock);
		cpu_work(cpu, 80);
		spin_unlock(cpu, c->lock);
	}
	cpu_finish(cpu);
}

static void run_closed(const struct row *row, const struct place *place, struct outcome *o)
{
	struct machine_params machine = point_free_machine(row->cpus);
	uint32_t rounds = (uint32_t)(row->amount / row->cpus);
	struct closed *closed = xcalloc(row->cpus, sizeof *closed);
	struct error e = {0};
	struct lock lock;
	struct hw hw = {0};

	(void)place;
	if (hw_init(&hw, &machine, row->cpus, 1, UINT64_C(1) << 40, &e))
		fail(e.text);
	lock_init(&lock, lock_class_new(&hw, &lock_qspinlock, "lock", NULL), &hw);
	for (uint32_t i = 0; i < row->cpus; i++) {
		closed[i] = (struct closed){&lock, stream_new(1, i, "think"), rounds};
		context_new(&hw.cpu[i], "bench", true, think_and_hold, &closed[i]);
		context_new_idle(&hw.cpu[i]);
	}
	hw_run(&hw);
	o->work = (double)rounds * row->cpus;
	o->switches = (double)hw.sim.switches;
	o->end = (double)lock.free_at;
	if (lock.class->window[0].acquisitions != rounds * row->cpus)
		fail("closed system: acquisitions are missing");
	lock_fini(&lock);
	hw_fini(&hw);
	free(closed);
}

static void run_naive(const struct row *row, const struct place *place, struct outcome *o)
{
	uint32_t rounds = (uint32_t)(row->amount / row->cpus);

	(void)place;
	o->end = bench_naive(row->cpus, rounds, 1);
	o->work = (double)rounds * row->cpus;
}

static void run_import(const struct row *row, const struct place *place, struct outcome *o)
{
	struct import_options options = {.input = place->text, .output = place->native};
	struct import im;
	struct error e = {0};

	(void)row;
	if (import_run(&im, &options, &e))
		fail(e.text);
	if (im.events != TRACE_EVENTS)
		fail("import: events are missing");
	o->work = (double)im.events;
	import_fini(&im);
}

static void run_replay(const struct row *row, const struct place *place, struct outcome *o)
{
	struct params p = point_router();
	struct result r = {0};

	(void)row;
	p.load.kind = LOAD_REPLAY;
	p.load.cpus = 0;
	snprintf(p.load.trace, sizeof p.load.trace, "%s", place->native);
	simulate(&p, &r);
	o->work = result_get(&r, "replayed_allocs") + result_get(&r, "replayed_frees");
	o->switches = result_get(&r, "switches");
	if ((uint32_t)o->work != TRACE_EVENTS)
		fail("replay: events are missing");
}

static const struct row rows[] = {
	{"forward-1", "1 CPU, uncontended", "packets", run_forward, 1, 0, 2000, 0},
	{"forward-16", "16 CPUs, zone lock per packet", "packets", run_forward, 16, 1, 60, 0},
	{"forward-16-63", "16 CPUs, zone lock per 63 packets", "packets", run_forward, 16, 63, 120, 0},
	{"forward-64", "64 CPUs, zone lock per packet", "packets", run_forward, 64, 1, 15, 0},
	{"forward-64-63", "64 CPUs, zone lock per 63 packets", "packets", run_forward, 64, 63, 30, 0},
	{"lock-16", "16 CPUs, one contended lock", "acquisitions", run_closed, 16, 0, 1e6, 0},
	{"naive-16", "  with SimGrid's sleep and mutex", "acquisitions", run_naive, 16, 0, 4e5, 1},
	{"lock-64", "64 CPUs, one contended lock", "acquisitions", run_closed, 64, 0, 1e6, 0},
	{"naive-64", "  with SimGrid's sleep and mutex", "acquisitions", run_naive, 64, 0, 4e5, 1},
	{"import", "import of perf script text", "events", run_import, 0, 0, 0, 0},
	{"replay", "replay of that trace, 8 CPUs", "events", run_replay, 0, 0, 0, 0},
};

/* Text as perf script prints it: single pages and a few larger blocks, up to 256 out on each of 8 CPUs. */
static void write_text(const char *path)
{
	FILE *f = fopen(path, "w");
	uint64_t time_us = 100000000;

	if (!f)
		fail(strerror(errno));
	for (uint32_t i = 0; i < TRACE_EVENTS; i++) {
		uint32_t round = i / 4096, cpu = i / 512 % 8, which = i % 512, slot = which % 256, order = slot % 16 ? 0 : 2;
		uint64_t pfn = 1048576 + ((uint64_t)round % 64 * 8 + cpu) * 4096 + slot * 8;

		time_us += i % 3;
		fprintf(f, "         ksoftirqd/%u %5u [%03u] %5" PRIu64 ".%06" PRIu64 ": ", cpu, 10 + cpu, cpu, time_us / 1000000, time_us % 1000000);
		if (which < 256)
			fprintf(f, "kmem:mm_page_alloc: page=0x%" PRIx64 " pfn=0x%" PRIx64 " order=%u migratetype=0 gfp_flags=GFP_ATOMIC|__GFP_NOWARN\n",
				pfn, pfn, order);
		else
			fprintf(f, " kmem:mm_page_free: page=0x%" PRIx64 " pfn=0x%" PRIx64 " order=%u\n", pfn, pfn, order);
	}
	if (fclose(f))
		fail(strerror(errno));
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* Returns the CPU seconds that the row took. */
static double measure(const struct row *row, const struct place *place, struct outcome *o, long *rss_kib)
{
	struct rusage usage;
	int fd[2], status;
	pid_t pid;

	fflush(NULL);
	if (pipe(fd))
		fail(strerror(errno));
	pid = fork();
	if (pid < 0)
		fail(strerror(errno));
	if (!pid) {
		struct outcome mine = {0, -1, 0, -1};

		row->run(row, place, &mine);
		_exit(write(fd[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
	}
	close(fd[1]);
	if (read(fd[0], o, sizeof *o) != sizeof *o)
		fail(row->name);
	close(fd[0]);
	if (wait4(pid, &status, 0, &usage) != pid || status)
		fail(row->name);
	*rss_kib = usage.ru_maxrss;
	return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

static int wanted(const struct row *row, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], row->name))
			return 1;
	return argc == 1;
}

static void print_row(const struct row *row, const struct outcome *o, double cpu_s, long rss_kib)
{
	char switches[16] = "", locks[16] = "";

	if (o->switches >= 0)
		snprintf(switches, sizeof switches, "%.3f", o->switches / o->work);
	if (o->locks >= 0)
		snprintf(locks, sizeof locks, "%.3f", o->locks);
	printf("%-14s %-34s %9.0f %-12s %10.0f %8.0f %9s %9s %5ld", row->name, row->what, o->work, row->unit, o->work / cpu_s,
	       cpu_s * 1e9 / o->work, switches, locks, rss_kib / 1024);
}

int main(int argc, char **argv)
{
	double rate[HZ_ARRAY_SIZE(rows)] = {0}, pace[HZ_ARRAY_SIZE(rows)] = {0};
	const char *tmp = getenv("TMPDIR");
	struct place place;
	char dir[32];

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		for (size_t i = 0; i < HZ_ARRAY_SIZE(rows); i++)
			puts(rows[i].name);
		return 0;
	}
	snprintf(dir, sizeof dir, "%s/hz-bench-XXXXXX", tmp && strlen(tmp) < 12 ? tmp : "/tmp");
	if (!mkdtemp(dir))
		fail(strerror(errno));
	snprintf(place.text, sizeof place.text, "%s/trace.txt", dir);
	snprintf(place.native, sizeof place.native, "%s/trace.hzt", dir);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(rows); i++) {
		struct outcome o;

		if (!wanted(&rows[i], argc, argv))
			continue;
		if (rows[i].run == run_import || rows[i].run == run_replay)
			write_text(place.text);
		/* A replay finds the trace imported, even if that is not measured. */
		if (rows[i].run == run_replay)
			run_import(&rows[i], &place, &o);
	}
	printf("%-14s %-34s %9s %-12s %10s %8s %9s %9s %5s\n", "row", "", "done", "", "per CPU s", "ns each", "switches", "locks", "MiB");
	for (size_t i = 0; i < HZ_ARRAY_SIZE(rows); i++) {
		struct outcome o;
		double cpu_s;
		long rss_kib;

		if (!wanted(&rows[i], argc, argv))
			continue;
		cpu_s = measure(&rows[i], &place, &o, &rss_kib);
		rate[i] = o.work / cpu_s;
		pace[i] = o.end / o.work;
		print_row(&rows[i], &o, cpu_s, rss_kib);
		if (rows[i].compare && rate[i - (size_t)rows[i].compare] > 0.0) {
			size_t other = i - (size_t)rows[i].compare;

			printf("  %.1f times slower; simulated cycles each: %.3f and %.3f", rate[other] / rate[i], pace[other], pace[i]);
		}
		putchar('\n');
	}
	unlink(place.text);
	unlink(place.native);
	rmdir(dir);
	return 0;
}
