/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place outside of src/sim that knows SimGrid: its own clock, its own mutex, one sleep for each stretch of time. */
#include "bench_naive.h"

#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mutex.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/stream.h"

struct naive {
	sg_mutex_t mutex;
	struct stream *random;
	uint32_t rounds;
};

static void body(int argc, char **argv)
{
	struct naive *n = sg_actor_self_get_data();

	(void)argc;
	(void)argv;
	for (uint32_t i = 0; i < n->rounds; i++) {
		sg_actor_sleep_for(600 + stream_index(n->random, 100));
		sg_mutex_lock(n->mutex);
		sg_actor_sleep_for(80);
		sg_mutex_unlock(n->mutex);
	}
}

static void load_platform(void)
{
	char path[] = "/tmp/hotzone-naive-XXXXXX.xml";
	int fd = mkstemps(path, 4);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	fputs("<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n<platform version=\"4.1\">"
	      "<zone id=\"machine\" routing=\"Full\"><host id=\"cpu\" speed=\"1f\"/></zone></platform>\n", f);
	fclose(f);
	simgrid_load_platform(path);
	unlink(path);
}

double bench_naive(uint32_t actors, uint32_t rounds, uint64_t seed)
{
	char arg0[] = "naive", arg1[] = "--log=root.thres:critical";
	char *argv[] = {arg0, arg1, NULL};
	int argc = 2;
	struct naive *naive = calloc(actors, sizeof *naive);
	sg_mutex_t mutex;

	simgrid_init(&argc, argv);
	load_platform();
	mutex = sg_mutex_init();
	for (uint32_t i = 0; i < actors; i++) {
		sg_actor_t actor = sg_actor_init("cpu", sg_host_by_name("cpu"));

		naive[i] = (struct naive){mutex, stream_new(seed, i, "think"), rounds};
		sg_actor_set_data(actor, &naive[i]);
		sg_actor_start(actor, body, 0, NULL);
	}
	simgrid_run();
	for (uint32_t i = 0; i < actors; i++)
		stream_free(naive[i].random);
	sg_mutex_destroy(mutex);
	free(naive);
	return simgrid_get_clock();
}
