# SPDX-License-Identifier: GPL-3.0-or-later
# hold and wait times of the zone lock where the load is highest: share of acquisitions up to a time, percentiles marked
#points peak
#data share 2
#: WITH bucket AS (
#:   SELECT b.what, c.point, c.series, b.low, max((b.low + b.high - 1) / 2.0, 1) AS middle, sum(b.count) AS count
#:   FROM temp.chart_point c JOIN current_run r ON r.point = c.point AND r.state = 'done'
#:   JOIN lock_stat l ON l.run = r.id AND l.name LIKE 'zone->lock%'
#:   JOIN lock_bucket b ON b.run = l.run AND b.lock = l.lock
#:   GROUP BY b.what, c.series, b.low),
#: share AS (
#:   SELECT CASE b.what WHEN 'hold' THEN 1 ELSE 2 END AS panel, b.series,
#:     min(b.middle, max(CASE b.what WHEN 'hold' THEN z.hold_max ELSE z.wait_max END, 1)) AS time,
#:     100.0 * sum(b.count) OVER (PARTITION BY b.what, b.series ORDER BY b.low)
#:       / sum(b.count) OVER (PARTITION BY b.what, b.series) AS share
#:   FROM bucket b JOIN zone_lock z USING (point))
#: SELECT panel, series, time, share FROM share
#: UNION ALL SELECT panel, series, min(time), 0 FROM share GROUP BY panel, series
#: ORDER BY panel, series, share
#data marks 2
#: SELECT 1 AS panel, c.series, max(hold_p50, 1), 50 AS share FROM temp.chart_point c JOIN zone_lock USING (point)
#: UNION ALL SELECT 1, c.series, max(hold_p99, 1), 99 FROM temp.chart_point c JOIN zone_lock USING (point)
#: UNION ALL SELECT 2, c.series, max(wait_p50, 1), 50 FROM temp.chart_point c JOIN zone_lock USING (point)
#:   WHERE wait_p50 IS NOT NULL
#: UNION ALL SELECT 2, c.series, max(wait_p99, 1), 99 FROM temp.chart_point c JOIN zone_lock USING (point)
#:   WHERE wait_p99 IS NOT NULL
#: ORDER BY panel, c.series, share

H = 460.0 + HEAD_ROOM
W = 1000.0
set terminal @TERMINAL size W, H
set output OUTPUT

WHERE = strlen(POINTS_TITLE) ? ' at ' . POINTS_TITLE : ''
set logscale x
set xlabel 'cycles (log scale)'
set multiplot layout 1,2 title TITLE . "\nzone->lock" . WHERE . '; marked: p50 and p99' offset 0,-0.3 \
	margins 78/W, 1 - 30/W, 60/H, 1 - HEAD_ROOM/H spacing 78/W, 95/H
set key at screen 0.5, screen (1 - TITLE_ROOM/H) center top horizontal
array WHAT[2] = ['hold', 'wait of contended acquisitions']
array OF[2] = ['acquisitions', 'contended acquisitions']
array LEGEND[SERIES]
do for [s=1:SERIES] {
	NAME = sprintf('L%d', s)
	stats $share index s-1 using 1:2 nooutput name NAME
	LEGEND[s] = SERIES_NAME[s] . (exists(NAME . '_min_x') ? '' : ' (never taken)')
}
do for [p=1:2] {
	set title WHAT[p]
	set ylabel '% of ' . OF[p] . ' up to this time'
	if (p > 1) { unset key }
	set xrange [*:*]
	set yrange [*:*]
	NAME = sprintf('T%d', p)
	stats $share index (p-1)*SERIES:p*SERIES-1 using 1:2 nooutput name NAME
	if (exists(NAME . '_min_x')) {
		LEAST = value(NAME . '_min_x')
		MOST = value(NAME . '_max_x')
		SPAN = MOST / LEAST > 4 ? MOST / LEAST : 4
		set xrange [LEAST / SPAN**0.05 : MOST * SPAN**0.25]
	} else {
		set xrange [1 : 10]
		set label 1 'nobody waited' at graph 0.5, graph 0.5 center
		SPAN = 10
	}
	set yrange [0 : 104]
	set xtics (1)
	do for [d=0:12] {
		set xtics add (10**d)
		if (SPAN < 100) { set xtics add (2 * 10**d, 5 * 10**d) }
		if (SPAN < 8) { set xtics add (1.5 * 10**d, 3 * 10**d) }
		if (SPAN <= 4) { set xtics add (4 * 10**d, 7 * 10**d) }
	}
	plot for [s=1:SERIES] $share index (p-1)*SERIES+s-1 using 1:2 with steps ls s notitle, \
		for [s=1:SERIES] $marks index (p-1)*SERIES+s-1 using 1:2 with points ls s ps 1.4 notitle, \
		for [s=1:SERIES:2] $marks index (p-1)*SERIES+s-1 using 1:($2-3):(sprintf('p%.0f %.0f', $2, $1)) \
			with labels left offset 1,0 font ',10' textcolor rgb '#303030' notitle, \
		for [s=2:SERIES:2] $marks index (p-1)*SERIES+s-1 using 1:($2+1):(sprintf('p%.0f %.0f', $2, $1)) \
			with labels right offset -1,0 font ',10' textcolor rgb '#303030' notitle, \
		for [s=1:SERIES] NaN with linespoints ls s title LEGEND[s]
}
unset multiplot
