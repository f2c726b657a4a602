/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/function.h"
#include "store/handle.h"
#include "store/migration.h"
#include "store/schema.h"
#include "store/statement.h"

/* The path as a URI, so that flags can be added whatever characters it holds. */
static char *path_uri(const char *path, const char *flags)
{
	struct text uri = {0};

	text_add(&uri, "file:");
	for (const char *c = path; *c; c++)
		if (strchr("%?#", *c))
			text_add(&uri, "%%%02X", (unsigned)(unsigned char)*c);
		else
			text_add_bytes(&uri, c, 1);
	text_add(&uri, "%s", flags);
	return uri.s;
}

static int handle_open(struct store *s, const char *flags, int mode, struct error *e)
{
	char *uri = path_uri(s->path, flags);
	int rc = sqlite3_open_v2(uri, &s->db, mode | SQLITE_OPEN_URI, NULL);

	free(uri);
	if (!s->db)
		return error_set(e, HZ_ENVIRONMENT, "open database: %s: out of memory", s->path);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
	/* The header is read only now: this is where a file that is no database shows. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : statement_error(s, "open database", e);
}

static int is_missing(const char *path, const char *suffix)
{
	struct text name = {0};
	struct stat st;
	int missing;

	text_add(&name, "%s%s", path, suffix);
	missing = stat(name.s, &st) != 0;
	text_fini(&name);
	return missing;
}

static int open_read(struct store *s, struct error *e)
{
	int rc;

	/* SQLite would only say that it cannot open. */
	if (access(s->path, R_OK))
		return error_errno(e, "open database", s->path);
	rc = handle_open(s, "", SQLITE_OPEN_READONLY, e);
	/* In a folder where nothing may be written, a reader cannot make the index of the write-ahead log. Without
	 * a log no writer is at work, and the file can be read as it lies. */
	if (rc && is_missing(s->path, "-wal")) {
		sqlite3_close(s->db);
		s->db = NULL;
		rc = handle_open(s, "?immutable=1", SQLITE_OPEN_READONLY, e);
	}
	return rc;
}

/* SQLite would only say that it cannot open. */
static int check_folder(const struct store *s, struct error *e)
{
	const char *slash = strrchr(s->path, '/');
	struct text folder = {0};
	int rc = 0;

	text_add_bytes(&folder, slash ? s->path : ".", slash ? (size_t)(slash - s->path) + 1 : 1);
	if (access(folder.s, W_OK | X_OK))
		rc = error_errno(e, "make database", s->path);
	text_fini(&folder);
	return rc;
}

static int open_write(struct store *s, struct error *e)
{
	struct stat st;
	int rc;

	if (stat(s->path, &st)) {
		rc = check_folder(s, e);
		if (rc)
			return rc;
	} else if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return error_errno(e, "open database", s->path);
	}
	/* A file size limit shall be a message, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	rc = handle_open(s, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e);
	if (rc)
		return rc;
	/* SQLite falls back to reading without a word. */
	if (sqlite3_db_readonly(s->db, "main") == 1)
		return error_set(e, HZ_ENVIRONMENT, "open database for writing: %s: the file is read-only", s->path);
	rc = statement_execute(s, "open database for writing", "PRAGMA foreign_keys = ON", e);
	if (!rc)
		rc = migration_run(s, schema_steps, schema_version, 1, e);
	/* After the schema check: the mode is kept in the file, and a file that is not ours stays as it is. */
	if (!rc)
		rc = statement_execute(s, "open database for writing",
				       "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", e);
	s->writer = !rc;
	return rc;
}

int store_open(struct store **out, const char *path, enum store_mode mode, struct error *e)
{
	struct store *s = xcalloc(1, sizeof *s);
	int rc;

	s->path = xstrdup(path);
	if (mode == STORE_WRITE) {
		rc = open_write(s, e);
	} else {
		rc = open_read(s, e);
		if (!rc)
			rc = migration_run(s, schema_steps, schema_version, 0, e);
	}
	if (!rc)
		rc = function_register(s, e);
	if (rc) {
		store_close(s);
		s = NULL;
	}
	*out = s;
	return rc;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_plan_rollback(s);
	/* A file at rest has no log beside it: it can be copied, and read where nothing may be written. Another
	 * process that has the file open keeps the log; the last one to leave ends it. */
	if (s->writer) {
		sqlite3_busy_timeout(s->db, 0);
		statement_execute(s, "close database", "PRAGMA journal_mode = DELETE", NULL);
	}
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

const char *store_path(const struct store *s)
{
	return s->path;
}

struct sqlite3 *store_sqlite(struct store *s)
{
	return s->db;
}

const char *store_state_name(enum store_state state)
{
	static const char *const names[STORE_STATES] = {"planned", "running", "done", "failed", "killed"};

	return names[state];
}

int store_dump(struct store *s, char **dump, struct error *e)
{
	struct statement st;
	struct text lines = {0};
	int row, rc = statement_prepare(&st, s, "dump database",
		"SELECT line FROM content ORDER BY part, a, b, c, d", e);

	while (!rc) {
		rc = statement_step(&st, &row, e);
		if (rc || !row)
			break;
		text_add(&lines, "%s\n", statement_text(&st, 0));
	}
	statement_fini(&st);
	*dump = xstrdup(rc ? "" : text_str(&lines));
	text_fini(&lines);
	return rc;
}
