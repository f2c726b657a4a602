# SPDX-License-Identifier: GPL-3.0-or-later
# achieved packet rate and drops against the offered packet rate, one line per policy
#data rate
#: SELECT c.panel, c.series, o.mean / 1e6 AS x, a.mean / 1e6, coalesce(a.half_width, 0) / 1e6
#: FROM temp.chart_point c
#: JOIN summary o ON o.point = c.point AND o.metric = 'offered_pps'
#: JOIN summary a ON a.point = c.point AND a.metric = 'achieved_pps'
#: ORDER BY c.panel, c.series, x
#data drops
#: SELECT c.panel, c.series, o.mean / 1e6 AS x,
#:   100 * (coalesce(r.mean, 0) + coalesce(t.mean, 0)) / (k.mean + coalesce(r.mean, 0) + coalesce(t.mean, 0))
#: FROM temp.chart_point c
#: JOIN summary o ON o.point = c.point AND o.metric = 'offered_pps'
#: JOIN summary k ON k.point = c.point AND k.metric = 'packets'
#: LEFT JOIN summary r ON r.point = c.point AND r.metric = 'drops_rx_out_of_buffer'
#: LEFT JOIN summary t ON t.point = c.point AND t.metric = 'drops_tx_ring_full'
#: ORDER BY c.panel, c.series, x

# Panels side by side; the rate above, the drops below.
H = 560.0 + HEAD_ROOM
W = PANELS == 1 ? 820.0 : 60.0 + (PANELS > 4 ? 300 : 430) * PANELS
set terminal @TERMINAL size W, H
set output OUTPUT

stats $rate using 1:2 nooutput name 'R'
TOP = 1.05 * (R_max_y > R_max_x ? R_max_y : R_max_x)
stats $drops using 1:2 nooutput name 'D'
set xrange [0 : 1.03 * R_max_x]

set multiplot layout 2,PANELS \
	title TITLE . "\nachieved packet rate (mean, 95 % interval; dotted: all that is offered) and drops" offset 0,-0.3 \
	margins 78/W, 1 - 30/W, 60/H, 1 - HEAD_ROOM/H spacing 90/W, 60/H
set key at screen 0.5, screen (1 - TITLE_ROOM/H) center top horizontal
set ylabel 'achieved (Mpps)'
set yrange [0 : 1.08 * R_max_y]
do for [p=1:PANELS] {
	set title PANEL_NAME[p]
	if (p > 1) { unset key }
	plot x with lines lc rgb '#808080' lw 1 dt (2,4) notitle, \
		for [s=1:SERIES] $rate index (p-1)*SERIES+s-1 using 1:($2-$3):($2+$3) with filledcurves ls s notitle, \
		for [s=1:SERIES] $rate index (p-1)*SERIES+s-1 using 1:2 with linespoints ls s title SERIES_NAME[s]
}
unset title
unset key
set xlabel 'offered (Mpps)'
set ylabel 'dropped (% of offered)'
set yrange [0 : (D_max_y > 0 ? 1.08 * D_max_y : 1)]
do for [p=1:PANELS] {
	plot for [s=1:SERIES] $drops index (p-1)*SERIES+s-1 using 1:2 with linespoints ls s notitle
}
unset multiplot
