/* SPDX-License-Identifier: MIT
 *
 * The verdict on a chain. GnuTLS stops at the first fault that it meets on its way down from the
 * root, so its answer alone would hide an expired date behind an unknown issuer. Hence:
 *
 * 1. Build the path from the leaf to a certificate of the store, as senders do: the order of what
 *    was sent, duplicates and strangers do not matter. The store is asked before the next
 *    certificate that was sent, so an old cross-signed root at the end changes nothing.
 * 2. Ask GnuTLS about this path once, strictly (112 bits of security and no SHA-1), but without
 *    dates and names. What it turns down is never called verified.
 * 3. Look for each fault on our own in all certificates of the path: issuer, key, signature,
 *    purpose; where GnuTLS said no, also each link by itself.
 * 4. Remember the outcome with the span of time in which the path and the stapled OCSP response
 *    are valid, by a digest of what was sent: verification costs 100 to 500 us, and large mail
 *    providers show the same chain at every host.
 * 5. Compare the span with `now`; the name is checked for each host (tls_verify_name). */
#include "net/tls_verify.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/ocsp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"

#define NO_DATES (GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS)
#define STRICT	 (NO_DATES | GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM))
#define LENIENT	 (NO_DATES | GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1)

enum {
	SLOTS = 4096,
	STAPLE_ENTRIES = 16,
	ACCESS_ENTRIES = 16,
	CLOCK_SLACK = 300
};

struct path {
	gnutls_x509_crt_t crt[LIMIT_CHAIN]; /* leaf first; borrowed */
	size_t count;
	gnutls_x509_crt_t anchor; /* of the store, signed the last one; NULL: not trusted */
	bool ends_in_store;	  /* the last one is itself in the store */
};

/* A span of time; what has no end ends at INT64_MAX. */
struct span {
	int64_t from, until;
};

struct verdict {
	unsigned char digest[TLS_DIGEST_SIZE];
	bool used;
	unsigned faults; /* without those that dates make */
	struct span path, staple;
};

/* Each digest has one place; a later chain with the same place takes it. */
struct tls_verdicts {
	struct verdict slot[SLOTS];
};

void tls_verdicts_free(struct tls_verdicts *v)
{
	free(v);
}

/* ---- the path ----------------------------------------------------------------------------- */

static bool self_issued(gnutls_x509_crt_t crt)
{
	return gnutls_x509_crt_check_issuer(crt, crt) != 0;
}

static bool same_key(gnutls_x509_crt_t a, gnutls_x509_crt_t b)
{
	unsigned char id[2][TLS_DIGEST_SIZE];
	size_t n = sizeof id[0], m = sizeof id[1];

	return gnutls_x509_crt_get_key_id(a, GNUTLS_KEYID_USE_SHA256, id[0], &n) == 0 &&
	       gnutls_x509_crt_get_key_id(b, GNUTLS_KEYID_USE_SHA256, id[1], &m) == 0 &&
	       memcmp(id[0], id[1], sizeof id[0]) == 0;
}

/* The certificate of the store that issued this one, or is this one; borrowed. For a self-issued
 * one a mere likeness of names is not enough: anyone can take a known root's name. */
static gnutls_x509_crt_t find_in_store(const struct tls_context *c, gnutls_x509_crt_t crt)
{
	gnutls_x509_crt_t issuer = NULL;

	if (gnutls_x509_trust_list_get_issuer(c->trust, crt, &issuer, 0) < 0)
		return NULL;
	return !self_issued(crt) || same_key(crt, issuer) ? issuer : NULL;
}

static bool on_path(const struct path *p, gnutls_x509_crt_t crt)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->crt[i] == crt || gnutls_x509_crt_equals(p->crt[i], crt))
			return true;
	return false;
}

