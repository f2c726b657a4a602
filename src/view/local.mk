# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/view/calltree.c src/view/calltree.h \
	src/view/catalog.c src/view/catalog.h \
	src/view/chart.c src/view/chart.h \
	src/view/chart_axes.c src/view/chart_axes.h \
	src/view/chart_metric.c src/view/chart_metric.h \
	src/view/comparison.c src/view/comparison.h \
	src/view/gnuplot.c src/view/gnuplot.h \
	src/view/locks.c src/view/locks.h \
	src/view/measure.c src/view/measure.h \
	src/view/metric.c src/view/metric.h \
	src/view/output.c src/view/output.h \
	src/view/profile.c src/view/profile.h \
	src/view/rows.c src/view/rows.h \
	src/view/selection.c src/view/selection.h \
	src/view/summary.c src/view/summary.h \
	src/view/table.c src/view/table.h
