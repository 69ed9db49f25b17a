/* SPDX-License-Identifier: MIT
 *
 * For the files of this folder: the table of changes, and how one is told. */
#ifndef BASELINE_CHANGES_H
#define BASELINE_CHANGES_H

#include "baseline/baseline.h"

enum change {
	/* of the target and its mail hosts */
	CHANGE_NULL_MX_CAME, CHANGE_NULL_MX_GONE, CHANGE_IMPLICIT_MX_CAME, CHANGE_IMPLICIT_MX_GONE,
	CHANGE_NO_MAIL_HOST, CHANGE_MX_ADDED, CHANGE_MX_REMOVED, CHANGE_MX_ORDER, CHANGE_ADDRESS_ADDED,
	CHANGE_ADDRESS_REMOVED, CHANGE_ADDRESS_MOVED, CHANGE_IPV4_GONE, CHANGE_IPV6_GONE,
	CHANGE_NO_ADDRESS,
	/* of a port */
	CHANGE_PORT_CLOSED, CHANGE_PORT_OPENED, CHANGE_IMPLICIT_TLS_GONE, CHANGE_MODE,
	CHANGE_TURNED_AWAY, CHANGE_WELCOME, CHANGE_GREETING_NAME, CHANGE_EHLO_FAILS, CHANGE_EHLO_WORKS,
	/* of TLS */
	CHANGE_STARTTLS_GONE, CHANGE_STARTTLS_CAME, CHANGE_TLS_FAILS, CHANGE_TLS_WORKS,
	CHANGE_TLS_LOWERED, CHANGE_TLS_RAISED, CHANGE_TLS_WEAKER, CHANGE_CERT_NOT_VALID,
	CHANGE_CERT_VALID, CHANGE_ISSUER, CHANGE_CERT_RENEWED, CHANGE_CERT_SHORTER, CHANGE_CERT_NAME_DROPPED,
	CHANGE_CERT_KEY,
	/* of what EHLO lists, and of what is demanded */
	CHANGE_AUTH_DROPPED, CHANGE_AUTH_ADDED, CHANGE_AUTH_IN_THE_CLEAR, CHANGE_CAPABILITY_DROPPED,
	CHANGE_CAPABILITY_ADDED, CHANGE_SIZE_LOWERED, CHANGE_SIZE_RAISED, CHANGE_TLS_NOT_DEMANDED,
	CHANGE_COUNT
};

/* Adds the change. A code stands once at a place: what else is told of both, such as a second
 * keyword, or the same of another address of the host, joins its `before` and `after`. NULL: nothing
 * before or after. */
void change_add(struct baseline_changes *c, enum change what, const char *where, const char *before,
		const char *after);

/* The same with another severity than the table's; the worst of a place counts. */
void change_add_as(struct baseline_changes *c, enum change what, enum severity severity,
		   const char *where, const char *before, const char *after);

/* Adds, once, that a place could not be compared; and whether it is the baseline that lacks it. */
enum run { RUN_BASELINE, RUN_NOW };
void change_unseen(struct baseline_changes *c, const char *where, enum run run, const char *why);

/* Equal, or both not there. */
bool change_same(const char *a, const char *b);

/* What the files of this folder compare. */
struct pair {
	const struct observation *was_in, *is_in;
	const struct obs_endpoint *was, *is;
	const char *where;       /* "mx1.example.com:25" */
};

/* baseline_hosts.c */
void baseline_compare_hosts(struct baseline_changes *c, const struct observation *was,
			    const struct observation *is);
/* The record of the same name; of several the one in the same place. NULL: none. */
const struct obs_mail_host *baseline_find_host(const struct observation *o, const char *name,
					       size_t place);

/* baseline_endpoint.c: the port, and the dialogue on it. */
void baseline_compare_endpoint(struct baseline_changes *c, const struct pair *p);

/* baseline_tls.c: TLS that was agreed on in both. True: it is up in both. */
bool baseline_compare_tls(struct baseline_changes *c, const struct pair *p);

/* baseline_ehlo.c: what EHLO lists in the same dialogue of both; and what is said to those who use
 * no TLS. */
void baseline_compare_ehlo(struct baseline_changes *c, const struct pair *p,
			   const struct obs_ehlo *was, const struct obs_ehlo *is);
void baseline_compare_the_clear(struct baseline_changes *c, const struct pair *p);

#endif
