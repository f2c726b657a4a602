# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += src/store/store.h
