-- SPDX-License-Identifier: GPL-3.0-or-later
-- every run: state, how long it took, how many events
SELECT s.name AS scenario, p.position, p.label, r.repetition, r.seed, r.state, r.events, r.wall_seconds, r.cpu_seconds,
       r.model_version, r.program_version, r.host, r.started, r.fingerprint
FROM run r JOIN point p ON p.id = r.point JOIN scenario s ON s.id = p.scenario
ORDER BY s.name, p.position, p.id, r.repetition, r.model_version;
