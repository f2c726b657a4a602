# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += src/view/table.h src/view/selection.h src/view/summary.h
