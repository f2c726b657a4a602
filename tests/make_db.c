/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Make a results database with invented results, the way a run does: make_db FILE [backwards]. With "backwards" the
 * runs finish in the opposite order; the results must come out the same. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/types.h"
#include "store/store.h"

#define REPETITIONS 5
#define RUNS_MAX 256

static const char *const policies[] = {"buddy", "pcp"};
static const double rates[] = {10e9, 20e9, 40e9, 60e9, 80e9};
static const unsigned cpus[] = {4, 14};

/* What is to be done once everything is planned. */
struct job {
	int64_t run;
	int kind;                   /* 0 forward, 1 page bench, 2 fails, 3 killed, 4 stays planned, 5 one metric */
	unsigned policy, cpus, repetition;
	double rate;
	const char *metric;         /* kind 5 */
	double value;
};

struct making {
	struct store *s;
	struct job job[RUNS_MAX];
	size_t jobs;
};

static void check(int rc, const struct error *e)
{
	if (rc)
		exit(error_print(e));
}

/* A number from 0 to 1 that depends on nothing but its arguments. */
static double noise(unsigned a, unsigned b, unsigned c)
{
	uint32_t x = a * 2654435761u ^ b * 2246822519u ^ c * 3266489917u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return (double)(x % 10000) / 10000;
}

static void plan_runs(struct making *m, int64_t point, unsigned repetitions, struct job job)
{
	struct error e;
	enum store_state state;

	for (unsigned r = 0; r < repetitions; r++) {
		job.repetition = r;
		check(store_plan_run(m->s, point, r, 1000 + r, 1, &job.run, &state, &e), &e);
		m->job[m->jobs++] = job;
	}
}

static void plan_forward(struct making *m)
{
	const struct store_scenario scenario = {
		.name = "page-frag-free", .title = "a forwarding router frees page fragments to the buddy or to the per-CPU lists",
		.path = "scenarios/page-frag-free.yaml", .text = "load: forward\n",
	};
	struct error e;
	int64_t id, point;
	uint32_t position = 0;

	check(store_plan_scenario(m->s, &scenario, &id, &e), &e);
	for (unsigned p = 0; p < HZ_ARRAY_SIZE(policies); p++)
		for (unsigned c = 0; c < HZ_ARRAY_SIZE(cpus); c++)
			for (unsigned r = 0; r < HZ_ARRAY_SIZE(rates); r++) {
				char label[64], hash[32], n[16], rate[32];
				const struct store_axis axes[] = {
					{"policy", policies[p], NAN}, {"load.rate", rate, rates[r]},
					{"load.cpus", n, cpus[c]},
				};
				struct store_point at = {hash, label, policies[p], "", ++position, "load.kind: forward\n",
							 axes, 3};

				snprintf(rate, sizeof rate, "%gGbit/s", rates[r] / 1e9);
				snprintf(n, sizeof n, "%u", cpus[c]);
				snprintf(label, sizeof label, "%s rate=%s cpus=%s", policies[p], rate, n);
				snprintf(hash, sizeof hash, "%016x", position);
				check(store_plan_point(m->s, id, &at, &point, &e), &e);
				plan_runs(m, point, REPETITIONS,
					  (struct job){.policy = p, .cpus = cpus[c], .rate = rates[r]});
			}
}

/* One point each: done but not steady, failed, killed, not yet run. */
static void plan_bench(struct making *m)
{
	static const char *const labels[] = {"cpus=1", "cpus=2, \"quoted\"", "cpus=4", "cpus=8"};
	const struct store_scenario scenario = {.name = "page-bench", .title = "", .path = "scenarios/page-bench.yaml",
						.text = "load: page_bench\n"};
	struct error e;
	int64_t id, point;

	check(store_plan_scenario(m->s, &scenario, &id, &e), &e);
	for (uint32_t i = 0; i < HZ_ARRAY_SIZE(labels); i++) {
		char hash[32], n[16];
		const struct store_axis axis = {"load.cpus", n, (double)(1u << i)};
		const struct store_point at = {hash, labels[i], "", "", i + 1, "load.kind: page_bench\n", &axis, 1};

		snprintf(n, sizeof n, "%u", 1u << i);
		snprintf(hash, sizeof hash, "b%u", i);
		check(store_plan_point(m->s, id, &at, &point, &e), &e);
		plan_runs(m, point, 2, (struct job){.kind = 1 + (int)i, .cpus = 1u << i});
	}
}

/* Two workloads of different loads under three policies, the first swept by CPUs; of one point a repetition is killed. Half a
 * percent of noise between policies of the router; the other workload has none, as a load without randomness. */