/* Of several issuers with one name and key (cross-signed ones), that which the store knows. */
static gnutls_x509_crt_t find_sent_issuer(const struct tls_context *c, const struct path *p,
					  const gnutls_x509_crt_t *crt, size_t count)
{
	gnutls_x509_crt_t found = NULL;

	for (size_t i = 1; i < count; i++) {
		if (crt[i] == NULL || !gnutls_x509_crt_check_issuer(p->crt[p->count - 1], crt[i]) ||
		    on_path(p, crt[i]))
			continue;
		if (found == NULL)
			found = crt[i];
		else if (find_in_store(c, crt[i]) != NULL)
			return crt[i];
		if (find_in_store(c, found) != NULL)
			return found;
	}
	return found;
}

static void build_path(struct path *p, const struct tls_context *c, const gnutls_x509_crt_t *crt,
		       size_t count)
{
	gnutls_x509_crt_t next = crt[0];

	memset(p, 0, sizeof *p);
	while (next != NULL && p->count < LIMIT_CHAIN) {
		p->crt[p->count++] = next;
		p->anchor = find_in_store(c, next);
		p->ends_in_store = p->anchor != NULL && self_issued(next);
		if (p->anchor != NULL || self_issued(next))
			return;
		next = find_sent_issuer(c, p, crt, count);
	}
}

/* ---- faults that need no dates ------------------------------------------------------------ */

/* RFC 5280 4.2.2.1: does it say where its issuer's certificate can be fetched? */
static bool names_issuers_place(gnutls_x509_crt_t crt)
{
	int rc = 0;

	for (unsigned i = 0; i < ACCESS_ENTRIES && rc != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
	     i++) {
		gnutls_datum_t place = {NULL, 0};

		rc = gnutls_x509_crt_get_authority_info_access(crt, i, GNUTLS_IA_CAISSUERS_URI,
							       &place, NULL);
		gnutls_free(place.data);
		if (rc >= 0)
			return true;
	}
	return false;
}

/* The path ends outside of the store. A self-issued end is a root that we do not trust. An
 * intermediate at the end is complete as far as a server goes (roots need not be sent): its
 * issuer is unknown. A leaf alone is ambiguous: either the server forgot the intermediate, or a
 * private authority issued it directly. Forgotten for certain where other certificates were sent
 * that do not fit, or where the leaf tells a place to fetch its issuer from, as those of public
 * authorities do (CA/Browser Forum BR 7.1.2.7). Otherwise nothing decides and both are said. */
static unsigned issuer_faults(const struct path *p, size_t sent_count)
{
	gnutls_x509_crt_t last = p->crt[p->count - 1];

	if (p->anchor != NULL)
		return 0;
	if (self_issued(last))
		return p->count == 1 ? CERT_SELF_SIGNED : CERT_UNKNOWN_ISSUER;
	if (p->count > 1)
		return CERT_UNKNOWN_ISSUER;
	if (sent_count > 1 || names_issuers_place(last))
		return CERT_MISSING_INTERMEDIATE;
	return CERT_MISSING_INTERMEDIATE | CERT_UNKNOWN_ISSUER;
}

/* NIST SP 800-57 part 1, 5.6.1: what is below 112 bits of security. */
static bool weak_key(gnutls_x509_crt_t crt)
{
	unsigned bits = 0;

	switch (gnutls_x509_crt_get_pk_algorithm(crt, &bits)) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS:
	case GNUTLS_PK_DSA:
		return bits < 2048;
	case GNUTLS_PK_ECDSA:
		return bits < 224;
	default:
		return false;
	}
}

static bool weak_signature(gnutls_x509_crt_t crt)
{
	int sign = gnutls_x509_crt_get_signature_algorithm(crt);

	switch (sign > 0 ? gnutls_sign_get_hash_algorithm((gnutls_sign_algorithm_t)sign)
			 : GNUTLS_DIG_UNKNOWN) {
	case GNUTLS_DIG_MD2:
	case GNUTLS_DIG_MD5:
	case GNUTLS_DIG_SHA1:
	case GNUTLS_DIG_RMD160:
		return true;
	default:
		return false;
	}
}

