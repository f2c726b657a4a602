-- SPDX-License-Identifier: GPL-3.0-or-later
-- every point of the current plans: its runs planned, done and failed
SELECT scenario, position, label, policy, workload, planned, done, failed
FROM points
ORDER BY scenario, position;
