/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine at work: CPUs with a clock, an interrupt flag, a current call path, and accounts by window. */
#ifndef HZ_HW_CPU_H
#define HZ_HW_CPU_H

#include <stdbool.h>

#include "base/histogram.h"
#include "base/types.h"
#include "hw/line.h"
#include "hw/lockdep.h"
#include "hw/machine.h"
#include "hw/profile.h"
#include "sim/sim.h"

struct context;
struct ipi_queue;
struct irq_line;
struct isolation;
struct lock;
struct lock_class;
struct worker;

#define CPU_LOCKS_HELD_MAX 8
#define LINES_RECENT 32u

struct held_lock {
	struct lock *lock;
	uint32_t node; /* call path that took it */
};

struct cpu {
	struct sim_lane *lane;
	struct profile_cell *cell; /* accounts of the current call path in the current window */
	struct profile_cell *cells; /* of all call paths in that window */
	cycles_t next_event;       /* when cpu_work() must stop to look: an interrupt due, the window's end */
	cycles_t next_irq;         /* earliest due interrupt line, CYCLES_MAX when none */
	uint32_t node;             /* current call path */
	uint32_t window;
	cycles_t window_end;
	uint32_t touches;          /* different cache lines touched so far */
	uint32_t l1_lines;         /* reach of the first level, in those */
	uint32_t work_rest;        /* fraction of a cycle that work has taken beyond the clock, in 1/65536 */
	uint16_t number;
	uint16_t socket, core;

	uint16_t irq_off;          /* nesting of local_irq_save */
	uint16_t bh_off;           /* nesting of softirq-disabled sections, the running softirq included */
	uint16_t preempt_off;      /* nesting of preempt_disable; locks, bottom halves and interrupts count for themselves */
	bool in_irq;
	bool in_softirq;           /* a softirq runs: interrupts that hit it included */
	bool busy;                 /* not idle */
	cycles_t slept_at;         /* when it last went idle: it may have run ahead to there */
	bool finished;             /* has left the run */
	bool softirq_pending;
	struct cpu *sibling;       /* SMT sibling that takes part in the run, or NULL */

	struct irq_line *irq;      /* list of this CPU's interrupt lines */
	void (*do_softirq)(struct cpu *cpu); /* what irq_exit runs when something is pending; NULL: nothing does */
	void *softirq_data;        /* its owner's */

	struct context *contexts;  /* list; the idle context is last to be chosen */
	struct context *current, *idle;
	cycles_t slice_end;        /* the current context's turn is over then; CYCLES_MAX: nobody else can run */
	cycles_t look_at;          /* how far it may run ahead before it hears of the others; CYCLES_MAX: any */
	struct ipi_queue *ipi;     /* NULL: nobody sends it any */
	struct worker *worker;     /* its kworker, or NULL */
	struct isolation *watch;   /* counts what interrupts a task, or NULL */
	bool sleeps_in_order;      /* lines up to sleep: others may wake it, or must know whether it sleeps */
	cycles_t *idle_cycles;     /* [windows + 1] */

	struct held_lock held[CPU_LOCKS_HELD_MAX];
	unsigned held_count;
	const struct lock *waits_for; /* blocked on this lock */

	struct histogram irq_delay; /* from due to taken, cycles */
	struct hw *hw;
};

struct hw {
	struct sim sim;
	const struct machine_params *machine;
	struct profile profile;
	struct lockdep lockdep;
	struct cpu *cpu;
	uint32_t cpus;             /* taking part */
	cycles_t end, window_length;
	bool running;              /* the engine has taken over: CPUs can wait for each other */
	cycles_t run_ahead;        /* a CPU with interrupts on lines up after this much time at the latest; CYCLES_MAX: only where it must */
	/* Accounts by window have one window more than the run: what a CPU still has to finish after the end goes there and is not
	 * reported. */
	uint32_t windows;
	uint32_t l1_lines, l2_lines, llc_lines; /* reach of each level in touches; the last is one core's share */
	cycles_t transfer[DISTANCE_KINDS];
	/* In 1/65536, alone on the core and with the SMT sibling busy: TSC cycles per cycle of work, and per cycle of an operation. */
	uint64_t work_scale[2], operation_scale[2];
	struct lock_class *lock_class; /* list */
};

/* A machine of which CPUs 0..cpus-1 take part, for a run of windows * window_length cycles.
 * Returns 0 or an error of the engine. */
int hw_init(struct hw *hw, const struct machine_params *machine, uint32_t cpus, uint32_t windows, cycles_t window_length,
	    struct error *e);
/* Model code may be called before the run to set things up (fill rings, lists and caches): CPUs then run one after the other and
 * nothing blocks. This puts all clocks and accounts back to 0 and keeps what was set up. */
void hw_start_clock(struct hw *hw);
/* Run until every CPU has reached the end; then close its accounts. */
void hw_run(struct hw *hw);
void hw_fini(struct hw *hw);

/* Sum over windows [from, windows). */
cycles_t cpu_idle_total(const struct cpu *cpu, uint32_t from);

static inline cycles_t cpu_now(const struct cpu *cpu)
{
	return cpu->lane->now;
}

/* Slow half of cpu_work(): the window is over or an interrupt is due. */
void cpu_event(struct cpu *cpu);

