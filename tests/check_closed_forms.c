/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues whose means are known in closed form. Tolerances are the 99.9 % intervals of the simulated means themselves; that they are
 * narrow enough to mean something is part of each test. */
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "hw/lock.h"
#include "rig.h"

#define BATCHES 24u
#define SCALE 1000.0 /* cycles per unit of time, so that whole cycles round nothing that shows */

static void assert_mean(const double *batch, double expect, double precision, const char *what)
{
	double mean, half = rig_half_width(batch, BATCHES, &mean);

	ck_assert_msg(fabs(mean - expect) <= half, "%s: %.4f, expected %.4f +- %.4f", what, mean, expect, half);
	ck_assert_msg(half <= precision * expect, "%s: interval of %.4f +- %.4f is too wide", what, mean, half);
}

/* Machine repairman: N CPUs think for an exponential time of mean 900 and hold one lock for one of mean 100. */
struct repairman {
	struct lock *lock;
	struct stream *random;
	double sum[BATCHES];
	uint64_t n[BATCHES];
	cycles_t batch_length, warm_up;
};

static void think_and_hold(struct cpu *cpu, void *arg)
{
	struct repairman *r = arg;

	for (;;) {
		cycles_t since, batch;

		cpu_work(cpu, (cycles_t)llround(stream_exponential(r->random, 900.0 * SCALE)));
		if (cpu_run_is_over(cpu))
			cpu_finish(cpu);
		since = cpu_now(cpu);
		spin_lock(cpu, r->lock);
		cpu_work(cpu, (cycles_t)llround(stream_exponential(r->random, 100.0 * SCALE)));
		spin_unlock(cpu, r->lock);
		if (since < r->warm_up)
			continue;
		batch = (since - r->warm_up) / r->batch_length;
		if (batch < BATCHES) {
			r->sum[batch] += (double)(cpu_now(cpu) - since) / SCALE;
			r->n[batch]++;
		}
	}
}

/* Mean response (wait and hold) by Sztrik's closed form for M/M/1//N; independent of the order of service. */
START_TEST(machine_repairman)
{
	static const struct {
		uint32_t cpus;
		double response;
	} rows[] = {
		{1, 100}, {2, 110}, {4, 135.755814}, {8, 225.426057}, {16, 717.881633}, {32, 2300.000005}, {64, 5500},
	};
	const struct lock_kind *kind = rig_lock_kinds[(size_t)_i / HZ_ARRAY_SIZE(rows)];
	size_t row = (size_t)_i % HZ_ARRAY_SIZE(rows);
	struct machine_params m = point_free_machine(rows[row].cpus);
	struct repairman *r = xcalloc(rows[row].cpus, sizeof *r);
	cycles_t warm_up = (cycles_t)(100000 * SCALE), batch = (cycles_t)(2000000 / (rows[row].cpus < 16 ? rows[row].cpus : 8) * SCALE);
	double mean[BATCHES];
	struct lock lock;
	struct hw hw;

	rig_hw(&hw, &m, rows[row].cpus, 1, warm_up + BATCHES * batch);
	lock_init(&lock, lock_class_new(&hw, kind, "lock", stream_new(9, 0, "lock")), &hw);
	for (uint32_t i = 0; i < rows[row].cpus; i++)
		r[i] = (struct repairman){.lock = &lock, .random = stream_new(9, i, "repairman"), .warm_up = warm_up, .batch_length = batch};
	rig_run(&hw, think_and_hold, r, sizeof *r);
	ck_assert_msg(!hw.sim.failure, "%s", hw.sim.failure);
	for (uint32_t b = 0; b < BATCHES; b++) {
		double sum = 0;
		uint64_t n = 0;

		for (uint32_t i = 0; i < rows[row].cpus; i++) {
			sum += r[i].sum[b];
			n += r[i].n[b];
		}
		mean[b] = sum / (double)n;
	}
	assert_mean(mean, rows[row].response, 0.03, "response");
	free(r);
}
END_TEST

/* An open queue: a source lane that wakes a server lane. */
#define PER_BATCH 12000u
#define WARM_UP 4000u

struct queue {
	struct sim_lane *source, *server;
	struct stream *gaps, *services;
	double gap, service;
	bool constant;              /* service times */
	cycles_t *arrived;          /* of each customer */
	uint32_t in, out, customers;
	double wait[BATCHES];

	/* Little's law: customers in the system over time, by the events in the order in which they happen. */
	cycles_t last_event, area, sojourns;
};

static void note(struct queue *q, cycles_t now)
{
	ck_assert_uint_ge(now, q->last_event);
	q->area += (now - q->last_event) * (q->in - q->out);
	q->last_event = now;
}

static void arrive(void *arg)
{
	struct queue *q = arg;

	while (q->in < q->customers) {
		q->source->now += (cycles_t)llround(stream_exponential(q->gaps, q->gap * SCALE));
		sim_line_up(q->source, 0);
		note(q, q->source->now);
		q->arrived[q->in++] = q->source->now;
		sim_wake(q->server, q->source->now);
	}
}

static void serve(void *arg)
{
	struct queue *q = arg;
	double mean = q->service * SCALE;

	while (q->out < q->customers) {
		uint32_t i = q->out;
		cycles_t started;

		while (q->in == q->out)
			sim_block(q->server);
		started = q->server->now;
		q->server->now += (cycles_t)llround(q->constant ? mean : stream_exponential(q->services, mean));
		sim_line_up(q->server, 1);
		note(q, q->server->now);
		q->sojourns += q->server->now - q->arrived[i];
		q->out++;
		if (i >= WARM_UP)
			q->wait[(i - WARM_UP) / PER_BATCH] += (double)(started - q->arrived[i]) / SCALE / PER_BATCH;
	}
}

START_TEST(one_server)
{
	static const struct {
		double gap;
		bool constant;
	} rows[] = {{500, false}, {200, false}, {130, false}, {500, true}, {200, true}, {130, true}};
	struct queue q = {
		.gap = rows[_i].gap, .service = 100, .constant = rows[_i].constant, .customers = WARM_UP + BATCHES * PER_BATCH,
		.gaps = stream_new(4, 0, "gaps"), .services = stream_new(4, 0, "services"),
	};
	double load = q.service / q.gap, expect = load * q.service / (1 - load) * (q.constant ? 0.5 : 1.0);
	struct error e = {0};
	struct sim sim;

	q.arrived = xcalloc(q.customers, sizeof *q.arrived);
	ck_assert_int_eq(sim_init(&sim, 2, &e), 0);
	q.source = &sim.lane[0];
	q.server = &sim.lane[1];
	sim_actor_new(q.source, "source", arrive, &q);
	sim_actor_new(q.server, "server", serve, &q);
	sim_run(&sim);
	ck_assert_uint_eq(q.out, q.customers);
	/* Every customer has left: time in the system of customers and customers in the system over time are one sum. */
	ck_assert_uint_eq(q.area, q.sojourns);
	assert_mean(q.wait, expect, 0.12, "wait");
	free(q.arrived);
	sim_fini(&sim);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("closed forms");
	TCase *closed = tcase_create("closed"), *open = tcase_create("open");

	tcase_add_loop_test(closed, machine_repairman, 0, 7 * RIG_LOCK_KINDS);
	suite_add_tcase(suite, closed);
	tcase_add_loop_test(open, one_server, 0, 6);
	suite_add_tcase(suite, open);
	return rig_main(suite);
}
