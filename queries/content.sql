-- SPDX-License-Identifier: GPL-3.0-or-later
-- everything but times, host and program version, one fact per line: equal for equal results
SELECT line FROM content ORDER BY part, a, b, c, d;
