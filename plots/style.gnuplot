# SPDX-License-Identifier: GPL-3.0-or-later
# How every chart looks. Series differ in dash, marker and lightness, so that they can be told apart without colour.
set encoding utf8
set border 3 lc rgb '#404040'
set tics nomirror textcolor rgb '#202020'
set grid lc rgb '#d0d0d0' lt 1 lw 0.5
set key samplen 4 spacing 1.1
set style fill transparent solid 0.18 noborder
set pointintervalbox 0
set datafile missing 'NaN'

# Pixels above the panels: for the title with a line of the chart's own, for the key, for a panel's title.
TITLE_ROOM = 34 + 19 * TITLE_LINES
HEAD_ROOM = TITLE_ROOM + 20 * ceil(SERIES / (PANELS > 1 ? 2.0 : 4.0)) + 34

set style line 1 lc rgb '#12355b' lw 2 dt 1          pt 7  ps 0.9
set style line 2 lc rgb '#d9730d' lw 2 dt (12,6)     pt 5  ps 0.9
set style line 3 lc rgb '#3a9679' lw 2 dt (3,4)      pt 9  ps 1.1
set style line 4 lc rgb '#8e4585' lw 2 dt (14,4,3,4) pt 11 ps 1.1
set style line 5 lc rgb '#7a7a7a' lw 2 dt (20,5)     pt 13 ps 1.2
set style line 6 lc rgb '#12355b' lw 2 dt (6,3)      pt 6  ps 0.9
set style line 7 lc rgb '#d9730d' lw 2 dt 1          pt 4  ps 0.9
set style line 8 lc rgb '#3a9679' lw 2 dt 1          pt 8  ps 1.1
