/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the model stand on: runs in a process of their own, because a process has one engine. */
#ifndef HZ_TESTS_RIG_H
#define HZ_TESTS_RIG_H

#include <check.h>

#include "hw/context.h"
#include "load/params.h"
#include "load/result.h"
#include "plan/policies.h"
#include "points.h"

/* Every kind of spinlock. */
#define RIG_COUNTED(family, value) +1
enum { RIG_LOCK_KINDS = 0 LOCK_KINDS(RIG_COUNTED) };
extern const struct lock_kind *const rig_lock_kinds[RIG_LOCK_KINDS];

/* CPUs of `machine`, for a run of `windows` windows. Fails the test when there is no engine. */
void rig_hw(struct hw *hw, const struct machine_params *machine, uint32_t cpus, uint32_t windows, cycles_t window_length);

/* Every CPU runs `body` with its own element of args, `size` bytes apart; NULL args: NULL. Then the run goes to its end. */
void rig_run(struct hw *hw, void (*body)(struct cpu *, void *), void *args, size_t size);

/* Call `compute(arg, out)` in a child, and bring the `size` bytes at `out` back. Returns false when the child did not end well
 * within `seconds`. */
bool rig_child(void (*compute)(const void *arg, void *out), const void *arg, void *out, size_t size, unsigned seconds);

/* Simulate a point in a child. A child that does not end well within `seconds` comes back as a result with a failure text. */
void rig_world(const struct params *p, struct result *r, unsigned seconds);

/* Half-width of the 99.9 % interval of a mean from its independent batches. */
double rig_half_width(const double *batch, size_t n, double *mean);

/* Where no test is running yet that could fail: say why on stderr and end the program. */
_Noreturn void rig_give_up(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Run one suite, as every test program's main does. */
int rig_main(Suite *suite);

#endif
