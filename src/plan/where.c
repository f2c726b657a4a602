/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/where.h"

#include <stdlib.h>
#include <string.h>

#include "base/types.h"

#define WHERE_DEPTH_MAX 32

enum where_kind { WHERE_OR, WHERE_AND, WHERE_NOT, WHERE_COMPARE };
enum where_op { OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL, OP_EQUAL, OP_NOT_EQUAL };

/* What is compared by name beside the keys. */
static const char *const names[] = {"policy", "workload"};

static const char *const op_names[] = {"<", "<=", ">", ">=", "==", "!="};

struct where {
	enum where_kind kind;
	struct where *left, *right; /* WHERE_NOT: left only */
	size_t key;                 /* keys_count and above: names[key - keys_count] */
	enum where_op op;
	struct value value;         /* not settled: times wait for the point's clock */
};

struct scanner {
	const char *next;
	char *word;                 /* current token, heap; "" at the end */
	bool quoted;
	unsigned depth;
	struct error *e;
};

static bool ends_word(char c)
{
	return !c || strchr(" \t\n()<>=!'", c);
}

static int advance(struct scanner *s)
{
	const char *start;
	struct text t = {0};

	free(s->word);
	s->word = NULL;
	s->quoted = false;
	s->next += strspn(s->next, " \t\n");
	start = s->next;
	if (*start == '\'') {
		const char *end = strchr(start + 1, '\'');

		if (!end)
			return error_set(s->e, HZ_USER, "the quote ' is not closed");
		text_add_bytes(&t, start + 1, (size_t)(end - start) - 1);
		s->quoted = true;
		s->next = end + 1;
	} else if (*start == '(' || *start == ')') {
		text_add_bytes(&t, s->next++, 1);
	} else if (*start && strchr("<>=!", *start)) {
		s->next += s->next[1] == '=' ? 2 : 1;
		text_add_bytes(&t, start, (size_t)(s->next - start));
	} else {
		while (!ends_word(*s->next))
			s->next++;
		text_add_bytes(&t, start, (size_t)(s->next - start));
	}
	s->word = t.s;
	return 0;
}

static bool at(const struct scanner *s, const char *word)
{
	return !s->quoted && !strcmp(s->word, word);
}

static int unexpected(const struct scanner *s, const char *expected)
{
	if (!*s->word && !s->quoted)
		return error_set(s->e, HZ_USER, "it ends where %s is expected", expected);
	return error_set(s->e, HZ_USER, "'%s' stands where %s is expected", s->word, expected);
}

static int parse_or(struct scanner *s, struct where **out);

static int parse_op(struct scanner *s, struct where *w)
{
	for (size_t i = 0; i < HZ_ARRAY_SIZE(op_names); i++)
		if (at(s, op_names[i])) {
			w->op = (enum where_op)i;
			return advance(s);
		}
	return unexpected(s, "one of < <= > >= == !=");
}

/* A key, or one of `names`; past both when it is neither. */
static size_t find_operand(const char *word)
{
	size_t key = key_find(word), name = 0;

	if (key < keys_count)
		return key;
	while (name < HZ_ARRAY_SIZE(names) && strcmp(word, names[name]) != 0)
		name++;
	return keys_count + name;
}

static int parse_comparison(struct scanner *s, struct where *w)
{
	struct text hint = {0};
	bool ordered;

	w->kind = WHERE_COMPARE;
	w->key = find_operand(s->word);
	if (w->key == keys_count + HZ_ARRAY_SIZE(names)) {
		key_suggest(s->word, names, HZ_ARRAY_SIZE(names), &hint);
		error_set(s->e, HZ_USER, "unknown key '%s'%s", s->word, text_str(&hint));
		text_fini(&hint);
		return HZ_USER;
	}
	if (advance(s) || parse_op(s, w))
		return HZ_USER;
	if ((!*s->word && !s->quoted) || at(s, ")") || at(s, "("))
		return unexpected(s, "a value");
	if (w->key >= keys_count)
		w->value.text = xstrdup(s->word);
	else if (key_parse(&keys[w->key], s->word, &w->value, s->e))
		return HZ_USER;
	ordered = w->value.quantity.dimension ||
		  (w->value.word && keys[w->key].type != KEY_CHOICE && keys[w->key].type != KEY_POLICY);
	if (!ordered && w->op != OP_EQUAL && w->op != OP_NOT_EQUAL)
		return error_set(s->e, HZ_USER, "'%s' has no order; compare it with == or !=", s->word);
	return advance(s);
}

