-- SPDX-License-Identifier: GPL-3.0-or-later
-- A results database of schema version 2, as hotzone wrote it before scenarios had workloads.
CREATE TABLE lock_bucket (  run INTEGER NOT NULL,  lock INTEGER NOT NULL,  what TEXT NOT NULL CHECK (what IN ('hold', 'wait')),  low INTEGER NOT NULL,  high INTEGER NOT NULL CHECK (high > low),  count INTEGER NOT NULL CHECK (count > 0),  PRIMARY KEY (run, lock, what, low),  FOREIGN KEY (run, lock) REFERENCES lock_stat(run, lock) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
INSERT INTO "lock_bucket" VALUES(17,1,'hold',96,128,10);
CREATE TABLE lock_stat (  run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,  lock INTEGER NOT NULL CHECK (lock >= 1),  name TEXT NOT NULL,  kind TEXT NOT NULL,  caller TEXT NOT NULL,  acquisitions INTEGER NOT NULL,  contended INTEGER NOT NULL,  trylock_failures INTEGER NOT NULL,  handoff_self INTEGER NOT NULL,  handoff_smt INTEGER NOT NULL,  handoff_socket INTEGER NOT NULL,  handoff_cross INTEGER NOT NULL,  hold_count INTEGER NOT NULL,  hold_sum INTEGER NOT NULL,  hold_max INTEGER NOT NULL,  wait_count INTEGER NOT NULL,  wait_sum INTEGER NOT NULL,  wait_max INTEGER NOT NULL,  PRIMARY KEY (run, lock)) STRICT, WITHOUT ROWID;
INSERT INTO "lock_stat" VALUES(17,1,'zone->lock (node 0 Normal)','qspinlock','',10,0,0,10,0,0,0,10,1000,120,0,0,0);
CREATE TABLE metric (  run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,  name TEXT NOT NULL,  unit TEXT NOT NULL,  value REAL NOT NULL,  PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
INSERT INTO "metric" VALUES(1,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(1,'cycles_per_packet','cycles',3014.0);
INSERT INTO "metric" VALUES(2,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(2,'cycles_per_packet','cycles',3024.0);
INSERT INTO "metric" VALUES(3,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(3,'cycles_per_packet','cycles',3004.0);
INSERT INTO "metric" VALUES(4,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(4,'cycles_per_packet','cycles',3034.0);
INSERT INTO "metric" VALUES(5,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(5,'cycles_per_packet','cycles',3028.0);
INSERT INTO "metric" VALUES(6,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(6,'cycles_per_packet','cycles',3038.0);
INSERT INTO "metric" VALUES(7,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(7,'cycles_per_packet','cycles',3018.0);
INSERT INTO "metric" VALUES(8,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(8,'cycles_per_packet','cycles',3048.0);
INSERT INTO "metric" VALUES(9,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(9,'cycles_per_packet','cycles',2414.0);
INSERT INTO "metric" VALUES(10,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(10,'cycles_per_packet','cycles',2424.0);
INSERT INTO "metric" VALUES(11,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(11,'cycles_per_packet','cycles',2405.0);
INSERT INTO "metric" VALUES(12,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(12,'cycles_per_packet','cycles',2428.0);
INSERT INTO "metric" VALUES(13,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(13,'cycles_per_packet','cycles',2428.0);
INSERT INTO "metric" VALUES(14,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(14,'cycles_per_packet','cycles',2438.0);
INSERT INTO "metric" VALUES(15,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(15,'cycles_per_packet','cycles',2419.0);
INSERT INTO "metric" VALUES(16,'clock_hz','Hz',2600000000.0);
INSERT INTO "metric" VALUES(16,'cycles_per_packet','cycles',2442.0);
INSERT INTO "metric" VALUES(17,'cycles_per_pair','cycles',210.0);
CREATE TABLE point (  id INTEGER PRIMARY KEY,  scenario INTEGER NOT NULL REFERENCES scenario(id) ON DELETE CASCADE,  hash TEXT NOT NULL,  position INTEGER CHECK (position >= 1),  label TEXT NOT NULL,  policy TEXT NOT NULL,  config TEXT NOT NULL,  UNIQUE (scenario, hash),  UNIQUE (scenario, position)) STRICT;
INSERT INTO "point" VALUES(1,1,'00000000000000000000000000000001',1,'buddy cpus=14','buddy','machine: xeon-2x14
load.kind: forward
load.cpus: 14
');
INSERT INTO "point" VALUES(2,1,'00000000000000000000000000000002',2,'buddy cpus=28','buddy','machine: xeon-2x14
load.kind: forward
load.cpus: 28
');
INSERT INTO "point" VALUES(3,1,'00000000000000000000000000000003',3,'pcp cpus=14','pcp','machine: xeon-2x14
load.kind: forward
load.cpus: 14
');
INSERT INTO "point" VALUES(4,1,'00000000000000000000000000000004',4,'pcp cpus=28','pcp','machine: xeon-2x14
load.kind: forward
load.cpus: 28
');
INSERT INTO "point" VALUES(5,2,'b',1,'page-bench','','machine: desktop-4
load.kind: page_bench
load.cpus: 1
');
CREATE TABLE point_axis (  point INTEGER NOT NULL REFERENCES point(id) ON DELETE CASCADE,  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),  key TEXT NOT NULL,  value TEXT NOT NULL,  number REAL,  PRIMARY KEY (point, ordinal),  UNIQUE (point, key)) STRICT, WITHOUT ROWID;
INSERT INTO "point_axis" VALUES(1,1,'load.cpus','14',14.0);
INSERT INTO "point_axis" VALUES(2,1,'load.cpus','28',28.0);
INSERT INTO "point_axis" VALUES(3,1,'load.cpus','14',14.0);
INSERT INTO "point_axis" VALUES(4,1,'load.cpus','28',28.0);
CREATE TABLE profile (  run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,  path TEXT NOT NULL,  calls INTEGER NOT NULL,  self INTEGER NOT NULL,  PRIMARY KEY (run, path)) STRICT, WITHOUT ROWID;
INSERT INTO "profile" VALUES(17,'task;alloc_pages',5,1000);
CREATE TABLE run (  id INTEGER PRIMARY KEY,  point INTEGER NOT NULL REFERENCES point(id) ON DELETE CASCADE,  repetition INTEGER NOT NULL CHECK (repetition >= 0),  model_version INTEGER NOT NULL,  seed TEXT NOT NULL,  state TEXT NOT NULL DEFAULT 'planned'    CHECK (state IN ('planned', 'running', 'done', 'failed', 'killed')),  error TEXT,  events INTEGER,  fingerprint TEXT,  started TEXT,  wall_seconds REAL,  cpu_seconds REAL,  program_version TEXT,  host TEXT,  UNIQUE (point, repetition, model_version),  CHECK ((state IN ('failed', 'killed')) = (error IS NOT NULL)),  CHECK (state <> 'done' OR (events IS NOT NULL AND fingerprint IS NOT NULL))) STRICT;
INSERT INTO "run" VALUES(1,1,0,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(2,1,1,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(3,1,2,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(4,1,3,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(5,2,0,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(6,2,1,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(7,2,2,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(8,2,3,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(9,3,0,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(10,3,1,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(11,3,2,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(12,3,3,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(13,4,0,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(14,4,1,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(15,4,2,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(16,4,3,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
INSERT INTO "run" VALUES(17,5,0,1,'1','done',NULL,100,'00','2026-01-01T00:00:00Z',0.5,0.5,'0.1','host');
CREATE TABLE scenario (  id INTEGER PRIMARY KEY,  name TEXT NOT NULL UNIQUE,  title TEXT NOT NULL,  path TEXT NOT NULL,  text TEXT NOT NULL) STRICT;
INSERT INTO "scenario" VALUES(1,'page-frag-free','kept from version 2','scenarios/page-frag-free.yaml','load: forward');
INSERT INTO "scenario" VALUES(2,'page-bench','','scenarios/page-bench.yaml','load: page_bench');
CREATE UNIQUE INDEX point_label ON point(scenario, label) WHERE position IS NOT NULL;
CREATE VIEW current_run AS  SELECT run.* FROM run JOIN point ON point.id = run.point  WHERE point.position IS NOT NULL    AND run.model_version = (SELECT max(r.model_version) FROM run r WHERE r.point = run.point);
CREATE VIEW points AS  SELECT p.id AS point, s.name AS scenario, p.position, p.label, p.policy,    count(r.id) AS planned,    count(r.id) FILTER (WHERE r.state = 'done') AS done,    count(r.id) FILTER (WHERE r.state IN ('failed', 'killed')) AS failed  FROM point p JOIN scenario s ON s.id = p.scenario LEFT JOIN current_run r ON r.point = p.id  WHERE p.position IS NOT NULL  GROUP BY p.id;
CREATE VIEW summary AS  SELECT p.id AS point, s.name AS scenario, p.position, p.label, p.policy, m.name AS metric, m.unit,    count(*) AS n, avg(m.value) AS mean, half_width95(m.value) AS half_width,    min(m.value) AS least, max(m.value) AS greatest  FROM current_run r JOIN metric m ON m.run = r.id JOIN point p ON p.id = r.point    JOIN scenario s ON s.id = p.scenario  WHERE r.state = 'done'  GROUP BY p.id, m.name;
CREATE VIEW lock_summary AS  WITH total AS (    SELECT r.point, l.name, min(l.lock) AS lock, max(l.kind) AS kind,      count(*) AS n,      avg(l.acquisitions) AS acquisitions, avg(l.contended) AS contended,      avg(l.trylock_failures) AS trylock_failures,      avg(l.handoff_self) AS handoff_self, avg(l.handoff_smt) AS handoff_smt,      avg(l.handoff_socket) AS handoff_socket, avg(l.handoff_cross) AS handoff_cross,      avg(l.hold_sum) AS hold_total, 1.0 * sum(l.hold_sum) / nullif(sum(l.hold_count), 0) AS hold_mean,      max(l.hold_max) AS hold_max,      avg(l.wait_sum) AS wait_total, 1.0 * sum(l.wait_sum) / nullif(sum(l.wait_count), 0) AS wait_mean,      max(l.wait_max) AS wait_max    FROM current_run r JOIN lock_stat l ON l.run = r.id    WHERE r.state = 'done'    GROUP BY r.point, l.name),  bucket AS (    SELECT r.point, l.name,      quantile(0.5, b.low, b.high, b.count) FILTER (WHERE b.what = 'hold') AS hold_p50,      quantile(0.99, b.low, b.high, b.count) FILTER (WHERE b.what = 'hold') AS hold_p99,      quantile(0.5, b.low, b.high, b.count) FILTER (WHERE b.what = 'wait') AS wait_p50,      quantile(0.99, b.low, b.high, b.count) FILTER (WHERE b.what = 'wait') AS wait_p99    FROM current_run r JOIN lock_stat l ON l.run = r.id      JOIN lock_bucket b ON b.run = l.run AND b.lock = l.lock    WHERE r.state = 'done'    GROUP BY r.point, l.name)  SELECT p.id AS point, s.name AS scenario, p.position, p.label, p.policy, t.name, t.kind,    (SELECT l.caller FROM current_run r JOIN lock_stat l ON l.run = r.id     WHERE r.point = t.point AND r.state = 'done' AND l.name = t.name AND l.caller <> ''     GROUP BY l.caller ORDER BY sum(l.wait_sum) DESC, l.caller LIMIT 1) AS caller,    t.n, t.acquisitions, t.contended, t.trylock_failures,    t.handoff_self, t.handoff_smt, t.handoff_socket, t.handoff_cross,    t.hold_total, t.hold_mean, min(b.hold_p50, t.hold_max) AS hold_p50,     min(b.hold_p99, t.hold_max) AS hold_p99, t.hold_max,    t.wait_total, t.wait_mean, min(b.wait_p50, t.wait_max) AS wait_p50,     min(b.wait_p99, t.wait_max) AS wait_p99,    CASE WHEN t.wait_mean IS NULL THEN NULL ELSE t.wait_max END AS wait_max  FROM total t JOIN point p ON p.id = t.point JOIN scenario s ON s.id = p.scenario    LEFT JOIN bucket b ON b.point = t.point AND b.name = t.name;
CREATE VIEW zone_lock AS  WITH total AS (    SELECT r.point, 1.0 * sum(l.acquisitions) / count(DISTINCT r.id) AS acquisitions,      1.0 * sum(l.contended) / count(DISTINCT r.id) AS contended,      1.0 * sum(l.hold_sum) / nullif(sum(l.hold_count), 0) AS hold_mean, max(l.hold_max) AS hold_max,      1.0 * sum(l.wait_sum) / nullif(sum(l.wait_count), 0) AS wait_mean, max(l.wait_max) AS wait_max    FROM current_run r JOIN lock_stat l ON l.run = r.id    WHERE r.state = 'done' AND l.name LIKE 'zone->lock%'    GROUP BY r.point),  bucket AS (    SELECT r.point,      quantile(0.5, b.low, b.high, b.count) FILTER (WHERE b.what = 'hold') AS hold_p50,      quantile(0.99, b.low, b.high, b.count) FILTER (WHERE b.what = 'hold') AS hold_p99,      quantile(0.5, b.low, b.high, b.count) FILTER (WHERE b.what = 'wait') AS wait_p50,      quantile(0.99, b.low, b.high, b.count) FILTER (WHERE b.what = 'wait') AS wait_p99    FROM current_run r JOIN lock_stat l ON l.run = r.id      JOIN lock_bucket b ON b.run = l.run AND b.lock = l.lock    WHERE r.state = 'done' AND l.name LIKE 'zone->lock%'    GROUP BY r.point)  SELECT p.id AS point, s.name AS scenario, p.position, p.label, p.policy, t.acquisitions, t.contended,    t.hold_mean, min(b.hold_p50, t.hold_max) AS hold_p50,     min(b.hold_p99, t.hold_max) AS hold_p99, t.hold_max,    t.wait_mean, min(b.wait_p50, t.wait_max) AS wait_p50, min(b.wait_p99, t.wait_max) AS wait_p99,    CASE WHEN t.wait_mean IS NULL THEN NULL ELSE t.wait_max END AS wait_max  FROM total t JOIN point p ON p.id = t.point JOIN scenario s ON s.id = p.scenario    LEFT JOIN bucket b ON b.point = t.point;
CREATE VIEW content AS  SELECT 1 AS part, id AS a, 0 AS b, '' AS c, 0 AS d,    'scenario ' || id || ' ' || quote(name) || ' ' || quote(title) || ' ' || quote(path) || ' '    || quote(replace(text, char(10), '\n')) AS line FROM scenario  UNION ALL SELECT 2, id, 0, '', 0, 'point ' || id || ' ' || scenario || ' ' || quote(hash) || ' '    || quote(position) || ' ' || quote(label) || ' ' || quote(policy) || ' '    || quote(replace(config, char(10), '\n')) FROM point  UNION ALL SELECT 3, point, ordinal, '', 0, 'point_axis ' || point || ' ' || ordinal || ' ' || quote(key)    || ' ' || quote(value) || ' ' || quote(number) FROM point_axis  UNION ALL SELECT 4, id, 0, '', 0, 'run ' || id || ' ' || point || ' ' || repetition || ' '    || model_version || ' ' || quote(seed) || ' ' || state || ' '    || quote(replace(error, char(10), '\n')) || ' ' || quote(events) || ' ' || quote(fingerprint) FROM run  UNION ALL SELECT 5, run, 0, name, 0, 'metric ' || run || ' ' || quote(name) || ' ' || quote(unit) || ' '    || quote(value) FROM metric  UNION ALL SELECT 6, run, lock, '', 0, 'lock_stat ' || run || ' ' || lock || ' ' || quote(name) || ' '    || quote(kind) || ' ' || quote(caller) || ' ' || acquisitions || ' ' || contended || ' '    || trylock_failures || ' ' || handoff_self || ' ' || handoff_smt || ' ' || handoff_socket || ' '    || handoff_cross || ' ' || hold_count || ' ' || hold_sum || ' ' || hold_max || ' '    || wait_count || ' ' || wait_sum || ' ' || wait_max FROM lock_stat  UNION ALL SELECT 7, run, lock, what, low, 'lock_bucket ' || run || ' ' || lock || ' ' || what || ' '    || low || ' ' || high || ' ' || count FROM lock_bucket  UNION ALL SELECT 8, run, 0, path, 0, 'profile ' || run || ' ' || quote(path) || ' ' || calls || ' '    || self FROM profile;
PRAGMA application_id = 0x485a4442;
PRAGMA user_version = 2;