/* Charge cycles to the current call path, and let what has become due happen. */
static inline void cpu_charge(struct cpu *cpu, cycles_t cycles)
{
	cpu->lane->now += cycles;
	cpu->cell->cycles += cycles;
	if (cpu->lane->now >= cpu->next_event)
		cpu_event(cpu);
}

static inline void cpu_charge_core(struct cpu *cpu, cycles_t cycles, const uint64_t scale[2])
{
	const struct cpu *sibling = cpu->sibling;
	bool shared = sibling && (sibling->busy || cpu->lane->now < sibling->slept_at);
	uint64_t scaled = cycles * scale[shared] + cpu->work_rest;

	cpu->work_rest = scaled & 0xffff;
	cpu_charge(cpu, scaled >> 16);
}

/* Instruction work, in cycles of the core at its full speed: turned into cycles of the clock, and longer while the SMT sibling
 * is busy, as far as that was known when this CPU last lined up: a sibling that wakes later in the same stretch is not felt. */
static inline void cpu_work(struct cpu *cpu, cycles_t cycles)
{
	cpu_charge_core(cpu, cycles, cpu->hw->work_scale);
}

/* An operation of the machine that the core does by itself (atomic on an owned line, interrupt flag, interrupt entry): its cost is in
 * cycles of the clock, and it slows down with the sibling as work does. Latencies of caches and memory do not. */
static inline void cpu_operate(struct cpu *cpu, cycles_t cycles)
{
	cpu_charge_core(cpu, cycles, cpu->hw->operation_scale);
}

/* Charge the time that passed while the engine held this CPU, from `since` to now. */
void cpu_charge_wait(struct cpu *cpu, cycles_t since);

/* Whether a line is in this CPU's own first level, as most are: then it is touched, which costs nothing. What line_access() comes to. */
static inline bool cpu_touch_own(struct cpu *cpu, struct line *line)
{
	if (line->owner != cpu->number + 1u || cpu->touches - line->touch >= cpu->l1_lines)
		return false;
	if (cpu->touches - line->touch >= LINES_RECENT)
		cpu->touches++;
	line->touch = cpu->touches;
	line->readers = 0;
	return true;
}

/* Touch a line that this CPU has to bring in first, and pay for it. */
static inline void cpu_touch(struct cpu *cpu, struct line *line, uint32_t home)
{
	if (!cpu_touch_own(cpu, line))
		cpu_charge(cpu, line_access(cpu, line, home));
}

/* Look at a line without writing it. */
static inline void cpu_read(struct cpu *cpu, struct line *line, uint32_t home)
{
	cpu_charge(cpu, line_read(cpu, line, home));
}

/* Private lines touched in passing (packet data, stack, driver structures): they push older lines out of the caches. */
static inline void cpu_pollute(struct cpu *cpu, uint32_t lines)
{
	cpu->touches += lines;
}

/* Enter and leave a modelled kernel function. */
static inline void cpu_enter(struct cpu *cpu, struct kfunc *fn)
{
	cpu->node = profile_child(&cpu->hw->profile, cpu->node, fn);
	cpu->cell = &cpu->cells[cpu->node];
	cpu->cell->calls++;
}

static inline void cpu_go_to(struct cpu *cpu, uint32_t node)
{
	cpu->node = node;
	cpu->cell = &cpu->cells[node];
}

static inline void cpu_leave(struct cpu *cpu)
{
	cpu_go_to(cpu, cpu->hw->profile.node[cpu->node].parent);
}

/* Wait until no other CPU is earlier: required before touching what others can touch. */
static inline void cpu_line_up(struct cpu *cpu, uint32_t what)
{
	sim_line_up(cpu->lane, what);
}

static inline enum cpu_distance cpu_distance(const struct cpu *a, const struct cpu *b)
{
	if (a == b)
		return DISTANCE_SELF;
	if (a->socket != b->socket)
		return DISTANCE_CROSS;
	return a->core == b->core ? DISTANCE_SMT : DISTANCE_SOCKET;
}

static inline bool cpu_run_is_over(const struct cpu *cpu)
{
	return cpu->window == cpu->hw->windows;
}

/* Let `cpu` look around at `when` if it sleeps or spins; not when it spins for a lock, which it goes on doing until it has it. The caller
 * is another CPU and lined up. */
static inline void cpu_kick(struct cpu *cpu, cycles_t when)
{
	if (!cpu->waits_for)
		sim_wake(cpu->lane, when);
}

/* Work as cpu_work() does, but let the others go first: an interrupt is taken in the cycle in which it comes, however long the work is. For
 * user code that others may interrupt. One switch of stacks per call and interrupt. */
void cpu_work_in_order(struct cpu *cpu, cycles_t cycles);

/* Leave the run, at a point where this CPU has nothing half done. */
_Noreturn void cpu_finish(struct cpu *cpu);

/* Leave the idle state: time passes that still counts as idle. */
void cpu_idle_exit(struct cpu *cpu);

/* Sleep in the idle state until `until`, an interrupt, or a wake-up from another CPU. */
void cpu_sleep(struct cpu *cpu, cycles_t until);

/* End the run with a report that starts with `what` and names CPU, time, call path and held locks. Does not return. */
_Noreturn void cpu_fail(struct cpu *cpu, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append "CPU 3 at 12345: path" and the locks it holds. */
void cpu_describe(const struct cpu *cpu, struct text *out);

#endif
