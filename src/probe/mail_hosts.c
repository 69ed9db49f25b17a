/* SPDX-License-Identifier: MIT
 *
 * The procedure (RFC 5321 5.1, RFC 7505):
 *   1. An address is its own host. A name that is said to be a host: its A and AAAA.
 *   2. Else the MX of the name, and, as it may turn out to be a host, its A and AAAA at the
 *      same time: a question less to wait for. In a list that would be three questions for
 *      one, most names there being domains: theirs only come after an MX that says nothing.
 *   3. MX records: every host by preference, its A and AAAA at once. The null MX: none.
 *      An MX that names an address breaks RFC 5321 5.1 and is recorded, not followed.
 *   4. No MX, but the name exists: it is its own mail host (implicit MX). NXDOMAIN: no host.
 *   5. The MX question failed (SERVFAIL, no answer): a domain's mail hosts are then unknown and
 *      must not be guessed (5.1: a temporary error); of a name whose kind the user left open the
 *      addresses are probed all the same, since it may have been meant as a host.
 * The hosts file answers before DNS does. Each host's addresses stand IPv4 first. */
#include "probe/mail_hosts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "probe/address_pool.h"

struct mail_hosts {
	const struct probe_settings *settings;
	const struct target *target;
	struct obs_dns *dns;
	struct obs_target *to;
	mail_hosts_fn *changed;
	void *owner;
	unsigned asked, answered;
	bool mx_known;
	unsigned own_wanted, own_known; /* A and AAAA of the target's own name */
	bool in_hosts_file;		/* the target's own name is */
};

/* ---- keeping what was answered ------------------------------------------------------------- */

static struct obs_mail_host *add_host(struct mail_hosts *m, const char *name, unsigned preference,
				      enum mail_host_source source)
{
	struct obs_mail_host *h = mem_append(&m->dns->hosts, &m->dns->host_count, sizeof *h);

	h->name = mem_strdup(name);
	h->preference = preference;
	h->source = source;
	return h;
}

static bool is_ipv6(const char *address)
{
	return strchr(address, ':') != NULL;
}

static void add_address(struct obs_mail_host *h, const char *address)
{
	struct strlist *l = &h->addresses;
	size_t at;

	if (l->count >= LIMIT_ADDRESSES || strlist_has(l, address))
		return;
	strlist_add(l, address);
	for (at = l->count - 1; at > 0 && !is_ipv6(address) && is_ipv6(l->item[at - 1]); at--) {
		char *v6 = l->item[at - 1];

		l->item[at - 1] = l->item[at];
		l->item[at] = v6;
	}
}

static void keep_query(struct mail_hosts *m, struct obs_query *q)
{
	struct obs_query *kept = mem_append(&m->dns->queries, &m->dns->query_count, sizeof *kept);

	*kept = *q;
}

/* ---- what no address means ------------------------------------------------------------------ */

static enum mail_host_problem problem_of(enum dns_rcode rcode)
{
	switch (rcode) {
	case DNS_NOERROR:
	case DNS_NOT_ASKED:
		return HOST_FINE;
	case DNS_NODATA:
		return HOST_NODATA;
	case DNS_NXDOMAIN:
		return HOST_NXDOMAIN;
	case DNS_SERVFAIL:
		return HOST_SERVFAIL;
	case DNS_REFUSED:
		return HOST_REFUSED;
	case DNS_TIMEOUT:
	case DNS_UNREACHABLE:
		return HOST_TIMEOUT;
	case DNS_CUT_SHORT:
		return HOST_CUT_SHORT;
	default:
		return HOST_DNS_ERROR;
	}
}

/* Of the two questions the one that failed is the reason; NODATA for one is normal. */
static void settle_problem(struct mail_hosts *m, struct obs_mail_host *h)
{
	if (h->addresses.count > 0 || h->problem == HOST_IS_ADDRESS)
		return;
	h->problem = HOST_FINE;
	for (size_t i = 0; i < m->dns->query_count; i++) {
		const struct obs_query *q = &m->dns->queries[i];
		enum mail_host_problem p = problem_of(q->rcode);

		if (strcmp(q->name, h->name) != 0 || strcmp(q->type, "MX") == 0 || p == HOST_FINE)
			continue;
		if (h->problem == HOST_FINE || h->problem == HOST_NODATA)
			h->problem = p;
	}
}

static void settle_problems(struct mail_hosts *m)
{
	for (size_t i = 0; i < m->dns->host_count; i++)
		settle_problem(m, &m->dns->hosts[i]);
}

/* ---- addresses ------------------------------------------------------------------------------ */

static void ask(struct mail_hosts *m, const char *name, uint16_t type, resolver_fn *fn)
{
	m->asked++;
	if (m->settings->addresses != NULL && type != DNS_TYPE_MX)
		address_pool_ask(m->settings->addresses, name, type, fn, m);
	else
		resolver_ask(m->settings->resolver, name, type, fn, m);
}

