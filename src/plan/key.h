/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of scenarios and models: one row per key says what it takes, what it means and where its value goes.
 * Parsing, errors, help, the man page and --show-config come out of the rows. To add a key, add a row in keys_machine.h, keys_mm.h, ... */
#ifndef HZ_PLAN_KEY_H
#define HZ_PLAN_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/policy.h"
#include "base/text.h"
#include "base/units.h"
#include "load/params.h"

enum key_type {
	KEY_COUNT,      /* whole number */
	KEY_NUMBER,     /* decimal number */
	KEY_PERCENT,    /* whole percentage */
	KEY_SIZE,       /* bytes */
	KEY_CYCLES,     /* cycles, or a time that the machine's clock turns into cycles */
	KEY_MICROS,     /* time in whole microseconds */
	KEY_BIT_RATE,
	KEY_LOAD_RATE,  /* bit rate or packet rate */
	KEY_FREQUENCY,
	KEY_CHOICE,     /* one of key->names */
	KEY_POLICY,     /* one of key->policies; the field points to it */
	KEY_PACKETS,    /* packet sizes: "64B", "imix", "64B:7 570B:4" */
	KEY_FILE,       /* path, relative to the file that names it */
	KEY_MODEL,      /* name of a model file */
	KEY_TYPES,
};

/* The loads under which a key has a meaning. */
#define KEY_USED_BY(kind) (1u << (kind))

enum key_flag {
	KEY_COST = 1,   /* a measured quantity: comes from a model file, with its source */
	KEY_SINGLE = 2, /* takes no list */
	KEY_CORE = 4,   /* instruction work: in cycles of the core, not of the clock */
};

struct key {
	const char *path;         /* "kernel.pcp.batch" */
	enum key_type type;
	unsigned flags;
	unsigned used_by;         /* mask of KEY_USED_BY */
	size_t offset, size;      /* of the field in struct params */
	double min, max;          /* in the base unit; max 0: what the field holds */
	const char *standard;     /* default as text; NULL: required, model keys from the model file */
	const char *zero;         /* word that stands for 0 in the field; NULL: none */
	const char *const *names; /* KEY_CHOICE: name of each value, ended by NULL */
	const struct policy *const *policies; /* KEY_POLICY: each value, ended by NULL */
	const char *help;         /* one line, no full stop */
};

/* A value that fits its key. */
struct value {
	struct quantity quantity; /* dimension 0: not a quantity; KEY_CYCLES may hold a time until value_settle */
	bool word;                /* the key's zero word, or a choice (quantity.whole is its index) */
	char *text;               /* canonical, heap */
};

extern const struct key keys[];
extern const size_t keys_count;

/* "machine", "kernel", "nic", "load", "run": the groups of keys, in the order of the table, each with a heading. */
struct key_group {
	const char *name;
	const char *heading;
};
extern const struct key_group key_groups[];
extern const size_t key_groups_count;

/* Index in keys[], or keys_count. "load" is short for load.kind; "machine.model" is long for machine. */
size_t key_find(const char *path);

/* Is `path` a group or the first words of longer paths ("kernel.net")? */
bool key_is_group(const char *path);

/* What to say about an unknown path: appends "; did you mean 'x'?" when some path in keys[] or more[0..n) is near. */
void key_suggest(const char *path, const char *const *more, size_t n, struct text *out);

/* Read `text` as a value of the key. Returns 0, or HZ_USER with what was expected. */
int key_parse(const struct key *key, const char *text, struct value *v, struct error *e);
void value_fini(struct value *v);

/* Turn a time into cycles where the key wants cycles, and check the range. After this v->text is final. Only the
 * clocks of the machine are looked at; NULL will do where no time is meant. */
int value_settle(const struct key *key, struct value *v, const struct machine_params *machine, struct error *e);

/* Put a settled value into its field. Returns 0, or HZ_USER when a text is too long for it. */
int key_store(const struct key *key, const struct value *v, struct params *p, struct error *e);

/* The i-th word of a key of type KEY_CHOICE or KEY_POLICY, or NULL after the last. */
const char *key_word(const struct key *key, size_t i);

/* The dimension that the key's range is written in; 0: it has none. */
enum dimension key_dimension(const struct key *key);

/* For help: "cycles, 0cy to 1000000000cy", "buddy | pcp". */
void key_describe_type(const struct key *key, struct text *out);

#endif
