/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mm/frag_release.h"
#include "mm/page_alloc.h"

const struct frag_release frag_release_pcp = {
	.policy = {"pcp", "as any other page: to the per-CPU lists if its order is allowed there (since 5.0)"},
	.release = free_the_page,
};
