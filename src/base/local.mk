# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/base/datadir.c src/base/datadir.h \
	src/base/error.c src/base/error.h \
	src/base/fingerprint.h \
	src/base/histogram.c src/base/histogram.h \
	src/base/policy.h \
	src/base/text.c src/base/text.h \
	src/base/stats.c src/base/stats.h \
	src/base/types.h \
	src/base/units.c src/base/units.h
