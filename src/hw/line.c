/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hw/line.h"

#include "hw/cpu.h"

static cycles_t from_memory(const struct cpu *cpu, uint32_t home)
{
	const struct machine_params *m = cpu->hw->machine;

	return home == cpu->socket ? m->dram_local : m->dram_remote;
}

static cycles_t own_line(const struct cpu *cpu, uint32_t age, uint32_t home)
{
	const struct hw *hw = cpu->hw;

	if (age < hw->l1_lines)
		return 0;
	if (age < hw->l2_lines)
		return hw->machine->l2_latency;
	if (age < hw->llc_lines)
		return hw->machine->llc_latency;
	return from_memory(cpu, home);
}

static cycles_t foreign_line(const struct cpu *cpu, const struct cpu *owner, uint32_t age, uint32_t home)
{
	const struct hw *hw = cpu->hw;
	enum cpu_distance distance = cpu_distance(cpu, owner);

	if (age < hw->l2_lines)
		return hw->transfer[distance];
	if (age < hw->llc_lines)
		return distance == DISTANCE_CROSS ? hw->transfer[DISTANCE_CROSS] : hw->machine->llc_latency;
	return from_memory(cpu, home);
}

static uint16_t reader(unsigned cpu)
{
	return (uint16_t)(1u << cpu % 16);
}

static cycles_t fetch(const struct cpu *cpu, const struct line *line, uint32_t home)
{
	const struct cpu *owner;
	uint32_t age;

	if (!line->owner)
		return from_memory(cpu, home);
	owner = &cpu->hw->cpu[line->owner - 1u];
	age = owner->touches - line->touch;
	/* Readers of a line come by equally often: one's copy is about as old as the last one's. */
	if (owner == cpu || line->readers & reader(cpu->number))
		return own_line(cpu, age, home);
	return foreign_line(cpu, owner, age, home);
}

cycles_t line_access(struct cpu *cpu, struct line *line, uint32_t home)
{
	cycles_t cost = fetch(cpu, line, home);

	/* Copies elsewhere go while the store waits in its buffer. */
	line_own(cpu, line);
	return cost;
}

cycles_t line_read(struct cpu *cpu, struct line *line, uint32_t home)
{
	uint16_t readers = line->readers | reader(cpu->number);
	cycles_t cost = fetch(cpu, line, home);

	if (line->owner)
		readers |= reader(line->owner - 1u);
	line_own(cpu, line);
	line->readers = readers;
	return cost;
}

void line_own(struct cpu *cpu, struct line *line)
{
	/* The line is this CPU's newest. One that was among its newest already pushes nothing out: what counts is how many different lines
	 * come between two touches of one. */
	if (line->owner != cpu->number + 1u || cpu->touches - line->touch >= LINES_RECENT)
		cpu->touches++;
	line->touch = cpu->touches;
	line->owner = (uint16_t)(cpu->number + 1u);
	line->readers = 0;
}
