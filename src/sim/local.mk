# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/sim/order.c src/sim/order.h \
	src/sim/sim.c src/sim/sim.h \
	src/sim/stream.c src/sim/stream.h
