-- SPDX-License-Identifier: GPL-3.0-or-later
-- cycles per packet, pair, fragment, ... of every point, with the 95 % interval
SELECT s.name AS scenario, p.position, p.label, m.unit, count(*) AS n, mean95(m.value) AS cycles
FROM current_run r
JOIN point p ON p.id = r.point
JOIN scenario s ON s.id = p.scenario
JOIN metric m ON m.run = r.id
LEFT JOIN headline h ON h.point = p.id
WHERE r.state = 'done'
  AND (m.name IN ('cycles_per_packet', 'cycles_per_pair', 'cycles_per_op') OR (m.name = h.metric AND m.unit = 'cycles'))
GROUP BY p.id, m.name
ORDER BY s.name, p.position, m.name;
