/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/types.h"
#include "laws.h"
#include "load/world.h"
#include "rig.h"

enum {
	SECONDS = 60,             /* for a run of some milliseconds, on a machine that does other things too */
	REFUSALS_MAX = 200,       /* in a row */
	SHRINKING_MAX = 400,      /* runs to shrink a draw */
	ALIKE = 24,               /* characters by which two reports of one fault are known */
};

/* What may end a run early: memory that is too small for a load, an operation that costs nothing and would never end, and a policy that is
 * there to show what is wrong with it. */
static const struct {
	const char *path, *value; /* key and value; NULL: any */
	const char *failure;      /* what the report says */
} known[] = {
	{NULL, NULL, ": out of memory\n"},
	{NULL, NULL, " took no cycles\n"},
	{"kernel.drain", "remote_local_lock", "possible circular locking dependency: pagesets of CPU "},
};

void trial_draw(struct draw *d, struct point *pt, struct random_points *from, struct stream *random, struct trial_counts *counts)
{
	struct error e;

	for (int i = 0; i < REFUSALS_MAX; i++) {
		counts->draws++;
		draw_new(d, from, random);
		do {
			if (draw_resolve(d, from, pt, &e))
				rig_give_up("a draw is no point: %s", e.text);
			if (!world_check(&pt->params, &e))
				return;
			counts->dropped++;
			point_fini(pt);
		} while (draw_mend(d, e.text, random));
		counts->refused++;
		draw_fini(d);
	}
	rig_give_up("%d points in a row were refused, the last because: %s", REFUSALS_MAX, e.text);
}

static bool is_known(const struct point *pt, const char *failure)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(known); i++) {
		const char *value = known[i].path ? pt->key[key_find(known[i].path)].value.text : NULL;

		if ((!known[i].path || (value && !strcmp(value, known[i].value))) && strstr(failure, known[i].failure))
			return true;
	}
	return false;
}

static void run(const struct params *given, const struct fault *fault, struct result *r)
{
	struct params p = *given;
	bool spoilt = fault && (!fault->met || fault->met(&p));

	if (spoilt && fault->plant)
		fault->plant(&p);
	rig_world(&p, r, fault && fault->seconds ? fault->seconds : SECONDS);
	if (spoilt && fault->spoil)
		fault->spoil(r);
}

bool trial_is_sound(const struct point *pt, const struct fault *fault, bool again, struct trial_counts *counts, struct text *why)
{
	struct result r, other;

	run(&pt->params, fault, &r);
	if (r.failure && is_known(pt, r.failure))
		counts->known++;
	else if (r.failure)
		text_add(why, "%s", r.failure);
	else
		result_is_lawful(&r, counts->applied, why);
	if (!why->len && again) {
		struct text difference = {0};

		run(&pt->params, fault, &other);
		if (!results_are_same(&r, &other, &difference))
			text_add(why, "the same again is not the same: %s", difference.s);
		text_fini(&difference);
		result_fini(&other);
	}
	result_fini(&r);
	return !why->len;
}

/* Two reports of one fault begin alike, but for numbers. */
static bool same_report(const char *a, const char *b)
{
	for (int alike = 0; alike < ALIKE && *a && *b; alike++) {
		a += strspn(a, "0123456789.");
		b += strspn(b, "0123456789.");
		if (*a++ != *b++)
			return false;
	}
	return true;
}

/* Whether the draw fails in the way that `why` says; then `why` becomes its report. */
static bool fails_too(const struct draw *d, struct random_points *from, const struct fault *fault, bool again, struct text *why)
{
	struct trial_counts counts = {0};
	struct text now = {0};
	struct point pt;
	struct error e;
	bool fails = !draw_resolve(d, from, &pt, &e) && !world_check(&pt.params, &e) && !trial_is_sound(&pt, fault, again, &counts, &now) &&
		     same_report(now.s, why->s);

	point_fini(&pt);
	text_fini(fails ? why : &now);
	if (fails)
		*why = now;
	return fails;
}

void trial_shrink(struct draw *d, struct random_points *from, const struct fault *fault, bool again, struct text *why)
{
	bool smaller = true;
	int runs = 0;

	while (smaller) {
		smaller = false;
		for (size_t i = d->items; i-- > d->needed && runs++ < SHRINKING_MAX;) {
			struct drawn left_out = d->item[i];

			memmove(&d->item[i], &d->item[i + 1], (d->items - i - 1) * sizeof *d->item);
			d->items--;
			if (fails_too(d, from, fault, again, why)) {
				free(left_out.text);
				smaller = true;
				continue;
			}
			memmove(&d->item[i + 1], &d->item[i], (d->items - i) * sizeof *d->item);
			d->item[i] = left_out;
			d->items++;
		}
	}
}
