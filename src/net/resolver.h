/* SPDX-License-Identifier: MIT
 *
 * Asks DNS questions on the event loop through c-ares (transport only: the messages are our
 * own, dns/dns_message.h). Keeps NXDOMAIN, NODATA, SERVFAIL, REFUSED, TIMEOUT apart per
 * question. At most some hundred questions are in flight; more wait their turn (net/resolver_pace.h). */
#ifndef NET_RESOLVER_H
#define NET_RESOLVER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "dns/dns_message.h"
#include "record/observation.h"

struct resolver;

/* servers: "ADDR", "ADDR:PORT", "[V6]:PORT", comma separated; NULL: the system's. timeout_us:
 * the whole time one question may take, all retries included. NULL and e->msg where c-ares
 * cannot be initialised or the servers cannot be understood. */
struct resolver *resolver_new(uv_loop_t *loop, const char *servers, int64_t timeout_us, struct err *e);

/* It asks for a list of targets, as one of so many jobs of this process: what is not answered is asked
 * again, several times where much is lost, so that a question may take some times timeout_us. */
void resolver_of_list(struct resolver *r, unsigned jobs);

/* Ends everything under way (callbacks run with DNS_CUT_SHORT) and closes the handles; the
 * memory goes once the loop has run its close callbacks. */
void resolver_free(struct resolver *r);

/* Called once per question, never from within resolver_ask(). *q is filled (name, type, rcode,
 * authenticated, us, cname, answers) and becomes the callee's; *answer holds the decoded
 * records and lives until the callback returns. */
typedef void resolver_fn(void *arg, struct obs_query *q, const struct dns_answer *answer);

/* name: A-labels, no trailing dot needed. Not sent where the name cannot be encoded: rcode
 * DNS_MALFORMED then. */
void resolver_ask(struct resolver *r, const char *name, uint16_t type, resolver_fn *fn, void *arg);

/* All questions of that arg end now with DNS_CUT_SHORT. */
void resolver_cancel(struct resolver *r, void *arg);

/* Do more questions wait for their turn than may be asked at once? Then no more targets should be begun. */
bool resolver_crowded(const struct resolver *r);

/* The addresses of a name in the hosts file (and localhost, RFC 6761 6.3): appended to *to.
 * False: not there. The file is read once, at the first call. */
bool resolver_hosts_file(struct resolver *r, const char *name, struct strlist *to);

/* "127.0.0.1:53", ...: the servers that are asked. */
void resolver_servers(const struct resolver *r, struct strlist *to);

const char *resolver_library_version(void);

#endif
