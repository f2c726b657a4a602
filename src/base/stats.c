/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

void stats_add(struct stats *s, double value)
{
	double delta = value - s->mean;

	s->n++;
	s->mean += delta / (double)s->n;
	s->m2 += delta * (value - s->mean);
}

double stats_stddev(const struct stats *s)
{
	return s->n < 2 ? 0.0 : sqrt(s->m2 / (double)(s->n - 1));
}

double stats_half_width95(const struct stats *s)
{
	if (s->n < 2)
		return NAN;
	return gsl_cdf_tdist_Pinv(0.975, (double)(s->n - 1)) * stats_stddev(s) / sqrt((double)s->n);
}

void paired_add(struct paired *p, double before, double after)
{
	p->n++;
	p->equal += before == after;
	if (before == after)
		stats_add(&p->change, 0);
	else if (before != 0)
		stats_add(&p->change, (after - before) / before);
}

enum paired_verdict paired_judge(const struct paired *p, double *change, double *half_width)
{
	*change = *half_width = NAN;
	if (!p->n || p->change.n < p->n)
		return PAIRED_UNKNOWN;
	*change = p->change.mean;
	if (p->n >= PAIRED_MIN)
		*half_width = stats_half_width95(&p->change);
	if (p->equal == p->n)
		return PAIRED_SAME;
	if (isnan(*half_width))
		return PAIRED_UNKNOWN;
	if (fabs(*change) <= *half_width)
		return PAIRED_NOISE;
	return *change < 0 ? PAIRED_LESS : PAIRED_MORE;
}

const char *paired_verdict_name(enum paired_verdict verdict)
{
	static const char *const names[] = {"unknown", "same", "noise", "less", "more"};

	return names[verdict];
}

static int halves_agree(const double *batch, size_t from, size_t n)
{
	struct stats half[2] = {{0}, {0}};
	double difference, error;

	for (size_t i = from; i < n; i++)
		if (!isnan(batch[i]))
			stats_add(&half[i - from >= (n - from) / 2], batch[i]);
	if (half[0].n < 2 || half[1].n < 2)
		return 0;
	difference = fabs(half[0].mean - half[1].mean);
	error = sqrt(half[0].m2 / (double)(half[0].n * (half[0].n - 1)) + half[1].m2 / (double)(half[1].n * (half[1].n - 1)));
	return difference <= 2.0 * error || difference <= 0.01 * fabs(half[0].mean);
}

size_t stats_mser(const double *batch, size_t n, int *steady)
{
	size_t best = 0, limit = n / 2;
	double best_score = INFINITY;

	for (size_t cut = 0; cut <= limit; cut++) {
		struct stats rest = {0};
		double score;

		for (size_t i = cut; i < n; i++)
			if (!isnan(batch[i]))
				stats_add(&rest, batch[i]);
		if (rest.n < 2)
			break;
		score = rest.m2 / ((double)rest.n * (double)rest.n);
		if (score < best_score) {
			best_score = score;
			best = cut;
		}
	}
	*steady = best < limit || limit == 0 || halves_agree(batch, best, n);
	return best;
}
