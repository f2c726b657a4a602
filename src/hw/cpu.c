/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/cpu.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw/context.h"
#include "hw/ipi.h"
#include "hw/irq.h"
#include "hw/isolation.h"
#include "hw/lock.h"
#include "hw/worker.h"

#define LINE_SIZE 64u
#define LOOK_AROUND 0x4c4f4f4bu /* in the fingerprint */

/* CPUs that are blocked when nothing can happen any more: those that wait for a lock whose holder is stuck itself, in a circle of
 * locks or for another reason, are in a deadlock. */
static char *explain_deadlock(void *arg)
{
	struct hw *hw = arg;
	struct text report = {0};
	bool deadlock = false;

	text_add(&report, "deadlock: no CPU can go on\n");
	for (uint32_t i = 0; i < hw->cpus; i++) {
		const struct cpu *cpu = &hw->cpu[i];
		const struct cpu *holder = cpu->waits_for ? cpu->waits_for->holder : NULL;

		if (!cpu->finished && ipi_waits_for(cpu)) {
			deadlock = true;
			text_add(&report, "waits for %u CPUs to take its interrupt: ", ipi_waits_for(cpu));
			cpu_describe(cpu, &report);
		}
		if (cpu->finished || !holder)
			continue;
		deadlock = true;
		text_add(&report, "waits for %s: ", cpu->waits_for->class->name);
		cpu_describe(cpu, &report);
		if (!holder->waits_for) {
			text_add(&report, "held by ");
			cpu_describe(holder, &report);
		}
	}
	if (!deadlock) {
		text_fini(&report);
		return NULL;
	}
	return report.s;
}

int hw_init(struct hw *hw, const struct machine_params *machine, uint32_t cpus, uint32_t windows, cycles_t window_length,
	    struct error *e)
{
	uint32_t cores = machine->sockets * machine->cores;
	int code = sim_init(&hw->sim, cpus, e);

	if (code)
		return code;
	hw->machine = machine;
	hw->cpus = cpus;
	hw->windows = windows;
	hw->window_length = window_length;
	hw->end = window_length * windows;
	hw->run_ahead = CYCLES_MAX;
	hw->sim.explain_deadlock = explain_deadlock;
	hw->sim.explain_arg = hw;
	profile_init(&hw->profile, windows + 1);
	hw->l1_lines = (uint32_t)(machine->l1_size / LINE_SIZE);
	hw->l2_lines = (uint32_t)(machine->l2_size / LINE_SIZE);
	hw->llc_lines = hw->l2_lines + (uint32_t)(machine->llc_size / machine->cores / LINE_SIZE);
	hw->work_scale[0] = machine->core_hz > 0.0 ? (uint64_t)llround(65536.0 * machine->clock_hz / machine->core_hz) : 65536;
	hw->operation_scale[0] = 65536;
	for (unsigned i = 0; i < 2; i++) {
		uint64_t *scale = i ? hw->operation_scale : hw->work_scale;

		scale[1] = scale[0] * machine->smt_percent / 100;
	}
	hw->transfer[DISTANCE_SMT] = machine->transfer_smt;
	hw->transfer[DISTANCE_SOCKET] = machine->transfer_socket;
	hw->transfer[DISTANCE_CROSS] = machine->transfer_cross;
	hw->cpu = xcalloc(cpus, sizeof *hw->cpu);
	for (uint32_t i = 0; i < cpus; i++) {
		struct cpu *cpu = &hw->cpu[i];

		cpu->hw = hw;
		cpu->lane = &hw->sim.lane[i];
		cpu->number = (uint16_t)i;
		cpu->core = (uint16_t)machine_core_of(machine, i);
		cpu->socket = (uint16_t)machine_socket_of(machine, i);
		cpu->next_irq = cpu->slice_end = cpu->look_at = CYCLES_MAX;
		cpu->window_end = window_length;
		cpu->next_event = window_length;
		cpu->idle_cycles = xcalloc(windows + 1, sizeof *cpu->idle_cycles);
		cpu->l1_lines = hw->l1_lines;
		cpu->cell = cpu->cells = profile_cell(&hw->profile, 0, 0);
		if (i >= cores) {
			cpu->sibling = &hw->cpu[i - cores];
			cpu->sibling->sibling = cpu;
			cpu->sleeps_in_order = cpu->sibling->sleeps_in_order = true;
		}
	}
	return 0;
}

