/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/sim.h"

#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xbt/config.h>

#include "base/fingerprint.h"
#include "base/text.h"

/* Control passes between the stacks of SimGrid's actors by a jump. To SimGrid, the conductor runs from the first step of the run to its
 * last, and every other actor is suspended where it parked: in frames at the far end of its stack. Its body runs on the same stack between
 * its first frame and those. A switch by suspending one actor and resuming another would cost some 2,300 instructions in SimGrid 3.32, a
 * jump costs twenty. */

/* Between an actor's first frame and its body, where the way back from the parked frames is kept. */
#define GAP_SIZE 1024u
/* What a body must leave free below it; SimGrid's parked frames begin there. */
#define STACK_MARGIN 4096u
/* Beside what a body may use, room for SimGrid's own frames; its default of 8 MiB would be much for hundreds of stacks. */
#define STACK_KIB (SIM_STACK_KIB + 96u)

/* Where control goes on: a __builtin_setjmp buffer. */
struct point {
	void *state[5];
};

struct sim_actor {
	struct sim_lane *lane;
	sg_actor_t sg;
	void (*body)(void *);
	void *arg;
	struct sim_actor *next;
	struct point here;  /* while it does not run */
	const char *room;   /* the part of the stack that its body may use: SIM_STACK_KIB from here up */
};

struct sim_private {
	sg_host_t host;
	struct sim_actor *actors;
	struct point conductor; /* starts the run and ends it */
	bool running;
};

/* SimGrid 3.32's C interface reads platforms from a file only. */
static int load_platform(struct error *e)
{
	static const char platform[] =
		"<?xml version='1.0'?>\n"
		"<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
		"<platform version=\"4.1\"><zone id=\"machine\" routing=\"Full\">"
		"<host id=\"cpu\" speed=\"1f\"/></zone></platform>\n";
	const char *dir = getenv("TMPDIR");
	char path[512];
	ssize_t written;
	int fd;

	if (snprintf(path, sizeof path, "%s/hotzone-platform-XXXXXX.xml", dir && *dir ? dir : "/tmp") >= (int)sizeof path)
		return error_set(e, HZ_ENVIRONMENT, "TMPDIR: path too long");
	fd = mkstemps(path, 4);
	if (fd < 0)
		return error_errno(e, "create SimGrid platform file", path);
	written = write(fd, platform, sizeof platform - 1);
	if (written != (ssize_t)sizeof platform - 1) {
		int code = error_errno(e, "write SimGrid platform file", path);

		close(fd);
		unlink(path);
		return code;
	}
	close(fd);
	simgrid_load_platform(path);
	unlink(path);
	return 0;
}

int sim_init(struct sim *s, uint32_t lanes, struct error *e)
{
	char arg0[] = "hotzone", arg1[] = "--log=root.thres:critical", arg2[] = "--cfg=contexts/factory:raw",
	     arg3[] = "--cfg=contexts/nthreads:1";
	char *argv[] = {arg0, arg1, arg2, arg3, NULL};
	int argc = 4, code;

	*s = (struct sim){0};
	simgrid_init(&argc, argv);
	code = load_platform(e);
	if (code)
		return code;
	/* One cycle is one second: times are whole numbers, far above the precision that SimGrid rounds to. */
	if (sg_cfg_get_double("surf/precision") > 1e-3)
		return error_set(e, HZ_ENVIRONMENT, "SimGrid's surf/precision is %g: cycles would be rounded",
				 sg_cfg_get_double("surf/precision"));
	order_init(&s->order, lanes);
	s->lanes = lanes;
	s->lane = xcalloc(lanes, sizeof *s->lane);
	for (uint32_t i = 0; i < lanes; i++) {
		s->lane[i].number = i;
		s->lane[i].sim = s;
	}
	s->private = xcalloc(1, sizeof *s->private);
	s->private->host = sg_host_by_name("cpu");
	return 0;
}

void sim_fini(struct sim *s)
{
	struct sim_actor *a, *next;

	for (a = s->private ? s->private->actors : NULL; a; a = next) {
		next = a->next;
		free(a);
	}
	free(s->private);
	free(s->lane);
	free(s->failure);
	order_fini(&s->order);
}

static _Noreturn __attribute__((noinline)) void go_on(struct point *point)
{
	__builtin_longjmp(point->state, 1);
}

/* The body's frames must lie in the room that park() holds: where compilers put things in a frame is not written down, and a model
 * that calls too deep must not run into SimGrid's frames unseen. */
static void check_stack(const struct sim_actor *a)
{
	const char *here = __builtin_frame_address(0);

	if (here > a->room + STACK_MARGIN && here < a->room + SIM_STACK_KIB * 1024u)
		return;
	fprintf(stderr, "hotzone: the stack of lane %u is %s\n", a->lane->number,
		here <= a->room + STACK_MARGIN ? "used up" : "not laid out as the engine expects");
	abort();
}

/* Give control to `to` until somebody gives it back. Not inlined: the jump back finds nothing in registers. */
static __attribute__((noinline)) void hand_over(struct sim *s, struct point *from, struct point *to)
{
	s->switches++;
	if (__builtin_setjmp(from->state) == 0)
		go_on(to);
}

static _Noreturn void end_run(struct sim *s)
{
	go_on(&s->private->conductor);
}

