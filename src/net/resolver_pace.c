/* SPDX-License-Identifier: MIT */
#include "net/resolver_pace.h"

#include "base/mem.h"

#define WINDOW 100.0           /* measured: more at once overflow the socket buffer of some resolvers */
#define WINDOW_LEAST 50.0
#define WINDOW_MOST 400.0
#define MORE_EACH 0.1          /* 3,000 answers from the first window to the widest */
#define MEMORY 32.0            /* questions that `lost` looks back on */
#define LOSSY 0.125            /* more than dead name servers alone make it in a list of domains */
#define NARROWED_FOR_US 1000000
#define PAUSE_US 500000

void resolver_pace_init(struct resolver_pace *p, unsigned jobs)
{
	double share = jobs > 0 ? jobs : 1;

	*p = (struct resolver_pace){ .of_list = jobs > 0, .least = WINDOW_LEAST / share,
				     .window = WINDOW / share, .most = WINDOW_MOST / share };
}

static bool is_lossy(const struct resolver_pace *p)
{
	return p->lost > LOSSY;
}

void resolver_pace_note(struct resolver_pace *p, bool lost, bool others_wait, int64_t now_us)
{
	if (!p->of_list)
		return;
	p->lost += ((lost ? 1 : 0) - p->lost) / MEMORY;
	if (is_lossy(p) && now_us - p->narrowed_us > NARROWED_FOR_US) {
		p->narrowed_us = now_us;
		p->window /= 2;
	} else if (!is_lossy(p) && others_wait) {
		p->window += MORE_EACH;
	}
	if (p->window < p->least)
		p->window = p->least;
	if (p->window > p->most)
		p->window = p->most;
}

unsigned resolver_pace_window(const struct resolver_pace *p)
{
	return p->window < 1 ? 1 : (unsigned)p->window;
}

/* With three datagrams each time, a resolver that loses half of them leaves one question in 10^8
 * unanswered. Where it answers the others, a silent question is the fault of the name's own servers, on
 * which the resolver had not given up: RFC 9520 3.2 wants few questions about those. */
static unsigned times_at_most(const struct resolver_pace *p, enum dns_rcode rcode)
{
	switch (rcode) {
	case DNS_TIMEOUT:
		return is_lossy(p) ? 8 : 1;
	case DNS_UNREACHABLE: /* it may be starting anew */
		return 4;
	case DNS_SERVFAIL:
	case DNS_REFUSED:     /* what some say who have too much to do */
		return is_lossy(p) ? 4 : 1;
	default:
		return 0;
	}
}

bool resolver_pace_again(const struct resolver_pace *p, enum dns_rcode rcode, unsigned times,
			 int64_t *pause_us)
{
	if (!p->of_list || times >= times_at_most(p, rcode))
		return false;
	*pause_us = rcode == DNS_TIMEOUT ? 0 : (int64_t)PAUSE_US << (times < 4 ? times : 4);
	return true;
}
