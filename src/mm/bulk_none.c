/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/bulk.h"

const struct bulk bulk_none = {
	.policy = {"none", "one page at a time (until 5.12)"},
};
