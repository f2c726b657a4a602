/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/chart.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/datadir.h"
#include "base/text.h"
#include "store/statement.h"
#include "view/catalog.h"
#include "view/chart_axes.h"
#include "view/chart_metric.h"
#include "view/gnuplot.h"
#include "view/measure.h"

#define STYLE_FILE "plots/style.gnuplot"
#define TITLE_WIDTH 88

/* A line of the template that starts with `mark`: what follows it, and its length. NULL at the end. */
static const char *next_marked(const char **at, const char *mark, size_t *length)
{
	while (**at) {
		const char *line = *at;
		size_t n = strcspn(line, "\n");

		*at = line + n + (line[n] == '\n');
		if (!strncmp(line, mark, strlen(mark))) {
			*length = n - strlen(mark);
			return line + strlen(mark);
		}
	}
	return NULL;
}

static int fill_points(struct store *s, const struct chart_axes *axes, struct error *e)
{
	struct statement st;
	int rc = statement_execute(s, "prepare chart", "DROP TABLE IF EXISTS temp.chart_point;"
		"CREATE TEMP TABLE chart_point (point INTEGER PRIMARY KEY, panel INTEGER, series INTEGER, x REAL,"
		" metric TEXT, scale REAL)", e);

	if (!rc)
		rc = statement_prepare(&st, s, "prepare chart", "INSERT INTO temp.chart_point (point, panel, series, x) VALUES (?, ?, ?, ?)", e);
	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < axes->scenario->points; i++) {
		const struct chart_place *place = &axes->place[i];

		if (place->left_out)
			continue;
		statement_bind_int(&st, 1, axes->scenario->point[i].id);
		statement_bind_int(&st, 2, (int64_t)place->panel + 1);
		statement_bind_int(&st, 3, (int64_t)place->series + 1);
		statement_bind_real(&st, 4, place->x);
		rc = statement_run(&st, e);
	}
	statement_fini(&st);
	return rc;
}

/* One data block of the template while its rows come in. */
struct block {
	size_t panels, series;
	int columns;
	struct text *lines;         /* of each index */
	size_t rows;
};

static void add_line(struct block *b, struct statement *st)
{
	int64_t panel = statement_int(st, 0), series = statement_int(st, 1);
	struct text *lines;

	if (panel < 1 || series < 1 || (size_t)panel > b->panels || (size_t)series > b->series)
		return;
	lines = &b->lines[((size_t)panel - 1) * b->series + (size_t)series - 1];
	for (int i = 2; i < b->columns; i++) {
		double value = statement_real(st, i);

		if (isfinite(value))
			text_add(lines, "%s%.10g", i > 2 ? " " : "", value);
		else
			text_add(lines, "%sNaN", i > 2 ? " " : "");
	}
	text_add(lines, "\n");
	b->rows++;
}

/* An index without rows still takes its place. */
static void print_block(const struct block *b, const char *name, size_t length, struct text *out)
{
	text_add(out, "$%.*s << EOD\n", (int)length, name);
	for (size_t i = 0; i < b->panels * b->series; i++) {
		text_add(out, "%s", i ? "\n\n" : "");
		if (b->lines[i].len)
			text_add(out, "%s", b->lines[i].s);
		for (int c = 2; !b->lines[i].len && c < b->columns; c++)
			text_add(out, "NaN%s", c + 1 == b->columns ? "\n" : " ");
	}
	text_add(out, "EOD\n");
}

static int add_block(struct store *s, struct block *b, const char *name, size_t length, const char *sql,
		     struct text *out, struct error *e)
{
	struct statement st;
	int row, rc = statement_prepare(&st, s, "read chart data", sql, e);

	b->columns = rc ? 0 : sqlite3_column_count(st.stmt);
	b->lines = xcalloc(b->panels * b->series, sizeof *b->lines);
	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		add_line(b, &st);
	}
	statement_fini(&st);
	if (!rc)
		print_block(b, name, length, out);
	for (size_t i = 0; i < b->panels * b->series; i++)
		text_fini(&b->lines[i]);
	free(b->lines);
	return rc;
}

/* Every "#data" of the template. *rows counts what was found for all of them. */
static int add_data(struct store *s, const struct chart_axes *axes, const char *template, struct text *out,
		    size_t *rows, struct error *e)
{
	const char *at = template, *name;
	size_t length;
	int rc = 0;

	*rows = 0;
	while (!rc && (name = next_marked(&at, "#data ", &length))) {
		struct block b = {.panels = axes->panels, .series = axes->n_series};
		size_t word = strcspn(name, " \n");
		struct text sql = {0};

		if (word < length)
			b.panels = strtoul(name + word, NULL, 10);
		if (word > length)
			word = length;
		while (!strncmp(at, "#:", 2)) {
			size_t n = strcspn(at, "\n");

			text_add_bytes(&sql, at + 2, n - 2);
			text_add(&sql, "\n");
			at += n + (at[n] == '\n');
		}
		rc = add_block(s, &b, name, word, text_str(&sql), out, e);
		*rows += b.rows;
		text_fini(&sql);
	}
	return rc;
}

