-- SPDX-License-Identifier: GPL-3.0-or-later
-- why runs failed
SELECT s.name AS scenario, p.position, p.label, r.repetition, r.seed, r.state, r.error
FROM current_run r JOIN point p ON p.id = r.point JOIN scenario s ON s.id = p.scenario
WHERE r.state IN ('failed', 'killed')
ORDER BY s.name, p.position, r.repetition;