static void take_addresses(struct mail_hosts *m, const struct obs_query *q)
{
	for (size_t i = 0; i < m->dns->host_count; i++) {
		struct obs_mail_host *h = &m->dns->hosts[i];

		if (strcmp(h->name, q->name) != 0 || h->problem == HOST_IS_ADDRESS)
			continue;
		if (h->cname.count == 0)
			strlist_copy(&h->cname, &q->cname);
		for (size_t a = 0; a < q->answers.count; a++)
			add_address(h, q->answers.item[a]);
	}
}

static void own_addresses_known(struct mail_hosts *m);

static void on_address(void *arg, struct obs_query *q, const struct dns_answer *answer)
{
	struct mail_hosts *m = arg;

	(void)answer; /* the query holds the addresses in text */
	m->answered++;
	keep_query(m, q);
	if (strcmp(q->name, m->target->name) == 0)
		m->own_known++;
	take_addresses(m, q);
	own_addresses_known(m);
	settle_problems(m);
	m->changed(m->owner);
}

static unsigned ask_addresses(struct mail_hosts *m, const char *name)
{
	unsigned before = m->asked;

	if (m->settings->family[FAMILY_IPV4])
		ask(m, name, DNS_TYPE_A, on_address);
	if (m->settings->family[FAMILY_IPV6])
		ask(m, name, DNS_TYPE_AAAA, on_address);
	return m->asked - before;
}

/* The hosts file has the name: true, and DNS need not be asked. */
static bool take_hosts_file(struct mail_hosts *m, struct obs_mail_host *h)
{
	struct strlist found = {0};

	if (!resolver_hosts_file(m->settings->resolver, h->name, &found))
		return false;
	h->from_hosts_file = true;
	for (size_t i = 0; i < found.count; i++)
		if (m->settings->family[is_ipv6(found.item[i]) ? FAMILY_IPV6 : FAMILY_IPV4])
			add_address(h, found.item[i]);
	if (h->addresses.count == 0)
		h->problem = HOST_NODATA;
	strlist_clear(&found);
	return true;
}

/* ---- MX ------------------------------------------------------------------------------------- */

/* Does the target's own name have an address? */
static bool own_name_exists(const struct mail_hosts *m)
{
	if (m->in_hosts_file)
		return true;
	for (size_t i = 0; i < m->dns->query_count; i++)
		if (strcmp(m->dns->queries[i].name, m->target->name) == 0 &&
		    m->dns->queries[i].rcode == DNS_NOERROR)
			return true;
	return false;
}

static const struct obs_query *mx_query(const struct mail_hosts *m)
{
	for (size_t i = 0; i < m->dns->query_count; i++)
		if (strcmp(m->dns->queries[i].type, "MX") == 0)
			return &m->dns->queries[i];
	return NULL;
}

/* The name is its own host; its addresses may be among the answers already. */
static void add_own_name(struct mail_hosts *m, enum mail_host_source source)
{
	struct obs_mail_host *h = add_host(m, m->target->name, 0, source);

	if (take_hosts_file(m, h))
		return;
	if (m->own_wanted == 0)
		m->own_wanted = ask_addresses(m, m->target->name);
	for (size_t i = 0; i < m->dns->query_count; i++)
		if (strcmp(m->dns->queries[i].type, "MX") != 0)
			take_addresses(m, &m->dns->queries[i]);
}

/* Once both the MX and, for a name of unknown kind, its addresses are known. */
static void own_addresses_known(struct mail_hosts *m)
{
	const struct obs_query *mx = m->mx_known ? mx_query(m) : NULL;

	if (mx == NULL || m->dns->host_count > 0 || m->dns->null_mx || m->own_known < m->own_wanted)
		return;
	if (mx->rcode == DNS_NODATA) {
		m->dns->implicit_mx = m->target->kind == TARGET_DOMAIN || own_name_exists(m);
		add_own_name(m, MAIL_HOST_IMPLICIT);
	} else if (m->target->kind == TARGET_AUTO && own_name_exists(m)) {
		add_own_name(m, MAIL_HOST_TARGET);
	}
	if (m->target->kind == TARGET_AUTO && own_name_exists(m))
		m->to->kind = TARGET_HOST;
}

static bool names_an_address(const char *name)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

static void add_mx_host(struct mail_hosts *m, const struct dns_record *r)
{
	struct obs_mail_host *h;

	if (m->dns->host_count >= LIMIT_MAIL_HOSTS)
		return;
	for (size_t i = 0; i < m->dns->host_count; i++) {
		h = &m->dns->hosts[i];
		if (strcmp(h->name, r->name) == 0) { /* twice: the better preference counts */
			if (r->preference < h->preference)
				h->preference = r->preference;
			return;
		}
	}
	h = add_host(m, r->name, r->preference, MAIL_HOST_MX);
	if (names_an_address(h->name))
		h->problem = HOST_IS_ADDRESS;
	else if (strcmp(h->name, ".") == 0)
		h->problem = HOST_BAD_NAME; /* RFC 7505 3: "." beside others, or not preference 0 */
}

