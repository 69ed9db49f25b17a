/* SPDX-License-Identifier: MIT
 *
 * Session facts and certificates as text. All of it comes from the wire, so every string goes
 * through printable form, and every list is cut at its limit. */
#include "net/tls_describe.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/ocsp.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/printable.h"

/* ---- the session -------------------------------------------------------------------------- */

#if GNUTLS_VERSION_NUMBER >= 0x030704
static char *suite_name(gnutls_session_t s)
{
	return mem_strdup(gnutls_ciphersuite_get(s));
}
#else
/* Older libraries have their own names: no "WITH", SHA1 for SHA, ARCFOUR for RC4. */
static char *suite_name(gnutls_session_t s)
{
	static const char *const exchanges[] = {"ECDHE_ECDSA_", "ECDHE_RSA_", "DHE_RSA_",
						"DHE_DSS_", "RSA_"};
	const char *name = gnutls_cipher_suite_get_name(gnutls_kx_get(s), gnutls_cipher_get(s),
							gnutls_mac_get(s));
	const char *hash = "", *rc4 = "";
	size_t n = 0, length;

	if (name == NULL)
		return NULL;
	if (strncmp(name, "TLS_", 4) == 0)
		name += 4;
	for (size_t i = 0; i < COUNT(exchanges) && n == 0; i++)
		if (strncmp(name, exchanges[i], strlen(exchanges[i])) == 0)
			n = strlen(exchanges[i]);
	if (n == 0)
		return mem_printf("TLS_%s", name); /* of TLS 1.3 */
	length = strlen(name + n);
	if (length > 5 && strcmp(name + n + length - 5, "_SHA1") == 0)
		length--;
	if (strstr(name, "CHACHA20_POLY1305") != NULL && strstr(name, "SHA") == NULL)
		hash = "_SHA256";
	if (strncmp(name + n, "ARCFOUR_", 8) == 0) {
		rc4 = "RC4_";
		length -= 8;
	}
	return mem_printf("TLS_%.*sWITH_%s%.*s%s", (int)n, name, rc4, (int)length,
			  name + n + (*rc4 != '\0' ? 8 : 0), hash);
}
#endif

static char *group_name(gnutls_session_t s)
{
	const char *name = gnutls_group_get_name(gnutls_group_get(s));
	unsigned bits = gnutls_dh_get_prime_bits(s) > 0 ? (unsigned)gnutls_dh_get_prime_bits(s) : 0;

	if (name != NULL)
		return mem_strdup(name);
	return bits > 0 ? mem_printf("DH %u", bits) : NULL; /* a group of the server's own */
}

static bool before_tls13(gnutls_session_t s)
{
	return gnutls_protocol_get_version(s) < GNUTLS_TLS1_3;
}

static bool has_weak_version(gnutls_session_t s)
{
	return gnutls_protocol_get_version(s) < GNUTLS_TLS1_2;
}

static bool has_weak_cipher(gnutls_session_t s)
{
	gnutls_cipher_algorithm_t c = gnutls_cipher_get(s);

	return c == GNUTLS_CIPHER_ARCFOUR_128 || c == GNUTLS_CIPHER_3DES_CBC;
}

static bool lacks_forward_secrecy(gnutls_session_t s)
{
	return before_tls13(s) && gnutls_kx_get(s) == GNUTLS_KX_RSA;
}

static bool has_weak_dh(gnutls_session_t s)
{
	int bits = gnutls_dh_get_prime_bits(s);

	return bits > 0 && bits < 2048;
}

/* By its hash: gnutls_sign_is_secure() finds nothing wrong with RSA-SHA1. */
static bool has_weak_signature(gnutls_session_t s)
{
	gnutls_digest_algorithm_t d = gnutls_sign_get_hash_algorithm(
		(gnutls_sign_algorithm_t)gnutls_sign_algorithm_get(s));

	return d == GNUTLS_DIG_MD5 || d == GNUTLS_DIG_SHA1 || d == GNUTLS_DIG_RMD160;
}

static bool has_weak_mac(gnutls_session_t s)
{
	return gnutls_mac_get(s) == GNUTLS_MAC_MD5;
}

static bool lacks_ems(gnutls_session_t s)
{
	return before_tls13(s) && gnutls_session_ext_master_secret_status(s) == 0;
}

static bool lacks_safe_renegotiation(gnutls_session_t s)
{
	return before_tls13(s) && gnutls_safe_renegotiation_status(s) == 0;
}

