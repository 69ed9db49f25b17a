/* SPDX-License-Identifier: MIT
 *
 * What many targets come to, counted one after the other: nothing of a record is kept. Memory is
 * bounded by how many distinct hosts and endpoints are told apart, not by the number of targets.
 *
 * A target is what the user named; an endpoint is a host, address and port. Many domains share
 * their mail hosts, so an endpoint counts once, as it was first seen, through however many targets. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "base/key_set.h"
#include "base/name_index.h"
#include "report/report.h"

enum { SUMMARY_TOP_HOSTS = 10 };

/* How a name was resolved: each that is asked of DNS is one of these. */
enum summary_name {
	SUMMARY_MX,              /* MX hosts, at least one with an address */
	SUMMARY_NO_MX,           /* no MX record, but an address of its own */
	SUMMARY_HOST,            /* named as a host, so its MX does not matter */
	SUMMARY_NULL_MX,
	SUMMARY_NXDOMAIN,
	SUMMARY_DEAD_MX,         /* MX hosts, none with an address */
	SUMMARY_NO_ADDRESS,      /* neither MX nor address */
	SUMMARY_NO_ANSWER,       /* SERVFAIL, REFUSED, silence: it is not known */
	SUMMARY_NAME_CUT_SHORT,
	SUMMARY_NAMES,
	SUMMARY_NO_NAME = SUMMARY_NAMES    /* an address was given */
};
extern const struct words summary_name_words;

/* What is counted of a port: of endpoints that have it, and of targets that have such endpoints. */
enum summary_fact {
	SUMMARY_PROBED,
	/* How the connect ended, one of these. */
	SUMMARY_CONNECTED, SUMMARY_SILENT, SUMMARY_REFUSED, SUMMARY_UNREACHED, SUMMARY_STOPPED_HERE,
	SUMMARY_CUT_SHORT,
	SUMMARY_WORKS,           /* a good EHLO reply in a mode that can be used (advice.h) */
	/* A good EHLO reply in the clear, and what it says of STARTTLS. */
	SUMMARY_EHLO, SUMMARY_OFFERED, SUMMARY_STARTTLS, SUMMARY_NOT_OFFERED,
	/* TLS, by STARTTLS or from the first byte, and what of it came up. */
	SUMMARY_TLS_FAILED, SUMMARY_TLS, SUMMARY_TLS13, SUMMARY_TLS12, SUMMARY_TLS11, SUMMARY_TLS10,
	SUMMARY_TLS_OTHER,
	SUMMARY_VERIFIED, SUMMARY_NAMELESS, SUMMARY_NOT_VERIFIED,    /* the certificate */
	SUMMARY_FACTS
};
extern const struct words summary_fact_words;

struct summary_port {
	unsigned port;
	size_t endpoints[SUMMARY_FACTS];
	/* Targets where it holds of an endpoint at least; NOT_OFFERED: and none offers it. */
	size_t targets[SUMMARY_FACTS];
};

/* A finding, or a change since the baseline. */
struct summary_code {
	const char *code;
	size_t targets, by_severity[SEVERITY_COUNT];    /* of a target the gravest */
	size_t last;             /* the target that was counted last */
};

struct summary_claim {           /* of --expect */
	char *text;
	size_t by_state[EXPECT_STATE_COUNT];            /* targets */
	size_t last;
};

struct summary_host {
	const char *name;        /* from summary_sort() on */
	size_t targets, last;
};

struct summary {
	size_t done, cut_short, no_route;      /* targets; no_route: endpoints were left out, as this
						* machine lacks the address family */
	size_t by_weight[REPORT_WEIGHT_COUNT];
	int64_t first_us, last_us;             /* when the first and the last target were begun */
	size_t names[SUMMARY_NAMES];

	struct summary_port *ports;
	size_t port_count;
	size_t ports_beyond;                   /* endpoints of a port beyond LIMIT_PORTS, as often as seen */

	struct hash_key key;
	struct buf scratch;
	struct key_set endpoints;
	size_t endpoints_seen;                 /* as often as they were */
	size_t endpoints_beyond;               /* not counted as the set is full, as often as seen */

	size_t with_mx;                        /* targets that MX records name hosts for */
	struct name_index host_names;
	struct summary_host *hosts;            /* by the numbers of the names, until they are sorted */
	size_t host_count;
	size_t hosts_beyond;                   /* not counted as the index is full, as often as named */

	struct summary_code *findings, *changes;
	size_t finding_count, change_count;
	size_t compared, not_in_baseline;      /* targets, with --baseline */

	struct summary_claim *claims;
	size_t claim_count;
	size_t expected[EXPECT_STATE_COUNT];   /* targets, by the gravest of theirs */
};

/* At most so many hosts and endpoints are told apart; the key is for the hashes. */
struct summary *summary_new(size_t hosts, size_t endpoints, const struct hash_key *key);
void summary_free(struct summary *s);

void summary_add(struct summary *s, const struct report_target *t);

/* Puts all lists in order: ports by number, the others most frequent first. Nothing is added after it. */
void summary_sort(struct summary *s);

size_t summary_names_asked(const struct summary *s);
enum severity summary_gravest(const struct summary_code *c);

/* What the formats begin with: no limits but those of base/limits.h. */
struct summary *summary_begin(void);

#endif
