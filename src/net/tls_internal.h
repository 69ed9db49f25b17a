/* SPDX-License-Identifier: MIT
 *
 * What the files of TLS share among themselves: the inside of the context. No one else includes
 * it, and GnuTLS is known only here. */
#ifndef NET_TLS_INTERNAL_H
#define NET_TLS_INTERNAL_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>

struct tls_verdicts;

struct tls_context {
	gnutls_priority_t priority;
	gnutls_certificate_credentials_t credentials;  /* ours: none, we show no certificate */
	gnutls_x509_trust_list_t trust;                /* the only copy of the store: 4 MB */
	bool trust_loaded;
	size_t trust_count;
	struct tls_verdicts *verdicts;                 /* of chains already seen; NULL: none yet */
};

/* A chain as it was sent: `count` certificates in DER, leaf first, and the stapled OCSP
 * response (size 0: none). All borrowed. */
struct tls_sent {
	const gnutls_datum_t *der;
	size_t count;
	gnutls_datum_t staple;
};

#endif
