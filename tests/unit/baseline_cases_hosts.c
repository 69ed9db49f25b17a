/* SPDX-License-Identifier: MIT
 *
 * Changes of mail hosts and addresses, and which endpoint is compared with which. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "baseline_cases.h"
#include "obs_build.h"

enum { MS = 1000 };

#define MX1 "mx1.example.com"
#define MX2 "mx2.example.com"

static struct obs_query *query(struct observation *o, const char *name, const char *type)
{
	for (size_t i = 0; i < o->dns.query_count; i++)
		if (strcmp(o->dns.queries[i].name, name) == 0 && strcmp(o->dns.queries[i].type, type) == 0)
			return &o->dns.queries[i];
	return build_query(o, name, type, DNS_NODATA, NULL);
}

static void rename_second(struct observation *o)
{
	build_set(&o->dns.hosts[1].name, "mx9.example.com");
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (strcmp(o->endpoints[i].host, MX2) == 0)
			build_set(&o->endpoints[i].host, "mx9.example.com");
}

/* The hosts stand by preference. */
static void swap_hosts(struct observation *o)
{
	struct obs_mail_host first = o->dns.hosts[0];

	o->dns.hosts[0] = o->dns.hosts[1];
	o->dns.hosts[1] = first;
}

static void other_order(struct observation *o)
{
	swap_hosts(o);
	o->dns.hosts[0].preference = 10;
	o->dns.hosts[1].preference = 20;
}

static void equal_preference(struct observation *o)
{
	o->dns.hosts[1].preference = 10;
}

static void other_numbers(struct observation *o)
{
	o->dns.hosts[0].preference = 5;
	o->dns.hosts[1].preference = 7;
}

static void equal_and_swapped(struct observation *o)
{
	equal_preference(o);
	swap_hosts(o);
}

static void no_hosts(struct observation *o)
{
	struct obs_dns hosts = { .hosts = o->dns.hosts, .host_count = o->dns.host_count };
	struct observation gone = { .dns = hosts, .endpoints = o->endpoints,
				    .endpoint_count = o->endpoint_count };

	o->dns.hosts = NULL;
	o->dns.host_count = 0;
	o->endpoints = NULL;
	o->endpoint_count = 0;
	observation_clear(&gone);
}

static void null_mx(struct observation *o)
{
	no_hosts(o);
	o->dns.null_mx = true;
}

static void name_gone(struct observation *o)
{
	no_hosts(o);
	query(o, "example.com", "MX")->rcode = DNS_NXDOMAIN;
}

static void implicit_mx(struct observation *o)
{
	no_hosts(o);
	query(o, "example.com", "MX")->rcode = DNS_NODATA;
	o->dns.implicit_mx = true;
	build_query(o, "example.com", "A", DNS_NOERROR, "192.0.2.80");
	build_host(o, "example.com", "192.0.2.80", MAIL_HOST_IMPLICIT);
	build_starttls(build_endpoint(o, "example.com", "192.0.2.80", 25));
}

static void taken_for_a_host(struct observation *o)
{
	implicit_mx(o);
	o->dns.implicit_mx = false;
	o->dns.hosts[0].source = MAIL_HOST_TARGET;
}

static void mx_not_answered(struct observation *o)
{
	no_hosts(o);
	query(o, "example.com", "MX")->rcode = DNS_SERVFAIL;
}

static void mx_cut_short(struct observation *o)
{
	no_hosts(o);
	o->cut_short = true;
	query(o, "example.com", "MX")->rcode = DNS_CUT_SHORT;
}

static void add_address(struct observation *o, const char *address)
{
	query(o, MX1, strchr(address, ':') != NULL ? "AAAA" : "A")->rcode = DNS_NOERROR;
	strlist_add(&o->dns.hosts[0].addresses, address);
	build_starttls(build_endpoint(o, MX1, address, 25));
}

static void second_address(struct observation *o)
{
	add_address(o, "192.0.2.12");
}

static void two_addresses(struct observation *o)
{
	build_healthy_domain(o);
	second_address(o);
}

