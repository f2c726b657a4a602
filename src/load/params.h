/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that one run needs, every value resolved. The plan fills it, the world is built from it. */
#ifndef HZ_LOAD_PARAMS_H
#define HZ_LOAD_PARAMS_H

#include "base/types.h"
#include "hw/machine.h"
#include "load/loads.h"
#include "mm/kernel.h"
#include "net/arrival.h"
#include "net/nic.h"
#include "net/stack.h"

/* page_bench: one page over and over; n allocated then n freed; the same in one call each; pages freed by the next CPU; page
 * fragments. */
enum bench_pattern { BENCH_SINGLE, BENCH_BULK, BENCH_BULK_API, BENCH_REMOTE, BENCH_FRAG };

/* Through __free_pages, or as if each had been the page of a fragment. The trace does not tell which. */
enum replay_free { FREE_BY_PAGE, FREE_BY_PAGE_FRAG };

/* What the XDP program of load xdp does with every packet. */
enum xdp_mode { XDP_MODE_DROP, XDP_MODE_TX, XDP_MODE_REDIRECT };

/* Whose page fragment a socket's data is copied into. */
enum frag_owner { FRAG_OF_TASK, FRAG_OF_SOCKET };

struct load_params {
	enum load_kind kind;
	uint32_t cpus;             /* CPUs that take part, numbered from 0; 0: every CPU of the machine */

	/* forward */
	double rate_bps;           /* offered per port, bit/s of frames with FCS; 0 when rate_pps is given */
	double rate_pps;           /* offered per port, packets/s; both 0: line rate */
	enum arrival_process arrivals;
	uint32_t burst;            /* packets per burst */
	uint32_t flows;            /* per port; RSS spreads them over the queues */
	char packet_size[256];     /* "64B", "imix", or a histogram "64B:7 570B:4 1518B:1" (length with FCS : weight) */

	enum xdp_mode xdp;         /* xdp */
	uint32_t outstanding;      /* tc_drop: packets per queue that are held; udp_sink: packets on a socket that wake its reader */

	/* udp_sink, tcp_sink */
	uint32_t app_cpus;         /* CPUs of the application's own, the last of `cpus`; 0: it shares those of the rings */
	uint32_t sockets;          /* each with a thread; flows take turns */
	uint64_t rcvbuf;           /* bytes of memory that packets on a socket may hold; 0: the protocol's default */
	uint32_t read_size;        /* tcp_sink: bytes that the application asks for at a time */

	/* page_bench */
	enum bench_pattern pattern;
	uint32_t order;
	uint32_t pages;            /* n of all patterns but BENCH_SINGLE */
	uint32_t frag_size;        /* bytes, BENCH_FRAG */
	cycles_t think;            /* other work between operations; of the loads below, its mean */

	/* socket_tx; message and think of frag_ring too */
	char message[256];         /* sizes of messages, as packet_size */
	uint32_t connections;      /* per CPU */
	uint32_t sndbuf;           /* bytes, per socket */
	enum frag_owner frag_owner;

	/* frag_ring */
	uint32_t frag_align;       /* bytes, a power of two */

	/* page_fault */
	uint64_t region;           /* bytes that each CPU touches and unmaps */

	/* Memory pressure: all of pressure and isolated, the background of loads with a NIC. */
	uint32_t readers;          /* CPUs of a load with a NIC that also run a reader, numbered from 0 */
	cycles_t read_think;       /* a reader's other work between two pages */
	uint32_t fill;             /* percent of the memory above the high watermarks that is page cache at the start */

	/* isolated */
	uint32_t isolated;         /* CPUs: the last of those that take part */
	uint32_t isolated_pages;   /* that an isolated task allocates and frees when it calls the kernel */
	cycles_t isolated_period;  /* its own work between two such calls */

	/* replay */
	char trace[1024];          /* native trace file */
	enum replay_free free_by;  /* how order-0 pages go back */
	double think_scale;        /* recorded gaps are multiplied by this */
};

struct run_params {
	cycles_t duration;
	uint32_t windows;          /* equal parts of the run, for finding the end of the start-up transient */
	uint64_t seed;             /* master seed */
	uint32_t repetition;       /* 0, 1, ...: which independent repetition */
};

struct params {
	struct run_params run;
	struct machine_params machine;
	struct mm_params mm;
	struct net_params net;
	struct nic_params nic;
	struct load_params load;
};

#endif
