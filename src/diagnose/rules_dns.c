/* SPDX-License-Identifier: MIT
 *
 * Rules about names: what DNS answered, or that it did not. NXDOMAIN, no data, SERVFAIL,
 * REFUSED and silence are five different things with five different people to call. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "diagnose/facts.h"
#include "diagnose/seen.h"
#include "diagnose/text_rows.h"

static bool same_name(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

static bool is_mx(const struct obs_mail_host *h)
{
	return h->source == MAIL_HOST_MX;
}

static bool own_host_problem(const struct observation *o, enum mail_host_problem p)
{
	for (size_t i = 0; i < o->dns.host_count; i++)
		if (!is_mx(&o->dns.hosts[i]) && o->dns.hosts[i].problem == p)
			return true;
	return false;
}

static void see_query(struct judge *j, const struct obs_query *q)
{
	struct buf t;

	buf_init(&t, 64);
	seen_time(&t, q->us);
	judge_see(j, NULL, "%s %s -> %s in %s", q->name != NULL ? q->name : "?",
		  q->type != NULL ? q->type : "?", words_name(&dns_rcode_words, q->rcode), buf_str(&t));
	buf_clear(&t);
}

static void name_not_found(const struct observation *o, struct judge *j)
{
	bool seen = false;

	if (facts_has_address(o) || o->dns.null_mx)
		return;
	for (size_t i = 0; i < o->dns.query_count; i++)
		if (o->dns.queries[i].rcode == DNS_NXDOMAIN &&
		    same_name(o->dns.queries[i].name, o->target.name)) {
			see_query(j, &o->dns.queries[i]);
			seen = true;
		}
	if (!seen && own_host_problem(o, HOST_NXDOMAIN))
		judge_see(j, NULL, "%s -> NXDOMAIN", o->target.name != NULL ? o->target.name : "?");
}

static void no_address(const struct observation *o, struct judge *j)
{
	if (own_host_problem(o, HOST_NODATA))
		judge_see(j, NULL, "%s exists, but has neither an A nor an AAAA record%s",
			  o->target.name != NULL ? o->target.name : "?",
			  o->target.kind == TARGET_DOMAIN ? ", nor an MX" : "");
}

/* A failed question matters where a name stayed without an answer for it: the MX question of
 * a target that nothing else resolved, or the address questions of a host without addresses. */
static bool left_without_answer(const struct observation *o, const struct obs_query *q)
{
	if (!facts_has_address(o))
		return true;
	for (size_t i = 0; i < o->dns.host_count; i++)
		if (same_name(o->dns.hosts[i].name, q->name) && o->dns.hosts[i].addresses.count == 0)
			return true;
	return false;
}

static void failed_queries(const struct observation *o, struct judge *j, enum dns_rcode from,
			   enum dns_rcode to)
{
	for (size_t i = 0; i < o->dns.query_count; i++) {
		const struct obs_query *q = &o->dns.queries[i];

		if (q->rcode >= from && q->rcode <= to && left_without_answer(o, q))
			see_query(j, q);
	}
}

static void servfail(const struct observation *o, struct judge *j)
{
	failed_queries(o, j, DNS_SERVFAIL, DNS_SERVFAIL);
}

static void refused(const struct observation *o, struct judge *j)
{
	failed_queries(o, j, DNS_REFUSED, DNS_REFUSED);
}

static void resolver_silent(const struct observation *o, struct judge *j)
{
	_Static_assert(DNS_UNREACHABLE == DNS_TIMEOUT + 1, "a range of rcodes");
	failed_queries(o, j, DNS_TIMEOUT, DNS_UNREACHABLE);
}

static void bad_answer(const struct observation *o, struct judge *j)
{
	failed_queries(o, j, DNS_FORMERR, DNS_FORMERR);
	failed_queries(o, j, DNS_NOTIMP, DNS_NOTIMP);
	failed_queries(o, j, DNS_OTHER_RCODE, DNS_OTHER_RCODE);
	failed_queries(o, j, DNS_MALFORMED, DNS_MALFORMED);
}

