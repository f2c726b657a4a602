/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h, the part that prints a plan. */
#include "plan/plan.h"

#include <string.h>

void plan_print(const struct plan *plan, FILE *out)
{
	const struct scenario *s = &plan->scenario;

	fprintf(out, "%s: %zu point%s, %u repetition%s each", s->name, plan->points, plan->points == 1 ? "" : "s",
		s->repetitions, s->repetitions == 1 ? "" : "s");
	if (plan->dropped)
		fprintf(out, "; %zu left out by 'where'", plan->dropped);
	fputc('\n', out);
	for (size_t i = 0; i < plan->points; i++)
		fprintf(out, "%4zu  %s\n", i + 1, plan->point[i].label);
}

/* As YAML: plain where that is unmistakable, else in double quotes as in JSON. */
static void add_yaml(struct text *t, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/%+-";

	if (*s && *s != '-' && *s != '%' && !s[strspn(s, plain)])
		text_add(t, "%s", s);
	else
		text_add_json(t, s);
}

static void print_key(const struct key *key, const struct resolved *r, FILE *out)
{
	struct text value = {0};

	add_yaml(&value, r->value.text);
	fprintf(out, "%s: %s  # %s", key->path, text_str(&value), r->from.place.file);
	if (r->from.place.line)
		fprintf(out, ":%lu", r->from.place.line);
	if (r->from.source)
		fprintf(out, " (%s%s", r->from.status ? r->from.status : "", r->from.status ? ": " : "");
	for (const char *c = r->from.source; c && *c; c++)
		fputc(*c == '\n' ? ' ' : *c, out);
	fputs(r->from.source ? ")\n" : "\n", out);
	text_fini(&value);
}

void plan_print_config(const struct plan *plan, FILE *out)
{
	struct text name = {0};

	add_yaml(&name, plan->scenario.name);
	for (size_t i = 0; i < plan->points; i++) {
		const struct point *pt = &plan->point[i];

		fprintf(out, "%s# point %zu of %zu: %s\n# hash: %s\nscenario: %s\nrepetitions: %u\n", i ? "---\n" : "",
			i + 1, plan->points, pt->label, pt->hash, text_str(&name), plan->scenario.repetitions);
		for (size_t k = 0; k < keys_count; k++)
			if (pt->key[k].value.text)
				print_key(&keys[k], &pt->key[k], out);
	}
	text_fini(&name);
}
