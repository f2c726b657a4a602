-- SPDX-License-Identifier: GPL-3.0-or-later
-- the resolved configuration of every point
SELECT scenario.name AS scenario, point.position, point.label, point.hash, point.config
FROM point JOIN scenario ON scenario.id = point.scenario
WHERE point.position IS NOT NULL
ORDER BY scenario.name, point.position;