static void some_query_failed(const struct observation *o, struct judge *j)
{
	for (size_t i = 0; i < o->dns.query_count; i++)
		if (facts_no_answer(o->dns.queries[i].rcode) &&
		    !left_without_answer(o, &o->dns.queries[i]))
			see_query(j, &o->dns.queries[i]);
}

static void null_mx(const struct observation *o, struct judge *j)
{
	if (o->dns.null_mx)
		judge_see(j, NULL, "%s MX -> 0 .", o->target.name != NULL ? o->target.name : "?");
}

static void implicit_mx(const struct observation *o, struct judge *j)
{
	if (o->dns.implicit_mx && facts_has_address(o))
		judge_see(j, NULL, "%s has no MX record; its own address takes the mail",
			  o->target.name != NULL ? o->target.name : "?");
}

static void mx_is_cname(const struct observation *o, struct judge *j)
{
	for (size_t i = 0; i < o->dns.host_count; i++) {
		const struct obs_mail_host *h = &o->dns.hosts[i];

		if (is_mx(h) && h->cname.count > 0)
			judge_see(j, NULL, "MX %u %s is an alias of %s", h->preference,
				  h->name != NULL ? h->name : "?", h->cname.item[h->cname.count - 1]);
	}
}

static void see_mx(const struct observation *o, struct judge *j, enum mail_host_problem p,
		   const char *what)
{
	for (size_t i = 0; i < o->dns.host_count; i++) {
		const struct obs_mail_host *h = &o->dns.hosts[i];

		if (is_mx(h) && h->problem == p)
			judge_see(j, NULL, "MX %u %s: %s", h->preference,
				  h->name != NULL ? h->name : "?", what);
	}
}

static void mx_is_address(const struct observation *o, struct judge *j)
{
	see_mx(o, j, HOST_IS_ADDRESS, "an address instead of a host name");
}

static void mx_bad_name(const struct observation *o, struct judge *j)
{
	see_mx(o, j, HOST_BAD_NAME, "not a host name");
}

static void mx_host_not_found(const struct observation *o, struct judge *j)
{
	see_mx(o, j, HOST_NXDOMAIN, "the name does not exist (NXDOMAIN)");
	see_mx(o, j, HOST_NODATA, "the name has no address");
}

static bool starts(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

/* Not to be reached from elsewhere: RFC 1918, RFC 6598, RFC 3927, RFC 4193, loopback. */
static bool is_private(const char *a)
{
	unsigned second = (unsigned)(strchr(a, '.') != NULL ? strtoul(strchr(a, '.') + 1, NULL, 10) : 0);

	if (strchr(a, ':') != NULL)
		return strcmp(a, "::1") == 0 || strcmp(a, "::") == 0 || starts(a, "fe8") ||
		       starts(a, "fe9") || starts(a, "fea") || starts(a, "feb") ||
		       starts(a, "fc") || starts(a, "fd");
	return starts(a, "10.") || starts(a, "127.") || starts(a, "192.168.") ||
	       starts(a, "169.254.") || starts(a, "0.") ||
	       (starts(a, "172.") && second >= 16 && second < 32) ||
	       (starts(a, "100.") && second >= 64 && second < 128);
}

/* Inside of the network that the address belongs to it works, and is meant to. */
static bool address_answers(const struct observation *o, const char *address)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (same_name(o->endpoints[i].address, address) &&
		    o->endpoints[i].connect.outcome == OUT_OK)
			return true;
	return false;
}

static void mx_is_private(const struct observation *o, struct judge *j)
{
	if (o->target.kind != TARGET_DOMAIN)
		return;
	for (size_t i = 0; i < o->dns.host_count; i++) {
		const struct obs_mail_host *h = &o->dns.hosts[i];

		for (size_t k = 0; is_mx(h) && !h->from_hosts_file && k < h->addresses.count; k++)
			if (is_private(h->addresses.item[k]) &&
			    !address_answers(o, h->addresses.item[k]))
				judge_see(j, NULL, "MX %u %s -> %s", h->preference,
					  h->name != NULL ? h->name : "?", h->addresses.item[k]);
	}
}