static int by_preference(const void *a, const void *b)
{
	const struct obs_mail_host *x = a, *y = b;

	if (x->preference != y->preference)
		return x->preference < y->preference ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void take_mx(struct mail_hosts *m, const struct dns_answer *answer)
{
	size_t count;

	if (m->target->kind == TARGET_AUTO)
		m->to->kind = TARGET_DOMAIN;
	for (size_t i = 0; i < answer->count; i++)
		if (answer->records[i].type == DNS_TYPE_MX)
			add_mx_host(m, &answer->records[i]);
	count = m->dns->host_count;
	if (count == 1 && m->dns->hosts[0].problem == HOST_BAD_NAME &&
	    m->dns->hosts[0].preference == 0) {
		m->dns->null_mx = true;
		free(m->dns->hosts[0].name);
		m->dns->host_count = 0;
		return;
	}
	qsort(m->dns->hosts, count, sizeof *m->dns->hosts, by_preference);
	for (size_t i = 0; i < count; i++) {
		struct obs_mail_host *h = &m->dns->hosts[i];
		bool own = strcmp(h->name, m->target->name) == 0 && m->own_wanted > 0;

		if (h->problem == HOST_FINE && !take_hosts_file(m, h) && !own)
			ask_addresses(m, h->name);
	}
	for (size_t i = 0; i < m->dns->query_count; i++)
		if (strcmp(m->dns->queries[i].type, "MX") != 0)
			take_addresses(m, &m->dns->queries[i]);
}

/* Where they were not asked for together with the MX. What does not exist has none (RFC 8020). */
static void ask_for_own_name(struct mail_hosts *m, enum dns_rcode mx)
{
	bool over = mx == DNS_NXDOMAIN || mx == DNS_CUT_SHORT; /* there, m is about to be freed */

	if (m->target->kind == TARGET_AUTO && m->own_wanted == 0 && !m->in_hosts_file && !over)
		m->own_wanted = ask_addresses(m, m->target->name);
}

static void on_mx(void *arg, struct obs_query *q, const struct dns_answer *answer)
{
	struct mail_hosts *m = arg;

	m->answered++;
	m->mx_known = true;
	keep_query(m, q);
	if (q->rcode == DNS_NOERROR)
		take_mx(m, answer);
	else
		ask_for_own_name(m, q->rcode);
	own_addresses_known(m);
	settle_problems(m);
	m->changed(m->owner);
}

/* RFC 6761 6.3: localhost and names below it are not asked of DNS. */
static bool is_localhost(const struct target *t)
{
	size_t n = strlen(t->name), tail = strlen("localhost");

	return t->kind == TARGET_AUTO && n >= tail &&
	       strcmp(t->name + n - tail, "localhost") == 0 &&
	       (n == tail || t->name[n - tail - 1] == '.');
}

/* ---- the interface --------------------------------------------------------------------------- */

struct mail_hosts *mail_hosts_new(const struct probe_settings *settings,
				  const struct target *target, struct obs_dns *dns,
				  struct obs_target *to, mail_hosts_fn *changed, void *owner)
{
	struct mail_hosts *m = mem_zalloc(1, sizeof *m);
	struct strlist known = {0};

	m->settings = settings;
	m->target = target;
	m->dns = dns;
	m->to = to;
	m->changed = changed;
	m->owner = owner;
	m->in_hosts_file = resolver_hosts_file(settings->resolver, target->name, &known);
	strlist_clear(&known);
	if (target->kind == TARGET_ADDRESS) {
		add_address(add_host(m, target->name, 0, MAIL_HOST_TARGET), target->name);
	} else if (target->kind == TARGET_HOST || is_localhost(target)) {
		to->kind = TARGET_HOST;
		add_own_name(m, MAIL_HOST_TARGET);
	} else {
		ask(m, target->name, DNS_TYPE_MX, on_mx);
		if (target->kind == TARGET_AUTO && !m->in_hosts_file && settings->addresses == NULL)
			m->own_wanted = ask_addresses(m, target->name);
	}
	return m;
}

bool mail_hosts_done(const struct mail_hosts *m)
{
	return m->answered == m->asked;
}

void mail_hosts_free(struct mail_hosts *m)
{
	if (m == NULL)
		return;
	if (m->settings->addresses != NULL && !mail_hosts_done(m))
		address_pool_cancel(m->settings->addresses, m);
	else
		resolver_cancel(m->settings->resolver, m);
	free(m);
}
