/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine: lanes with clocks of their own that run ahead and line up, on stacks and a clock lent by SimGrid.
 *
 * A lane is something with its own clock: a CPU. Actors are stacks; one actor of a lane runs at a time. An actor
 * adds to its lane's clock without asking anybody while it touches only what is its lane's own. Before it touches anything that
 * another lane can touch it calls sim_line_up(), which returns when no other lane is earlier. Order is total: (time, lane number);
 * within a lane, program order.
 *
 * One SimGrid second is one cycle. SimGrid's own clock stands still while lanes run ahead and is brought up at the end of the run. */
#ifndef HZ_SIM_SIM_H
#define HZ_SIM_SIM_H

#include <stdbool.h>

#include "base/error.h"
#include "base/types.h"
#include "sim/order.h"

struct sim;
struct sim_actor;

struct sim_lane {
	cycles_t now;              /* the lane's clock; the owner adds to it */
	uint32_t number;
	bool waiting;              /* inside sim_wait() or sim_block() */
	struct sim *sim;
	struct sim_actor *current; /* whose turn it is when the lane's turn comes */
};

struct sim {
	struct order order;
	struct sim_lane *lane;     /* [lanes] */
	uint32_t lanes, ended;
	uint64_t fingerprint;
	uint64_t events;           /* times a lane lined up or was fingerprinted */
	uint64_t switches;         /* times control passed from one stack to another */
	char *failure;             /* why the run was ended early, or NULL; heap */
	/* Asked when no lane has a next step although some have not ended: text that explains the deadlock (heap), or NULL when those that
	 * wait may wait for ever. */
	char *(*explain_deadlock)(void *arg);
	void *explain_arg;
	struct sim_private *private;
};

/* One engine per process: SimGrid cannot be set up twice. Creates `lanes` lanes at time 0.
 * Returns 0, or HZ_ENVIRONMENT when SimGrid's platform file cannot be written. */
int sim_init(struct sim *s, uint32_t lanes, struct error *e);

/* A stack on `lane`; `body` starts when the lane first switches to it, and may use SIM_STACK_KIB of stack. The first actor made on a lane
 * is the one the run starts with. */
#define SIM_STACK_KIB 160u
struct sim_actor *sim_actor_new(struct sim_lane *lane, const char *name, void (*body)(void *), void *arg);

/* Run until every lane has ended, nothing can happen any more, or sim_fail(). */
void sim_run(struct sim *s);
void sim_fini(struct sim *s);

/* The rest is called from a running actor, about its own lane. */

/* Slow half of sim_line_up(). */
void sim_yield_turn(struct sim_lane *lane);

/* Wait until no other lane is earlier. Records (now, lane, what) in the fingerprint. */
void sim_record(struct sim_lane *lane, uint32_t what);
static inline void sim_line_up(struct sim_lane *lane, uint32_t what)
{
	if (!order_is_first(&lane->sim->order, lane->number, lane->now))
		sim_yield_turn(lane);
	sim_record(lane, what);
}

/* Let time pass until `until`, or an earlier sim_wake(); the lane is lined up when this returns. */
void sim_wait(struct sim_lane *lane, cycles_t until);

/* Wait for sim_wake() alone. */
static inline void sim_block(struct sim_lane *lane)
{
	sim_wait(lane, ORDER_NEVER);
}

/* Let a waiting lane go on at `when`, or at its own time if that is earlier or `when` has passed there. No effect on a lane that does not wait.
 * The caller is lined up. */
void sim_wake(struct sim_lane *lane, cycles_t when);

/* Go on with another actor of this lane; returns when somebody switches back. */
void sim_switch(struct sim_lane *lane, struct sim_actor *to);

/* This lane has reached its end: none of its actors runs again. Does not return. */
_Noreturn void sim_lane_end(struct sim_lane *lane);

/* End the run now with this report (copied). Does not return. Before the run there is nothing to end: the process aborts. */
_Noreturn void sim_fail(struct sim *s, const char *report);

#endif