/* RFC 5280 4.2.1.12: without the extension anything goes. */
static bool wrong_purpose(gnutls_x509_crt_t crt)
{
	char oid[128];

	for (unsigned i = 0;; i++) {
		size_t size = sizeof oid;
		int rc = gnutls_x509_crt_get_key_purpose_oid(crt, i, oid, &size, NULL);

		if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER)
			continue;
		if (rc < 0)
			return i > 0;
		if (strcmp(oid, GNUTLS_KP_TLS_WWW_SERVER) == 0 || strcmp(oid, GNUTLS_KP_ANY) == 0)
			return false;
	}
}

static unsigned own_faults(const struct path *p)
{
	unsigned faults = 0;

	for (size_t i = 0; i < p->count; i++) {
		bool of_store = p->ends_in_store && i + 1 == p->count;

		if (weak_key(p->crt[i]))
			faults |= CERT_WEAK_KEY;
		if (!of_store && weak_signature(p->crt[i]))
			faults |= CERT_WEAK_SIGNATURE;
		if (wrong_purpose(p->crt[i]))
			faults |= CERT_WRONG_PURPOSE;
	}
	if (p->anchor != NULL && weak_key(p->anchor))
		faults |= CERT_WEAK_KEY;
	return faults;
}

static unsigned faults_of_status(unsigned status)
{
	static const struct {
		unsigned bit, fault;
	} rows[] = {
		{GNUTLS_CERT_SIGNATURE_FAILURE, CERT_BAD_SIGNATURE},
		{GNUTLS_CERT_SIGNER_NOT_CA, CERT_NOT_CA},
		{GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, CERT_INVALID},
		{GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, CERT_INVALID},
		{GNUTLS_CERT_REVOKED, CERT_REVOKED},
	};
	unsigned faults = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		if ((status & rows[i].bit) != 0)
			faults |= rows[i].fault;
	return faults;
}

/* Each signature of the path by itself: the strict verdict ends at the first that fails. */
static unsigned link_faults(const struct path *p)
{
	unsigned faults = 0;

	for (size_t i = 0; i < p->count; i++) {
		gnutls_x509_crt_t issuer = i + 1 < p->count ? p->crt[i + 1] : p->anchor;
		unsigned status = 0;

		if (issuer == NULL || (p->ends_in_store && i + 1 == p->count))
			break;
		if (gnutls_x509_crt_verify(p->crt[i], &issuer, 1, LENIENT, &status) < 0)
			status = 0;
		faults |= faults_of_status(status);
	}
	return faults;
}

static unsigned path_faults(const struct tls_context *c, const struct path *p, size_t sent_count)
{
	unsigned status = 0, faults = own_faults(p);

	if (gnutls_x509_trust_list_verify_crt2(c->trust, (gnutls_x509_crt_t *)p->crt,
					       (unsigned)p->count, NULL, 0, STRICT, &status,
					       NULL) < 0)
		status |= GNUTLS_CERT_INVALID;
	if (status == 0)
		return faults;
	/* Who has merely the name of a trusted root gets measured by that root's key. */
	if (p->anchor == NULL)
		status &= ~(unsigned)(GNUTLS_CERT_SIGNATURE_FAILURE | GNUTLS_CERT_SIGNER_NOT_CA);
	faults |= faults_of_status(status) | link_faults(p) | issuer_faults(p, sent_count);
	/* What GnuTLS turned down must not pass just because we do not know why. */
	if ((faults & ~(unsigned)CERT_WRONG_PURPOSE) == 0) {
		if ((status & GNUTLS_CERT_INSECURE_ALGORITHM) != 0)
			faults |= CERT_WEAK_SIGNATURE;
		else if ((status & GNUTLS_CERT_SIGNER_NOT_FOUND) != 0)
			faults |= CERT_UNKNOWN_ISSUER;
		else
			faults |= CERT_INVALID;
	}
	return faults;
}

/* ---- dates -------------------------------------------------------------------------------- */