static void round_robin(struct observation *o)
{
	struct strlist *l = &o->dns.hosts[0].addresses;
	struct obs_endpoint last = o->endpoints[o->endpoint_count - 1];
	char *first = l->item[0];

	l->item[0] = l->item[1];
	l->item[1] = first;
	o->endpoints[o->endpoint_count - 1] = o->endpoints[0];
	o->endpoints[0] = last;
}

/* Nothing answers at the new address: it is new, and nothing has been closed. */
static void silent_address_first(struct observation *o)
{
	struct obs_endpoint last;

	second_address(o);
	build_connect(&o->endpoints[o->endpoint_count - 1], OUT_TIMEOUT, NULL, 5000 * MS);
	last = o->endpoints[o->endpoint_count - 1];
	memmove(&o->endpoints[1], &o->endpoints[0], (o->endpoint_count - 1) * sizeof last);
	o->endpoints[0] = last;
}

static void moved(struct observation *o)
{
	build_set(&o->dns.hosts[0].addresses.item[0], "192.0.2.99");
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (strcmp(o->endpoints[i].host, MX1) == 0)
			build_set(&o->endpoints[i].address, "192.0.2.99");
}

static void moved_and_closed(struct observation *o)
{
	moved(o);
	build_connect(build_at(o, 25), OUT_REFUSED, "ECONNREFUSED", MS);
}

static void both_closed(struct observation *o)
{
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (o->endpoints[i].port == 25 && strcmp(o->endpoints[i].host, MX1) == 0)
			build_connect(&o->endpoints[i], OUT_REFUSED, "ECONNREFUSED", MS);
}

static void no_address(struct observation *o)
{
	query(o, MX1, "A")->rcode = DNS_NODATA;
	query(o, MX1, "AAAA")->rcode = DNS_NODATA;
	strlist_clear(&o->dns.hosts[0].addresses);
	o->dns.hosts[0].problem = HOST_NODATA;
	for (size_t i = 0; i < o->endpoint_count; i++)
		if (strcmp(o->endpoints[i].host, MX1) == 0)
			build_set(&o->endpoints[i].host, "gone.example.com");
}

static void address_not_answered(struct observation *o)
{
	no_address(o);
	query(o, MX1, "A")->rcode = DNS_TIMEOUT;
	o->dns.hosts[0].problem = HOST_TIMEOUT;
}

static void both_families(struct observation *o)
{
	build_healthy_domain(o);
	add_address(o, "2001:db8::10");
}

static void drop_ipv6(struct observation *o, enum dns_rcode rcode)
{
	struct strlist *l = &o->dns.hosts[0].addresses;

	query(o, MX1, "AAAA")->rcode = rcode;
	free(l->item[--l->count]);
	obs_endpoint_clear(&o->endpoints[--o->endpoint_count]);
}

static void ipv6_gone(struct observation *o)
{
	drop_ipv6(o, DNS_NODATA);
}

static void ipv6_not_answered(struct observation *o)
{
	drop_ipv6(o, DNS_SERVFAIL);
}

static void ipv6_not_asked(struct observation *o)
{
	drop_ipv6(o, DNS_NOT_ASKED);
}

static void by_hosts_file(struct observation *o)
{
	moved(o);
	o->dns.hosts[0].from_hosts_file = true;
}

static void fewer_ports(struct observation *o)
{
	obs_endpoint_clear(&o->endpoints[--o->endpoint_count]);
}

#define DOMAIN build_healthy_domain

