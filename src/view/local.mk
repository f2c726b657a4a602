# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/view/measure.c src/view/measure.h \
	src/view/selection.c src/view/selection.h \
	src/view/summary.c src/view/summary.h \
	src/view/table.c src/view/table.h