static const struct weakness {
	enum tls_weakness bit;
	bool (*has)(gnutls_session_t s);
} weaknesses[] = {
	{WEAK_VERSION, has_weak_version},
	{WEAK_CIPHER, has_weak_cipher},
	{WEAK_NO_FORWARD_SECRECY, lacks_forward_secrecy},
	{WEAK_DH, has_weak_dh},
	{WEAK_HANDSHAKE_SIGNATURE, has_weak_signature},
	{WEAK_MAC, has_weak_mac},
	{WEAK_NO_EMS, lacks_ems},
	{WEAK_NO_SAFE_RENEGOTIATION, lacks_safe_renegotiation},
};
_Static_assert(COUNT(weaknesses) == TLS_WEAKNESS_COUNT, "a row for each weakness");

void tls_describe_session(gnutls_session_t session, bool complete, struct obs_tls *t)
{
	t->version = mem_strdup(gnutls_protocol_get_name(gnutls_protocol_get_version(session)));
	t->cipher = suite_name(session);
	t->group = group_name(session);
	t->signature = mem_strdup(
		gnutls_sign_get_name((gnutls_sign_algorithm_t)gnutls_sign_algorithm_get(session)));
	for (size_t i = 0; complete && i < COUNT(weaknesses); i++)
		if (weaknesses[i].has(session))
			t->weaknesses |= weaknesses[i].bit;
}

char *tls_alert_name(unsigned alert)
{
	/* RFC 8446 6 and B.2, with those of RFC 5246 and earlier that it reserves. */
	static const char *const names[] = {
		[0] = "close_notify",
		[10] = "unexpected_message",
		[20] = "bad_record_mac",
		[21] = "decryption_failed",
		[22] = "record_overflow",
		[30] = "decompression_failure",
		[40] = "handshake_failure",
		[41] = "no_certificate",
		[42] = "bad_certificate",
		[43] = "unsupported_certificate",
		[44] = "certificate_revoked",
		[45] = "certificate_expired",
		[46] = "certificate_unknown",
		[47] = "illegal_parameter",
		[48] = "unknown_ca",
		[49] = "access_denied",
		[50] = "decode_error",
		[51] = "decrypt_error",
		[60] = "export_restriction",
		[70] = "protocol_version",
		[71] = "insufficient_security",
		[80] = "internal_error",
		[86] = "inappropriate_fallback",
		[90] = "user_canceled",
		[100] = "no_renegotiation",
		[109] = "missing_extension",
		[110] = "unsupported_extension",
		[111] = "certificate_unobtainable",
		[112] = "unrecognized_name",
		[113] = "bad_certificate_status_response",
		[114] = "bad_certificate_hash_value",
		[115] = "unknown_psk_identity",
		[116] = "certificate_required",
		[120] = "no_application_protocol",
	};

	if (alert < COUNT(names) && names[alert] != NULL)
		return mem_strdup(names[alert]);
	return mem_printf("alert-%u", alert);
}

/* ---- certificates ------------------------------------------------------------------------- */

static char *hex_sha256(const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[32];
	char *text;

	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, n, digest) < 0)
		return NULL;
	text = mem_zalloc(2 * sizeof digest + 1, 1);
	for (size_t i = 0; i < sizeof digest; i++) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 15];
	}
	return text;
}

/* Takes one DER element off the front of d: *whole spans it all, *inside its contents. */
static bool der_take(gnutls_datum_t *d, gnutls_datum_t *whole, gnutls_datum_t *inside)
{
	unsigned head = 2, length;

	if (d->size < 2)
		return false;
	length = d->data[1];
	if (length >= 0x80) {
		unsigned octets = length & 0x7F;

		if (octets == 0 || octets > 3 || d->size < 2 + octets)
			return false;
		length = 0;
		for (; octets > 0; octets--)
			length = length << 8 | d->data[head++];
	}
	if (length > d->size - head)
		return false;
	*whole = (gnutls_datum_t){d->data, head + length};
	*inside = (gnutls_datum_t){d->data + head, length};
	d->data += head + length;
	d->size -= head + length;
	return true;
}

/* The SubjectPublicKeyInfo in the very bytes that were sent, of whatever algorithm: what TLSA
 * records and pins are made from (RFC 7671 2.1.2). GnuTLS would encode it anew. */
