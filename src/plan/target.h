/* SPDX-License-Identifier: MIT
 *
 * What the user wants probed, parsed from one word and nothing else: no network, no files.
 *
 *   example.com            a domain if it has an MX, else a host      TARGET_AUTO
 *   user@example.com       the domain of the mailbox                  TARGET_DOMAIN
 *   192.0.2.1, 2001:db8::1, [2001:db8::1], [192.0.2.1]                TARGET_ADDRESS
 *   NAME:PORT, ADDR:PORT, [V6]:PORT                only that port; a name with a port is a host
 *   smtp://HOST[:PORT]        host; port 25 unless given
 *   smtps://HOST[:PORT]       host; port 465 unless given
 *   submission://HOST[:PORT]  host; port 587 unless given
 *
 * Names may be internationalised (IDNA2008, non-transitional); one trailing dot is dropped. */
#ifndef PLAN_TARGET_H
#define PLAN_TARGET_H

#include <stdbool.h>

#include "base/err.h"
#include "record/observation.h"

/* When to find out how far on the path SYNs get: where it can tell something, or not. */
enum trace_when { TRACE_AUTO, TRACE_ALWAYS, TRACE_NEVER };

struct target {
	char *input;              /* as written */
	enum target_kind kind;    /* AUTO: the MX question decides */
	char *name;               /* A-labels, lower case; or the address in canonical text */
	char *unicode;            /* as written, if IDNA changed it; else NULL */
	unsigned port;            /* 0: the default ports, or those of --port */
};

/* force: TARGET_AUTO, or TARGET_HOST / TARGET_DOMAIN for --host / --domain. False: e->msg names
 * the offending text and what would be right; *t is empty then. */
bool target_parse(struct target *t, const char *text, enum target_kind force, struct err *e);
void target_clear(struct target *t);

/* A comma-separated list of ports, at most LIMIT_PORTS; each once, in the order given. */
bool ports_parse(unsigned *ports, size_t *count, const char *text, struct err *e);

/* Text of the user's as it stands in such a sentence: printable, and cut where it is long.
 * Returns q->text. */
struct target_quote {
	char text[128];
};
const char *target_quote(struct target_quote *q, const char *text);

/* relay: 25. submission: 465, 587 and their usual stand-ins 2465, 2525, 2587. Else other. */
enum role role_of_port(unsigned port);

/* Do clients begin with a ClientHello at that port number (465, 2465)? Only decides which is
 * tried at once; the mode is found from the first bytes. */
bool port_is_tls_first(unsigned port);

#endif