/* False: a date that cannot be read. */
static bool narrow(struct span *s, gnutls_x509_crt_t crt)
{
	time_t from = gnutls_x509_crt_get_activation_time(crt);
	time_t until = gnutls_x509_crt_get_expiration_time(crt);

	if (from == (time_t)-1 || until == (time_t)-1)
		return false;
	if (from > s->from)
		s->from = from;
	if (until < s->until)
		s->until = until;
	return true;
}

static struct span path_span(const struct path *p, unsigned *faults)
{
	struct span s = {INT64_MIN, INT64_MAX};

	for (size_t i = 0; i < p->count; i++)
		if (!narrow(&s, p->crt[i]))
			*faults |= CERT_INVALID;
	if (p->anchor != NULL && !p->ends_in_store && !narrow(&s, p->anchor))
		*faults |= CERT_INVALID;
	return s;
}

/* ---- the stapled OCSP response (RFC 6960) ------------------------------------------------- */

static unsigned staple_entry(gnutls_ocsp_resp_t r, unsigned i, struct span *valid)
{
	time_t from = -1, until = -1;
	unsigned status = GNUTLS_OCSP_CERT_UNKNOWN;

	if (gnutls_ocsp_resp_get_single(r, i, NULL, NULL, NULL, NULL, &status, &from, &until, NULL,
					NULL) < 0)
		return CERT_BAD_OCSP_STAPLE;
	if (from != (time_t)-1)
		valid->from = from - CLOCK_SLACK;
	if (until != (time_t)-1)
		valid->until = until;
	return status == GNUTLS_OCSP_CERT_REVOKED ? CERT_REVOKED : 0;
}

static unsigned staple_faults(const struct path *p, const gnutls_datum_t *staple,
			      struct span *valid)
{
	gnutls_x509_crt_t issuer = p->count > 1 ? p->crt[1] : p->anchor;
	gnutls_ocsp_resp_t r = NULL;
	unsigned status = 0, faults = CERT_BAD_OCSP_STAPLE;

	if (gnutls_ocsp_resp_init(&r) < 0 || gnutls_ocsp_resp_import(r, staple) < 0 ||
	    gnutls_ocsp_resp_get_status(r) != GNUTLS_OCSP_RESP_SUCCESSFUL)
		goto out;
	for (unsigned i = 0; i < STAPLE_ENTRIES; i++) {
		int rc = gnutls_ocsp_resp_check_crt(r, i, p->crt[0]);

		if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (rc == 0) {
			faults = staple_entry(r, i, valid);
			break;
		}
	}
	if (issuer != NULL &&
	    (gnutls_ocsp_resp_verify_direct(r, issuer, &status, NO_DATES) < 0 || status != 0))
		faults |= CERT_BAD_OCSP_STAPLE;
out:
	if (r != NULL)
		gnutls_ocsp_resp_deinit(r);
	return faults;
}

/* ---- the whole ---------------------------------------------------------------------------- */

bool tls_sent_digest(const struct tls_sent *sent, unsigned char *digest)
{
	gnutls_hash_hd_t h;

	if (gnutls_hash_init(&h, GNUTLS_DIG_SHA256) < 0)
		return false;
	for (size_t i = 0; i <= sent->count; i++) {
		const gnutls_datum_t *d = i < sent->count ? &sent->der[i] : &sent->staple;

		gnutls_hash(h, &d->size, sizeof d->size);
		gnutls_hash(h, d->data, d->size);
	}
	gnutls_hash_deinit(h, digest);
	return true;
}

static void judge(struct verdict *v, const struct tls_context *c, const struct tls_sent *sent,
		  const gnutls_x509_crt_t *crt)
{
	struct path p;

	build_path(&p, c, crt, sent->count);
	v->faults = path_faults(c, &p, sent->count);
	v->path = path_span(&p, &v->faults);
	v->staple = (struct span){INT64_MIN, INT64_MAX};
	if (sent->staple.size > 0)
		v->faults |= staple_faults(&p, &sent->staple, &v->staple);
}