static bool find_spki(const gnutls_datum_t *der, gnutls_datum_t *spki)
{
	enum { VERSION = 0xA0, BEFORE_SPKI = 5 }; /* serial, algorithm, issuer, validity, subject */
	gnutls_datum_t rest = *der, inside, whole, tbs;

	if (!der_take(&rest, &whole, &inside) || !der_take(&inside, &whole, &tbs))
		return false;
	if (tbs.size > 0 && tbs.data[0] == VERSION && !der_take(&tbs, &whole, &inside))
		return false;
	for (int i = 0; i < BEFORE_SPKI; i++)
		if (!der_take(&tbs, &whole, &inside))
			return false;
	return der_take(&tbs, spki, &inside);
}

static char *take_dn(int rc, gnutls_datum_t *d)
{
	char *s = rc < 0 ? mem_strdup("") : printable_dup(d->data, d->size);

	if (rc >= 0)
		gnutls_free(d->data);
	return s;
}

static char *key_text(gnutls_x509_crt_t crt)
{
	static const struct {
		gnutls_ecc_curve_t curve;
		const char *name;
	} nist[] = {
		{GNUTLS_ECC_CURVE_SECP192R1, "P-192"}, {GNUTLS_ECC_CURVE_SECP224R1, "P-224"},
		{GNUTLS_ECC_CURVE_SECP256R1, "P-256"}, {GNUTLS_ECC_CURVE_SECP384R1, "P-384"},
		{GNUTLS_ECC_CURVE_SECP521R1, "P-521"},
	};
	static const struct {
		gnutls_pk_algorithm_t pk;
		const char *name;
		bool sized;
	} keys[] = {
		{GNUTLS_PK_RSA, "RSA", true},
		{GNUTLS_PK_RSA_PSS, "RSA-PSS", true},
		{GNUTLS_PK_DSA, "DSA", true},
		{GNUTLS_PK_ECDSA, "ECDSA", true},
		{GNUTLS_PK_EDDSA_ED25519, "Ed25519", false},
		{GNUTLS_PK_EDDSA_ED448, "Ed448", false},
	};
	gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
	unsigned bits = 0;
	int pk = gnutls_x509_crt_get_pk_algorithm(crt, &bits);
	char oid[128];
	size_t size = sizeof oid;

	if (pk == GNUTLS_PK_ECDSA && gnutls_x509_crt_get_pk_ecc_raw(crt, &curve, NULL, NULL) >= 0)
		for (size_t i = 0; i < COUNT(nist); i++)
			if (nist[i].curve == curve)
				return mem_printf("ECDSA %s", nist[i].name);
	for (size_t i = 0; i < COUNT(keys); i++)
		if (pk == (int)keys[i].pk)
			return keys[i].sized ? mem_printf("%s %u", keys[i].name, bits)
					     : mem_strdup(keys[i].name);
	if (gnutls_x509_crt_get_pk_oid(crt, oid, &size) >= 0)
		return printable_dup(oid, strlen(oid));
	return mem_strdup("unknown");
}

static char *signature_text(gnutls_x509_crt_t crt)
{
	int sign = gnutls_x509_crt_get_signature_algorithm(crt);
	const char *name = sign > 0 ? gnutls_sign_get_name((gnutls_sign_algorithm_t)sign) : NULL;
	char oid[128];
	size_t size = sizeof oid;

	if (name != NULL)
		return mem_strdup(name);
	if (gnutls_x509_crt_get_signature_oid(crt, oid, &size) >= 0)
		return printable_dup(oid, strlen(oid));
	return mem_strdup("unknown");
}

/* DNS names and addresses bare; whatever else could be taken for one gets its kind in front. */
static char *san_text(gnutls_x509_crt_t crt, unsigned i, unsigned type, const char *value,
		      size_t size)
{
	static const struct {
		unsigned type;
		const char *prefix;
	} kinds[] = {
		{GNUTLS_SAN_DNSNAME, ""},
		{GNUTLS_SAN_RFC822NAME, "email:"},
		{GNUTLS_SAN_URI, "uri:"},
		{GNUTLS_SAN_DN, "dn:"},
	};
	char ip[INET6_ADDRSTRLEN], oid[128];
	size_t oid_size = sizeof oid;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	if (type == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16)) {
		buf_adds(&b, inet_ntop(size == 4 ? AF_INET : AF_INET6, value, ip, sizeof ip));
		return buf_take(&b);
	}
	for (size_t k = 0; k < COUNT(kinds); k++)
		if (kinds[k].type == type) {
			buf_adds(&b, kinds[k].prefix);
			printable_add(&b, value, size);
			return buf_take(&b);
		}
	buf_adds(&b, "other:");
	if (gnutls_x509_crt_get_subject_alt_othername_oid(crt, i, oid, &oid_size) >= 0)
		printable_add(&b, oid, strnlen(oid, sizeof oid));
	else
		printable_add(&b, value, size);
	return buf_take(&b);
}