/* Control goes to the earliest lane; nobody left means that the run is over. */
static void next_lane(struct sim *s, struct sim_actor *from)
{
	struct sim_lane *lane;

	if (order_first_time(&s->order) == ORDER_NEVER) {
		if (s->ended < s->lanes && s->explain_deadlock)
			s->failure = s->explain_deadlock(s->explain_arg);
		end_run(s);
	}
	lane = &s->lane[order_first(&s->order)];
	lane->now = s->order.key[lane->number];
	lane->waiting = false;
	order_set(&s->order, lane->number, ORDER_NEVER);
	if (lane->current != from) {
		check_stack(from);
		hand_over(s, &from->here, &lane->current->here);
	}
}

/* Suspended until the run is over, in frames that lie below all that the body uses. */
static __attribute__((noinline)) void park(struct sim_actor *a)
{
	char body[SIM_STACK_KIB * 1024u];

	a->room = body;
	__asm__ volatile("" : : "r"(body) : "memory");
	sg_actor_suspend(a->sg);
	/* No tail call: this frame is what keeps the room. */
	__asm__ volatile("" : : "r"(body) : "memory");
}

static _Noreturn __attribute__((noinline)) void run_body(const struct sim_actor *a)
{
	check_stack(a);
	a->body(a->arg);
	/* A body that returns ends its lane. */
	sim_lane_end(a->lane);
}

static void actor_main(int argc, char **argv)
{
	struct sim_actor *a = sg_actor_self_get_data();
	size_t gap = GAP_SIZE;

	(void)argc;
	(void)argv;
	/* A size that the compiler knew would become a part of this frame. */
	__asm__ volatile("" : "+r"(gap));
	if (__builtin_setjmp(a->here.state) == 0) {
		park(a);
	} else {
		__asm__ volatile("" : : "r"(__builtin_alloca(gap)) : "memory");
		run_body(a);
	}
}

struct sim_actor *sim_actor_new(struct sim_lane *lane, const char *name, void (*body)(void *), void *arg)
{
	struct sim_private *p = lane->sim->private;
	struct sim_actor *a = xcalloc(1, sizeof *a);

	a->lane = lane;
	a->body = body;
	a->arg = arg;
	a->next = p->actors;
	p->actors = a;
	a->sg = sg_actor_init(name, p->host);
	sg_actor_set_stacksize(a->sg, STACK_KIB); /* SimGrid counts in KiB */
	sg_actor_set_data(a->sg, a);
	sg_actor_start(a->sg, actor_main, 0, NULL);
	if (!lane->current)
		lane->current = a;
	return a;
}

/* Comes back when the run is over. */
static void start_first(struct sim *s)
{
	struct sim_lane *lane = &s->lane[order_first(&s->order)];

	order_set(&s->order, lane->number, ORDER_NEVER);
	s->private->running = true;
	hand_over(s, &s->private->conductor, &lane->current->here);
	s->switches--; /* that was none of a lane's */
	s->private->running = false;
}

/* Every lane gets its first turn at time 0. Afterwards all actors are let go. */
static void conductor_main(int argc, char **argv)
{
	struct sim *s = sg_actor_self_get_data();
	cycles_t end = 0;

	(void)argc;
	(void)argv;
	sg_actor_yield(); /* every other actor has parked */
	start_first(s);
	for (uint32_t i = 0; i < s->lanes; i++)
		if (s->lane[i].now > end)
			end = s->lane[i].now;
	for (struct sim_actor *a = s->private->actors; a; a = a->next)
		sg_actor_resume(a->sg);
	/* Whatever looks at SimGrid's clock from outside sees the end of the run. */
	sg_actor_sleep_until((double)end);
}

void sim_run(struct sim *s)
{
	bool any = false;
	sg_actor_t conductor;

	for (uint32_t i = 0; i < s->lanes; i++)
		if (s->lane[i].current) {
			order_set(&s->order, i, s->lane[i].now);
			any = true;
		} else {
			s->ended++; /* a lane without actors */
		}
	if (!any)
		return;
	conductor = sg_actor_init("conductor", s->private->host);
	sg_actor_set_data(conductor, s);
	sg_actor_start(conductor, conductor_main, 0, NULL);
	simgrid_run();
}

void sim_record(struct sim_lane *lane, uint32_t what)
{
	struct sim *s = lane->sim;

	s->events++;
	s->fingerprint = fingerprint_add(s->fingerprint, lane->now, lane->number, what);
}

void sim_yield_turn(struct sim_lane *lane)
{
	order_set(&lane->sim->order, lane->number, lane->now);
	next_lane(lane->sim, lane->current);
}

void sim_wait(struct sim_lane *lane, cycles_t until)
{
	lane->waiting = true;
	order_set(&lane->sim->order, lane->number, until < lane->now ? lane->now : until);
	next_lane(lane->sim, lane->current);
}

void sim_wake(struct sim_lane *lane, cycles_t when)
{
	if (!lane->waiting)
		return;
	if (when < lane->now)
		when = lane->now;
	if (when < lane->sim->order.key[lane->number])
		order_set(&lane->sim->order, lane->number, when);
}

void sim_switch(struct sim_lane *lane, struct sim_actor *to)
{
	struct sim_actor *from = lane->current;

	lane->current = to;
	if (to != from)
		hand_over(lane->sim, &from->here, &to->here);
}

_Noreturn void sim_lane_end(struct sim_lane *lane)
{
	struct sim_actor *self = lane->current;

	lane->current = NULL;
	lane->sim->ended++;
	next_lane(lane->sim, self);
	/* next_lane() comes back only to an actor whose lane has a turn again, and this lane has none. */
	abort();
}

_Noreturn void sim_fail(struct sim *s, const char *report)
{
	if (!s->private->running) {
		fprintf(stderr, "hotzone: before the run: %s\n", report);
		abort();
	}
	s->failure = xstrdup(report);
	end_run(s);
}
