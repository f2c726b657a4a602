/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "plan/manual.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "base/types.h"
#include "plan/key.h"

/* What is not in the key table: paragraphs, and examples as they stand. */
struct section {
	const char *title;
	const char *text;
	const char *example; /* or NULL */
};

static const struct section sections[] = {
	{"The file",
	 "A scenario is a YAML mapping. Keys are nested or dotted: 'load: {cpus: 4}' is 'load.cpus: 4', and 'load: forward' is "
	 "'load.kind: forward'. Every value is written with its unit; anything that is unknown, out of range or given twice is an "
	 "error with file, line and column. Anchors, aliases, tags and several documents are refused.",
	 "scenario: page-frag-free       # name; default: that of the file\n"
	 "base: other.yaml               # start from this scenario\n"
	 "title: One line for tables\n"
	 "description: As long as needed\n"
	 "machine: xeon-2x14             # models\n"
	 "kernel: \"4.19\"\n"
	 "nic: mlx5-2x100g\n"
	 "load:\n"
	 "  kind: forward\n"
	 "  rate: [10Gbit/s, 12Mpps, line]\n"
	 "  cpus: [7, 14]\n"
	 "policies:\n"
	 "  buddy: {kernel.page_frag_free: buddy}\n"
	 "  pcp: {kernel.page_frag_free: pcp}\n"
	 "  later: {kernel: \"5.0\"}\n"
	 "baseline: buddy                # what the others are compared with; default: the first\n"
	 "show: [slowpath_share]         # metrics to compare beside the cycles\n"
	 "lines: [{at: 201, label: budget}]  # across charts\n"
	 "zip: [[load.rate, load.flows]]  # if both were lists of one length\n"
	 "where: load.cpus <= 7 or load.rate > 1Gbit/s\n"
	 "repetitions: 5                 # default 5\n"},
	{"Models",
	 "machine, kernel and nic name model files: NAME.yaml in the folder machines, kernels or nics of --models, of "
	 "$HOTZONE_MODELS, or of the models that come with the program; or a path with a '/', relative to the scenario. A model "
	 "sets the keys of its group without the group's name. 'base: NAME' builds on another model. Costs and latencies have no "
	 "default and carry their origin; status is measured, derived or assumed. A scenario may change any key of a model.",
	 "base: \"4.10\"\n"
	 "page_frag_free: pcp\n"
	 "cost:\n"
	 "  free_one_page: {value: 35cy, source: \"where the number is from\", status: derived}\n"},
	{"Policies",
	 "What is compared: each policy is a name and the keys that it changes, a model included. Policies see the same arrivals: "
	 "the seed does not depend on them. A policy takes no lists and fixes no key that the scenario sweeps. 'baseline' names "
	 "the policy that the others are compared with, the first if it is not there; the change is paired by repetition.",
	 NULL},
	{"Workloads",
	 "What a change is tried on: each workload is a name and the keys that it sets, its load.kind included; the summary is "
	 "then a matrix with a row per workload and a column per policy. A workload takes no lists and fixes no key that the "
	 "scenario sweeps or a policy changes. A key that the scenario, a policy or --set names counts for the workloads whose load "
	 "uses it, and must have a meaning for at least one; the others do not vary in it. Nor does 'where' know its value "
	 "there: ask for the workload first.",
	 "nic: mlx5-2x100g               # of no use to pages, which has no packets\n"
	 "workloads:\n"
	 "  router: {load.kind: forward, load.rate: 10Gbit/s}\n"
	 "  pages: {load.kind: page_bench}\n"
	 "where: workload == pages or load.flows > 16\n"},
	{"Building on another scenario",
	 "'base: FILE' starts from another scenario file, relative to this one; that may have a base itself. What this file "
	 "says takes the place of what the base says: a key keeps its place among the swept keys; policies, workloads, zip, show and lines "
	 "are replaced as a whole. The name is not inherited.",
	 "base: page-frag-free.yaml\n"
	 "title: The same with one flow\n"
	 "load.flows: 1\n"},
	{"Summary and charts",
	 "The summary compares the policies in the primary metric of the load (cycles per packet, pair, fragment, ...). 'show' names "
	 "further metrics to compare. 'lines' are drawn across charts of the primary metric, or of 'metric' where a line "
	 "names one.",
	 "show: [slowpath_share, busy_share]\n"
	 "lines:\n"
	 "  - {at: 201, label: \"64-byte packets at 10 Gbit/s\", metric: cycles_per_packet}\n"},
	{"Sweeps",
	 "A list where a value is expected is a sweep. Points are counted through policies first, then workloads, then the swept keys in file "
	 "order, the last varying fastest; keys that only --set sweeps come last. Keys in a group of 'zip' vary together, at the "
	 "place of the first; their lists have the same length. Each point that passes 'where' runs 'repetitions' times. "
	 "--set PATH=VALUE wins over all of this, --set where=FILTER over the file's filter.",
	 NULL},
	{"Filter",
	 "'where' keeps the points for which it holds. A key is a path, 'policy' or 'workload'; values are written as in the scenario, in "
	 "'...' if they have blanks. A word that stands for a number (all, line) is greater than every number. Choices and names "
	 "know only == and !=.",
	 "filter     = term { \"or\" term }\n"
	 "term       = factor { \"and\" factor }\n"
	 "factor     = \"not\" factor | \"(\" filter \")\" | comparison\n"
	 "comparison = key (\"<\" | \"<=\" | \">\" | \">=\" | \"==\" | \"!=\") value\n"},
	{"Units",
	 "Sizes: B KiB MiB GiB TiB. Times: ns us ms s min h. Cycles: 120cy or 120; keys in cycles also take times, which "
	 "machine.clock turns into cycles, or machine.core_clock for kernel.cost, kernel.net.cost and load.think, rounded to the "
	 "nearest. Bit rates: bit/s kbit/s Mbit/s Gbit/s Tbit/s. Packet rates: "
	 "pps kpps Mpps. Frequencies: Hz kHz MHz GHz. Percentages: %. Counts have no unit.",
	 NULL},
};

