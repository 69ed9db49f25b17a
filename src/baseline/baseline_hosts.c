/* SPDX-License-Identifier: MIT
 *
 * What changed of the mail hosts and their addresses. What the resolver did not answer for has not
 * changed: a name with two addresses of which one question timed out has not lost an address. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "baseline/changes.h"
#include "diagnose/facts.h"

enum { LIST_MOST = 4096 };

struct hosts {
	struct baseline_changes *c;
	const struct observation *was, *is;
	const char *target;
};

const struct obs_mail_host *baseline_find_host(const struct observation *o, const char *name,
					       size_t place)
{
	for (size_t i = 0; i < o->dns.host_count; i++)
		if (change_same(o->dns.hosts[i].name, name) && place-- == 0)
			return &o->dns.hosts[i];
	return NULL;
}

/* A name stands once; where a record has it several times, each is compared with its own. */
static const struct obs_mail_host *same_host(const struct observation *in, const struct observation *of,
					     size_t at)
{
	const char *name = of->dns.hosts[at].name;
	size_t place = 0;

	for (size_t i = 0; i < at; i++)
		place += change_same(of->dns.hosts[i].name, name);
	return baseline_find_host(in, name, place);
}

static const char *name_of(const struct obs_mail_host *h)
{
	return h->name != NULL && *h->name != '\0' ? h->name : "?";
}

static const char *target_name(const struct observation *o)
{
	const char *name = o->target.name != NULL ? o->target.name : o->target.input;

	return name != NULL && *name != '\0' ? name : "?";
}

/* ---- addresses ------------------------------------------------------------------------------- */

static enum family family_of(const char *address)
{
	return strchr(address, ':') != NULL ? FAMILY_IPV6 : FAMILY_IPV4;
}

static size_t addresses_of(const struct obs_mail_host *h, enum family family)
{
	size_t n = 0;

	for (size_t i = 0; i < h->addresses.count; i++)
		n += family_of(h->addresses.item[i]) == family;
	return n;
}

/* Why the addresses of that family are not known; NULL: they are. */
static const char *not_known(const struct observation *o, const struct obs_mail_host *h,
			     enum family family)
{
	const char *type = family == FAMILY_IPV6 ? "AAAA" : "A";
	bool asked = false;

	if (h->from_hosts_file)
		return NULL;
	for (size_t i = 0; i < o->dns.query_count; i++) {
		const struct obs_query *q = &o->dns.queries[i];

		if (!change_same(q->name, h->name) || !change_same(q->type, type))
			continue;
		if (q->rcode == DNS_NOERROR || q->rcode == DNS_NODATA || q->rcode == DNS_NXDOMAIN)
			return NULL;
		asked = asked || facts_no_answer(q->rcode);
	}
	if (asked)
		return "the resolver did not answer for it";
	return addresses_of(h, family) > 0 ? NULL : "it was not asked for";
}

/* Those of the family that the other does not have, joined; NULL: there are none. */
static char *only_in(const struct obs_mail_host *h, const struct obs_mail_host *other, enum family family)
{
	struct buf list;

	buf_init(&list, LIST_MOST);
	for (size_t i = 0; i < h->addresses.count; i++) {
		const char *a = h->addresses.item[i];

		if (family_of(a) == family && !strlist_has(&other->addresses, a))
			buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", a);
	}
	return list.len > 0 ? buf_take(&list) : NULL;
}

static void compare_family(const struct hosts *x, const struct obs_mail_host *was,
			   const struct obs_mail_host *is, enum family family)
{
	static const enum change gone[FAMILY_COUNT] = { CHANGE_IPV4_GONE, CHANGE_IPV6_GONE };
	char *removed = only_in(was, is, family), *added = only_in(is, was, family);

	if (removed != NULL && added != NULL)
		change_add(x->c, CHANGE_ADDRESS_MOVED, name_of(is), removed, added);
	else if (removed != NULL)
		change_add(x->c, addresses_of(is, family) == 0 ? gone[family] : CHANGE_ADDRESS_REMOVED,
			   name_of(is), removed, NULL);
	else if (added != NULL)
		change_add(x->c, CHANGE_ADDRESS_ADDED, name_of(is), NULL, added);
	free(removed);
	free(added);
}

