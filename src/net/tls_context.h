/* SPDX-License-Identifier: MIT
 *
 * What all TLS sessions of a process share: priority, credentials with the trust store, and
 * the verdicts on chains already seen. One per process; never changed once sessions run,
 * except that the store is loaded late (it costs 7 ms, which the network's first answer hides). */
#ifndef NET_TLS_CONTEXT_H
#define NET_TLS_CONTEXT_H

#include <stdbool.h>

#include "base/err.h"

struct tls_context;

/* ca_file NULL: the system's store. A CA file is read at once, so that a bad one is told before
 * anything is sent (NULL, e->msg); the system's store by tls_context_load_trust(). */
struct tls_context *tls_context_new(const char *ca_file, struct err *e);
void tls_context_free(struct tls_context *c);

/* Begins to load the system's store, on a thread of its own, unless it is loaded. Called when
 * the first packets are out; the first chain that is verified waits for it. */
void tls_context_load_trust(struct tls_context *c);

/* Of many servers nearly all take X25519: to send a share for it alone saves a tenth of a handshake, and
 * costs those few that do not a round trip more (RFC 8446 4.1.4). */
void tls_context_one_key_share(struct tls_context *c);

/* "3.7.9": the version of the library that runs. */
const char *tls_context_library_version(void);

#endif
