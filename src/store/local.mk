# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/store/function.c src/store/function.h \
	src/store/handle.h \
	src/store/interval.c src/store/interval.h \
	src/store/migration.c src/store/migration.h \
	src/store/planning.c \
	src/store/primary.c src/store/primary.h \
	src/store/running.c \
	src/store/schema.c src/store/schema.h \
	src/store/statement.c src/store/statement.h \
	src/store/store.c src/store/store.h
dist_doc_DATA += docs/database.md