/* True: both runs know the host's addresses of the family, or neither has any. */
static bool both_know(const struct hosts *x, const struct obs_mail_host *was,
		      const struct obs_mail_host *is, enum family family)
{
	static const char *const what[FAMILY_COUNT] = { "IPv4 address", "IPv6 address" };
	const char *why_was = not_known(x->was, was, family), *why_is = not_known(x->is, is, family);
	const char *why = why_was != NULL ? why_was : why_is;
	char *line;

	if (why == NULL || (addresses_of(was, family) == 0 && addresses_of(is, family) == 0))
		return true;
	line = mem_printf("%s: %s", what[family], why);
	change_unseen(x->c, name_of(is), why_was != NULL ? RUN_BASELINE : RUN_NOW, line);
	free(line);
	return false;
}

static void compare_addresses(const struct hosts *x, const struct obs_mail_host *was,
			      const struct obs_mail_host *is)
{
	bool known[FAMILY_COUNT];

	/* The hosts file is of this machine: it says nothing about what DNS would have. */
	if (was->from_hosts_file != is->from_hosts_file) {
		change_unseen(x->c, name_of(is), was->from_hosts_file ? RUN_BASELINE : RUN_NOW,
			      "its addresses are from the hosts file");
		return;
	}
	for (unsigned f = 0; f < FAMILY_COUNT; f++)
		known[f] = both_know(x, was, is, f);
	if (known[FAMILY_IPV4] && known[FAMILY_IPV6] && was->addresses.count > 0 &&
	    is->addresses.count == 0) {
		change_add(x->c, CHANGE_NO_ADDRESS, name_of(is), was->addresses.item[0], NULL);
		return;
	}
	for (unsigned f = 0; f < FAMILY_COUNT; f++)
		if (known[f])
			compare_family(x, was, is, f);
}

/* ---- the mail hosts -------------------------------------------------------------------------- */

/* Why the mail hosts are not known; NULL: they are. */
static const char *hosts_not_known(const struct observation *o)
{
	for (size_t i = 0; i < o->dns.query_count; i++) {
		const struct obs_query *q = &o->dns.queries[i];

		if (!change_same(q->type, "MX"))
			continue;
		if (q->rcode == DNS_CUT_SHORT)
			return "the MX question was cut short";
		if (facts_no_answer(q->rcode))
			return "the resolver did not answer the MX question";
	}
	return o->cut_short && o->dns.host_count == 0 && !o->dns.null_mx ? "it was cut short" : NULL;
}

static bool has_source(const struct observation *o, enum mail_host_source source)
{
	for (size_t i = 0; i < o->dns.host_count; i++)
		if (o->dns.hosts[i].source == source)
			return true;
	return false;
}

/* The one was told to take the name for a host, and asked for no MX; the other did. */
static bool host_in_one_only(const struct hosts *x)
{
	return x->was->dns.host_count > 0 && x->is->dns.host_count > 0 &&
	       has_source(x->was, MAIL_HOST_TARGET) != has_source(x->is, MAIL_HOST_TARGET);
}

/* "mx1.example.com (10), mx2.example.com (20)"; of an implicit MX, and of a target that is its own
 * host, the name alone. NULL: there is none. */
static char *host_list(const struct observation *o)
{
	struct buf list;

	buf_init(&list, LIST_MOST);
	for (size_t i = 0; i < o->dns.host_count; i++) {
		const struct obs_mail_host *h = &o->dns.hosts[i];

		buf_addf(&list, "%s%s", i > 0 ? ", " : "", name_of(h));
		if (h->source == MAIL_HOST_MX)
			buf_addf(&list, " (%u)", h->preference);
	}
	return list.len > 0 ? buf_take(&list) : NULL;
}

