/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "view/calltree.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static struct calltree *child_named(struct calltree *node, const char *name, size_t length)
{
	struct calltree *child;
	struct text copy = {0};

	for (size_t i = 0; i < node->children; i++)
		if (strlen(node->child[i].name) == length && !memcmp(node->child[i].name, name, length))
			return &node->child[i];
	node->child = xrealloc(node->child, (node->children + 1) * sizeof *node->child);
	child = &node->child[node->children++];
	text_add_bytes(&copy, name, length);
	*child = (struct calltree){.name = copy.s};
	return child;
}

void calltree_add(struct calltree *root, const char *path, double self)
{
	struct calltree *node = root;

	node->total += self;
	for (;;) {
		size_t length = strcspn(path, ";");

		node = child_named(node, path, length);
		node->total += self;
		if (!path[length])
			break;
		path += length + 1;
	}
	node->self += self;
}

static void merge(struct calltree *into, const struct calltree *from)
{
	into->self += from->self;
	into->total += from->total;
	for (size_t i = 0; i < from->children; i++)
		merge(child_named(into, from->child[i].name, strlen(from->child[i].name)), &from->child[i]);
}

int calltree_symbol(const struct calltree *root, const char *symbol, struct calltree *into)
{
	int found = 0;

	for (size_t i = 0; i < root->children; i++) {
		const struct calltree *child = &root->child[i];

		if (strcmp(child->name, symbol)) {
			found |= calltree_symbol(child, symbol, into);
			continue;
		}
		into->total += child->total;
		merge(child_named(into, symbol, strlen(symbol)), child);
		found = 1;
	}
	return found;
}

static void collect_names(const struct calltree *node, const char ***names, size_t *n)
{
	for (size_t i = 0; i < node->children; i++) {
		*names = xrealloc(*names, (*n + 1) * sizeof **names);
		(*names)[(*n)++] = node->child[i].name;
		collect_names(&node->child[i], names, n);
	}
}

static int name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t calltree_names(const struct calltree *root, const char ***names)
{
	size_t n = 0, kept = 0;

	*names = NULL;
	collect_names(root, names, &n);
	if (n)
		qsort(*names, n, sizeof **names, name_order);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp((*names)[kept - 1], (*names)[i]))
			(*names)[kept++] = (*names)[i];
	return kept;
}

static int heaviest_first(const void *left, const void *right)
{
	const struct calltree *a = left, *b = right;

	if (a->total != b->total)
		return a->total > b->total ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void sort(struct calltree *node)
{
	if (node->children)
		qsort(node->child, node->children, sizeof *node->child, heaviest_first);
	for (size_t i = 0; i < node->children; i++)
		sort(&node->child[i]);
}

struct graph {
	double whole;
	double limit;
	FILE *out;
};

static double share(const struct graph *g, double cycles)
{
	return g->whole > 0 ? 100 * cycles / g->whole : 0;
}

/* Children are sorted: those that reach the limit come first. */
static size_t shown(const struct graph *g, const struct calltree *node)
{
	size_t n = 0;

	while (n < node->children && share(g, node->child[n].total) >= g->limit)
		n++;
	return n;
}

static void print_callees(const struct graph *g, const struct calltree *node, const char *margin)
{
	size_t n = shown(g, node);

	for (size_t i = 0; i < n; i++) {
		const struct calltree *child = &node->child[i];
		int last = i + 1 == n;
		struct text below = {0};

		text_add(&below, "%s%c          ", margin, last ? ' ' : '|');
		fprintf(g->out, "%s|\n", margin);
		fprintf(g->out, "%s%c--%.2f%%--%s\n", margin, last ? ' ' : '|', share(g, child->total), child->name);
		/* A function that only calls one other is listed with it, without a branch of its own. */
		while (child->self <= 0 && child->children == 1 && shown(g, child)) {
			child = &child->child[0];
			fprintf(g->out, "%s%s\n", below.s, child->name);
		}
		print_callees(g, child, below.s);
		text_fini(&below);
	}
}

void calltree_print(struct calltree *root, double whole, double limit, FILE *out)
{
	const struct graph g = {whole, limit, out};
	size_t n;

	sort(root);
	n = shown(&g, root);
	fprintf(out, "# Children      Self  Symbol\n# ........  ........  ......\n#\n");
	for (size_t i = 0; i < n; i++) {
		const struct calltree *entry = &root->child[i];

		fprintf(out, "%s  %7.2f%%  %7.2f%%  %s\n", i ? "\n" : "", share(&g, entry->total),
			share(&g, entry->self), entry->name);
		print_callees(&g, entry, "            ");
	}
}

void calltree_fini(struct calltree *root)
{
	for (size_t i = 0; i < root->children; i++)
		calltree_fini(&root->child[i]);
	free(root->child);
	free(root->name);
	*root = (struct calltree){0};
}