static void plan_impact(struct making *m)
{
	static const struct store_show show[] = {{"slowpath_share", "scenarios/impact.yaml:9:8"}};
	static const struct store_line line[] = {{"cycles_per_packet", 1500, "a budget"}};
	const struct store_scenario scenario = {.name = "impact", .title = "", .path = "scenarios/impact.yaml", .text = "", .baseline = "old",
						.show = show, .shows = 1, .line = line, .lines = 1};
	static const struct {
		const char *policy, *workload;
		unsigned cpus;
		double value, noise;
	} at[] = {
		{"new", "router", 1, 1400, 6}, {"new", "router", 4, 1998, 6}, {"new", "pages", 0, 210, 0},
		{"old", "router", 1, 1600, 0}, {"old", "router", 4, 2000, 0}, {"old", "pages", 0, 210, 0},
		{"odd", "router", 1, 1700, 8}, {"odd", "router", 4, 2100, 8}, {"odd", "pages", 0, 231, 0},
	};
	struct error e;
	int64_t id, point;

	check(store_plan_scenario(m->s, &scenario, &id, &e), &e);
	for (uint32_t i = 0; i < HZ_ARRAY_SIZE(at); i++) {
		char label[64], hash[32], n[16];
		int router = at[i].cpus != 0;
		const struct store_axis axis = {"load.cpus", n, at[i].cpus};
		const struct store_point p = {hash, label, at[i].policy, at[i].workload, i + 1,
					      router ? "load.kind: forward\n" : "load.kind: page_bench\n", &axis, (size_t)router};

		snprintf(n, sizeof n, "%u", at[i].cpus);
		snprintf(label, sizeof label, "%s %s%s%s", at[i].policy, at[i].workload, router ? " cpus=" : "", router ? n : "");
		snprintf(hash, sizeof hash, "i%u", i);
		check(store_plan_point(m->s, id, &p, &point, &e), &e);
		plan_runs(m, point, 4, (struct job){.kind = 5, .metric = router ? "cycles_per_packet" : "cycles_per_pair", .value = at[i].value,
						    .rate = at[i].noise});
	}
	m->job[m->jobs - 5].kind = 3; /* the last repetition of "odd router cpus=4" */
}

static void add_lock(struct result *r, const char *name, const char *caller, uint64_t n, double hold, double wait,
		     double contended, unsigned seed)
{
	struct lock_row *l = result_lock(r);

	snprintf(l->name, sizeof l->name, "%s", name);
	snprintf(l->kind, sizeof l->kind, "qspinlock");
	snprintf(l->caller, sizeof l->caller, "%s", wait > 0 ? caller : "");
	for (unsigned i = 0; i < n; i++) {
		histogram_add(&l->hold, (uint64_t)(hold * (0.6 + 0.8 * noise(seed, i, 1))));
		l->handoff[i % 4]++;
		l->acquisitions++;
		if (noise(seed, i, 2) < contended) {
			histogram_add(&l->wait, (uint64_t)(wait * -log(1 - 0.999 * noise(seed, i, 3))));
			l->contended++;
		}
	}
	l->trylock_failures = n / 100;
}

static void add_profile(struct result *r, double packets, double slow)
{
#define TX "swapper;net_rx_action;mlx5e_napi_poll;mlx5e_poll_tx_cq"
#define RX "swapper;net_rx_action;mlx5e_napi_poll;mlx5e_poll_rx_cq"
	const struct {
		const char *path;
		double cycles;
	} rows[] = {
		{"swapper", 20},
		{"swapper;net_rx_action", 8},
		{"swapper;net_rx_action;mlx5e_napi_poll", 12},
		{TX, 60},
		{TX ";napi_consume_skb", 30},
		{TX ";napi_consume_skb;skb_release_data", 40},
		{TX ";napi_consume_skb;skb_release_data;skb_free_head", 0},
		{TX ";napi_consume_skb;skb_release_data;skb_free_head;page_frag_free", 25},
		{TX ";napi_consume_skb;skb_release_data;skb_free_head;page_frag_free;__free_pages_ok", 20},
		{TX ";napi_consume_skb;skb_release_data;skb_free_head;page_frag_free;__free_pages_ok;free_one_page",
		 44},
		{TX ";napi_consume_skb;skb_release_data;skb_free_head;page_frag_free;__free_pages_ok;free_one_page;"
		    "queued_spin_lock_slowpath",
		 slow},
		{RX, 200},
		{RX ";napi_gro_receive", 350},
		{RX ";napi_gro_receive;ip_forward", 500},
		{RX ";mlx5e_post_rx_mpwqes", 90},
	};

	for (size_t i = 0; i < HZ_ARRAY_SIZE(rows); i++)
		result_profile(r, rows[i].path, (uint64_t)packets, (cycles_t)(packets * rows[i].cycles));
}

