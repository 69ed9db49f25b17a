/* SPDX-License-Identifier: MIT
 *
 * GnuTLS makes the certificates. It reads OCSP responses but makes none, so these are written in
 * DER by hand. */
#include "pki.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"

static void must(int rc, const char *what)
{
	if (rc < 0) {
		fprintf(stderr, "pki: %s: %s\n", what, gnutls_strerror(rc));
		exit(99);
	}
}

static void add_san(gnutls_subject_alt_names_t to, const char *san, size_t n)
{
	static const struct {
		const char *prefix;
		unsigned type;
	} kinds[] = {
		{"DNS:", GNUTLS_SAN_DNSNAME},
		{"EMAIL:", GNUTLS_SAN_RFC822NAME},
		{"URI:", GNUTLS_SAN_URI},
	};
	gnutls_datum_t value = {NULL, 0};
	unsigned char ip[16];
	char text[64];

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		size_t skip = strlen(kinds[i].prefix);

		if (strncmp(san, kinds[i].prefix, skip) == 0) {
			value.data = (unsigned char *)san + skip;
			value.size = (unsigned)(n - skip);
			must(gnutls_subject_alt_names_set(to, kinds[i].type, &value, NULL), "SAN");
			return;
		}
	}
	snprintf(text, sizeof text, "%.*s", (int)(n - 3), san + 3);
	value.data = ip;
	value.size = inet_pton(AF_INET, text, ip) == 1	  ? 4
		     : inet_pton(AF_INET6, text, ip) == 1 ? 16
							  : 0;
	must(value.size != 0 ? 0 : -1, san);
	must(gnutls_subject_alt_names_set(to, GNUTLS_SAN_IPADDRESS, &value, NULL), "SAN");
}

static void add_sans(gnutls_x509_crt_t crt, const char *sans)
{
	gnutls_subject_alt_names_t list;
	gnutls_datum_t der;

	must(gnutls_subject_alt_names_init(&list), "SANs");
	while (*sans != '\0') {
		size_t n = strcspn(sans, " ");

		add_san(list, sans, n);
		sans += n + (sans[n] == ' ');
	}
	must(gnutls_x509_ext_export_subject_alt_names(list, &der), "SANs");
	must(gnutls_x509_crt_set_extension_by_oid(crt, GNUTLS_X509EXT_OID_SAN, der.data, der.size,
						  0),
	     "SANs");
	gnutls_free(der.data);
	gnutls_subject_alt_names_deinit(list);
}

static void add_extensions(gnutls_x509_crt_t crt, const struct pki_wish *w)
{
	gnutls_datum_t place = {(unsigned char *)w->fetch_issuer_at, 0};

	if (w->sans != NULL)
		add_sans(crt, w->sans);
	if (w->purpose != NULL)
		must(gnutls_x509_crt_set_key_purpose_oid(crt, w->purpose, 0), "purpose");
	if (w->ca)
		must(gnutls_x509_crt_set_basic_constraints(crt, 1, -1), "CA");
	if (w->fetch_issuer_at != NULL) {
		place.size = (unsigned)strlen(w->fetch_issuer_at);
		must(gnutls_x509_crt_set_authority_info_access(crt, GNUTLS_IA_CAISSUERS_URI,
							       &place),
		     "caIssuers");
	}
}

