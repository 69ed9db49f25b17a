/* SPDX-License-Identifier: MIT
 *
 * Chains as they were sent, decoded and put into words once: large providers show the same one at every
 * host, and decoding costs a tenth of a handshake. Internal to the TLS files. */
#ifndef NET_TLS_CHAIN_H
#define NET_TLS_CHAIN_H

#include "base/limits.h"
#include "net/tls_internal.h"
#include "record/observation.h"

struct tls_chain {
	gnutls_x509_crt_t crt[LIMIT_CHAIN]; /* in the order sent; NULL: it cannot be decoded */
	size_t count;
	struct obs_tls words;               /* chain and ocsp, nothing else */
};

/* Lives in the context, until another chain takes its place. */
const struct tls_chain *tls_chain_of(struct tls_context *c, const struct tls_sent *sent);

void tls_chains_free(struct tls_chains *all);

#endif