static void make_forward(struct result *r, const struct job *job)
{
	unsigned seed = (unsigned)(job->rate / 1e9) * 1000 + job->cpus * 10 + job->repetition;
	double load = job->rate / 80e9 * (job->cpus / 14.0), slow = job->policy ? 0 : 600 * load * load;
	double cycles = 1450 + slow - (job->policy ? 60 : 0) + 30 * noise(seed, job->policy, 7);
	double offered = job->rate / (84 * 8), most = job->cpus * 2.6e9 / cycles;
	double achieved = fmin(offered, most);

	result_metric(r, "clock_hz", "Hz", 2.6e9);
	result_metric(r, "offered_pps", "1/s", offered);
	result_metric(r, "achieved_pps", "1/s", achieved);
	result_metric(r, "offered_bps", "bit/s", job->rate);
	result_metric(r, "achieved_bps", "bit/s", achieved * 84 * 8);
	result_metric(r, "drops_rx_out_of_buffer", "packets", floor((offered - achieved) * 0.01));
	result_metric(r, "drops_tx_ring_full", "packets", 0);
	result_metric(r, "packets", "packets", floor(achieved * 0.01));
	result_metric(r, "cycles_per_packet", "cycles", cycles);
	result_metric(r, "busy_share", "1", fmin(1, offered / most));
	result_metric(r, "slowpath_share", "1", slow / cycles);
	result_metric(r, "txcompletion_share", "1", (219 + slow) / cycles);
	result_metric(r, "warmup_share", "1", 0.1);
	result_metric(r, "steady", "1", 1);
	result_metric(r, "undefined", "1", NAN);
	add_lock(r, "zone->lock (node 0 Normal)", "free_one_page", job->policy ? 40 : 2000, 180, 40 + slow * 2,
		 job->policy ? 0 : load * 0.8, seed);
	add_lock(r, "zone->lock (node 1 Normal)", "free_one_page", job->policy ? 20 : 1000, 200, 60 + slow * 2,
		 job->policy ? 0 : load * 0.5, seed + 1);
	add_lock(r, "pcp (per CPU)", "", 500, 30, 0, 0, seed + 2);
	add_profile(r, 10000 + seed, slow);
}

static void make_bench(struct result *r, const struct job *job)
{
	result_metric(r, "clock_hz", "Hz", 4e9);
	result_metric(r, "cycles_per_pair", "cycles", 210.5 + job->repetition);
	result_metric(r, "ops_per_second", "1/s", 38e6);
	result_metric(r, "slowpath_share", "1", 0);
	result_metric(r, "steady", "1", job->repetition ? 1 : 0);
	result_profile(r, "task;alloc_pages;get_page_from_freelist", 1000, 90000);
	result_profile(r, "task;__free_pages", 1000, 120500);
}

static void make_one_metric(struct result *r, const struct job *job)
{
	static const double apart[] = {0.3, -1, 1, 0.5};

	result_metric(r, job->metric, "cycles", job->value + 2 * job->repetition * (job->rate > 0) + job->rate * apart[job->repetition % 4]);
	result_metric(r, "slowpath_share", "1", 0.25);
}

static void do_job(struct making *m, const struct job *job)
{
	const struct store_times times = {0.5 + (double)job->run / 100, 0.4};
	struct result r = {.fingerprint = 0x0123456789abcdefu + (uint64_t)job->run, .events = 123456};
	struct error e;

	if (job->kind == 4)
		return;
	check(store_run_start(m->s, job->run, &e), &e);
	if (job->kind == 3) {
		check(store_run_failed(m->s, job->run, STORE_KILLED, "took longer than 10 s", &times, &e), &e);
		return;
	}
	if (job->kind == 0)
		make_forward(&r, job);
	else if (job->kind == 5)
		make_one_metric(&r, job);
	else
		make_bench(&r, job);
	if (job->kind == 2)
		r.failure = xstrdup("possible recursive locking\n  zone->lock, held by CPU 1");
	check(store_run_done(m->s, job->run, &r, &times, &e), &e);
	result_fini(&r);
}

int main(int argc, char **argv)
{
	static struct making m;
	struct error e;
	int backwards = argc == 3 && !strcmp(argv[2], "backwards");

	if (argc < 2 || argc > 3 || (argc == 3 && !backwards)) {
		fprintf(stderr, "usage: make_db FILE [backwards]\n");
		return HZ_USER;
	}
	check(store_open(&m.s, argv[1], STORE_WRITE, &e), &e);
	check(store_plan_begin(m.s, &e), &e);
	plan_forward(&m);
	plan_bench(&m);
	plan_impact(&m);
	check(store_plan_commit(m.s, &e), &e);
	for (size_t i = 0; i < m.jobs; i++)
		do_job(&m, &m.job[backwards ? m.jobs - 1 - i : i]);
	store_close(m.s);
	return 0;
}