static int parse_factor(struct scanner *s, struct where **out)
{
	struct where *w;
	int status;

	if (++s->depth > WHERE_DEPTH_MAX)
		return error_set(s->e, HZ_USER, "nested more than %d deep", WHERE_DEPTH_MAX);
	if (at(s, "(")) {
		if (advance(s) || parse_or(s, out))
			return HZ_USER;
		s->depth--;
		return at(s, ")") ? advance(s) : unexpected(s, "')'");
	}
	if (!*s->word || at(s, ")"))
		return unexpected(s, "a comparison such as load.cpus <= 28");
	w = *out = xcalloc(1, sizeof *w);
	if (at(s, "not")) {
		w->kind = WHERE_NOT;
		status = advance(s);
		if (!status)
			status = parse_factor(s, &w->left);
	} else {
		status = parse_comparison(s, w);
	}
	s->depth--;
	return status;
}

/* operand { word operand }, for "and" over factors and "or" over terms. */
static int parse_chain(struct scanner *s, struct where **out, enum where_kind kind)
{
	int status = kind == WHERE_OR ? parse_chain(s, out, WHERE_AND) : parse_factor(s, out);

	while (!status && at(s, kind == WHERE_OR ? "or" : "and")) {
		struct where *w = xcalloc(1, sizeof *w);

		*w = (struct where){.kind = kind, .left = *out};
		*out = w;
		status = advance(s);
		if (!status)
			status = kind == WHERE_OR ? parse_chain(s, &w->right, WHERE_AND) : parse_factor(s, &w->right);
	}
	return status;
}

static int parse_or(struct scanner *s, struct where **out)
{
	return parse_chain(s, out, WHERE_OR);
}

int where_parse(struct where **out, const char *text, struct error *e)
{
	struct scanner s = {.next = text, .e = e};
	int status = advance(&s);

	*out = NULL;
	if (!status)
		status = parse_or(&s, out);
	if (!status && (*s.word || s.quoted))
		status = unexpected(&s, "'and', 'or' or the end");
	free(s.word);
	if (status) {
		where_free(*out);
		*out = NULL;
	}
	return status;
}

void where_free(struct where *w)
{
	if (!w)
		return;
	where_free(w->left);
	where_free(w->right);
	value_fini(&w->value);
	free(w);
}

/* Below 0, 0, above 0. A word that stands for a number is above every number, so that "all" CPUs are more than any
 * count. */
static int order(const struct value *a, const struct value *b)
{
	if (!strcmp(a->text, b->text))
		return 0;
	if (a->word != b->word)
		return a->word ? 1 : -1;
	return a->quantity.value < b->quantity.value ? -1 : 1;
}

static int check_comparable(const struct key *key, const struct value *have, const struct value *want, enum where_op op,
			    struct error *e)
{
	if (!have->text)
		return error_set(e, HZ_USER, "%s has no meaning under this load", key->path);
	if (op == OP_EQUAL || op == OP_NOT_EQUAL || have->word || want->word)
		return 0;
	if (have->quantity.dimension != want->quantity.dimension)
		return error_set(e, HZ_USER, "%s is %s in one point and cannot be compared with %s", key->path,
				 have->text, want->text);
	return 0;
}

static int compare(const struct where *w, const struct where_point *point, int *sign, struct error *e)
{
	struct value want = w->value;
	int status;

	if (w->key >= keys_count) {
		*sign = strcmp(w->key == keys_count ? point->policy : point->workload, want.text);
		return 0;
	}
	want.text = xstrdup(w->value.text);
	status = value_settle(&keys[w->key], &want, point->machine, e);
	if (!status)
		status = check_comparable(&keys[w->key], &point->value[w->key], &want, w->op, e);
	if (!status)
		*sign = order(&point->value[w->key], &want);
	value_fini(&want);
	return status;
}

static bool holds(enum where_op op, int sign)
{
	switch (op) {
	case OP_LESS:
		return sign < 0;
	case OP_LESS_EQUAL:
		return sign <= 0;
	case OP_GREATER:
		return sign > 0;
	case OP_GREATER_EQUAL:
		return sign >= 0;
	case OP_EQUAL:
		return sign == 0;
	default:
		return sign != 0;
	}
}

int where_test(const struct where *w, const struct where_point *point, bool *pass, struct error *e)
{
	int status, sign = 0;

	if (w->kind == WHERE_COMPARE) {
		status = compare(w, point, &sign, e);
		*pass = !status && holds(w->op, sign);
		return status;
	}
	status = where_test(w->left, point, pass, e);
	if (status)
		return status;
	if (w->kind == WHERE_NOT)
		*pass = !*pass;
	else if (*pass == (w->kind == WHERE_AND))
		return where_test(w->right, point, pass, e);
	return 0;
}
