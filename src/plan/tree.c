/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/text.h"

#define TREE_DEPTH_MAX 64
#define TREE_BYTES_MAX (16u << 20)

/* A parse in progress. */
struct reader {
	yaml_parser_t parser;
	const char *file;
	bool located;
	struct error *e;
};

int place_error(const struct place *p, struct error *e, const char *format, ...)
{
	char message[sizeof ((struct error *)0)->text];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	return error_at(e, p->file, p->line, p->column, "%s", message);
}

char *place_path(const struct place *p, const char *path)
{
	const char *slash = strrchr(p->file, '/');
	struct text joined = {0};

	if (*path != '/' && slash)
		text_add_bytes(&joined, p->file, (size_t)(slash - p->file) + 1);
	text_add(&joined, "%s", path);
	return joined.s;
}

const char *node_noun(const struct node *n)
{
	return n->kind == NODE_LIST ? "a list" : n->kind == NODE_MAP ? "a mapping" : "a value";
}

const struct node *node_get(const struct node *map, const char *key)
{
	for (size_t i = 0; map->kind == NODE_MAP && i < map->items; i++)
		if (!strcmp(map->key[i].text, key))
			return &map->item[i];
	return NULL;
}

static void node_fini(struct node *n)
{
	for (size_t i = 0; i < n->items; i++) {
		node_fini(&n->item[i]);
		if (n->key)
			node_fini(&n->key[i]);
	}
	free(n->item);
	free(n->key);
	free(n->text);
	*n = (struct node){0};
}

static struct place place_of(const struct reader *r, yaml_mark_t mark)
{
	if (!r->located)
		return (struct place){r->file, 0, 0};
	return (struct place){r->file, mark.line + 1, mark.column + 1};
}

static int syntax_error(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	bool marked = p->error == YAML_SCANNER_ERROR || p->error == YAML_PARSER_ERROR;
	struct place place = marked ? place_of(r, p->problem_mark) : (struct place){r->file, 0, 0};

	return place_error(&place, r->e, "not valid YAML: %s%s%s", p->problem ? p->problem : "unreadable",
			   p->context ? ", " : "", p->context ? p->context : "");
}

static int next_event(struct reader *r, yaml_event_t *event)
{
	return yaml_parser_parse(&r->parser, event) ? 0 : syntax_error(r);
}

static int refuse(struct reader *r, const yaml_event_t *event, const char *what)
{
	struct place place = place_of(r, event->start_mark);

	return place_error(&place, r->e, "%s cannot be used here; write the value itself", what);
}

/* Anchors and tags can stand on every node. */
static int check_decoration(struct reader *r, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	switch (event->type) {
	case YAML_ALIAS_EVENT:
		return refuse(r, event, "a YAML alias (*name)");
	case YAML_SCALAR_EVENT:
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor)
		return refuse(r, event, "a YAML anchor (&name)");
	return tag ? refuse(r, event, "a YAML tag (!name)") : 0;
}

static int build(struct reader *r, const yaml_event_t *first, struct node *n, unsigned depth);

static void append(struct node **array, size_t n, struct node item)
{
	*array = xrealloc(*array, (n + 1) * sizeof **array);
	(*array)[n] = item;
}

static int build_list(struct reader *r, struct node *n, unsigned depth)
{
	n->kind = NODE_LIST;
	for (;;) {
		struct node item = {0};
		yaml_event_t event;
		int status = next_event(r, &event);

		if (status)
			return status;
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		status = build(r, &event, &item, depth + 1);
		yaml_event_delete(&event);
		append(&n->item, n->items++, item);
		if (status)
			return status;
	}
}

static int check_key(struct reader *r, const struct node *n, const struct node *key)
{
	if (key->kind != NODE_SCALAR)
		return place_error(&key->place, r->e, "a key must be a name, not %s", node_noun(key));
	for (size_t i = 0; i < n->items; i++)
		if (!strcmp(n->key[i].text, key->text))
			return place_error(&key->place, r->e, "'%s' is given twice; the first is in line %lu",
					   key->text, n->key[i].place.line);
	return 0;
}

