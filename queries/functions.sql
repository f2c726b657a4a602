-- SPDX-License-Identifier: GPL-3.0-or-later
-- functions by the cycles charged to them, percent of each point's busy cycles
WITH leaf AS (
  SELECT r.point, replace(f.path, rtrim(f.path, replace(f.path, ';', '')), '') AS function,
         sum(f.self) AS self, sum(f.calls) AS calls, count(DISTINCT r.id) AS n
  FROM current_run r JOIN profile f ON f.run = r.id
  WHERE r.state = 'done'
  GROUP BY r.point, function)
SELECT s.name AS scenario, p.position, p.label, l.function,
       100.0 * l.self / sum(l.self) OVER (PARTITION BY l.point) AS percent,
       l.self / l.n AS cycles, l.calls / l.n AS calls
FROM leaf l JOIN point p ON p.id = l.point JOIN scenario s ON s.id = p.scenario
ORDER BY s.name, p.position, l.self DESC, l.function;