const struct baseline_case baseline_cases_hosts[] = {
	{ "a domain has not changed", DOMAIN, NULL, NULL, "", NULL },
	{ "a mail host gave way to another", DOMAIN, NULL, rename_second,
	  "MX_REMOVED warning example.com\nMX_ADDED warning example.com\n", NULL },
	{ "another mail host is preferred", DOMAIN, NULL, other_order, "MX_ORDER_CHANGED note example.com\n", NULL },
	{ "two mail hosts are preferred alike now", DOMAIN, NULL, equal_preference,
	  "MX_ORDER_CHANGED note example.com\n", NULL },
	{ "two mail hosts are not preferred alike any more", DOMAIN, equal_preference, NULL,
	  "MX_ORDER_CHANGED note example.com\n", NULL },
	{ "other numbers for the same preference are no change", DOMAIN, NULL, other_numbers, "", NULL },
	{ "the order of mail hosts that are preferred alike is no change", DOMAIN, equal_preference,
	  equal_and_swapped, "", NULL },
	{ "the domain takes no mail any more", DOMAIN, NULL, null_mx, "NULL_MX_CAME problem example.com\n", NULL },
	{ "the domain takes mail now", DOMAIN, null_mx, NULL, "NULL_MX_GONE note example.com\n", NULL },
	{ "the domain is gone", DOMAIN, NULL, name_gone, "NO_MAIL_HOST_LEFT problem example.com\n", NULL },
	{ "the MX is gone, so that the domain's own addresses take its mail", DOMAIN, NULL, implicit_mx,
	  "IMPLICIT_MX_CAME warning example.com\n", NULL },
	{ "the domain has an MX now", DOMAIN, implicit_mx, NULL, "IMPLICIT_MX_GONE warning example.com\n", NULL },
	{ "a name that was taken for a host shows no MX", DOMAIN, NULL, taken_for_a_host, "",
	  "example.com: it was taken for a host, so that its MX was not asked for\n" },
	{ "a resolver that fails says nothing of mail hosts", DOMAIN, NULL, mx_not_answered, "",
	  "example.com: the resolver did not answer the MX question\n" },
	{ "a resolver that failed then says nothing of mail hosts", DOMAIN, mx_not_answered, NULL, "",
	  "example.com: in the baseline, the resolver did not answer the MX question\n" },
	{ "a question that was cut short says nothing of mail hosts", DOMAIN, NULL, mx_cut_short, "",
	  "example.com: the MX question was cut short\n" },

	{ "an address was added", DOMAIN, NULL, second_address, "ADDRESS_ADDED note " MX1 "\n", NULL },
	{ "an address was removed", DOMAIN, second_address, NULL, "ADDRESS_REMOVED note " MX1 "\n", NULL },
	{ "the order of addresses is no change", two_addresses, NULL, round_robin, "", NULL },
	{ "an address where nothing answers is added, and no port closed", DOMAIN, NULL, silent_address_first,
	  "ADDRESS_ADDED note " MX1 "\n", NULL },
	{ "an address that moved is one change, with all that is behind it", DOMAIN, NULL, moved,
	  "ADDRESS_MOVED note " MX1 "\n", NULL },
	{ "what is behind an address that moved is compared", DOMAIN, NULL, moved_and_closed,
	  "PORT_CLOSED problem " MX1 ":25\nADDRESS_MOVED note " MX1 "\n", NULL },
	{ "the same of two addresses is told once", two_addresses, NULL, both_closed,
	  "PORT_CLOSED problem " MX1 ":25\n", NULL },
	{ "a host without any address", DOMAIN, NULL, no_address, "NO_ADDRESS_LEFT problem " MX1 "\n", NULL },
	{ "a resolver that fails says nothing of an address", DOMAIN, NULL, address_not_answered, "",
	  MX1 ": IPv4 address: the resolver did not answer for it\n" },
	{ "IPv6 is gone", both_families, NULL, ipv6_gone, "IPV6_GONE warning " MX1 "\n", NULL },
	{ "IPv6 came", both_families, ipv6_gone, NULL, "ADDRESS_ADDED note " MX1 "\n", NULL },
	{ "a resolver that fails for one family only says nothing of it", both_families, NULL,
	  ipv6_not_answered, "", MX1 ": IPv6 address: the resolver did not answer for it\n" },
	{ "a family that was not asked for is not gone", both_families, NULL, ipv6_not_asked, "",
	  MX1 ": IPv6 address: it was not asked for\n" },
	{ "what this machine's hosts file says is no change", DOMAIN, NULL, by_hosts_file, "",
	  MX1 ": its addresses are from the hosts file\n" },
	{ "a port that is not probed now is not closed", DOMAIN, NULL, fewer_ports, "",
	  MX2 ":587: it was not probed\n" },
	{ "a port that was not probed then is not opened", DOMAIN, fewer_ports, NULL, "",
	  MX2 ":587: in the baseline, it was not probed\n" },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};