static int build_map(struct reader *r, struct node *n, unsigned depth)
{
	n->kind = NODE_MAP;
	for (;;) {
		struct node key = {0}, value = {0};
		yaml_event_t event;
		int status = next_event(r, &event);

		if (status)
			return status;
		if (event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			return 0;
		}
		status = build(r, &event, &key, depth + 1);
		yaml_event_delete(&event);
		if (!status)
			status = check_key(r, n, &key);
		if (!status)
			status = next_event(r, &event);
		if (!status) {
			status = build(r, &event, &value, depth + 1);
			yaml_event_delete(&event);
		}
		append(&n->key, n->items, key);
		append(&n->item, n->items++, value);
		if (status)
			return status;
	}
}

static int build(struct reader *r, const yaml_event_t *first, struct node *n, unsigned depth)
{
	int status = check_decoration(r, first);

	n->place = place_of(r, first->start_mark);
	if (status)
		return status;
	if (depth > TREE_DEPTH_MAX)
		return place_error(&n->place, r->e, "nested more than %d deep", TREE_DEPTH_MAX);
	switch (first->type) {
	case YAML_SCALAR_EVENT:
		n->kind = NODE_SCALAR;
		n->text = xstrdup((const char *)first->data.scalar.value);
		if (strlen(n->text) != first->data.scalar.length)
			return place_error(&n->place, r->e, "a value must not contain a NUL character");
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		return build_list(r, n, depth);
	case YAML_MAPPING_START_EVENT:
		return build_map(r, n, depth);
	default:
		return place_error(&n->place, r->e, "expected a value, a list or a mapping");
	}
}

/* Stream start, one document start, its root, document end, stream end. */
static int build_document(struct reader *r, struct tree *t)
{
	yaml_event_t event = {0};
	struct place place;
	int status = next_event(r, &event);

	yaml_event_delete(&event);
	if (status || (status = next_event(r, &event)))
		return status;
	place = place_of(r, event.start_mark);
	if (event.type == YAML_STREAM_END_EVENT)
		status = place_error(&place, r->e, "the file is empty");
	else if (event.data.document_start.version_directive ||
		 event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end)
		status = place_error(&place, r->e, "YAML directives (%%YAML, %%TAG) cannot be used here");
	yaml_event_delete(&event);
	if (status || (status = next_event(r, &event)))
		return status;
	status = build(r, &event, &t->root, 0);
	yaml_event_delete(&event);
	if (status || (status = next_event(r, &event)))
		return status;
	yaml_event_delete(&event);
	status = next_event(r, &event);
	if (status)
		return status;
	place = place_of(r, event.start_mark);
	if (event.type != YAML_STREAM_END_EVENT)
		status = place_error(&place, r->e, "a second document starts here; one file holds one");
	yaml_event_delete(&event);
	return status;
}

int tree_parse(struct tree *t, const char *name, const char *text, size_t len, bool located, struct error *e)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct reader r = {.located = located, .e = e};
	int status;

	/* Some editors begin a file with a byte order mark; libyaml looks for it only where the encoding is not given. */
	if (len >= 3 && !memcmp(text, bom, 3)) {
		text += 3;
		len -= 3;
	}
	*t = (struct tree){.file = xstrdup(name), .source = xmalloc(len + 1)};
	memcpy(t->source, text, len);
	t->source[len] = '\0';
	r.file = t->file;
	if (!yaml_parser_initialize(&r.parser)) {
		tree_fini(t);
		return error_set(e, HZ_ENVIRONMENT, "libyaml: out of memory");
	}
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)t->source, len);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	status = build_document(&r, t);
	yaml_parser_delete(&r.parser);
	if (status)
		tree_fini(t);
	return status;
}

int tree_read(struct tree *t, const char *path, struct error *e)
{
	FILE *f = fopen(path, "rb");
	struct text text = {0};
	char block[4096];
	size_t n;
	int status = 0;

	if (!f)
		return error_errno(e, "cannot open", path);
	while ((n = fread(block, 1, sizeof block, f)) > 0) {
		text_add_bytes(&text, block, n);
		if (text.len > TREE_BYTES_MAX) {
			status = error_at(e, path, 0, 0, "larger than %u MiB: not a scenario or model",
					  TREE_BYTES_MAX >> 20);
			break;
		}
	}
	if (!status && ferror(f))
		status = error_errno(e, "cannot read", path);
	fclose(f);
	if (!status)
		status = tree_parse(t, path, text_str(&text), text.len, true, e);
	text_fini(&text);
	return status;
}

void tree_fini(struct tree *t)
{
	node_fini(&t->root);
	free(t->file);
	free(t->source);
	*t = (struct tree){0};
}
