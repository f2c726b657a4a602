# SPDX-License-Identifier: GPL-3.0-or-later
# cycles per packet, pair or operation against the swept key, one line per policy, with 95 % bands
#data cycles
#: SELECT c.panel, c.series, c.x, s.mean, coalesce(s.half_width, 0)
#: FROM temp.chart_point c JOIN summary s ON s.point = c.point
#: WHERE s.metric IN ('cycles_per_packet', 'cycles_per_pair', 'cycles_per_op')
#:   AND (s.metric <> 'cycles_per_op'
#:     OR NOT EXISTS (SELECT 1 FROM summary p WHERE p.point = s.point AND p.metric = 'cycles_per_packet'))
#: ORDER BY c.panel, c.series, c.x
#data kind 1
#: SELECT 1, 1, max(s.metric = 'cycles_per_packet'), max(s.metric = 'cycles_per_pair')
#: FROM temp.chart_point c JOIN summary s ON s.point = c.point
#: HAVING count(*) > 0

H = 60.0 + HEAD_ROOM + 360 * ROWS + 95 * (ROWS - 1)
W = COLUMNS == 1 ? 820.0 : 60.0 + 430 * COLUMNS
set terminal @TERMINAL size W, H
set output OUTPUT

stats $kind index 0 using 1:2 nooutput name 'KIND'
PER = KIND_max_x > 0 ? 'packet' : KIND_max_y > 0 ? 'pair of alloc and free' : 'operation'
stats $cycles using ($2 - $3):($2 + $3) nooutput name 'C'
PAD = C_max_y > C_min_x ? 0.06 * (C_max_y - C_min_x) : 0.05 * C_max_y
set yrange [(C_min_x - PAD < 0 ? 0 : C_min_x - PAD) : C_max_y + PAD]
set ylabel 'cycles per ' . PER
set xlabel X_LABEL
set offsets graph 0.03, graph 0.03, 0, 0
if (strlen(X_TICS)) { eval 'set xtics ' . X_TICS }

set multiplot layout ROWS,COLUMNS \
	title TITLE . "\ncycles per " . PER . ', mean and 95 % interval over the repetitions' offset 0,-0.3 \
	margins 78/W, 1 - 30/W, 60/H, 1 - HEAD_ROOM/H spacing 90/W, 95/H
set key at screen 0.5, screen (1 - TITLE_ROOM/H) center top horizontal
do for [p=1:PANELS] {
	set title PANEL_NAME[p]
	if (p > 1) { unset key }
	plot for [s=1:SERIES] $cycles index (p-1)*SERIES+s-1 using 1:($2-$3):($2+$3) with filledcurves ls s notitle, \
		for [s=1:SERIES] $cycles index (p-1)*SERIES+s-1 using 1:2:3 with yerrorbars ls s lw 1 dt 1 ps 0 notitle, \
		for [s=1:SERIES] $cycles index (p-1)*SERIES+s-1 using 1:2 with linespoints ls s title SERIES_NAME[s]
}
unset multiplot
