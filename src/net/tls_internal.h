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
#include <uv.h>

struct tls_verdicts;
struct tls_chains;

struct tls_context {
	gnutls_priority_t priority;
	gnutls_certificate_credentials_t credentials; /* ours: none, we show no certificate */
	gnutls_x509_trust_list_t trust;		      /* after tls_context_need_trust(); 4 MB */
	enum { TRUST_NONE, TRUST_LOADING, TRUST_LOADED } trust_state;
	uv_thread_t loader;			      /* while TRUST_LOADING */
	size_t trust_count;
	struct tls_chains *chains;     /* decoded ones; NULL: none yet */
	unsigned init_flags;           /* of gnutls_init(), besides those of every session */
	struct tls_verdicts *verdicts; /* of chains already seen; NULL: none yet */
};

/* Returns when the store is loaded; waits for the loader where it is still at work. */
void tls_context_need_trust(struct tls_context *c);

/* A chain as it was sent: `count` certificates in DER, leaf first, and the stapled OCSP
 * response (size 0: none). All borrowed. */
struct tls_sent {
	const gnutls_datum_t *der;
	size_t count;
	gnutls_datum_t staple;
};

#endif