const struct diag_rule rules_dns[] = {
	{
		.code = "DNS_NAME_NOT_FOUND", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The name %T does not exist",
		.means = "The DNS says that there is no such name (NXDOMAIN). No mail can be sent to "
			 "it or through it.",
		.remedy = "Look for a spelling mistake. If the name is right, its owner must "
			  "register the domain or add the record.",
		.references = { "RFC 1035 4.1.1", "RFC 8020" },
		.texts = TEXTS(SAYS("no mx found"), SAYS("enotfound"), SAYS("name or service not known"),
			       SAYS("no such host is known"), SAYS("no such host"),
			       SAYS("nodename nor servname"),
			       SAYS("remote name could not be resolved"),
			       SAYS("unknownhostexception"),
			       { .words = { "unknown host" }, .unless = { "unknown hostname" } },
			       SAYS("unable to resolve host"), SAYS("could not resolve host"),
			       SAYS("couldn't resolve host"), SAYS("cannot resolve host"),
			       SAYS("name does not resolve"),
			       { .words = { "getaddrinfo failed" }, .unless = { "temporary" } },
			       REPLY("11001", "11001"),
			       { .words = { "php_network_getaddresses" },
				.unless = { "temporary" } },
			       { .words = { "host or domain name not found" },
				.unless = { "try again", "no data record", "has no" } },
			       { .words = { "name service error", "host not found" },
				.unless = { "try again" } }, SAYS("name server", "host not found"),
			       { .words = { "nxdomain" }, .unless = { "helo", "tlsa" } },
			       SAYS("curl: (6)"), SAYS("unrouteable address"),
			       { .words = { "failed to lookup address information" },
				.unless = { "temporary", "no address" } }, SAYS("errno -2"),
			       SAYS("errno 8] nodename"), SAYS("errno 11003"),
			       SAYS("cannot locate host"), SAYS("0x800ccc0d"),
			       SAYS("host unknown"), SAYS("couldn't find any host named"),
			       SAYS("getaddrinfo", "(-2)"),
			       { .words = { "domain name not found" },
				.unless = { "helo", "sender" } },
			       SAYS("outgoing server (smtp)", "is unknown")),
		.target = name_not_found,
	},
	{
		.code = "DNS_NO_ADDRESS", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The name %T has no address",
		.means = "The name exists in the DNS, but there is no address that a client could "
			 "connect to.",
		.remedy = "Use the name of the mail server itself; or its owner adds an A or AAAA "
			  "record, or for a mail domain an MX record.",
		.references = { "RFC 2308 2.2", "RFC 5321 5.1" },
		.texts = TEXTS({ .words = { "no address associated with hostname" },
				.unless = { "unable to resolve" } },
			       SAYS("no data record of requested type"),
			       SAYS("host found but no data"), SAYS("enodata"),
			       REPLY("11004", "11004"), SAYS("requested name is valid"),
			       SAYS("no valid name and no data"), SAYS("domain", "has no mx"),
			       SAYS("lookup of", "noerror"), SAYS("errno -5")),
		.target = no_address,
	},
	{
		.code = "DNS_SERVFAIL", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The resolver could not look up %T (SERVFAIL)",
		.means = "The resolver answered that it failed: it cannot reach the name servers of "
			 "the domain, or their DNSSEC signatures are broken. Whether the name exists "
			 "is not known.",
		.remedy = "Try again in some minutes, then with another resolver (--resolver). If "
			  "all fail, the owner of the domain must repair its name servers or DNSSEC.",
		.references = { "RFC 1035 4.1.1", "RFC 4035 5.5" },
		.texts = TEXTS(SAYS("temporary failure in mx lookup"), { .words = { "servfail" }, .unless = { "tlsa" } },
			       SAYS("eservfail"), SAYS("name service error", "try again"),
			       SAYS("host not found, try again"),
			       SAYS("nonauthoritative host not found"),
			       SAYS("host lookup did not complete"), SAYS("host lookup deferred"),
			       SAYS("host name lookup failure"),
			       SAYS("cname lookup failed temporarily"),
			       SAYS("dns lookup failure", "temporary"), SAYS("dns query failed"),
			       SAYS("lowest numbered mx", "defer"), SAYS("server misbehaving")),
		.target = servfail,
	},
	{
		.code = "DNS_REFUSED", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The resolver refused to look up %T",
		.means = "The resolver answers, but not to this machine: it is not meant to serve "
			 "it, or a policy forbids the question. It says nothing about the name.",
		.remedy = "Use the resolver of your own network, or name one with --resolver.",
		.references = { "RFC 1035 4.1.1" },
		.texts = TEXTS(SAYS("erefused", "query"), SAYS("query refused", "dns")),
		.target = refused,
	},
	{
		.code = "DNS_RESOLVER_SILENT", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "No resolver answered the questions about %T",
		.means = "The DNS servers that this machine is set to use could not be reached or "
			 "did not answer in time. It says nothing about the name.",
		.remedy = "Check this machine's network and its resolver settings, or name a "
			  "resolver that works with --resolver.",
		.references = { "RFC 1035 4.2.1" },
		.texts = TEXTS(SAYS("temporary failure in name resolution"),
			       SAYS("temporary failure", "getaddrinfo"),
			       SAYS("temporary failure", "name resolution"), SAYS("eai_again"),
			       REPLY("11002", "11002"), SAYS("errno -3"),
			       SAYS("no such host is known", "authoritative"),
			       SAYS("could not contact dns servers"),
			       { .words = { "dns", "timed out" }, .unless = { "tls" } },
			       SAYS("dns lookup", "timeout"), SAYS("lookup", "i/o timeout", ":53"),
			       SAYS("lookup", "connection refused", ":53"),
			       SAYS("econnrefused", ":53"), SAYS("etimeout", "query"),
			       SAYS("esmtp_dns"), SAYS("code: 'edns'"), SAYS("\"code\":\"edns\""),
			       SAYS("code: 'edns'"), SAYS("try again later", "name resolution"),
			       SAYS("temporary error during hostname resolution")),
		.target = resolver_silent,
	},
	{
		.code = "DNS_BAD_ANSWER", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "The resolver's answer about %T cannot be used",
		.means = "The resolver answered with an unusual error, or with a message that breaks "
			 "the rules of DNS. It says nothing about the name.",
		.remedy = "Try another resolver (--resolver); a firewall or router that handles DNS "
			  "may be at fault.",
		.references = { "RFC 1035 4.1" },
		.texts = TEXTS(SAYS("malformed or unexpected name server reply"),
			       SAYS("malformed", "dns"), SAYS("ebadresp")),
		.target = bad_answer,
	},
	{
		.code = "DNS_QUERY_FAILED", .stage = STAGE_DNS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "Some DNS questions about %T got no usable answer",
		.means = "Other questions were answered, so the probe went on, but what these would "
			 "have said is not known. Some mail servers wait and retry in such a case.",
		.remedy = "Try again; if it stays, the name servers of the domain answer some types "
			  "of questions wrongly and their owner must repair them.",
		.references = { "RFC 4074" },
		.texts = TEXTS(SAYS("tlsa lookup error"), SAYS("tlsa", "servfail"),
			       SAYS("tlsa", "lookup", "fail"), SAYS("dane", "lookup", "fail")),
		.target = some_query_failed,
	},
	{
		.code = "DNS_NULL_MX", .stage = STAGE_DNS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "%T says that it takes no mail (null MX)",
		.means = "The owner of the domain declares that it has no mail server. This is "
			 "deliberate and no fault; there is nothing to probe.",
		.remedy = "Do not send mail there. To probe a server of that name all the same, use "
			  "--host.",
		.references = { "RFC 7505" },
		.texts = TEXTS(DECIDES("nullmx"), DECIDES("null mx"), SAYS("5.1.10", "null mx"),
			       { .reply = "556", .status = "5.1.10" },
			       SAYS("does not accept email", "domain")),
		.target = null_mx,
	},
	{
		.code = "DNS_IMPLICIT_MX", .stage = STAGE_DNS,
		.severity = SEVERITY_NOTE, .confidence = CONFIDENCE_CERTAIN,
		.summary = "%T has no MX record, so mail goes to its own address",
		.means = "Mail servers then use the address of the domain itself. That is allowed, "
			 "but easily missed when the address is changed.",
		.remedy = "Nothing needs to be done. An explicit MX record makes the intention plain.",
		.references = { "RFC 5321 5.1" },
		.target = implicit_mx,
	},
	{
		.code = "DNS_MX_IS_CNAME", .stage = STAGE_DNS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_CERTAIN,
		.summary = "An MX of %T names an alias (CNAME)",
		.means = "An MX must name a host with addresses of its own. Most servers follow the "
			 "alias, some do not, and certificates are checked for the name in the MX.",
		.remedy = "The owner of the domain lets the MX name the real host.",
		.references = { "RFC 2181 10.3", "RFC 5321 5.1" },
		.target = mx_is_cname,
	},
	{
		.code = "DNS_MX_IS_ADDRESS", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "An MX of %T names an address instead of a host",
		.means = "An MX must name a host. Mail servers treat the digits as a name that does "
			 "not exist and do not deliver there.",
		.remedy = "The owner of the domain gives the server a name with an A or AAAA record "
			  "and puts that name into the MX.",
		.references = { "RFC 5321 5.1", "RFC 1035 3.3.9" },
		.texts = TEXTS(
			{ .words = { "numeric domain name" } },
			{ .words = { "mx", "points to an ip address" } }),
		.target = mx_is_address,
	},
	{
		.code = "DNS_MX_BAD_NAME", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "An MX of %T does not name a host",
		.means = "What the MX holds is not a host name, so no mail can be delivered there.",
		.remedy = "The owner of the domain corrects the MX record.",
		.references = { "RFC 5321 2.3.5" },
		.texts = TEXTS(
			{ .words = { "invalid mx record" } },
			{ .words = { "malformed mx" } }),
		.target = mx_bad_name,
	},
	{
		.code = "DNS_MX_PRIVATE_ADDRESS", .stage = STAGE_DNS,
		.severity = SEVERITY_WARNING, .confidence = CONFIDENCE_HIGH,
		.summary = "An MX of %T leads to a private address",
		.means = "The address belongs to an inner network or to the asking machine itself "
			 "(127.0.0.1), so nobody outside can deliver there; a server may also find "
			 "that the mail \"loops back to myself\". Nothing answered at it from "
			 "here.",
		.remedy = "The owner of the domain gives the MX host its public address in the "
			  "public DNS, and keeps the inner one for the inner DNS.",
		.others = "The resolver that was asked may be an inner one that shows other "
			  "addresses than the world sees (split DNS): ask a public one with "
			  "--resolver.",
		.references = { "RFC 5321 5.1", "RFC 1918 3", "RFC 6761 6.3" },
		.target = mx_is_private,
	},
	{
		.code = "DNS_MX_HOST_NOT_FOUND", .stage = STAGE_DNS,
		.severity = SEVERITY_PROBLEM, .confidence = CONFIDENCE_CERTAIN,
		.summary = "An MX of %T names a host without an address",
		.means = "Mail servers cannot reach that host. They try the others, if there are "
			 "any; if not, mail waits and then comes back.",
		.remedy = "The owner of the domain adds the missing A or AAAA record or takes the MX "
			  "out.",
		.references = { "RFC 5321 5.1" },
		.texts = TEXTS(SAYS("mx points to non-existent"),
			       DECIDES("mx records point to non-existent"),
			       SAYS("mx", "point", "nonexistent")),
		.target = mx_host_not_found,
	},
	{ .code = NULL },
};
