/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where page_frag_free() returns a page when its last fragment is dropped: kernel.page_frag_free. */
#ifndef HZ_MM_FRAG_RELEASE_H
#define HZ_MM_FRAG_RELEASE_H

#include "base/policy.h"
#include "mm/memory.h"

struct frag_release {
	struct policy policy;
	/* The reference count of this block has reached 0. */
	void (*release)(struct cpu *cpu, struct memory *mm, struct page *page);
};

#endif
