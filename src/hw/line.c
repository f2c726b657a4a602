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

cycles_t line_access(struct cpu *cpu, struct line *line, uint32_t home)
{
	cycles_t cost;

	if (line->owner == cpu->number + 1u) {
		cost = own_line(cpu, cpu->touches - line->touch, home);
	} else if (line->owner) {
		const struct cpu *owner = &cpu->hw->cpu[line->owner - 1u];

		cost = foreign_line(cpu, owner, owner->touches - line->touch, home);
	} else {
		cost = from_memory(cpu, home);
	}
	line_own(cpu, line);
	return cost;
}

void line_own(struct cpu *cpu, struct line *line)
{
	line->owner = (uint16_t)(cpu->number + 1u);
	line->touch = cpu->touches++;
}