static void account_idle(struct cpu *cpu, cycles_t from, cycles_t until)
{
	while (from < until) {
		uint32_t w = (uint32_t)(from / cpu->hw->window_length);
		cycles_t stop = (w + 1) * cpu->hw->window_length;

		if (stop > until)
			stop = until;
		cpu->idle_cycles[w] += stop - from;
		from = stop;
	}
}

static void next_window(struct cpu *cpu)
{
	cpu->window++;
	cpu->cells = profile_cell(&cpu->hw->profile, 0, cpu->window);
	cpu->window_end = cpu->window < cpu->hw->windows ? cpu->window_end + cpu->hw->window_length : CYCLES_MAX;
	cpu_go_to(cpu, cpu->node);
}

/* CPUs that were waiting when the run ended: they would have gone on waiting until its end. */
static void close_accounts(struct cpu *cpu)
{
	cycles_t now = cpu->lane->now, end = cpu->hw->end;

	if (now >= end)
		return;
	if (!cpu->busy) {
		account_idle(cpu, now, end);
		return;
	}
	for (; now < end; next_window(cpu)) {
		cpu->cell->cycles += cpu->window_end - now;
		now = cpu->window_end;
	}
}

void hw_start_clock(struct hw *hw)
{
	profile_clear(&hw->profile);
	lock_classes_clear(hw);
	for (uint32_t i = 0; i < hw->cpus; i++) {
		struct cpu *cpu = &hw->cpu[i];

		cpu->lane->now = 0;
		cpu->window = 0;
		cpu->cells = profile_cell(&hw->profile, 0, 0);
		cpu->window_end = hw->window_length;
		cpu->look_at = hw->run_ahead;
		cpu_go_to(cpu, 0);
		irq_update(cpu);
	}
}

void hw_run(struct hw *hw)
{
	hw->running = true;
	sim_run(&hw->sim);
	if (hw->sim.failure)
		return;
	for (uint32_t i = 0; i < hw->cpus; i++) {
		if (hw->cpu[i].watch)
			isolation_end(&hw->cpu[i]);
		close_accounts(&hw->cpu[i]);
	}
}

void hw_fini(struct hw *hw)
{
	worker_fini(hw);
	ipi_fini(hw);
	for (uint32_t i = 0; i < hw->cpus; i++) {
		contexts_free(&hw->cpu[i]);
		irq_lines_free(&hw->cpu[i]);
		isolation_free(&hw->cpu[i]);
		free(hw->cpu[i].idle_cycles);
	}
	free(hw->cpu);
	lock_classes_free(hw);
	lockdep_fini(&hw->lockdep);
	profile_fini(&hw->profile);
	sim_fini(&hw->sim);
}

cycles_t cpu_idle_total(const struct cpu *cpu, uint32_t from)
{
	cycles_t sum = 0;

	for (uint32_t w = from; w < cpu->hw->windows; w++)
		sum += cpu->idle_cycles[w];
	return sum;
}

_Noreturn void cpu_finish(struct cpu *cpu)
{
	cpu->finished = true;
	ipi_abandon(cpu);
	cpu->busy = false;
	cpu->slept_at = cpu->lane->now;
	sim_lane_end(cpu->lane);
}

void cpu_event(struct cpu *cpu)
{
	while (cpu->lane->now >= cpu->window_end) {
		cycles_t excess = cpu->lane->now - cpu->window_end;

		cpu->cell->cycles -= excess;
		next_window(cpu);
		cpu->cell->cycles += excess;
	}
	irq_update(cpu);
	while (!cpu->irq_off && !cpu->in_irq && cpu->lane->now >= cpu->next_event) {
		if (cpu->lane->now >= cpu->look_at) {
			cpu_line_up(cpu, LOOK_AROUND);
			cpu->look_at = cpu->lane->now + cpu->hw->run_ahead;
			irq_update(cpu);
		}
		if (cpu->lane->now < cpu->next_irq)
			break;
		irq_take(cpu);
	}
	if (cpu->lane->now >= cpu->slice_end)
		context_preempt(cpu);
}

