-- SPDX-License-Identifier: GPL-3.0-or-later
-- every lock of every point: contention, wait and hold, in cycles
SELECT scenario, position, label, name, kind, caller, acquisitions, contended, wait_total, wait_mean, wait_p50, wait_p99,
       wait_max, hold_mean, hold_p50, hold_p99, hold_max
FROM lock_summary
ORDER BY scenario, position, wait_total DESC, hold_total DESC, name;
