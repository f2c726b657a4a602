# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += src/cmd/command.c src/cmd/command.h
libhotzone_a_SOURCES += src/cmd/import.c
libhotzone_a_SOURCES += src/cmd/plot.c
libhotzone_a_SOURCES += src/cmd/query.c
libhotzone_a_SOURCES += src/cmd/show.c
libhotzone_a_SOURCES += src/cmd/help.c
libhotzone_a_SOURCES += src/cmd/run.c
