/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/ip.h"

KFUNC(__netif_receive_skb_core);
KFUNC(ip_rcv);
KFUNC(ip_route_input_noref);

void ip_rcv_enter(struct cpu *cpu, const struct net *net)
{
	cpu_enter(cpu, &fn___netif_receive_skb_core);
	cpu_enter(cpu, &fn_ip_rcv);
	cpu_work(cpu, net->stack->cost_ip_rcv);
	cpu_enter(cpu, &fn_ip_route_input_noref);
	cpu_work(cpu, net->stack->cost_route);
	cpu_leave(cpu);
}

void ip_rcv_leave(struct cpu *cpu)
{
	cpu_leave(cpu);
	cpu_leave(cpu);
}
