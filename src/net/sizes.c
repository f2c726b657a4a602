/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/sizes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One "LENGTH[B][:WEIGHT]"; advances *text. */
static int parse_entry(struct sizes *s, const char **text, uint32_t least, uint32_t most, struct error *e)
{
	char *end;
	unsigned long length = strtoul(*text, &end, 10);
	double weight = 1.0;

	if (end == *text || **text == '-')
		return error_set(e, HZ_USER, "packet size '%s': expected bytes, 'imix', or a list such as '64B:7 594B:4 1518B:1'",
				 *text);
	if (*end == 'B')
		end++;
	if (length < least || length > most)
		return error_set(e, HZ_USER, "packet size %lu: expected %u to %u bytes", length, least, most);
	if (*end == ':') {
		const char *start = end + 1;

		weight = strtod(start, &end);
		if (end == start || !(weight > 0.0) || !isfinite(weight))
			return error_set(e, HZ_USER, "packet size weight '%s': expected a number above 0", start);
	}
	if (*end && *end != ' ')
		return error_set(e, HZ_USER, "packet size: '%s' after a length; expected ':weight' or a space", end);
	while (*end == ' ')
		end++;
	if (s->n == SIZES_MAX)
		return error_set(e, HZ_USER, "packet sizes: at most %d", SIZES_MAX);
	s->length[s->n] = (uint32_t)length;
	s->upto[s->n++] = weight;
	*text = end;
	return 0;
}

int sizes_parse(struct sizes *s, const char *text, uint32_t least, uint32_t most, struct error *e)
{
	double total = 0.0, sum = 0.0;

	/* "Simple IMIX" as traffic generators ship it (ostinato.org/blog/imix). */
	if (!strcmp(text, "imix"))
		text = "64B:7 594B:4 1518B:1";
	*s = (struct sizes){0};
	do {
		int code = parse_entry(s, &text, least, most, e);

		if (code)
			return code;
	} while (*text);
	for (uint32_t i = 0; i < s->n; i++)
		total += s->upto[i];
	for (uint32_t i = 0; i < s->n; i++) {
		s->mean += s->length[i] * s->upto[i] / total;
		sum += s->upto[i] / total;
		s->upto[i] = sum;
	}
	s->upto[s->n - 1] = 1.0;
	return 0;
}

uint32_t sizes_draw(const struct sizes *s, struct stream *random)
{
	double u;

	if (s->n == 1)
		return s->length[0];
	u = stream_uniform(random);
	for (uint32_t i = 0; i + 1 < s->n; i++)
		if (u < s->upto[i])
			return s->length[i];
	return s->length[s->n - 1];
}
