# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += src/hw/machine.h src/hw/lock_kind.h
