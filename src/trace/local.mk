# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/trace/event.h \
	src/trace/native.h \
	src/trace/pages.h \
	src/trace/summary.h
