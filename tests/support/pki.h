/* SPDX-License-Identifier: MIT
 *
 * Certificates and stapled OCSP responses for unit tests, made in memory with dates of the
 * test's choice, so that nothing expires. A failure to make one ends the program. */
#ifndef PKI_H
#define PKI_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdint.h>

#define PKI_NOW	  INT64_C(1700000000) /* 2023-11-14T22:13:20Z: the tests' "now" */
#define PKI_FROM  (PKI_NOW - INT64_C(86400) * 100)
#define PKI_UNTIL (PKI_NOW + INT64_C(86400) * 100)

struct pki {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	gnutls_datum_t der;
};

struct pki_wish {
	const char *cn;		     /* NULL: an empty subject */
	const char *sans;	     /* "DNS:a.test IP:192.0.2.1 EMAIL:x@y URI:z"; NULL: none */
	const char *purpose;	     /* an OID; NULL: no such extension */
	const char *fetch_issuer_at; /* caIssuers; NULL: none */
	int64_t from, until;	     /* 0: PKI_FROM, PKI_UNTIL */
	gnutls_pk_algorithm_t pk;    /* 0: ECDSA P-256 */
	unsigned bits;
	gnutls_digest_algorithm_t digest; /* 0: SHA-256 */
	bool ca;
};

/* issuer NULL: signs itself. */
void pki_make(struct pki *p, const struct pki_wish *w, const struct pki *issuer);
void pki_clear(struct pki *p);

enum pki_status { PKI_GOOD, PKI_REVOKED, PKI_UNKNOWN };

/* An OCSP response (RFC 6960 4.2.1) about `about`, in the name of `issuer`, signed with the key of
 * `signer`. The caller frees ->data with free(). */
gnutls_datum_t pki_staple(const struct pki *about, const struct pki *issuer,
			  const struct pki *signer, enum pki_status status, int64_t from,
			  int64_t until);

#endif
