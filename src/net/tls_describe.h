/* SPDX-License-Identifier: MIT
 *
 * Puts what a TLS session shows into words. Internal to the TLS files. */
#ifndef NET_TLS_DESCRIBE_H
#define NET_TLS_DESCRIBE_H

#include "net/tls_internal.h"
#include "record/observation.h"

/* Version, cipher suite, group and signature, as far as the handshake came: call it once a
 * ServerHello was seen. The weaknesses only of a complete handshake. */
void tls_describe_session(gnutls_session_t session, bool complete, struct obs_tls *t);

/* The chain as it was sent: chain and ocsp. crt: as in tls_verify_chain(). */
void tls_describe_chain(const struct tls_sent *sent, const gnutls_x509_crt_t *crt,
			struct obs_tls *t);

/* RFC 8446 6: "handshake_failure"; "alert-201" for a number that has no name. Caller frees. */
char *tls_alert_name(unsigned alert);

#endif
