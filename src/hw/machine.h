/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine is: topology, caches, and what its operations cost. Filled from models/machines/. */
#ifndef HZ_HW_MACHINE_H
#define HZ_HW_MACHINE_H

#include "base/types.h"

#define MACHINE_CPUS_MAX 256

struct machine_params {
	char name[64];
	double clock_hz;           /* TSC frequency: one simulated cycle is 1/clock_hz seconds */
	double core_hz;            /* what the cores run at under load; instruction work is in their cycles. 0: clock_hz */
	uint32_t sockets;          /* each socket is one memory node */
	uint32_t cores;            /* per socket */
	uint32_t threads;          /* per core: 1, or 2 with SMT */
	uint64_t memory;           /* bytes per node */
	uint64_t memory_resident;  /* bytes per node of kernel memory in use before the run, in scattered pages; 0: memory is fresh */

	uint64_t l1_size, l2_size; /* bytes, per core */
	uint64_t llc_size;         /* bytes, per socket */
	cycles_t l2_latency, llc_latency; /* load-to-use */
	cycles_t dram_local, dram_remote;

	/* Moving a modified cache line to another CPU, one way. */
	cycles_t transfer_smt, transfer_socket, transfer_cross;

	cycles_t atomic;           /* read-modify-write of a line this CPU owns */
	cycles_t unlock;           /* releasing store of a spinlock whose line this CPU owns, with the call */
	cycles_t irq_save_restore; /* local_irq_save + local_irq_restore */
	cycles_t irq_entry;        /* hard interrupt: entry, acknowledge, exit */
	cycles_t softirq_entry;    /* entry and exit of the softirq loop */
	cycles_t preempt;          /* preempt_disable + preempt_enable */
	cycles_t bh;               /* local_bh_disable + local_bh_enable, nothing pending */
	cycles_t ipi_send;         /* inter-processor interrupt, on the sender: the write to the interrupt command register */
	cycles_t ipi_latency;      /* from that write to the target's interrupt entry */
	cycles_t wake_up;          /* try_to_wake_up of a task that sleeps */
	cycles_t context_switch;
	cycles_t copy_page;        /* copying 4 KiB to user space, source in no cache */
	cycles_t clear_page;       /* clearing 4 KiB that are in no cache */
	cycles_t idle_exit;        /* leaving the idle state on an interrupt */
	uint32_t smt_percent;      /* work takes this many percent while the SMT sibling is busy too; 100 = none */
};

enum cpu_distance { DISTANCE_SELF, DISTANCE_SMT, DISTANCE_SOCKET, DISTANCE_CROSS, DISTANCE_KINDS };

/* CPUs are numbered as Linux numbers them: one thread of every core of socket 0, of socket 1, ..., then the second threads. */
static inline uint32_t machine_cpus(const struct machine_params *m)
{
	return m->sockets * m->cores * m->threads;
}

static inline uint32_t machine_core_of(const struct machine_params *m, uint32_t cpu)
{
	return cpu % (m->sockets * m->cores);
}

static inline uint32_t machine_socket_of(const struct machine_params *m, uint32_t cpu)
{
	return machine_core_of(m, cpu) / m->cores;
}

#endif
