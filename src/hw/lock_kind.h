/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HZ_HW_LOCK_KIND_H
#define HZ_HW_LOCK_KIND_H

enum lock_kind { LOCK_QSPINLOCK, LOCK_TICKET, LOCK_TEST_AND_SET, LOCK_KINDS };

#endif
