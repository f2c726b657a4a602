# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/hw/context.c src/hw/context.h \
	src/hw/cpu.c src/hw/cpu.h \
	src/hw/cpumask.h \
	src/hw/ipi.c src/hw/ipi.h \
	src/hw/irq.c src/hw/irq.h \
	src/hw/isolation.c src/hw/isolation.h \
	src/hw/line.c src/hw/line.h \
	src/hw/local_lock.h \
	src/hw/lock.c src/hw/lock.h \
	src/hw/lock_cna.c \
	src/hw/lock_kind.h \
	src/hw/lock_order.c src/hw/lock_order.h \
	src/hw/lock_qspinlock.c \
	src/hw/lock_test_and_set.c \
	src/hw/lock_ticket.c \
	src/hw/lockdep.c src/hw/lockdep.h \
	src/hw/machine.h \
	src/hw/preempt.c src/hw/preempt.h \
	src/hw/profile.c src/hw/profile.h \
	src/hw/spin.h \
	src/hw/worker.c src/hw/worker.h
