/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/skb_defer.h"

const struct skb_defer skb_defer_none = {
	.policy = {"none", "every CPU frees what it is done with (until 5.18)"},
};