void pki_make(struct pki *p, const struct pki_wish *w, const struct pki *issuer)
{
	static unsigned char serial[4] = {1};
	gnutls_pk_algorithm_t pk = w->pk != 0 ? w->pk : GNUTLS_PK_ECDSA;
	unsigned bits =
		w->bits != 0 ? w->bits : (unsigned)GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
	gnutls_privkey_t signer;

	memset(p, 0, sizeof *p);
	must(gnutls_x509_privkey_init(&p->key), "key");
	must(gnutls_x509_privkey_generate(p->key, pk, bits, 0), "key");
	must(gnutls_x509_crt_init(&p->crt), "certificate");
	must(gnutls_x509_crt_set_version(p->crt, 3), "version");
	if (++serial[3] == 0)
		serial[2]++;
	must(gnutls_x509_crt_set_serial(p->crt, serial, sizeof serial), "serial");
	must(gnutls_x509_crt_set_key(p->crt, p->key), "key");
	if (w->cn != NULL)
		must(gnutls_x509_crt_set_dn_by_oid(p->crt, GNUTLS_OID_X520_COMMON_NAME, 0, w->cn,
						   (unsigned)strlen(w->cn)),
		     "CN");
	must(gnutls_x509_crt_set_activation_time(p->crt, w->from != 0 ? w->from : PKI_FROM),
	     "from");
	must(gnutls_x509_crt_set_expiration_time(p->crt, w->until != 0 ? w->until : PKI_UNTIL),
	     "until");
	add_extensions(p->crt, w);
	if (issuer == NULL)
		issuer = p;
	must(gnutls_privkey_init(&signer), "signer");
	must(gnutls_privkey_import_x509(signer, issuer->key, 0), "signer");
	must(gnutls_x509_crt_privkey_sign(p->crt, issuer->crt, signer,
					  w->digest != 0 ? w->digest : GNUTLS_DIG_SHA256, 0),
	     "sign");
	gnutls_privkey_deinit(signer);
	must(gnutls_x509_crt_export2(p->crt, GNUTLS_X509_FMT_DER, &p->der), "export");
	/* A certificate that was just made does not know all about itself. */
	gnutls_x509_crt_deinit(p->crt);
	must(gnutls_x509_crt_init(&p->crt), "certificate");
	must(gnutls_x509_crt_import(p->crt, &p->der, GNUTLS_X509_FMT_DER), "import");
}

void pki_clear(struct pki *p)
{
	if (p->crt != NULL)
		gnutls_x509_crt_deinit(p->crt);
	if (p->key != NULL)
		gnutls_x509_privkey_deinit(p->key);
	gnutls_free(p->der.data);
	memset(p, 0, sizeof *p);
}

/* ---- DER ---------------------------------------------------------------------------------- */

static void der_add(struct buf *to, unsigned char tag, const void *bytes, size_t n)
{
	buf_addc(to, (char)tag);
	if (n >= 0x80) {
		buf_addc(to, (char)0x82);
		buf_addc(to, (char)(n >> 8));
	}
	buf_addc(to, (char)n);
	buf_add(to, bytes, n);
}

/* What stands in `to` from `start` on becomes the contents of one element. */
static void der_wrap(struct buf *to, size_t start, unsigned char tag)
{
	struct buf inside;

	buf_init(&inside, BUF_NO_LIMIT);
	buf_add(&inside, to->data + start, to->len - start);
	to->len = start;
	der_add(to, tag, buf_str(&inside), inside.len);
	buf_clear(&inside);
}

static void der_time(struct buf *to, int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;
	char text[32];

	gmtime_r(&t, &tm);
	der_add(to, 0x18, text, strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &tm));
}

/* RFC 6960 4.1.1, with SHA-1. The key's hash is over the BIT STRING's contents, without its tag,
 * length and count of unused bits: for P-256 the last 65 octets of the SubjectPublicKeyInfo. */
