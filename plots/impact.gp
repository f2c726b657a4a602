# SPDX-License-Identifier: GPL-3.0-or-later
# change of each workload's cycles per packet, pair, ... against the policy of comparison, with the 95 % interval
#points situations
#data change
#: SELECT c.panel, c.series, c.x, d.percent, coalesce(d.half_width, 0)
#: FROM temp.chart_point c JOIN change d ON d.point = c.point AND d.metric = c.metric
#: WHERE d.percent IS NOT NULL
#: ORDER BY c.panel, c.series, c.x
#data base 1
#: SELECT 1, 1, count(*), max(x) FROM temp.chart_point HAVING count(*) > 0

# A row per situation, the first on top; policies a little apart from each other.
stats $base index 0 using 1:2 nooutput name 'B'
N = B_max_y
H = 74.0 + HEAD_ROOM + N * (14 + 11 * SERIES)
W = 1000.0
set terminal @TERMINAL size W, H
set output OUTPUT

stats $change using ($2 - $3):($2 + $3) nooutput name 'C'
LOW = C_min_x < 0 ? C_min_x : 0
HIGH = C_max_y > 0 ? C_max_y : 0
PAD = HIGH > LOW ? 0.06 * (HIGH - LOW) : 1
eval 'set ytics ' . X_TICS
set xlabel 'change (%)'
set xrange [LOW - PAD : HIGH + PAD]
set yrange [N + 0.6 : 0.4]
set arrow from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#404040' lw 1
set multiplot layout 1,1 title TITLE . "\nchange of the primary metric, less is better; 95 % interval, paired by repetition" offset 0,-0.3
set bmargin at screen 60/H
set tmargin at screen 1 - (HEAD_ROOM - 20)/H
set rmargin at screen 1 - 30/W
set key at screen 0.5, screen (1 - TITLE_ROOM/H) center top horizontal
SPREAD = SERIES > 4 ? 0.6 : 0.15 * (SERIES - 1)
place(s) = SERIES > 1 ? SPREAD * ((s - 1.0) / (SERIES - 1) - 0.5) : 0
plot for [s=1:SERIES] $change index s-1 using 2:($1 + place(s)):3 with xerrorbars ls s dt 1 title SERIES_NAME[s]
unset multiplot
