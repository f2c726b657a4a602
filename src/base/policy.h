/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy: one way to do what kernels, or proposals for them, do in different ways. A family of policies is a struct of functions whose
 * first member is this; each value is a file of its own. src/plan/policies.h lists the values of each family, the key table offers them. */
#ifndef HZ_BASE_POLICY_H
#define HZ_BASE_POLICY_H

struct policy {
	const char *name;  /* as scenario files say it */
	const char *help;  /* one line, no full stop: what it does, which releases have it */
};

#endif
