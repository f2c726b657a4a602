/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cache line: who had it last, and how long ago in that CPU's touches; who else has a copy of it. What an access costs follows from
 * that and from the machine's cache sizes. */
#ifndef HZ_HW_LINE_H
#define HZ_HW_LINE_H

#include "base/types.h"

struct cpu;

/* Zero-filled: in nobody's cache. */
struct line {
	uint16_t owner;  /* CPU number + 1; 0: nobody */
	uint16_t readers; /* CPUs with a copy since it was last written, by number modulo 16; 0: only the owner */
	uint32_t touch;  /* the owner's count of different lines when it last touched this one */
};

/* Bring the line to `cpu` for writing and return the cycles it takes beyond a first-level hit, which is part of the
 * instruction work. `home` is the memory node behind the line. */
cycles_t line_access(struct cpu *cpu, struct line *line, uint32_t home);

/* Bring a copy of the line for reading. Copies that other CPUs have stay. With more than 16 CPUs two of them can pass for one. */
cycles_t line_read(struct cpu *cpu, struct line *line, uint32_t home);

/* The line arrived with something already paid for (a lock hand-off). */
void line_own(struct cpu *cpu, struct line *line);

#endif