static void add_sans(struct strlist *to, gnutls_x509_crt_t crt)
{
	char small[256];

	for (unsigned i = 0; i < LIMIT_SANS; i++) {
		size_t size = sizeof small;
		char *value = small;
		unsigned type = 0;
		int rc = gnutls_x509_crt_get_subject_alt_name2(crt, i, value, &size, &type, NULL);

		if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER && size <= LIMIT_HANDSHAKE) {
			value = mem_zalloc(size + 1, 1);
			size++;
			rc = gnutls_x509_crt_get_subject_alt_name2(crt, i, value, &size, &type,
								   NULL);
		}
		if (rc >= 0)
			strlist_take(to, san_text(crt, i, type, value, size));
		if (value != small)
			free(value);
		if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
	}
}

static void describe_certificate(struct obs_certificate *c, gnutls_x509_crt_t crt)
{
	gnutls_datum_t d = {NULL, 0}, subject = {NULL, 0}, issuer = {NULL, 0};

	c->subject = take_dn(gnutls_x509_crt_get_dn3(crt, &d, 0), &d);
	c->issuer = take_dn(gnutls_x509_crt_get_issuer_dn3(crt, &d, 0), &d);
	add_sans(&c->sans, crt);
	c->not_before = gnutls_x509_crt_get_activation_time(crt);
	c->not_after = gnutls_x509_crt_get_expiration_time(crt);
	c->key = key_text(crt);
	c->signature = signature_text(crt);
	c->ca = gnutls_x509_crt_get_ca_status(crt, NULL) > 0;
	if (gnutls_x509_crt_get_raw_dn(crt, &subject) >= 0 &&
	    gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer) >= 0)
		c->self_issued = subject.size == issuer.size &&
				 memcmp(subject.data, issuer.data, subject.size) == 0;
	gnutls_free(subject.data);
	gnutls_free(issuer.data);
}

static void describe_staple(struct obs_ocsp *o, const gnutls_datum_t *staple,
			    gnutls_x509_crt_t leaf)
{
	static const char *const words[] = {
		[GNUTLS_OCSP_CERT_GOOD] = "good",
		[GNUTLS_OCSP_CERT_REVOKED] = "revoked",
		[GNUTLS_OCSP_CERT_UNKNOWN] = "unknown",
	};
	enum { ENTRIES = 16 };
	gnutls_ocsp_resp_t r = NULL;
	time_t from = -1, until = -1;
	unsigned status = COUNT(words), at = 0;

	if (gnutls_ocsp_resp_init(&r) < 0 || gnutls_ocsp_resp_import(r, staple) < 0)
		goto out;
	for (unsigned i = 0; leaf != NULL && i < ENTRIES; i++)
		if (gnutls_ocsp_resp_check_crt(r, i, leaf) == 0) {
			at = i;
			break;
		}
	if (gnutls_ocsp_resp_get_single(r, at, NULL, NULL, NULL, NULL, &status, &from, &until, NULL,
					NULL) < 0)
		status = COUNT(words);
	o->this_update = from != (time_t)-1 ? from : 0;
	o->next_update = until != (time_t)-1 ? until : 0;
out:
	o->status = mem_strdup(status < COUNT(words) ? words[status] : "unreadable");
	if (r != NULL)
		gnutls_ocsp_resp_deinit(r);
}

void tls_describe_chain(const struct tls_sent *sent, const gnutls_x509_crt_t *crt,
			struct obs_tls *t)
{
	for (size_t i = 0; i < sent->count; i++) {
		struct obs_certificate *c = mem_append(&t->chain, &t->chain_count, sizeof *c);
		gnutls_datum_t spki;

		c->sha256 = hex_sha256(sent->der[i].data, sent->der[i].size);
		if (find_spki(&sent->der[i], &spki))
			c->spki_sha256 = hex_sha256(spki.data, spki.size);
		if (crt[i] != NULL)
			describe_certificate(c, crt[i]);
	}
	if (sent->staple.size > 0)
		describe_staple(&t->ocsp, &sent->staple, sent->count > 0 ? crt[0] : NULL);
}