static void tell_hosts(const struct hosts *x, enum change what)
{
	char *before = host_list(x->was), *after = host_list(x->is);

	change_add(x->c, what, x->target, before, after);
	free(before);
	free(after);
}

static void compare_each(const struct hosts *x)
{
	for (size_t i = 0; i < x->was->dns.host_count; i++) {
		const struct obs_mail_host *h = &x->was->dns.hosts[i], *now = same_host(x->is, x->was, i);

		if (now != NULL)
			compare_addresses(x, h, now);
		else if (h->source == MAIL_HOST_MX)
			change_add(x->c, CHANGE_MX_REMOVED, x->target, name_of(h), NULL);
	}
	for (size_t i = 0; i < x->is->dns.host_count; i++)
		if (x->is->dns.hosts[i].source == MAIL_HOST_MX && same_host(x->was, x->is, i) == NULL)
			change_add(x->c, CHANGE_MX_ADDED, x->target, NULL, name_of(&x->is->dns.hosts[i]));
}

struct place {
	unsigned was, is;        /* preferences */
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->was != y->was)
		return x->was < y->was ? -1 : 1;
	return (x->is > y->is) - (x->is < y->is);
}

/* The numbers themselves mean nothing, only which host comes before which (RFC 5321 5.1). In the old
 * order, two neighbours that stand to each other as they did make all others do so, too. */
static void compare_order(const struct hosts *x)
{
	struct place *places = NULL;
	size_t count = 0;
	bool moved = false;

	for (size_t i = 0; i < x->was->dns.host_count; i++) {
		const struct obs_mail_host *h = &x->was->dns.hosts[i], *now = same_host(x->is, x->was, i);

		if (h->source == MAIL_HOST_MX && now != NULL && now->source == MAIL_HOST_MX)
			*(struct place *)mem_append(&places, &count, sizeof *places) =
				(struct place){ h->preference, now->preference };
	}
	if (count > 1)
		qsort(places, count, sizeof *places, by_place);
	for (size_t i = 1; i < count; i++) {
		const struct place *a = &places[i - 1], *b = &places[i];

		moved = moved || (a->was < b->was) != (a->is < b->is) || a->is > b->is;
	}
	if (moved)
		tell_hosts(x, CHANGE_MX_ORDER);
	free(places);
}

void baseline_compare_hosts(struct baseline_changes *c, const struct observation *was,
			    const struct observation *is)
{
	const struct hosts x = { c, was, is, target_name(is) };
	const char *why_was = hosts_not_known(was), *why_is = hosts_not_known(is);
	bool had_hosts = was->dns.host_count > 0, has_hosts = is->dns.host_count > 0;

	if (why_was != NULL || why_is != NULL)
		change_unseen(c, x.target, why_was != NULL ? RUN_BASELINE : RUN_NOW,
			      why_was != NULL ? why_was : why_is);
	else if (host_in_one_only(&x))
		change_unseen(c, x.target, has_source(was, MAIL_HOST_TARGET) ? RUN_BASELINE : RUN_NOW,
			      "it was taken for a host, so that its MX was not asked for");
	else if (is->dns.null_mx && !was->dns.null_mx)
		change_add(c, CHANGE_NULL_MX_CAME, x.target, NULL, NULL);
	else if (was->dns.null_mx && !is->dns.null_mx && has_hosts)
		tell_hosts(&x, CHANGE_NULL_MX_GONE);
	else if (had_hosts && !has_hosts)
		tell_hosts(&x, CHANGE_NO_MAIL_HOST);
	else if (is->dns.implicit_mx && !was->dns.implicit_mx)
		tell_hosts(&x, CHANGE_IMPLICIT_MX_CAME);
	else if (was->dns.implicit_mx && !is->dns.implicit_mx)
		tell_hosts(&x, CHANGE_IMPLICIT_MX_GONE);
	else {
		compare_each(&x);
		compare_order(&x);
	}
}