/* A gnuplot string: what JSON escapes, gnuplot reads between double quotes. */
static void add_string(struct text *out, const char *name, const char *value)
{
	text_add(out, "%s = ", name);
	text_add_json(out, value);
	text_add(out, "\n");
}

static void add_array(struct text *out, const char *name, char *const *value, size_t n)
{
	text_add(out, "array %s[%zu]\n", name, n);
	for (size_t i = 0; i < n; i++) {
		text_add(out, "%s[%zu] = ", name, i + 1);
		text_add_json(out, value[i]);
		text_add(out, "\n");
	}
}

/* "name: title", in lines of about equal length where it is too long for one. */
static void add_title(struct text *out, const struct selected_scenario *scenario)
{
	struct text title = {0};
	size_t lines, target, start = 0;

	text_add(&title, "%s%s%s", scenario->name, scenario->title[0] ? ": " : "", scenario->title);
	lines = 1 + title.len / TITLE_WIDTH;
	target = title.len / lines;
	for (size_t i = 0; i < title.len; i++)
		if (title.s[i] == ' ' && i - start >= target) {
			title.s[i] = '\n';
			start = i + 1;
		}
	add_string(out, "TITLE", text_str(&title));
	text_add(out, "TITLE_LINES = %zu\n", lines);
	text_fini(&title);
}

static void add_variables(struct text *out, const struct chart_axes *axes, const char *terminal, const char *output)
{
	static const unsigned columns[CHART_PANELS_MAX + 1] = {1, 1, 2, 3, 2, 3, 3, 3, 3, 3};
	size_t c = columns[axes->panels <= CHART_PANELS_MAX ? axes->panels : CHART_PANELS_MAX];

	add_string(out, "TERMINAL", terminal);
	add_string(out, "OUTPUT", output);
	add_title(out, axes->scenario);
	add_string(out, "POINTS_TITLE", axes->peak);
	add_string(out, "X_LABEL", axes->x_label);
	add_string(out, "X_TICS", axes->x_tics);
	add_string(out, "LEFT_OUT", axes->left_out);
	text_add(out, "X_LOG = %d\n", axes->x_log);
	text_add(out, "PANELS = %zu\nCOLUMNS = %zu\nROWS = %zu\nSERIES = %zu\n", axes->panels, c,
		 (axes->panels + c - 1) / c, axes->n_series);
	add_array(out, "PANEL_NAME", axes->panel, axes->panels);
	add_array(out, "SERIES_NAME", axes->series, axes->n_series);
}

/* What to draw. */
struct drawing {
	const struct chart_options *options;
	const char *metric;         /* NULL: the primary one of each point */
	struct text template;
};

static int make_script(struct store *s, const struct drawing *d, const struct selected_scenario *scenario, const char *output,
		       struct text *script, struct error *e)
{
	const struct chart_options *options = d->options;
	const char *template = text_str(&d->template);
	const char *ending = strrchr(options->output, '.');
	const char *terminal = !strcmp(ending, ".svg") ? "svg noenhanced font 'sans,13' background 'white'"
						       : "pngcairo noenhanced font 'sans,11' background 'white'";
	struct chart_axes axes;
	struct text style = {0};
	char *style_path = datadir_path(STYLE_FILE);
	const char *at = template, *points;
	size_t length, rows = 0;
	int rc = text_add_file(&style, "read chart", style_path, e);

	free(style_path);
	if (!rc)
		rc = chart_axes_init(&axes, scenario, options->x_key, e);
	if (rc) {
		text_fini(&style);
		return rc;
	}
	points = next_marked(&at, "#points ", &length);
	if (points && !strncmp(points, "peak", 4))
		chart_axes_peak(&axes);
	else if (points)
		chart_axes_situations(&axes);
	add_variables(script, &axes, terminal, output);
	text_add(script, "%s", text_str(&style));
	rc = fill_points(s, &axes, e);
	if (!rc)
		rc = chart_metric_fill(s, d->metric, e);
	if (!rc)
		rc = chart_metric_write(s, &axes, script, e);
	if (!rc)
		rc = add_data(s, &axes, template, script, &rows, e);
	if (!rc && !rows)
		rc = error_set(e, HZ_NOTHING, "nothing to draw: no finished run of %s in %s has what chart '%s' shows",
			       scenario->name, store_path(s), options->name);
	text_add(script, "%s", template);
	text_fini(&style);
	chart_axes_fini(&axes);
	return rc;
}

