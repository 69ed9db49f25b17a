/* SPDX-License-Identifier: MIT
 *
 * Judges a chain after the handshake, each fault on its own, so that none hides another.
 * Internal to the TLS files. */
#ifndef NET_TLS_VERIFY_H
#define NET_TLS_VERIFY_H

#include <stdint.h>

#include "net/tls_internal.h"
#include "record/observation.h"

enum { TLS_DIGEST_SIZE = 32 };

/* SHA-256 over all that was sent. False: there is none. */
bool tls_sent_digest(const struct tls_sent *sent, unsigned char *digest);

/* The faults (enum cert_fault) of what was sent, at `now`, but for the name. crt: the same
 * certificates as sent->der, decoded; NULL where one could not be. The part that does not depend
 * on the time is remembered in the context by a digest of what was sent. */
unsigned tls_verify_chain(struct tls_context *c, const struct tls_sent *sent,
			  const gnutls_x509_crt_t *crt, int64_t now);

/* CERT_NAME_MISMATCH, CERT_NO_SAN or neither. name: a DNS name, or an address in text. */
unsigned tls_verify_name(gnutls_x509_crt_t leaf, const char *name);

void tls_verdicts_free(struct tls_verdicts *v);

#endif