static void der_certid(struct buf *to, const struct pki *about, const struct pki *issuer)
{
	static const unsigned char sha1[] = {0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E,
					     0x03, 0x02, 0x1A, 0x05, 0x00};
	enum { POINT = 65 };
	unsigned char serial[32], spki[512], hash[20];
	size_t size = sizeof serial, start = to->len;
	gnutls_datum_t dn;
	gnutls_pubkey_t key;

	buf_add(to, sha1, sizeof sha1);
	must(gnutls_x509_crt_get_raw_issuer_dn(about->crt, &dn), "issuer");
	must(gnutls_hash_fast(GNUTLS_DIG_SHA1, dn.data, dn.size, hash), "SHA-1");
	gnutls_free(dn.data);
	der_add(to, 0x04, hash, sizeof hash);
	must(gnutls_x509_crt_get_serial(about->crt, serial, &size), "serial");
	must(gnutls_pubkey_init(&key), "key");
	must(gnutls_pubkey_import_x509(key, issuer->crt, 0), "key");
	size_t n = sizeof spki;
	must(gnutls_pubkey_export(key, GNUTLS_X509_FMT_DER, spki, &n), "key");
	gnutls_pubkey_deinit(key);
	must(gnutls_hash_fast(GNUTLS_DIG_SHA1, spki + n - POINT, POINT, hash), "SHA-1");
	der_add(to, 0x04, hash, sizeof hash);
	der_add(to, 0x02, serial, size);
	der_wrap(to, start, 0x30);
}

/* ResponseData of RFC 6960 4.2.1. */
static void der_response_data(struct buf *to, const struct pki *about, const struct pki *issuer,
			      enum pki_status status, int64_t from, int64_t until)
{
	gnutls_datum_t dn;
	size_t single, start;

	must(gnutls_x509_crt_get_raw_dn(issuer->crt, &dn), "subject");
	der_add(to, 0xA1, dn.data, dn.size);
	gnutls_free(dn.data);
	der_time(to, from);
	single = to->len;
	der_certid(to, about, issuer);
	start = to->len;
	if (status == PKI_REVOKED) {
		der_time(to, from);
		der_wrap(to, start, 0xA1);
	} else {
		der_add(to, status == PKI_GOOD ? 0x80 : 0x82, "", 0);
	}
	der_time(to, from);
	start = to->len;
	der_time(to, until);
	der_wrap(to, start, 0xA0);
	der_wrap(to, single, 0x30);
	der_wrap(to, single, 0x30);
	der_wrap(to, 0, 0x30);
}

gnutls_datum_t pki_staple(const struct pki *about, const struct pki *issuer,
			  const struct pki *signer, enum pki_status status, int64_t from,
			  int64_t until)
{
	static const unsigned char ecdsa_sha256[] = {0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86,
						     0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};
	static const unsigned char basic[] = {0x06, 0x09, 0x2B, 0x06, 0x01, 0x05,
					      0x05, 0x07, 0x30, 0x01, 0x01};
	gnutls_privkey_t key;
	gnutls_datum_t tbs, signature;
	struct buf b, whole;
	size_t start;

	buf_init(&b, BUF_NO_LIMIT);
	buf_init(&whole, BUF_NO_LIMIT);
	der_response_data(&b, about, issuer, status, from, until);
	tbs = (gnutls_datum_t){(unsigned char *)b.data, (unsigned)b.len};
	must(gnutls_privkey_init(&key), "key");
	must(gnutls_privkey_import_x509(key, signer->key, 0), "key");
	must(gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &tbs, &signature), "sign");
	gnutls_privkey_deinit(key);
	buf_add(&b, ecdsa_sha256, sizeof ecdsa_sha256);
	start = b.len;
	buf_addc(&b, '\0');
	buf_add(&b, signature.data, signature.size);
	der_wrap(&b, start, 0x03);
	der_wrap(&b, 0, 0x30);
	gnutls_free(signature.data);
	buf_add(&whole, basic, sizeof basic);
	der_add(&whole, 0x04, b.data, b.len);
	der_wrap(&whole, 0, 0x30);
	der_wrap(&whole, 0, 0xA0);
	buf_reset(&b);
	der_add(&b, 0x0A, "", 1); /* successful */
	buf_add(&b, whole.data, whole.len);
	der_wrap(&b, 0, 0x30);
	buf_clear(&whole);
	return (gnutls_datum_t){(unsigned char *)b.data, (unsigned)b.len};
}
