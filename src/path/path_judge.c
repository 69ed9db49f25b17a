/* SPDX-License-Identifier: MIT */
#include "path/path_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { NOT_TO_BE_TOLD = -1 };

/* ---- how far a port gets ------------------------------------------------------------------ */

static bool is_end(const struct obs_hop *h)
{
	return h->kind == HOP_OPEN || h->kind == HOP_RESET || h->kind == HOP_REJECTED;
}

unsigned path_end(const struct obs_hop *hops, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_end(&hops[i]))
			return hops[i].ttl;
	return 0;
}

unsigned path_last(const struct obs_hop *hops, size_t count)
{
	unsigned last = 0;

	for (size_t i = 0; i < count && !is_end(&hops[i]); i++)
		if (hops[i].kind == HOP_EXPIRED)
			last = hops[i].ttl;
	return last;
}

static const struct obs_hop *hop_at(const struct obs_hop *hops, size_t count, unsigned ttl)
{
	for (size_t i = 0; i < count; i++)
		if (hops[i].ttl == ttl)
			return &hops[i];
	return NULL;
}

static const struct obs_hop *hop_from(const struct obs_hop *hops, size_t count, const char *address)
{
	for (size_t i = 0; i < count; i++)
		if (hops[i].kind == HOP_EXPIRED && hops[i].from != NULL &&
		    strcmp(hops[i].from, address) == 0)
			return &hops[i];
	return NULL;
}

/* Where the control port meets its destination; 0: it does not, or was turned away as well. */
static unsigned control_end(const struct obs_path *p)
{
	unsigned end = path_end(p->control, p->control_count);
	const struct obs_hop *h = hop_at(p->control, p->control_count, end);

	return h != NULL && h->kind != HOP_REJECTED ? end : 0;
}

unsigned path_gap(const struct obs_path *p)
{
	unsigned end = control_end(p), last = path_last(p->hops, p->hop_count);

	if (end == 0 || path_end(p->hops, p->hop_count) != 0)
		return 0;
	for (size_t i = 0; i < p->control_count; i++)
		if (p->control[i].ttl > last && p->control[i].ttl <= end &&
		    p->control[i].kind != HOP_SILENT)
			return p->control[i].ttl;
	return 0;
}

bool path_says_no_host(const struct obs_icmp *i)
{
	bool v6 = i->from != NULL && strchr(i->from, ':') != NULL;

	return i->from != NULL && i->type == (v6 ? 1 : 3) && i->code == (v6 ? 3 : 1);
}

/* Even where another program has asked for the next hop before, what is left of its 3 s is hardly
 * shorter. */
#define AT_ONCE_US 20000

bool path_rejected_here(const struct obs_connect *c)
{
	return c->icmp.from != NULL && c->source != NULL && strcmp(c->icmp.from, c->source) == 0 &&
	       (!path_says_no_host(&c->icmp) || c->us < AT_ONCE_US);
}

/* ---- who answers -------------------------------------------------------------------------- */

/* How many hops away a packet was sent that arrives with this TTL, if it left with one of the
 * values in use (64, 128, 255); 0: not known. Our own arrive with the whole of it: 1, the same as
 * those of the next hop. */
static unsigned distance(unsigned ttl)
{
	static const unsigned initial[] = {64, 128, 255};

	for (size_t i = 0; ttl != 0 && i < COUNT(initial); i++)
		if (ttl <= initial[i])
			return initial[i] - ttl + 1;
	return 0;
}

static bool far_apart(unsigned a, unsigned b)
{
	return a != 0 && b != 0 && (a > b ? a - b : b - a) > 1;
}

/* The address in an ICMP error is only what its sender says. Where that address also answered as a
 * router, or is the destination, its messages should come from the same distance; one hop more or
 * less may be another way back. */
static bool borrowed(const struct obs_path *p, const struct obs_hop *h, const struct obs_hop *as_router)
{
	unsigned end = control_end(p);

	if (as_router != NULL)
		return far_apart(distance(h->icmp.ttl), distance(as_router->icmp.ttl));
	if (p->address != NULL && strcmp(h->from, p->address) == 0)
		return far_apart(distance(h->icmp.ttl), end);
	return false;
}

static const struct obs_hop *as_router(const struct obs_path *p, const char *address)
{
	const struct obs_hop *h = hop_from(p->hops, p->hop_count, address);

	return h != NULL ? h : hop_from(p->control, p->control_count, address);
}

/* Is the hop where the port ends the destination itself, which passes the control port on (to a
 * container, say) and so is one hop nearer than where that is answered? */
