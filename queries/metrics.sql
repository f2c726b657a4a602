-- SPDX-License-Identifier: GPL-3.0-or-later
-- every metric of every point: mean with 95 % interval over the repetitions, least, greatest
SELECT scenario, position, label, metric, unit, n, mean, half_width, least, greatest
FROM summary
ORDER BY scenario, position, metric;
