/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/softirq.h"

#include <stdlib.h>

#include "hw/preempt.h"
#include "net/driver.h"
#include "net/skb_defer.h"

KFUNC(__do_softirq);
KFUNC(net_rx_action);
KFUNC(tasklet_action);

static struct softnet_data *softnet(const struct cpu *cpu)
{
	return cpu->softirq_data;
}

void raise_net_rx(struct cpu *cpu)
{
	softnet(cpu)->net_rx = true;
	cpu->softirq_pending = true;
}

void napi_schedule(struct cpu *cpu, struct channel *ch)
{
	struct softnet_data *sd = softnet(cpu);

	if (ch->napi.scheduled)
		return;
	ch->napi.scheduled = true;
	sd->poll_list[sd->polls_listed++] = ch;
	raise_net_rx(cpu);
}

void tasklet_init(struct tasklet *t, void (*func)(struct cpu *cpu, void *arg), void *arg)
{
	*t = (struct tasklet){.func = func, .arg = arg};
}

void tasklet_schedule(struct cpu *cpu, struct tasklet *t)
{
	struct softnet_data *sd = softnet(cpu);

	if (t->scheduled)
		return;
	t->scheduled = true;
	t->next = sd->tasklets;
	sd->tasklets = t;
	cpu->softirq_pending = true;
}

/* Poll until the list is empty, the budget is spent, or the time is over. What is left is polled in the next run, behind what was
 * scheduled meanwhile when it used up its weight. */
static void net_rx_action(struct cpu *cpu)
{
	struct softnet_data *sd = softnet(cpu);
	const struct net_params *k = sd->net->stack;
	cycles_t limit = cpu_now(cpu) + k->netdev_budget_time;
	int budget = (int)k->netdev_budget;
	uint32_t local = sd->polls_listed, next = 0, again = 0, rest;

	cpu_enter(cpu, &fn_net_rx_action);
	cpu_work(cpu, k->cost_net_rx_action);
	/* A task that was interrupted ends what it is at before its CPU leaves the run. */
	skb_defer_free_flush(cpu, sd->net);
	while (next < local && !cpu_run_is_over(cpu)) {
		struct channel *ch = sd->poll_list[next++];
		uint32_t work = mlx5e_napi_poll(cpu, ch, k->napi_weight);

		skb_defer_free_flush(cpu, sd->net);
		budget -= (int)work;
		if (work == k->napi_weight)
			sd->repoll[again++] = ch;
		if (budget <= 0 || cpu_now(cpu) >= limit) {
			sd->time_squeeze++;
			break;
		}
	}
	rest = sd->polls_listed - next;
	for (uint32_t i = 0; i < rest; i++)
		sd->poll_list[i] = sd->poll_list[next + i];
	for (uint32_t i = 0; i < again; i++)
		sd->poll_list[rest + i] = sd->repoll[i];
	sd->polls_listed = rest + again;
	if (sd->polls_listed)
		raise_net_rx(cpu);
	napi_skb_cache_flush(cpu, &sd->net->skbs);
	sd->runs++;
	cpu_leave(cpu);
}

static void tasklet_action(struct cpu *cpu)
{
	struct softnet_data *sd = softnet(cpu);
	struct tasklet *t = sd->tasklets, *in_order = NULL, *next;

	sd->tasklets = NULL;
	for (; t; t = next) {
		next = t->next;
		t->next = in_order;
		in_order = t;
	}
	cpu_enter(cpu, &fn_tasklet_action);
	for (t = in_order; t; t = next) {
		next = t->next;
		t->scheduled = false;
		t->func(cpu, t->arg);
	}
	cpu_leave(cpu);
}

static void __do_softirq(struct cpu *cpu)
{
	struct softnet_data *sd = softnet(cpu);
	const struct net_params *k = sd->net->stack;
	cycles_t limit = cpu_now(cpu) + k->softirq_time;
	uint32_t restarts = k->softirq_restarts;

	cpu_enter(cpu, &fn___do_softirq);
	softirq_enter(cpu);
	cpu_operate(cpu, cpu->hw->machine->softirq_entry);
	do {
		cpu->softirq_pending = false;
		if (sd->net_rx) {
			sd->net_rx = false;
			net_rx_action(cpu);
		}
		if (sd->tasklets)
			tasklet_action(cpu);
	} while (cpu->softirq_pending && cpu_now(cpu) < limit && --restarts && !cpu_run_is_over(cpu));
	softirq_exit(cpu);
	if (cpu->softirq_pending && !cpu_run_is_over(cpu)) {
		sd->ksoftirqd_wakeups++;
		context_wake(sd->ksoftirqd);
	}
	cpu_leave(cpu);
}

static void softirq_at_irq_exit(struct cpu *cpu)
{
	const struct softnet_data *sd = softnet(cpu);

	if (!sd->net->stack->ksoftirqd_first || !sd->ksoftirqd->runnable)
		__do_softirq(cpu);
}

static void ksoftirqd_body(struct cpu *cpu, void *arg)
{
	(void)arg;
	for (;;) {
		while (cpu->softirq_pending && !cpu_run_is_over(cpu)) {
			__do_softirq(cpu);
			context_preempt(cpu);
		}
		context_sleep(cpu);
	}
}

void softirq_init(struct net *net, struct cpu *cpu)
{
	struct softnet_data *sd = xcalloc(1, sizeof *sd);
	uint32_t channels = net->ports * net->queues;

	sd->net = net;
	sd->poll_list = xcalloc(2 * (size_t)channels, sizeof *sd->poll_list);
	sd->repoll = xcalloc(channels, sizeof *sd->repoll);
	sd->ksoftirqd = context_new(cpu, "ksoftirqd", false, ksoftirqd_body, NULL);
	cpu->softirq_data = sd;
	cpu->do_softirq = softirq_at_irq_exit;
}

void softirq_fini(struct cpu *cpu)
{
	struct softnet_data *sd = softnet(cpu);

	if (!sd)
		return;
	free(sd->poll_list);
	free(sd->repoll);
	free(sd);
	cpu->softirq_data = NULL;
}
