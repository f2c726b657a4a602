# SPDX-License-Identifier: GPL-3.0-or-later
# share of busy cycles spent in the slow path of locks against the swept key, one line per policy, with 95 % bands
#data share
#: SELECT c.panel, c.series, c.x, 100 * s.mean, 100 * coalesce(s.half_width, 0)
#: FROM temp.chart_point c JOIN summary s ON s.point = c.point
#: WHERE s.metric = 'slowpath_share'
#: ORDER BY c.panel, c.series, c.x

H = 60.0 + HEAD_ROOM + 360 * ROWS + 95 * (ROWS - 1)
W = COLUMNS == 1 ? 820.0 : 60.0 + 430 * COLUMNS
set terminal @TERMINAL size W, H
set output OUTPUT

stats $share using 2:($2 + $3) nooutput name 'S'
set yrange [0 : (S_max_y > 0 ? 1.08 * S_max_y : 1)]
set ylabel 'lock slow path, % of busy cycles'
set xlabel X_LABEL
set offsets graph 0.03, graph 0.03, 0, 0
if (strlen(X_TICS)) { eval 'set xtics ' . X_TICS }
if (X_LOG) { set logscale x }

set multiplot layout ROWS,COLUMNS \
	title TITLE . "\nbusy cycles spent in the slow path of locks, mean and 95 % interval over the repetitions" \
	offset 0,-0.3 margins 78/W, 1 - 30/W, 60/H, 1 - HEAD_ROOM/H spacing 90/W, 95/H
set key at screen 0.5, screen (1 - TITLE_ROOM/H) center top horizontal
do for [p=1:PANELS] {
	set title PANEL_NAME[p]
	if (p > 1) { unset key }
	plot for [s=1:SERIES] $share index (p-1)*SERIES+s-1 using 1:($2-$3 < 0 ? 0 : $2-$3):($2+$3) \
			with filledcurves ls s notitle, \
		for [s=1:SERIES] $share index (p-1)*SERIES+s-1 using 1:2:3 with yerrorbars ls s lw 1 dt 1 ps 0 notitle, \
		for [s=1:SERIES] $share index (p-1)*SERIES+s-1 using 1:2 with linespoints ls s title SERIES_NAME[s]
}
unset multiplot