unsigned tls_verify_chain(struct tls_context *c, const struct tls_sent *sent,
			  const gnutls_x509_crt_t *crt, int64_t now)
{
	unsigned char digest[TLS_DIGEST_SIZE];
	unsigned faults = 0;
	struct verdict *v;

	for (size_t i = 0; i < sent->count; i++)
		if (crt[i] == NULL)
			faults |= CERT_UNREADABLE;
	if (sent->count == 0 || crt[0] == NULL || !tls_sent_digest(sent, digest))
		return faults | (sent->count == 0 ? CERT_NONE_SENT : CERT_UNREADABLE);
	if (c->verdicts == NULL)
		c->verdicts = mem_zalloc(1, sizeof *c->verdicts);
	v = &c->verdicts->slot[(digest[0] | (unsigned)digest[1] << 8) % SLOTS];
	if (!v->used || memcmp(v->digest, digest, sizeof digest) != 0) {
		judge(v, c, sent, crt);
		memcpy(v->digest, digest, sizeof digest);
		v->used = true;
	}
	faults |= v->faults;
	if (now < v->path.from)
		faults |= CERT_NOT_YET_VALID;
	if (now > v->path.until)
		faults |= CERT_EXPIRED;
	if (now < v->staple.from || now > v->staple.until)
		faults |= CERT_BAD_OCSP_STAPLE;
	return faults;
}

/* ---- names -------------------------------------------------------------------------------- */

static bool has_san(gnutls_x509_crt_t crt, gnutls_x509_subject_alt_name_t kind)
{
	for (unsigned i = 0; i < LIMIT_SANS; i++) {
		char name[1];
		size_t size = sizeof name;
		unsigned type = 0;
		int rc = gnutls_x509_crt_get_subject_alt_name2(crt, i, name, &size, &type, NULL);

		if (rc == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if ((rc >= 0 || rc == GNUTLS_E_SHORT_MEMORY_BUFFER) && type == (unsigned)kind)
			return true;
	}
	return false;
}

static bool pattern_matches(const char *pattern, const char *name)
{
	const char *rest = strchr(name, '.');

	if (strcasecmp(pattern, name) == 0)
		return true;
	/* RFC 6125 6.4.3: a whole label at the left, and not just below a top-level domain. */
	return pattern[0] == '*' && pattern[1] == '.' && strchr(pattern + 2, '.') != NULL &&
	       rest != NULL && rest != name && strcasecmp(pattern + 1, rest) == 0;
}

/* The common name, as TLS clients take it where there is no DNS name among the SANs. Not left to
 * GnuTLS, which looks at it only if the purpose is right as well. */
static bool common_name_matches(gnutls_x509_crt_t leaf, const char *name)
{
	char cn[256];

	for (unsigned i = 0;; i++) {
		size_t size = sizeof cn;
		int rc = gnutls_x509_crt_get_dn_by_oid(leaf, GNUTLS_OID_X520_COMMON_NAME, i, 0, cn,
						       &size);

		if (rc == GNUTLS_E_SHORT_MEMORY_BUFFER)
			continue;
		if (rc < 0)
			return false;
		if (strlen(cn) == size && pattern_matches(cn, name))
			return true;
	}
}

unsigned tls_verify_name(gnutls_x509_crt_t leaf, const char *name)
{
	unsigned char ip[16];
	unsigned size = inet_pton(AF_INET, name, ip) == 1    ? 4
			: inet_pton(AF_INET6, name, ip) == 1 ? 16
							     : 0;
	bool dns = has_san(leaf, GNUTLS_SAN_DNSNAME);
	bool none = !dns && !has_san(leaf, GNUTLS_SAN_IPADDRESS);

	if (size > 0 ? gnutls_x509_crt_check_ip(leaf, ip, size, 0) != 0
		     : dns && gnutls_x509_crt_check_hostname2(leaf, name, 0) != 0)
		return 0;
	/* RFC 9525 6.3 and RFC 8461 4.1 want a SAN; most clients still take the common name. */
	if (size == 0 && !dns && common_name_matches(leaf, name))
		return CERT_NO_SAN;
	return CERT_NAME_MISMATCH | (none ? CERT_NO_SAN : 0);
}
