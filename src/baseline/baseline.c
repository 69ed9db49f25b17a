/* SPDX-License-Identifier: MIT
 *
 * Two records of one target side by side: its mail hosts, then each endpoint with what it was. */
#include "baseline/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "baseline/changes.h"
#include "diagnose/seen.h"

/* ---- which endpoint was which ---------------------------------------------------------------- */

static bool alike(const struct obs_endpoint *a, const struct obs_endpoint *b)
{
	return a->port == b->port && a->family == b->family && change_same(a->host, b->host);
}

/* The first of them that is still free and is such a one; the address counts, or does not. */
static const struct obs_endpoint *take(const struct observation *from, bool *taken,
				       const struct obs_endpoint *such, bool by_address)
{
	for (size_t i = 0; i < from->endpoint_count; i++) {
		const struct obs_endpoint *e = &from->endpoints[i];

		if (taken[i] || !alike(e, such) || (by_address && !change_same(e->address, such->address)))
			continue;
		taken[i] = true;
		return e;
	}
	return NULL;
}

/* By the address where that is the same, else those that are left in their order: an address that
 * moved takes its endpoint along, and one that was only added is compared with nothing. */
static void match(const struct obs_endpoint **was, bool *taken, const struct observation *before,
		  const struct observation *now)
{
	for (size_t i = 0; i < now->endpoint_count; i++)
		was[i] = take(before, taken, &now->endpoints[i], true);
	for (size_t i = 0; i < now->endpoint_count; i++)
		if (was[i] == NULL)
			was[i] = take(before, taken, &now->endpoints[i], false);
}

/* ---- each with what it was ------------------------------------------------------------------- */

/* Has any mail host of that name the address? A host or address that came or went is told as such. */
static bool has_address(const struct observation *o, const struct obs_endpoint *e)
{
	const struct obs_mail_host *h;

	for (size_t i = 0; (h = baseline_find_host(o, e->host, i)) != NULL; i++)
		if (e->address != NULL && strlist_has(&h->addresses, e->address))
			return true;
	return false;
}

static void tell_alone(struct baseline_changes *c, const struct obs_endpoint *e,
		       const struct observation *other, enum run lacks)
{
	struct buf where;

	if (!has_address(other, e))
		return;
	buf_init(&where, BUF_NO_LIMIT);
	seen_host_port(&where, e);
	change_unseen(c, buf_str(&where), lacks, "it was not probed");
	buf_clear(&where);
}

static void compare_endpoints(struct baseline_changes *c, const struct observation *before,
			      const struct observation *now)
{
	const struct obs_endpoint **was = mem_zalloc(now->endpoint_count, sizeof *was);
	bool *taken = mem_zalloc(before->endpoint_count, sizeof *taken);
	struct buf where;

	match(was, taken, before, now);
	buf_init(&where, BUF_NO_LIMIT);
	for (size_t i = 0; i < now->endpoint_count; i++) {
		struct pair p = { before, now, was[i], &now->endpoints[i], NULL };

		if (p.was == NULL) {
			tell_alone(c, p.is, before, RUN_BASELINE);
			continue;
		}
		buf_reset(&where);
		seen_host_port(&where, p.is);
		p.where = buf_str(&where);
		baseline_compare_endpoint(c, &p);
	}
	for (size_t i = 0; i < before->endpoint_count; i++)
		if (!taken[i])
			tell_alone(c, &before->endpoints[i], now, RUN_NOW);
	buf_clear(&where);
	free(was);
	free(taken);
}

/* Worst first; qsort() is not stable by its contract, and the order of the record should stay. */
static void sort(struct baseline_changes *c)
{
	struct baseline_change *sorted = NULL;
	size_t count = 0;

	for (int severity = SEVERITY_COUNT - 1; severity >= 0; severity--)
		for (size_t i = 0; i < c->count; i++)
			if (c->list[i].severity == (enum severity)severity)
				*(struct baseline_change *)mem_append(&sorted, &count, sizeof *sorted) =
					c->list[i];
	free(c->list);
	c->list = sorted;
}

void baseline_compare(struct baseline_changes *c, const struct observation *before,
		      const struct observation *now)
{
	memset(c, 0, sizeof *c);
	c->known = before != NULL;
	if (before == NULL)
		return;
	baseline_compare_hosts(c, before, now);
	compare_endpoints(c, before, now);
	sort(c);
}

bool baseline_says_nothing(const struct baseline_changes *c)
{
	return !c->known || (c->count == 0 && c->compared == 0 && c->unseen.count > 0);
}

void baseline_changes_clear(struct baseline_changes *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->list[i].where);
		free(c->list[i].what);
		free(c->list[i].before);
		free(c->list[i].after);
	}
	free(c->list);
	strlist_clear(&c->unseen);
	memset(c, 0, sizeof *c);
}
