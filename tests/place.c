/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "place.h"

#include "base/text.h"
#include "mm/page_alloc.h"
#include "release.h"

static void start(struct place *p)
{
	struct error e = {0};

	rig_hw(&p->hw, &p->machine, machine_cpus(&p->machine), 1, 1000000);
	ck_assert_msg(!memory_init(&p->mm, &p->hw, &p->params, 1, 0, &e), "%s", e.text);
	p->cpu = &p->hw.cpu[0];
	p->zone = &p->mm.zone[0];
}

void place_set_up_resident(struct place *p, uint32_t sockets, uint64_t memory, uint64_t resident)
{
	p->machine = point_server();
	p->machine.sockets = sockets;
	p->machine.cores = 2;
	p->machine.threads = 1;
	p->machine.memory = memory;
	p->machine.memory_resident = resident;
	start(p);
}

void place_set_up_socket(struct place *p, uint32_t cpus, uint64_t memory)
{
	p->machine = point_server();
	p->machine.sockets = 1;
	p->machine.cores = cpus;
	p->machine.threads = 1;
	p->machine.memory = memory;
	start(p);
}

void place_set_up(struct place *p, uint32_t sockets, uint64_t memory)
{
	place_set_up_resident(p, sockets, memory, 0);
}

struct place place_419(void)
{
	return (struct place){.params = point_router().mm};
}

struct place place_410(void)
{
	struct place p = place_419();

	p.params.pcp_batch_cap = 512 << 10;
	p.params.pcp_prefetch = 0;
	return p;
}

struct place place_release(const char *release)
{
	return (struct place){.params = release_params(release).mm};
}

void place_assert_sound(struct place *p)
{
	struct error e = {0};

	ck_assert_msg(!memory_check(&p->mm, &e), "%s", e.text);
}

uint64_t place_lock_taken(const struct place *p)
{
	const struct lock_class *c = p->zone->lock.class;

	return c->window[0].acquisitions + c->window[1].acquisitions;
}

struct page *place_get(struct place *p, unsigned order)
{
	struct page *page = alloc_pages(p->cpu, &p->mm, order, MIGRATE_UNMOVABLE);

	ck_assert_ptr_nonnull(page);
	return page;
}

void place_put(struct place *p, struct page *page, unsigned order)
{
	__free_pages(p->cpu, &p->mm, page, order);
}

void place_fragment(struct place *p)
{
	p->zone->watermark_low = p->zone->watermark_min = 0;
	while (alloc_pages(p->cpu, &p->mm, 0, MIGRATE_UNMOVABLE))
		;
	for (pfn_t i = 0; i < p->mm.pages; i += 2)
		__free_pages_ok(p->cpu, &p->mm, &p->mm.page[i], 0);
}

void place_set_up_64(struct place *p, const char *release)
{
	*p = place_release(release);
	place_set_up_socket(p, 32, 64 * GIB);
}

void place_assert_counts(const struct place *p)
{
	const struct memory_counts *c = &p->mm.counts;

	ck_assert_uint_eq(c->pcp_hits + c->pcp_misses + c->zone_allocs, c->allocs);
	ck_assert_uint_eq(c->pcp_frees + c->zone_frees, c->frees);
}

struct per_cpu_pages *place_lists(struct place *p)
{
	return &p->zone->pcp[p->cpu->number];
}

struct page **place_take(struct place *p, unsigned order, uint32_t n)
{
	struct page **page = xcalloc(n, sizeof *page);

	for (uint32_t i = 0; i < n; i++) {
		page[i] = alloc_pages(&p->hw.cpu[1], &p->mm, order, MIGRATE_UNMOVABLE);
		ck_assert_ptr_nonnull(page[i]);
	}
	return page;
}
