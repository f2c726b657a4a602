-- SPDX-License-Identifier: GPL-3.0-or-later
-- change of every point's primary metric against the policy of comparison, paired by repetition
SELECT c.scenario, c.position, c.workload, c.situation, c.metric, c.base_policy, c.base_mean, c.policy, c.mean, c.n,
       c.percent, c.half_width, c.verdict
FROM change c JOIN headline h ON h.point = c.point AND h.metric = c.metric
ORDER BY c.scenario, c.position;
