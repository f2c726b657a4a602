# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/plan/key.c src/plan/key.h src/plan/keys.c \
	src/plan/manual.c src/plan/manual.h \
	src/plan/model.c src/plan/model.h \
	src/plan/plan.c src/plan/plan.h \
	src/plan/point.c src/plan/point.h \
	src/plan/queue.c src/plan/queue.h src/plan/simulate.c \
	src/plan/scenario.c src/plan/scenario.h \
	src/plan/tree.c src/plan/tree.h \
	src/plan/where.c src/plan/where.h

# The reference of scenario files comes out of the program, so that it cannot lag behind.
man5_MANS = docs/hotzone-scenario.5
CLEANFILES += docs/hotzone-scenario.5
docs/hotzone-scenario.5: hotzone$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) docs && ./hotzone$(EXEEXT) help scenario --man >$@.new && mv $@.new $@
