/* SPDX-License-Identifier: MIT */
#include "diagnose/seen_path.h"

#include <string.h>

#include "base/mem.h"
#include "diagnose/seen.h"
#include "path/path_judge.h"

/* RFC 792, RFC 1812 5.2.7.1; RFC 4443 3.1. */
static const struct icmp_row {
	unsigned type, code;
	const char *words;
	enum icmp_sense sense;
} icmp4_rows[] = {
	{3, 0, "network unreachable", ICMP_NO_ROUTE},
	{3, 1, "host unreachable", ICMP_NO_HOST},
	{3, 2, "protocol unreachable", ICMP_PORT},
	{3, 3, "port unreachable", ICMP_PORT},
	{3, 9, "network administratively prohibited", ICMP_FIREWALL},
	{3, 10, "host administratively prohibited", ICMP_FIREWALL},
	{3, 13, "administratively prohibited", ICMP_FIREWALL},
	{11, 0, "time exceeded", ICMP_OTHER},
}, icmp6_rows[] = {
	{1, 0, "no route", ICMP_NO_ROUTE},
	{1, 1, "administratively prohibited", ICMP_FIREWALL},
	{1, 2, "beyond scope of source address", ICMP_OTHER},
	{1, 3, "address unreachable", ICMP_NO_HOST},
	{1, 4, "port unreachable", ICMP_PORT},
	{1, 5, "source address fails policy", ICMP_FIREWALL},
	{1, 6, "route is a reject", ICMP_FIREWALL},
	{3, 0, "time exceeded", ICMP_OTHER},
};

static const struct icmp_row *find_row(const struct obs_icmp *i)
{
	bool v6 = i->from != NULL && strchr(i->from, ':') != NULL;
	const struct icmp_row *rows = v6 ? icmp6_rows : icmp4_rows;
	size_t count = v6 ? COUNT(icmp6_rows) : COUNT(icmp4_rows);

	for (size_t n = 0; n < count; n++)
		if (rows[n].type == i->type && rows[n].code == i->code)
			return &rows[n];
	return NULL;
}

enum icmp_sense icmp_sense(const struct obs_icmp *i)
{
	const struct icmp_row *row = i->from != NULL ? find_row(i) : NULL;

	return row != NULL ? row->sense : ICMP_OTHER;
}

void seen_icmp(struct buf *to, const struct obs_icmp *i)
{
	const struct icmp_row *row = find_row(i);

	buf_addf(to, "ICMP %s%s(%u/%u)", row != NULL ? row->words : "", row != NULL ? " " : "",
		 i->type, i->code);
}

void seen_rejection(struct buf *to, const struct obs_connect *c, const struct obs_path *p)
{
	bool placed = p != NULL && p->verdict == PATH_REJECTED && p->by != NULL;

	if (c->icmp.from != NULL) {
		buf_addf(to, "rejected by %s", c->icmp.from);
		if (placed)
			buf_addf(to, ", hop %u", p->by_hop);
		buf_adds(to, ", with ");
		seen_icmp(to, &c->icmp);
		buf_adds(to, ": ");
	}
	buf_addf(to, "%s after ", c->error != NULL ? c->error : "unreachable");
	seen_time(to, c->us);
}

/* ---- paths -------------------------------------------------------------------------------- */

unsigned seen_path_distance(const struct obs_path *p)
{
	unsigned end = path_end(p->control, p->control_count);

	for (size_t i = 0; i < p->control_count; i++)
		if (p->control[i].ttl == end && p->control[i].kind != HOP_REJECTED)
			return end;
	return 0;
}

static const struct obs_hop *hop_at(const struct obs_path *p, unsigned ttl)
{
	for (size_t i = 0; i < p->hop_count; i++)
		if (p->hops[i].ttl == ttl && p->hops[i].from != NULL)
			return &p->hops[i];
	for (size_t i = 0; i < p->control_count; i++)
		if (p->control[i].ttl == ttl && p->control[i].from != NULL)
			return &p->control[i];
	return NULL;
}

static void add_hop(struct buf *to, const struct obs_path *p, unsigned ttl)
{
	const struct obs_hop *h = hop_at(p, ttl);

	if (ttl == 0)
		buf_adds(to, "this machine");
	else
		buf_addf(to, "hop %u", ttl);
	if (h != NULL)
		buf_addf(to, " (%s)", h->from);
}

static void say_local_drop(struct buf *to, const struct obs_path *p)
{
	buf_addf(to, "this machine itself drops packets to port %u: %u of %u that were sent again "
		 "could not leave it", p->port, p->resent_failed, p->resent);
}

static void say_local_reject(struct buf *to, const struct obs_path *p)
{
	buf_addf(to, "this machine itself rejects port %u", p->port);
	if (p->resent > 0)
		buf_addf(to, ": with its reset ignored, %u of %u packets that were sent again could "
			 "not leave it", p->resent_failed, p->resent);
}

