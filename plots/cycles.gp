# SPDX-License-Identifier: GPL-3.0-or-later
# cycles per packet, pair, fragment, ... (or the metric named) against the swept key, one line per policy, with 95 % bands
#data cycles
#: SELECT c.panel, c.series, c.x, c.scale * s.mean, c.scale * coalesce(s.half_width, 0)
#: FROM temp.chart_point c JOIN summary s ON s.point = c.point AND s.metric = c.metric
#: ORDER BY c.panel, c.series, c.x

H = 60.0 + HEAD_ROOM + 360 * ROWS + 95 * (ROWS - 1)
W = COLUMNS == 1 ? 820.0 : 60.0 + 430 * COLUMNS
set terminal @TERMINAL size W, H
set output OUTPUT

# Room above and below the values between LOW and HIGH.
range(low, high) = sprintf('[%.12g : %.12g]', low - pad(low, high) < 0 ? 0 : low - pad(low, high), high + pad(low, high))
pad(low, high) = high - low > 0.001 * high ? 0.06 * (high - low) : high > 0 ? 0.05 * high : 1
set xlabel X_LABEL
set offsets graph 0.03, graph 0.03, 0, 0
if (strlen(X_TICS)) { eval 'set xtics ' . X_TICS }
if (X_LOG) { set logscale x }

set multiplot layout ROWS,COLUMNS \
	title TITLE . "\n" . (METRICS > 1 ? 'primary metric of each workload' : PANEL_Y[1]) . \
	', mean and 95 % interval over the repetitions' . (strlen(LEFT_OUT) ? '; without ' . LEFT_OUT : '') offset 0,-0.3 \
	margins 78/W, 1 - 30/W, 60/H, 1 - HEAD_ROOM/H spacing 90/W, 95/H
set key at screen 0.5, screen (1 - TITLE_ROOM/H) center top horizontal
do for [p=1:PANELS] {
	# Panels of one metric share their scale.
	FIRST = METRICS > 1 ? (p - 1) * SERIES : 0
	LAST = METRICS > 1 ? p * SERIES - 1 : PANELS * SERIES - 1
	NAME = sprintf('C%d', p)
	set yrange [*:*]
	stats $cycles index FIRST:LAST using ($2 - $3):($2 + $3) nooutput name NAME
	LOW = exists(NAME . '_min_x') ? value(NAME . '_min_x') : 0
	HIGH = exists(NAME . '_max_y') ? value(NAME . '_max_y') : 1
	unset arrow
	unset label
	do for [l=1:LINES] {
		if (METRICS == 1 || LINE_PANEL[l] == p) {
			LOW = LINE_AT[l] < LOW ? LINE_AT[l] : LOW
			HIGH = LINE_AT[l] > HIGH ? LINE_AT[l] : HIGH
		}
		if (LINE_PANEL[l] == p) {
			set arrow from graph 0, first LINE_AT[l] to graph 1, first LINE_AT[l] nohead lc rgb '#606060' lw 1.2 dt (2,4)
			set label LINE_LABEL[l] at graph 0.99, first LINE_AT[l] right offset 0,0.5 font ',10' textcolor rgb '#303030'
		}
	}
	eval 'set yrange ' . range(LOW, HIGH)
	set ylabel PANEL_Y[p]
	set title PANEL_NAME[p]
	if (p > 1) { unset key }
	plot for [s=1:SERIES] $cycles index (p-1)*SERIES+s-1 using 1:($2-$3):($2+$3) with filledcurves ls s notitle, \
		for [s=1:SERIES] $cycles index (p-1)*SERIES+s-1 using 1:2:3 with yerrorbars ls s lw 1 dt 1 ps 0 notitle, \
		for [s=1:SERIES] $cycles index (p-1)*SERIES+s-1 using 1:2 with linespoints ls s title SERIES_NAME[s]
}
unset multiplot