/* gnuplot does not say when the disk is full: a whole file ends as its format says. */
static int check_output(const char *path, const char *wanted, struct error *e)
{
	const char *end = !strcmp(strrchr(wanted, '.'), ".svg") ? "</svg>" : "IEND";
	char tail[33] = "";
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return error_errno(e, "write chart", wanted);
	fseek(f, -32, SEEK_END);
	n = fread(tail, 1, 32, f);
	fclose(f);
	for (size_t i = 0; i + strlen(end) <= n; i++)
		if (!memcmp(tail + i, end, strlen(end)))
			return 0;
	return error_set(e, HZ_ENVIRONMENT, "write chart: %s: gnuplot wrote only a part of it (disk full?)", wanted);
}

/* A file of its own beside the output, so that the last step is a rename. */
static int make_beside(const char *output, struct text *beside, struct error *e)
{
	mode_t mask;
	int fd;

	text_add(beside, "%s.XXXXXX", output);
	fd = mkstemp(beside->s);
	if (fd < 0)
		return error_errno(e, "write chart", output);
	mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask);
	close(fd);
	return 0;
}

static int draw(struct store *s, const struct drawing *d, const struct selected_scenario *scenario, struct error *e)
{
	const struct chart_options *options = d->options;
	struct text script = {0}, beside = {0};
	int rc = make_beside(options->output, &beside, e);

	if (!rc) {
		rc = make_script(s, d, scenario, beside.s, &script, e);
		if (!rc)
			rc = gnuplot_run(script.s, e);
		if (!rc)
			rc = check_output(beside.s, options->output, e);
		if (!rc && rename(beside.s, options->output))
			rc = error_errno(e, "write chart", options->output);
		if (rc)
			unlink(beside.s);
	}
	text_fini(&script);
	text_fini(&beside);
	return rc;
}

static int check_ending(const char *output, struct error *e)
{
	const char *ending = strrchr(output, '.');

	if (ending && (!strcmp(ending, ".svg") || !strcmp(ending, ".png")))
		return 0;
	return error_set(e, HZ_USER, "the output '%s' must end in .svg or .png", output);
}

static int several(const struct selected *found, struct store *s, struct error *e)
{
	struct text names = {0};

	for (size_t i = 0; i < found->scenarios; i++)
		text_add(&names, "%s%s", i ? ", " : "", found->scenario[i].name);
	error_set(e, HZ_USER, "which scenario of %s? There are: %s", store_path(s), names.s);
	text_fini(&names);
	return HZ_USER;
}

/* The name is no chart's: it may be that of a metric. */
static int find_metric(struct store *s, struct drawing *d, const struct selected_scenario *scenario, struct error *e)
{
	struct metric_names names = {0};
	const char *word = d->options->name, *near;
	struct error no_chart = *e;
	int rc = metric_names_load(s, scenario->id, &names, e);

	near = metric_names_nearest(&names, word);
	if (!rc && metric_names_have(&names, word))
		d->metric = word;
	else if (!rc && near && !strstr(no_chart.text, "did you mean"))
		rc = error_set(e, HZ_USER, "no chart or metric '%s'; did you mean '%s'?", word, near);
	else if (!rc)
		rc = error_set(e, HZ_USER, "%s", no_chart.text);
	metric_names_fini(&names);
	return rc;
}

static int find_template(struct store *s, struct drawing *d, const struct selected_scenario *scenario, struct error *e)
{
	const struct catalog_entry *entry;
	struct catalog charts;
	int rc = catalog_load(&charts, CATALOG_CHARTS, e);

	if (rc)
		return rc;
	entry = catalog_find(&charts, "chart or metric", d->options->name, e);
	if (!entry) {
		rc = find_metric(s, d, scenario, e);
		entry = rc ? NULL : catalog_find(&charts, "chart", CHART_METRIC, e);
	}
	if (!rc)
		rc = entry ? text_add_file(&d->template, "read chart", entry->path, e) : HZ_USER;
	catalog_fini(&charts);
	return rc;
}

int chart_draw(struct store *s, const struct chart_options *options, struct error *e)
{
	struct drawing d = {.options = options};
	struct selected found = {0};
	int rc = check_ending(options->output, e);

	if (!rc)
		rc = selection_find(&options->which, s, &found, e);
	if (!rc && found.scenarios > 1)
		rc = several(&found, s, e);
	if (!rc)
		rc = find_template(s, &d, &found.scenario[0], e);
	if (!rc)
		rc = draw(s, &d, &found.scenario[0], e);
	text_fini(&d.template);
	selected_fini(&found);
	return rc;
}