/* Indented paragraph of at most 100 columns. */
static void print_paragraph(const char *text, FILE *out)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + 1 + len > 96) {
			fputc('\n', out);
			column = 0;
		}
		fprintf(out, "%s%.*s", column ? " " : "    ", (int)len, text);
		column += len + 1;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void print_lines(const char *text, const char *indent, FILE *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		fprintf(out, "%s%.*s\n", indent, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static bool in_group(const struct key *key, const char *group)
{
	size_t len = strlen(group);

	return !strncmp(key->path, group, len) && (!key->path[len] || key->path[len] == '.');
}

/* "cycles or time, 0cy to 1000cy; default 0cy; only with load: page_bench". */
static void describe(const struct key *key, struct text *out)
{
	const char *const *loads = keys[key_find("load.kind")].names;
	const char *separator = "; only with load: ";
	unsigned all = (1u << LOAD_KINDS) - 1;

	key_describe_type(key, out);
	if (key->standard)
		text_add(out, "; default %s", key->standard);
	else if (key->flags & KEY_COST)
		text_add(out, "; from the model, with its source");
	else
		text_add(out, "; %s", key->type == KEY_MODEL || in_group(key, "load") ? "required" : "from the model");
	if (key->flags & KEY_SINGLE)
		text_add(out, "; no sweep");
	for (size_t i = 0; i < LOAD_KINDS && key->used_by != all; i++)
		if (key->used_by & KEY_USED_BY(i)) {
			text_add(out, "%s%s", separator, loads[i]);
			separator = ", ";
		}
}

void manual_print(FILE *out)
{
	fputs("Scenario files\n\n", out);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(sections); i++) {
		fprintf(out, "%s\n", sections[i].title);
		print_paragraph(sections[i].text, out);
		if (sections[i].example) {
			fputc('\n', out);
			print_lines(sections[i].example, "        ", out);
		}
		fputc('\n', out);
	}
	for (size_t g = 0; g < key_groups_count; g++) {
		fprintf(out, "%s\n", key_groups[g].heading);
		for (size_t k = 0; k < keys_count; k++) {
			struct text type = {0};

			if (!in_group(&keys[k], key_groups[g].name))
				continue;
			describe(&keys[k], &type);
			fprintf(out, "  %s\n      %s\n      %s\n", keys[k].path, keys[k].help, text_str(&type));
			for (size_t i = 0; keys[k].policies && keys[k].policies[i]; i++)
				fprintf(out, "        %s: %s\n", keys[k].policies[i]->name, keys[k].policies[i]->help);
			text_fini(&type);
		}
		if (g + 1 < key_groups_count)
			fputc('\n', out);
	}
}

/* Backslashes, and what would be a request or a hyphen. */
static void print_roff(const char *text, FILE *out)
{
	bool start = true;

	for (; *text; text++) {
		if (start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
		start = *text == '\n';
	}
}

static void print_roff_upper(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text, out);
}

void manual_print_man(FILE *out)
{
	fputs(".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n"
	      ".\\\" Written by 'hotzone help scenario --man' from the key table.\n"
	      ".TH HOTZONE\\-SCENARIO 5 \"\" \"hotzone " PACKAGE_VERSION "\"\n"
	      ".SH NAME\nhotzone\\-scenario \\- scenario and model files of hotzone\n", out);
	for (size_t i = 0; i < HZ_ARRAY_SIZE(sections); i++) {
		fputs(".SH ", out);
		print_roff_upper(sections[i].title, out);
		fputc('\n', out);
		print_roff(sections[i].text, out);
		fputc('\n', out);
		if (sections[i].example) {
			fputs(".PP\n.RS 4\n.nf\n", out);
			print_roff(sections[i].example, out);
			fputs(".fi\n.RE\n", out);
		}
	}
	fputs(".SH KEYS\n", out);
	for (size_t g = 0; g < key_groups_count; g++) {
		fputs(".SS ", out);
		print_roff(key_groups[g].heading, out);
		fputc('\n', out);
		for (size_t k = 0; k < keys_count; k++) {
			struct text type = {0};

			if (!in_group(&keys[k], key_groups[g].name))
				continue;
			describe(&keys[k], &type);
			fputs(".TP\n.B ", out);
			print_roff(keys[k].path, out);
			fputc('\n', out);
			print_roff(keys[k].help, out);
			fputs(".\n.br\n", out);
			print_roff(text_str(&type), out);
			fputc('\n', out);
			for (size_t i = 0; keys[k].policies && keys[k].policies[i]; i++) {
				fputs(".br\n.I ", out);
				print_roff(keys[k].policies[i]->name, out);
				fputs("\n\\(en ", out);
				print_roff(keys[k].policies[i]->help, out);
				fputc('\n', out);
			}
			text_fini(&type);
		}
	}
	fputs(".SH SEE ALSO\n.BR hotzone (1)\n", out);
}