/* Which of the two hops it is cannot be told: a router that filters what it forwards still answers for
 * what expires there. */
static void say_dropped(struct buf *to, const struct obs_path *p)
{
	unsigned distance = seen_path_distance(p), after = p->after_hop > 0 ? (unsigned)p->after_hop : 0;

	buf_addf(to, "packets to port %u are %sdropped after ", p->port,
		 p->confidence == CONFIDENCE_POSSIBLE ? "perhaps " : "");
	add_hop(to, p, after);
	buf_adds(to, after > 0 ? ", which they reach, and no later than " : ", no later than ");
	if (p->by_hop == distance)
		buf_addf(to, "hop %u, the host, which answers port %u", p->by_hop, p->control_port);
	else {
		add_hop(to, p, p->by_hop);
		buf_addf(to, ", where port %u goes on; the host is %u hops away", p->control_port,
			 distance);
	}
	if (p->by_hop == after + 1 && after > 0)
		buf_adds(to, ": one of the two drops them");
	if (p->asked_again > 0)
		buf_addf(to, " (tried %u times more, in turn: port %u answered 0 times, port %u %u "
			 "times)", p->asked_again, p->port, p->control_port, p->control_again);
}

static const struct obs_icmp *rejection(const struct obs_path *p)
{
	for (size_t i = 0; i < p->hop_count; i++)
		if (p->hops[i].kind == HOP_REJECTED)
			return &p->hops[i].icmp;
	return NULL;
}

static void say_rejected(struct buf *to, const struct obs_path *p)
{
	const struct obs_icmp *i = rejection(p);

	buf_addf(to, "port %u is rejected ", p->port);
	if (p->by != NULL)
		buf_addf(to, "by %s, hop %u", p->by, p->by_hop);
	else
		buf_addf(to, "no later than hop %u", p->by_hop);
	if (i == NULL)
		return;
	buf_adds(to, ": ");
	seen_icmp(to, i);
	if (p->by == NULL && i->from != NULL)
		buf_addf(to, " from %s", i->from);
	if (p->by == NULL && i->from != NULL)
		buf_adds(to, ", an address that this message hardly came from: its TTL fits another "
			     "distance");
}

static void say_reset(struct buf *to, const struct obs_path *p)
{
	unsigned distance = seen_path_distance(p);

	buf_addf(to, "port %u is refused (TCP reset) ", p->port);
	if (distance != 0 && p->by_hop < distance)
		buf_addf(to, "at hop %u%s, while the host, which answers port %u, is %u hops away",
			 p->by_hop, p->by_hop == 1 ? ", or within this machine" : "",
			 p->control_port, distance);
	else
		buf_addf(to, "at hop %u: by the host, or by the hop before it", p->by_hop);
}

static void say_intercepted(struct buf *to, const struct obs_path *p)
{
	buf_addf(to, "port %u is answered at ", p->port);
	add_hop(to, p, p->by_hop);
	if (p->by_hop == 1)
		buf_adds(to, ", or within this machine");
	buf_addf(to, ", but the host, which answers port %u, is %u hops away", p->control_port,
		 seen_path_distance(p));
}

static void say_unknown(struct buf *to, const struct obs_path *p)
{
	buf_addf(to, "packets to port %u ", p->port);
	if (p->after_hop > 0) {
		buf_adds(to, "pass ");
		add_hop(to, p, (unsigned)p->after_hop);
		buf_adds(to, " and get no answer after it; ");
	} else {
		buf_adds(to, "get no answer from any hop; ");
	}
	if (p->control_port == 0)
		buf_adds(to, "no port of the host answers, so there is nothing to compare with");
	else
		buf_addf(to, "nor did port %u get further while it was traced", p->control_port);
}

static void say_open(struct buf *to, const struct obs_path *p)
{
	unsigned end = path_end(p->hops, p->hop_count);

	buf_addf(to, "port %u is answered at hop %u", p->port, end);
	if (seen_path_distance(p) == end)
		buf_addf(to, ", as port %u is", p->control_port);
}

void seen_path(struct buf *to, const struct obs_path *p)
{
	static void (*const say[])(struct buf *, const struct obs_path *) = {
		[PATH_UNKNOWN] = say_unknown,
		[PATH_OPEN] = say_open,
		[PATH_LOCAL_DROP] = say_local_drop,
		[PATH_LOCAL_REJECT] = say_local_reject,
		[PATH_DROPPED] = say_dropped,
		[PATH_REJECTED] = say_rejected,
		[PATH_RESET] = say_reset,
		[PATH_INTERCEPTED] = say_intercepted,
	};
	_Static_assert(COUNT(say) == PATH_VERDICT_COUNT, "a sentence for every verdict");

	say[p->verdict](to, p);
}