static bool is_destination(const struct obs_path *p, unsigned ttl)
{
	const struct obs_hop *h = hop_at(p->control, p->control_count, ttl);

	return h != NULL && h->from != NULL && p->address != NULL &&
	       strcmp(h->from, p->address) == 0;
}

/* ---- verdicts ----------------------------------------------------------------------------- */

static void set(struct obs_path *p, enum path_verdict verdict, int after, unsigned by,
		enum confidence confidence)
{
	p->verdict = verdict;
	p->after_hop = after;
	p->by_hop = by;
	p->confidence = confidence;
}

static void judge_rejected(struct obs_path *p, const struct obs_hop *h, const char *own)
{
	int last = (int)path_last(p->hops, p->hop_count);
	const struct obs_hop *router;

	if (h->from == NULL) {
		set(p, PATH_REJECTED, last, h->ttl, CONFIDENCE_POSSIBLE);
		return;
	}
	if (own != NULL && strcmp(h->from, own) == 0 && path_says_no_host(&h->icmp) &&
	    h->us >= AT_ONCE_US) {
		set(p, PATH_UNKNOWN, 0, 0, CONFIDENCE_POSSIBLE); /* the next hop does not answer */
		return;
	}
	if (own != NULL && strcmp(h->from, own) == 0) {
		set(p, PATH_LOCAL_REJECT, 0, 0, CONFIDENCE_CERTAIN);
		p->by = mem_strdup(own);
		return;
	}
	router = as_router(p, h->from);
	if (borrowed(p, h, router)) {
		set(p, PATH_REJECTED, last, h->ttl, CONFIDENCE_POSSIBLE);
		return;
	}
	set(p, PATH_REJECTED, last, router != NULL ? router->ttl : h->ttl,
	    router != NULL ? CONFIDENCE_CERTAIN : CONFIDENCE_HIGH);
	p->by = mem_strdup(h->from);
}

static bool all_failed(const struct obs_path *p)
{
	return p->resent > 0 && p->resent_failed >= p->resent;
}

/* Answered nearer than the control port's destination is, by somebody who is not the destination: a
 * router must be seen there or beyond. Else the control port's answers from there may only be lost. */
static bool too_near(const struct obs_path *p, unsigned end)
{
	unsigned destination = control_end(p);

	if (is_destination(p, end))
		return false;
	for (size_t i = 0; i < p->control_count; i++)
		if (p->control[i].ttl >= end && p->control[i].ttl < destination &&
		    p->control[i].kind == HOP_EXPIRED)
			return true;
	return false;
}

static void judge_reset(struct obs_path *p, unsigned end)
{
	int last = (int)path_last(p->hops, p->hop_count);

	if (end == 1 && all_failed(p))
		set(p, PATH_LOCAL_REJECT, 0, 0, CONFIDENCE_HIGH);
	else
		set(p, PATH_RESET, last, end,
		    too_near(p, end) ? CONFIDENCE_HIGH : CONFIDENCE_POSSIBLE);
}

static void judge_open(struct obs_path *p, unsigned end)
{
	if (too_near(p, end))
		set(p, PATH_INTERCEPTED, (int)path_last(p->hops, p->hop_count), end,
		    CONFIDENCE_HIGH);
	else
		set(p, PATH_OPEN, NOT_TO_BE_TOLD, 0, CONFIDENCE_HIGH);
}

static void judge_silent(struct obs_path *p)
{
	unsigned gap = path_gap(p);
	int last = (int)path_last(p->hops, p->hop_count);
	bool confirmed = p->asked_again >= 2 && p->control_again == p->asked_again;

	if (last == 0 && all_failed(p))
		set(p, PATH_LOCAL_DROP, 0, 0, CONFIDENCE_HIGH);
	else if (gap == 0)
		set(p, PATH_UNKNOWN, last, 0, CONFIDENCE_POSSIBLE);
	else
		set(p, PATH_DROPPED, last, gap,
		    confirmed ? CONFIDENCE_HIGH : CONFIDENCE_POSSIBLE);
}

void path_judge(struct obs_path *p, const char *own)
{
	unsigned end = path_end(p->hops, p->hop_count);
	const struct obs_hop *h = hop_at(p->hops, p->hop_count, end);

	free(p->by);
	p->by = NULL;
	if (h == NULL)
		judge_silent(p);
	else if (h->kind == HOP_REJECTED)
		judge_rejected(p, h, own);
	else if (h->kind == HOP_RESET)
		judge_reset(p, end);
	else
		judge_open(p, end);
}
