/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/key.h"

#include "base/types.h"
#include "mm/lru.h"
#include "mm/memory.h"
#include "mm/page_frag.h"
#include "net/channel.h"
#include "net/napi_alloc_cache.h"
#include "plan/policies.h"

#define AT(member) offsetof(struct params, member), sizeof(((struct params *)0)->member)

#define FORWARD KEY_USED_BY(LOAD_FORWARD)
#define XDP KEY_USED_BY(LOAD_XDP)
#define TC_DROP KEY_USED_BY(LOAD_TC_DROP)
#define SOCKET KEY_USED_BY(LOAD_SOCKET_TX)
#define VHOST KEY_USED_BY(LOAD_VHOST_NET)
#define RING KEY_USED_BY(LOAD_FRAG_RING)
#define BENCH KEY_USED_BY(LOAD_PAGE_BENCH)
#define REPLAY KEY_USED_BY(LOAD_REPLAY)
#define UDP_SINK KEY_USED_BY(LOAD_UDP_SINK)
#define TCP_SINK KEY_USED_BY(LOAD_TCP_SINK)
#define SINK (UDP_SINK | TCP_SINK)
/* Loads with a NIC. */
#define NETWORK (FORWARD | SOCKET | XDP | TC_DROP | SINK)
/* Loads with packets. */
#define STACK (NETWORK | VHOST)
/* Of those with a NIC, loads to which packets are offered. */
#define OFFERED (FORWARD | XDP | TC_DROP | SINK)
#define FAULT KEY_USED_BY(LOAD_PAGE_FAULT)
#define PRESSURE KEY_USED_BY(LOAD_PRESSURE)
#define ISOLATED KEY_USED_BY(LOAD_ISOLATED)
/* Loads under which memory can be short. */
#define SHORT (PRESSURE | ISOLATED | NETWORK)
/* Loads whose pages are on LRU lists. */
#define LRU (FAULT | SHORT)
#define ALL ((1u << LOAD_KINDS) - 1)

/* A latency: from a model file, with its source. */
#define COST(path, used_by, member, help) \
	{path, KEY_CYCLES, KEY_COST, used_by, AT(member), 0, 1e9, NULL, NULL, NULL, NULL, help}

/* Instruction work, the same way, in cycles of the core. */
#define WORK(path, used_by, member, help) \
	{path, KEY_CYCLES, KEY_COST | KEY_CORE, used_by, AT(member), 0, 1e9, NULL, NULL, NULL, NULL, help}

/* One of NAMES("first", "second"), in the order of the field's enum. */
#define CHOICE(path, used_by, member, names, standard, help) \
	{path, KEY_CHOICE, 0, used_by, AT(member), 0, 0, standard, NULL, names, NULL, help}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* One of a family of policies, as policies.h lists it. */
#define POLICY(path, used_by, member, FAMILY, standard, help) \
	{path, KEY_POLICY, 0, used_by, AT(member), 0, 0, standard, NULL, NULL, (const struct policy *const[]){FAMILY(POLICY_LISTED) NULL}, help}

#define ROW(path, type, used_by, member, min, max, standard, zero, help) \
	{path, type, 0, used_by, AT(member), min, max, standard, zero, NULL, NULL, help}

#define SINGLE(path, type, used_by, member, min, max, standard, help) \
	{path, type, KEY_SINGLE, used_by, AT(member), min, max, standard, NULL, NULL, NULL, help}

#define MODEL(path, used_by, member, help) \
	{path, KEY_MODEL, 0, used_by, AT(member), 0, 0, NULL, NULL, NULL, NULL, help}

#define LOAD_NAME(number, table, name) name,
static const char *const load_kinds[] = {LOADS(LOAD_NAME) NULL};

const struct key_group key_groups[] = {
	{"machine", "Machine (models/machines/)"},
	{"kernel", "Kernel: page allocator, network stack and driver (models/kernels/)"},
	{"nic", "Network card (models/nics/)"},
	{"load", "Load"},
	{"run", "Run"},
};

const size_t key_groups_count = HZ_ARRAY_SIZE(key_groups);

/* One table, in files by what is described. */
const struct key keys[] = {
#include "plan/keys_machine.h"
#include "plan/keys_mm.h"
#include "plan/keys_net.h"
#include "plan/keys_nic.h"
#include "plan/keys_load.h"
};

const size_t keys_count = HZ_ARRAY_SIZE(keys);