void cpu_charge_wait(struct cpu *cpu, cycles_t since)
{
	cpu->cell->cycles += cpu->lane->now - since;
	if (cpu->lane->now >= cpu->next_event)
		cpu_event(cpu);
}

void cpu_work_in_order(struct cpu *cpu, cycles_t cycles)
{
	const uint64_t *scale = cpu->hw->work_scale;

	while (cycles) {
		cycles_t since = cpu_now(cpu), until, done;
		bool shared = cpu->sibling && cpu->sibling->busy;
		uint64_t scaled = cycles * scale[shared] + cpu->work_rest;

		/* It hears of the others all the time. */
		until = since + (scaled >> 16);
		cpu->look_at = cpu->hw->run_ahead == CYCLES_MAX ? CYCLES_MAX : until + 1;
		irq_update(cpu);
		if (cpu->next_event > since && cpu->next_event < until)
			until = cpu->next_event;
		sim_wait(cpu->lane, until);
		if (cpu_now(cpu) - since == scaled >> 16) {
			cpu->work_rest = scaled & 0xffff;
			cycles = 0;
		} else {
			done = ((cpu_now(cpu) - since) << 16) / scale[shared];
			cycles -= done < cycles ? done : cycles;
		}
		cpu_charge_wait(cpu, since);
	}
}

void cpu_sleep(struct cpu *cpu, cycles_t until)
{
	cycles_t from = cpu->lane->now, end = cpu->hw->end, wake = irq_next_wake(cpu);

	if (until > wake)
		until = wake;
	if (until > end)
		until = end;
	if (until < from)
		until = from;
	cpu->busy = false;
	cpu->slept_at = from;
	if (cpu->sleeps_in_order)
		sim_wait(cpu->lane, until);
	else
		cpu->lane->now = until;
	cpu->busy = true;
	account_idle(cpu, from, cpu->lane->now < end ? cpu->lane->now : end);
	if (cpu->lane->now >= end)
		cpu_finish(cpu);
	while (cpu->lane->now >= cpu->window_end)
		next_window(cpu);
	irq_update(cpu);
	/* The idle loop has to leave the idle state first. */
	if (cpu->current != cpu->idle)
		cpu_event(cpu);
}

void cpu_idle_exit(struct cpu *cpu)
{
	cycles_t from = cpu->lane->now, until = from + cpu->hw->machine->idle_exit, end = cpu->hw->end;

	account_idle(cpu, from, until < end ? until : end);
	cpu->lane->now = until;
	while (cpu->lane->now >= cpu->window_end)
		next_window(cpu);
	cpu_event(cpu);
}

void cpu_describe(const struct cpu *cpu, struct text *out)
{
	text_add(out, "CPU %u at cycle %" PRIu64 " in ", cpu->number, cpu->lane->now);
	profile_path(&cpu->hw->profile, cpu->node, out);
	text_add(out, "\n");
	for (unsigned i = cpu->held_count; i-- > 0;) {
		text_add(out, "  holds %s, taken in ", cpu->held[i].lock->class->name);
		profile_path(&cpu->hw->profile, cpu->held[i].node, out);
		text_add(out, "\n");
	}
}

_Noreturn void cpu_fail(struct cpu *cpu, const char *format, ...)
{
	struct text report = {0};
	va_list args, again;
	int length;
	char *what;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	what = xmalloc((size_t)length + 1);
	vsnprintf(what, (size_t)length + 1, format, again);
	va_end(again);
	va_end(args);
	text_add(&report, "%s\n", what);
	free(what);
	cpu_describe(cpu, &report);
	/* The report is copied by the engine; this copy goes with the process. */
	sim_fail(&cpu->hw->sim, report.s);
}
