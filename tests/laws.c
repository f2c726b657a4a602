/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "laws.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/types.h"

const struct law laws[] = {
	{"blocks allocated: from the lists, after a refill, from the zone", {"pcp_hits", "pcp_misses", "zone_allocs"}, {"allocs"}, false},
	{"blocks freed: to the lists, to the zone", {"pcp_frees", "zone_frees"}, {"frees"}, false},
	{"blocks past the lists because they were busy", {"pcp_busy"}, {"zone_allocs", "zone_frees"}, true},
	{"allocations that a refill brought", {"pcp_misses"}, {"pcp_refilled_pages"}, true},
	{"pages drained because of age", {"pcp_decayed_pages"}, {"pcp_drained_pages"}, true},
	{"fragment blocks of order 0 for want of larger ones", {"frag_fallbacks"}, {"frag_refills"}, true},
	{"pages that were reclaimed had been scanned", {"pages_reclaimed"}, {"pages_scanned"}, true},
	{"interruptions have a cause, or several",
	 {"interruptions"}, {"interrupted_by_irq", "interrupted_by_ipi", "interrupted_by_softirq", "interrupted_by_task"}, true},
};

const size_t laws_count = HZ_ARRAY_SIZE(laws);

/* Their sum. Returns false when the result lacks one of them. */
static bool sum(const struct result *r, const char *const *name, double *total)
{
	*total = 0;
	for (; *name; name++) {
		double value = result_get(r, *name);

		if (isnan(value))
			return false;
		*total += value;
	}
	return true;
}

static bool keeps(const struct law *law, const struct result *r, uint32_t *applied, struct text *why)
{
	double left, right;

	if (!sum(r, law->left, &left) || !sum(r, law->right, &right))
		return true;
	++*applied;
	if (law->at_most ? left <= right : left == right)
		return true;
	text_add(why, "%s: %.17g against %.17g", law->what, left, right);
	return false;
}

/* What has no observations is no number; a share is of one. */
static bool is_sensible(const struct metric *m)
{
	const char *end = strrchr(m->name, '_');

	return isnan(m->value) || (m->value >= 0 && m->value <= (end && !strcmp(end, "_share") ? 1 : 1e17));
}

/* A lock may be taken in one window and released in the next: one that each CPU holds, at either end of the windows. Of locks that only one
 * CPU takes, holds are not recorded. */
static bool lock_is_lawful(const struct lock_row *l, double cpus, struct text *why)
{
	if (l->contended > l->acquisitions || l->wait.count != l->contended ||
	    (l->hold.count && fabs((double)l->hold.count - (double)l->acquisitions) > cpus))
		text_add(why, "%s: %" PRIu64 " acquisitions and %" PRIu64 " holds, %" PRIu64 " contended and %" PRIu64 " waits", l->name,
			 l->acquisitions, l->hold.count, l->contended, l->wait.count);
	else if (l->wait.sum > UINT64_C(1) << 60 || l->hold.sum > UINT64_C(1) << 60)
		text_add(why, "%s: %" PRIu64 " cycles waited, %" PRIu64 " held", l->name, l->wait.sum, l->hold.sum);
	return !why->len;
}

bool result_is_lawful(const struct result *r, uint32_t *applied, struct text *why)
{
	for (size_t i = 0; i < r->metrics && !why->len; i++)
		if (!is_sensible(&r->metric[i]))
			text_add(why, "%s is %g", r->metric[i].name, r->metric[i].value);
	for (size_t i = 0; i < r->locks && !why->len; i++)
		lock_is_lawful(&r->lock[i], result_get(r, "cpus"), why);
	for (size_t i = 0; i < r->profiles && !why->len; i++)
		if (r->profile[i].self > UINT64_C(1) << 60)
			text_add(why, "%s: %" PRIu64 " cycles", r->profile[i].path, r->profile[i].self);
	for (size_t i = 0; i < laws_count && !why->len; i++)
		keeps(&laws[i], r, &applied[i], why);
	return !why->len;
}

static bool same_locks(const struct lock_row *a, const struct lock_row *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->kind, b->kind) && !strcmp(a->caller, b->caller) &&
	       a->acquisitions == b->acquisitions && a->contended == b->contended && a->trylock_failures == b->trylock_failures &&
	       !memcmp(a->handoff, b->handoff, sizeof a->handoff) && !memcmp(&a->hold, &b->hold, sizeof a->hold) &&
	       !memcmp(&a->wait, &b->wait, sizeof a->wait);
}

bool results_are_same(const struct result *a, const struct result *b, struct text *difference)
{
	if (a->metrics != b->metrics || a->locks != b->locks || a->profiles != b->profiles)
		text_add(difference, "%zu and %zu metrics, %zu and %zu locks, %zu and %zu call paths", a->metrics, b->metrics, a->locks, b->locks,
			 a->profiles, b->profiles);
	else if ((!a->failure) != (!b->failure) || (a->failure && strcmp(a->failure, b->failure) != 0))
		text_add(difference, "failures: %s and %s", a->failure ? a->failure : "none", b->failure ? b->failure : "none");
	else if (a->fingerprint != b->fingerprint || a->events != b->events)
		text_add(difference, "fingerprints %016" PRIx64 " and %016" PRIx64 ", %" PRIu64 " and %" PRIu64 " events", a->fingerprint,
			 b->fingerprint, a->events, b->events);
	for (size_t i = 0; i < a->metrics && !difference->len; i++)
		if (strcmp(a->metric[i].name, b->metric[i].name) != 0 || strcmp(a->metric[i].unit, b->metric[i].unit) != 0 ||
		    memcmp(&a->metric[i].value, &b->metric[i].value, sizeof(double)) != 0)
			text_add(difference, "%s is %.17g and %s is %.17g", a->metric[i].name, a->metric[i].value, b->metric[i].name,
				 b->metric[i].value);
	for (size_t i = 0; i < a->locks && !difference->len; i++)
		if (!same_locks(&a->lock[i], &b->lock[i]))
			text_add(difference, "%s: %" PRIu64 " and %" PRIu64 " acquisitions", a->lock[i].name, a->lock[i].acquisitions,
				 b->lock[i].acquisitions);
	for (size_t i = 0; i < a->profiles && !difference->len; i++)
		if (strcmp(a->profile[i].path, b->profile[i].path) != 0 || a->profile[i].self != b->profile[i].self ||
		    a->profile[i].calls != b->profile[i].calls)
			text_add(difference, "%s: %" PRIu64 " and %" PRIu64 " cycles", a->profile[i].path, a->profile[i].self,
				 b->profile[i].self);
	return !difference->len;
}
