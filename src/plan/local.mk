# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/plan/axes.c src/plan/axes.h \
	src/plan/key.c src/plan/key.h \
	src/plan/keys.c src/plan/keys_load.h src/plan/keys_machine.h src/plan/keys_mm.h src/plan/keys_net.h src/plan/keys_nic.h \
	src/plan/listing.c \
	src/plan/manual.c src/plan/manual.h \
	src/plan/model.c src/plan/model.h \
	src/plan/overrides.c src/plan/overrides.h \
	src/plan/plan.c src/plan/plan.h \
	src/plan/point.c src/plan/point.h \
	src/plan/policies.h \
	src/plan/queue.c src/plan/queue.h src/plan/simulate.c \
	src/plan/scenario.c src/plan/scenario.h \
	src/plan/tree.c src/plan/tree.h \
	src/plan/where.c src/plan/where.h
